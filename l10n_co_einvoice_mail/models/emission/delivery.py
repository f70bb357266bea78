"""What is known of each recipient of an e-mail, written down before and after the server's word."""

from datetime import timedelta

from odoo import fields
from odoo.tools import email_normalize

from ...mailbox.errors import DeliveryLost
from ..shared.transactions import apart

LOG = "l10n_co.outgoing.mail"
# It was handed over, and nothing is known of it: a process that comes after one that was killed sends it once more.
BEGUN = "delivery_begun"
SENT_FOLDERS = "l10n_co_einvoice_mail.cron_sent_copies"
PAUSE = timedelta(minutes=2)


class Delivery:
    """One e-mail that a session hands to a server.

    Each recipient's row in the log is written in transactions of its own: what a server took stays written down, and
    nobody who was served is served again, whatever becomes of the transaction that sends.
    """

    def __init__(self, session, message, recipients):
        """:param Session session: what sends
        :param message: email.message.EmailMessage
        :param recipients: addresses of the envelope
        """
        self.env = session.account.env
        self.mail_id = session.mail.id
        self.account = session.account
        self.recipients = list(dict.fromkeys(recipients))
        self.values = self.env[LOG]._values(session, message)
        # What is no mail of somebody's, such as a backup, is copied to nobody and into no folder.
        self._wanted = self._copy_addresses() if self.mail_id else []
        self.to = self.copies = ()
        self.lost = ()
        self._row_ids = ()

    def _copy_addresses(self):
        """:return: list of addresses that get a blind copy: the account's and, of a document, its company's"""
        company = self.env["res.company"].browse(self.values["company_id"])
        of_company = company.sudo().l10n_co_emission_server_id.filtered("l10n_co_copy_all")
        accounts = self.account | (
            of_company if self.values["is_document"] else of_company.browse()
        )
        found = (email_normalize(account.l10n_co_copy_email or "") for account in accounts)
        return list(dict.fromkeys(filter(None, found)))

    def begin(self):
        """Note that from now on it may be delivered; find out who has it already."""
        with apart(self.env) as env:
            rows = self._rows(env)
            self.lost = [row.email_to for row in rows if row._is_lost()]
            open_rows = rows.filtered(lambda row: row.state != "sent" and not row._is_lost())
            self.to = open_rows.mapped("email_to")
            self.copies = rows._missing_copies(self._wanted)
            open_rows.write(
                {
                    "state": "unknown",
                    "date": fields.Datetime.now(),
                    "failure_code": BEGUN,
                    "failure_data": {},
                }
            )
        self._row_ids = rows.ids

    def succeed(self, receipt, raw):
        """:param receipt: smtp.Receipt
        :param bytes raw: exactly what was sent
        :return: {address: MailboxError} of those whom the server refused
        """
        refused = receipt.refused
        with apart(self.env) as env:
            rows = self._rows(env)
            for row in rows.filtered(lambda row: row.email_to in self.to):
                row._note(refused.get(row.email_to), receipt.answer)
            sent = rows.filtered(lambda row: row.state == "sent")
            if sent:
                sent[0]._note_copies(self.copies, refused)
                if self.mail_id:
                    env["l10n_co.sent.copy"]._take(sent, raw)
        return refused

    def fail(self, error, is_final):
        """:param MailboxError error: why nobody got it
        :param bool is_final: it is not tried again by itself
        """
        with apart(self.env) as env:
            rows = self._rows(env)
            for row in rows.filtered(lambda row: row.state != "sent" and not row._is_lost()):
                row._note(error, error.server_answer, is_final)
            if isinstance(
                error, DeliveryLost
            ):  # the server may file it among the sent mails meanwhile
                env.ref(SENT_FOLDERS)._trigger(fields.Datetime.now() + PAUSE)

    def _rows(self, env):
        """:return: a row for each recipient, in their order"""
        log = env[LOG]
        if self._row_ids:  # committed when it began
            return log.browse(self._row_ids)
        return log._rows_of(self.mail_id, self.recipients, self.values)
