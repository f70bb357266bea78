import smtplib
from email import message_from_bytes
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from odoo import api, models
from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ...mailbox import failures
from ..shared import transactions

# Anything a mail server, or the way to it, answers while a backup is sent.
SENDING_ERRORS = (OSError, smtplib.SMTPException, MailDeliveryException, UserError)


class MailBackup(models.AbstractModel):
    """Copies of the mails of a POP3 mailbox, sent to its backup address before they are deleted.

    At least once: a process that ends between the server's acceptance and our commit sends the copy
    again, with the same Message-ID.
    """

    _name = "l10n_co.mail.backup"
    _description = "Backup of POP3 mails (Colombian e-invoice mail)"

    @api.model
    def _check(self, server):
        """:raise MailboxError: backups of this mailbox cannot be sent as it is set up"""
        address = email_normalize(server.l10n_co_backup_email or "")
        facts = {"user": server.user or "", "backup": address or ""}
        if not address:
            raise _failure("backup_missing", facts)
        if address == email_normalize(server.user or "") or server.sudo().search_count(
            [("l10n_co_company_id", "!=", False), ("user", "=ilike", address)], limit=1
        ):
            raise _failure("backup_loop", facts)

    @api.model
    def _check_sender(self, server):
        """:raise MailboxError: nothing is there that backups could be sent with"""
        mail_server, email_from = self._sender(server)
        try:
            session = (
                self.env["ir.mail_server"]
                .sudo()
                ._connect__(mail_server_id=mail_server.id, smtp_from=email_from)
            )
        except SENDING_ERRORS as error:
            facts = {"user": server.user or "", "answer": failures.scrub(str(error))}
            raise _failure("backup_no_server", facts) from None
        if session:  # none is opened while Odoo's tests run
            session.quit()

    @api.model
    def _back_up(self, server, mails, report):
        """Send those of `mails` that are not backed up yet, and commit each.

        A refused one stays in the mailbox and is told on it (`report.error`); the others go on.
        """
        mails = mails.filtered(lambda mail: not mail.backed_up_on)
        if not mails:
            return
        self._check(server)
        for mail in mails:
            try:
                self._send(server, mail)
            except SENDING_ERRORS as error:
                report.error = self._as_error(server, error)
                continue
            transactions.retried(self.env, mail._note_backup)

    def _sender(self, server):
        """:return: (ir.mail_server, From) that backups are sent with; the server is empty where Odoo's own
        settings send
        """
        MailServer = self.env["ir.mail_server"].sudo()
        mail_server, email_from = MailServer._find_mail_server(server.user)
        return mail_server or MailServer, email_from

    def _send(self, server, mail):
        mail_server, email_from = self._sender(server)
        self.env["ir.mail_server"].sudo().send_email(
            self._message(server, mail, email_from or server.user), mail_server_id=mail_server.id
        )

    def _message(self, server, mail, email_from):
        """The backup: the original as message/rfc822, byte for byte but for the line endings of the transport
        (RFC 5321).
        """
        backup = MIMEMultipart()
        backup["From"] = email_from
        backup["To"] = email_normalize(server.l10n_co_backup_email)
        backup["Subject"] = self.env._("Backup: %s", mail.subject or mail.uid)
        backup["Message-ID"] = f"<{mail.sha256}@backup.invalid>"
        backup["X-Odoo-Backup-Of"] = mail.uid
        backup["Auto-Submitted"] = "auto-generated"
        text = self.env._("The attached mail was received from %s and deleted there.", server.user)
        backup.attach(MIMEText(text, "plain", "utf-8"))
        backup.attach(MIMEMessage(message_from_bytes(mail.raw_attachment_id.raw)))
        return backup

    def _as_error(self, server, error):
        # Odoo wraps what the mail server said into an exception of its own.
        answer = failures.answer_of(error.__context__ or error)
        facts = {"backup": server.l10n_co_backup_email, "answer": failures.scrub(answer)}
        return _failure("backup_refused", facts)


def _failure(code, data):
    row = failures.FAILURES[code]
    return row.error(code, data.get("answer", ""), failures.with_placeholders(row, data))
