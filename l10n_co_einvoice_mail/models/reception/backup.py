import smtplib
from email import message_from_bytes
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from odoo import fields
from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ...mailbox import failures
from ..shared import transactions

# Anything a mail server, or the way to it, answers while a backup is sent.
SENDING_ERRORS = (OSError, smtplib.SMTPException, MailDeliveryException, UserError)


class Backup:
    """Copies of the mails of a POP3 mailbox, sent to its backup address before they are deleted.

    At least once: a process that ends between the server's acceptance and our commit sends the copy
    again, with the same Message-ID.
    """

    def __init__(self, server):
        """:param server: fetchmail.server"""
        self.server = server
        self.env = server.env

    def check(self):
        """:raise MailboxError: backups of this mailbox cannot be sent as it is set up"""
        server = self.server
        address = email_normalize(server.l10n_co_backup_email or "")
        facts = {"user": server.user or "", "backup": address or ""}
        if not address:
            raise _failure("backup_missing", facts)
        if address == email_normalize(server.user or "") or server.sudo().search_count(
            [("l10n_co_company_id", "!=", False), ("user", "=ilike", address)], limit=1
        ):
            raise _failure("backup_loop", facts)

    def check_sender(self):
        """:raise MailboxError: nothing is there that backups could be sent with"""
        server_id, email_from = self._sender()
        Server = self.env["ir.mail_server"].sudo()
        try:
            session = Server._connect__(mail_server_id=server_id, smtp_from=email_from)
            if session:  # none is opened while Odoo's tests run
                session.noop()
                session.quit()
        except SENDING_ERRORS as error:
            facts = {"user": self.server.user or "", "answer": failures.scrub(str(error))}
            raise _failure("backup_no_server", facts) from None

    def send(self, mails, report):
        """Send those of `mails` that are not backed up yet, and commit each.

        A refused one stays in the mailbox and is told on it (`report.error`); the others go on.
        """
        mails = mails.filtered(lambda mail: not mail.backed_up_on)
        if not mails:
            return
        self.check()
        for mail in mails:
            try:
                self._send(mail)
            except SENDING_ERRORS as error:
                report.error = self._as_error(error)
                continue
            moment = fields.Datetime.now()
            transactions.retried(
                self.env, lambda mail=mail, at=moment: mail._step("back up", backed_up_on=at)
            )

    def _sender(self):
        """:return: (id of an ir.mail_server, From) that backups are sent with; None where Odoo's own settings send"""
        mail_server, email_from = self.server._l10n_co_way_of_backups()
        return mail_server.id if mail_server else None, email_from

    def _send(self, mail):
        server_id, email_from = self._sender()
        self.env["ir.mail_server"].sudo().send_email(
            self._message(mail, email_from or self.server.user), mail_server_id=server_id
        )

    def _message(self, mail, email_from):
        """The backup: the original as message/rfc822, byte for byte but for the line endings of the transport
        (RFC 5321).
        """
        backup = MIMEMultipart()
        backup["From"] = email_from
        backup["To"] = email_normalize(self.server.l10n_co_backup_email)
        backup["Subject"] = self.env._("Backup: %s", mail.subject or mail.uid)
        backup["Message-ID"] = f"<{mail.sha256}@backup.invalid>"
        backup["X-Odoo-Backup-Of"] = mail.uid
        backup["Auto-Submitted"] = "auto-generated"
        text = self.env._(
            "The attached mail was received from %s and deleted there.", self.server.user
        )
        backup.attach(MIMEText(text, "plain", "utf-8"))
        backup.attach(MIMEMessage(message_from_bytes(mail.raw_attachment_id.raw)))
        return backup

    def _as_error(self, error):
        # Odoo wraps what the mail server said into an exception of its own.
        answer = failures.answer_of(error.__context__ or error)
        facts = {"backup": self.server.l10n_co_backup_email, "answer": failures.scrub(answer)}
        return _failure("backup_refused", facts)


def _failure(code, data):
    return failures.error_of(code, data.get("answer", ""), data)
