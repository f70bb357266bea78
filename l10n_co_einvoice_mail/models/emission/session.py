"""What core takes for an SMTP connection, when one of our accounts sends."""

from email.policy import SMTP

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ...mailbox import failures
from ...mailbox.errors import (
    ConnectionFailed,
    ConnectionLost,
    DeliveryLost,
    MailboxError,
    MessageRefused,
)
from ...mailbox.smtp import Receipt
from .delivery import Delivery
from .patience import patience

# Context of the mails that a session sends.
SESSION = "l10n_co_session"
# What the account may send, not what is wrong with one mail: the others wait too.
LIMITS = frozenset({"throttled", "sending_limit", "mailbox_locked"})
UNREACHABLE = frozenset({"port_closed", "dns_unknown", "greeting_missing"})
# A connection that breaks off again is not opened a third time for the same batch.
MAX_LOSSES = 2


class SendingFailed(MailDeliveryException):
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
        self.begin(account.env["mail.mail"])
        self._server = None
        self._refusal = None
        self._losses = 0

    def begin(self, mail):
        """:param mail: mail.mail that the next messages are made of"""
        self.mail, self.errors, self.is_copy_deferred = mail, {}, False

    @property
    def error(self):
        """Why the mail did not reach everybody, MailboxError, or None; what passes by itself before what does not."""
        errors = sorted(self.errors.values(), key=self.mail._l10n_co_will_retry)
        return errors[-1] if errors else None

    def send_message(self, message, sender, recipients):
        """Send as smtplib does, and note what became of it; to nobody who has it already.

        :raise SendingFailed: none of these recipients got it
        """
        raw = message.as_bytes(policy=message.policy.clone(linesep=SMTP.linesep))
        delivery = Delivery(self, message, recipients)
        try:
            server = self._open()
            delivery.begin()
            refused = self._hand_over(server, delivery, sender, raw)
        except MailboxError as failure:
            error = _at_sending(failure)
            self._note_refusal(error)
            delivery.fail(error, not self.mail._l10n_co_will_retry(error))
            self.errors.update(dict.fromkeys(delivery.recipients, error))
            raise SendingFailed(self.account._l10n_co_tell_failure(error), error) from None
        self.account._l10n_co_note_health(None)
        self._note_outcome(delivery, refused)

    def _hand_over(self, server, delivery, sender, raw):
        """:return: {address: MailboxError} of those whom the server refused"""
        if not delivery.to and not delivery.copies:
            return {}
        try:
            receipt = server.deliver(
                sender,
                delivery.to or delivery.copies,
                raw,
                delivery.copies if delivery.to else (),
                patience(),
            )
        except MessageRefused as error:
            if delivery.to:
                raise
            receipt = Receipt(error.server_answer, dict.fromkeys(delivery.copies, error))
        return delivery.succeed(receipt, raw)

    def _note_outcome(self, delivery, refused):
        lost = dict.fromkeys(
            delivery.lost, DeliveryLost("delivery_lost", data={"host": self.account.smtp_host})
        )
        self.errors.update(lost | {a: error for a, error in refused.items() if a in delivery.to})
        self.is_copy_deferred |= any(
            failures.is_temporary(error) for a, error in refused.items() if a not in delivery.to
        )
        if self.errors.keys() >= set(delivery.recipients):
            error = self.errors[delivery.recipients[0]]
            raise SendingFailed(self.account._l10n_co_tell_failure(error), error)

    def noop(self):
        """Find out whether the account can send.

        :raise SendingFailed: it cannot
        """
        try:
            self._open()
        except MailboxError as failure:
            error = _at_sending(failure)
            self._note_refusal(error)
            raise SendingFailed(self.account._l10n_co_tell_failure(error), error) from None

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
        if error is self._refusal:
            return
        if self._server is None or error.code in LIMITS or error.server_answer.startswith("421"):
            self._refusal = error
        elif isinstance(error, ConnectionLost):
            self._losses += 1
            if self._losses >= MAX_LOSSES:  # what was lost is one mail; the others are not begun
                self._refusal = ConnectionLost("connection_lost", error.server_answer, error.data)
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


def _at_sending(error):
    """A server that an account worked with is found again: only a test may call it the account's port or name.

    :return: MailboxError
    """
    if error.code not in UNREACHABLE:
        return error
    return ConnectionFailed("sending_unreachable", error.server_answer, error.data)
