"""What core takes for an SMTP connection, when one of our accounts sends."""

from email.policy import SMTP

from ...mailbox.errors import ConnectionLost, MailboxError

# Context of the mails that a session sends.
SESSION = "l10n_co_session"
# What the account may send, not what is wrong with one mail: the others wait too.
LIMITS = frozenset({"throttled", "sending_limit", "mailbox_locked"})
# A connection that breaks off again is not opened a third time for the same batch.
MAX_LOSSES = 2


class SendingFailed(Exception):
    """A mail could not be sent; its text is what a person reads.

    :param MailboxError error: the cause
    """

    def __init__(self, text, error):
        super().__init__(text)
        self.error = error


class Session:
    """One account sending a batch of mails, over one connection that is opened with the first of them.

    Opened so late, a server that does not let us in is a failure of each mail, told on each document; and once it has
    refused the account, it is not asked again for the others.
    """

    def __init__(self, account, smtp_from):
        """:param account: ir.mail_server, one of ours
        :param str smtp_from: From of the mails, an address of the account
        """
        self.account = account.sudo()
        self.from_filter = account.from_filter
        self.smtp_from = smtp_from
        self.mail = account.env["mail.mail"]  # what is being sent
        self.error = None  # why the last one was not
        self._server = None
        self._refusal = None
        self._losses = 0

    def begin(self, mail):
        """:param mail: mail.mail that the next messages are made of"""
        self.mail, self.error = mail, None

    def send_message(self, message, sender, recipients):
        """Send as smtplib does, and note what became of it.

        :raise SendingFailed: it was not sent
        """
        log = self.account.env["l10n_co.outgoing.mail"]
        raw = message.as_bytes(policy=message.policy.clone(linesep=SMTP.linesep))
        blind = log._missing_copies(self, message, recipients)
        try:
            receipt = self._open().deliver(sender, recipients, raw, blind)
        except MailboxError as error:
            self._note_refusal(error)
            log._note_failure(self, message, recipients, error)
            raise SendingFailed(self.account._l10n_co_tell_failure(error), error) from None
        self.account._l10n_co_note_health(None)
        row = log._note_sent(self, message, recipients, blind, receipt)
        self.account.env["l10n_co.sent.copy"]._take(row, raw)

    def _open(self):
        """:return: SmtpServer, logged in
        :raise MailboxError: the account cannot be used, or the server lets nobody in
        """
        if self._refusal:
            raise self._refusal
        if self._server is None:
            self._server = self.account._l10n_co_open_smtp()
        return self._server

    def _note_refusal(self, error):
        self.error = error
        if error is self._refusal:
            return
        if self._server is None or error.code in LIMITS or error.server_answer.startswith("421"):
            self._refusal = error
        elif isinstance(error, ConnectionLost):
            self._losses += 1
            self._refusal = error if self._losses >= MAX_LOSSES else None
        else:
            return  # the server did not want this mail; it may want the next one
        server, self._server = self._server, None
        if server is not None:
            server.abandon()
        self.account._l10n_co_note_health(error)

    def quit(self):
        """Say goodbye. Never raises."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
