from odoo.fields import Command

from ...dian.content import differences_between
from .appraisal import Appraisal
from .arrival import Arrival, rank_of


class Recorder:
    """Turns what was read into records: routes by the receiver's NIT, applies the rules, records no document twice.

    Works as superuser: nobody else writes these records.
    """

    def __init__(self, env):
        self.env = env(su=True)
        self._appraisal = Appraisal(self.env)

    def record(self, arrivals):
        """Record e-documents. One that is held and comes from the same mail or file again is judged again.

        :param list arrivals: Arrival objects
        :return: list of (document, code, data) in the order of `arrivals`. code is None for a
            document recorded as accepted or to review, "duplicate" for a copy of one that is held
            already, else the code of its rejection.
        :raise psycopg2.errors.UniqueViolation: another transaction has recorded one of them
            meanwhile; its row is not visible before this transaction ends, so the caller rolls back
            and tries again
        """
        self._appraisal.appraise(arrivals)
        held = self._held_documents(arrivals)
        judged = self._judged(arrivals, held)
        new = [arrival for key, arrival in judged.items() if key not in held]
        for key in judged.keys() & held.keys():
            held[key]._take_verdict(judged[key].values)
        held.update(zip((arrival.key for arrival in new), self._create(new), strict=True))
        outcomes = [
            self._outcome(arrival, held[arrival.key], judged.get(arrival.key) is arrival)
            for arrival in arrivals
        ]
        created = set(new)
        for arrival in arrivals:
            if arrival.mail and arrival not in created:
                held[arrival.key].mail_ids = [Command.link(arrival.mail.id)]
        return outcomes

    def record_upload(self, edocument, source, company):
        """Record an e-document that a user uploaded, or that came by a journal's alias.

        :param dian.reader.EDocument edocument: what the file holds
        :param source: ir.attachment of the file
        :param company: the company whose journal it was given to; a document for another one is rejected
        :return: the document, which may be one that the mailbox brought already
        """
        [(document, _code, _data)] = self.record(
            [Arrival(edocument=edocument, source=source, companies=company)]
        )
        return document

    def record_again(self, documents):
        """Judge documents anew that came in no mail. Those whose file is gone stay as they are."""
        for document in documents:
            edocument = document._read_edocument()
            if edocument:
                arrival = Arrival(
                    edocument=edocument,
                    source=document.source_attachment_id,
                    companies=document.company_id,
                )
                self._appraisal.appraise([arrival])
                document._take_verdict(arrival.values)

    # ---- records ---------------------------------------------------------------------------------

    def _held_documents(self, arrivals):
        """:return: {key of an arrival: the document that is recorded already}"""
        cufes = {arrival.values["cufe"] for arrival in arrivals} - {None}
        documents = self.env["l10n_co.received.document"].search(
            [
                ("cufe", "in", list(cufes)),
                ("company_id", "in", [arrival.values["company_id"] for arrival in arrivals]),
            ]
        )
        return {(document.company_id.id, document.cufe): document for document in documents}

    def _judged(self, arrivals, held):
        """:return: {key: the arrival that makes the document what it is}: of a new one the best, of one that is
        held the best that came in its own mail or file. The others are copies.
        """
        judged = {}
        for arrival in arrivals:
            document = held.get(arrival.key)
            if not document or document.source_attachment_id == arrival.source:
                best = judged.get(arrival.key, arrival)
                judged[arrival.key] = max(best, arrival, key=lambda a: a.rank)
        return judged

    def _create(self, arrivals):
        quiet = {
            "tracking_disable": True,
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
        }
        Document = self.env["l10n_co.received.document"].with_context(**quiet)
        return Document.create(
            [
                {
                    **_told(arrival.values),
                    "mail_ids": [Command.link(mail.id) for mail in arrival.mail or ()],
                }
                for arrival in arrivals
            ]
        )

    def _outcome(self, arrival, document, is_judged):
        """:return: (document, code, data) of one arrival whose document is held now"""
        if is_judged and document.state != "rejected":
            return document, None, None
        self._compare(arrival, document)
        if arrival.is_rejected:
            if document.state != "rejected" and not arrival.is_told:
                document._note_rejected_copy(
                    arrival.values["reason_code"], arrival.values["reason_data"]
                )
            return document, arrival.values["reason_code"], arrival.values["reason_data"]
        if document.source_attachment_id == arrival.source and not arrival.differs:
            return document, None, None
        if arrival.rank > rank_of(document):
            document._replace_evidence(arrival.values)
            return document, None, None
        data = {"number": document.number or "", "supplier": document.supplier_name or ""}
        return document, "copy_differs" if arrival.differs else "duplicate", data

    def _compare(self, arrival, document):
        """Where an arrival and the document that is held say something else, keep what is proven less of the two."""
        if document.content_key == arrival.values["content_key"]:
            return
        content = arrival.edocument.content
        held = document._read_edocument()
        if not held or not content.differs_from(held.content):
            return
        arrival.differs = True
        rank, Copy = rank_of(document), self.env["l10n_co.received.copy"]
        if arrival.is_rejected or arrival.rank <= rank:
            is_doubtful = not arrival.is_rejected and arrival.rank == rank
            found = differences_between(held.document, arrival.edocument.document)
            Copy._keep(document, arrival.as_copy, found, is_doubtful)
        else:
            # The document takes over what the arrival says; what it said until now becomes the copy.
            found = differences_between(arrival.edocument.document, held.document)
            Copy._forget(document, str(content))
            Copy._keep(document, document._as_copy(held), found, document._is_used())


def _told(values):
    """:return: those that say something: the others need not be written into a new row"""
    return {n: value for n, value in values.items() if value is not None and value is not False}
