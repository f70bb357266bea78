"""A row of the log is of one recipient, and is committed before its mail: no foreign key holds it to that."""

from odoo import SUPERUSER_ID, api

KEY = """
    ALTER TABLE l10n_co_outgoing_mail DROP CONSTRAINT IF EXISTS l10n_co_outgoing_mail_mail_id_fkey
"""


def migrate(cr, version):
    cr.execute(KEY)
    env = api.Environment(cr, SUPERUSER_ID, {})
    joined = env["l10n_co.outgoing.mail"].search(
        [("state", "!=", "sent"), ("email_to", "like", ", ")]
    )
    for row in joined:
        first, *others = row.email_to.split(", ")
        row.email_to = first
        for address in others:
            row.copy({"email_to": address})
