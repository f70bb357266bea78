# The words with which earlier versions noted in the history that a person had accepted a document.
NOTES = ("%Accepted by a person in spite of%", "%Aceptado por una persona a pesar de%")


def migrate(cr, version):
    """Documents keep who accepted them: they are judged again from now on, and a person's decision stays."""
    cr.execute(
        """
        UPDATE l10n_co_received_document document
           SET accepted_by_id = note.create_uid, accepted_on = note.date
          FROM (
               SELECT DISTINCT ON (res_id) res_id, create_uid, date
                 FROM mail_message
                WHERE model = 'l10n_co.received.document' AND body LIKE ANY(%s)
             ORDER BY res_id, id DESC
               ) note
         WHERE document.id = note.res_id AND document.state = 'accepted'
        """,
        [list(NOTES)],
    )
