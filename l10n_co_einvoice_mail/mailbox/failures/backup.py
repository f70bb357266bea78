"""Why the backup of a POP3 mailbox' mails cannot be sent, and so nothing is deleted from it."""

from ...vocabulary.reason import _
from ..errors import MessageRefused
from .failure import Failure

ROWS = (
    Failure(
        "backup_missing",
        _("No backup address"),
        _(
            "The mailbox %(user)s is read by POP3 and has no backup address, so no mail may be deleted from it."
        ),
        _(
            "Type a backup address, or choose to leave the mails on the server. With IMAP neither is needed."
        ),
        error=MessageRefused,
        datum="recipient",
    ),
    Failure(
        "backup_loop",
        _("The backup address is the mailbox itself"),
        _(
            "The backup of %(user)s would be sent to the mailbox that is being read, and be read again."
        ),
        _("Type another address as backup address."),
        error=MessageRefused,
        datum="recipient",
    ),
    Failure(
        "backup_no_server",
        _("Nothing to send the backup with"),
        _("No outgoing mail server is set up that may send for %(user)s."),
        _("Set up an outgoing mail server, or choose to leave the mails on the server."),
        error=MessageRefused,
        datum="sender",
    ),
    Failure(
        "backup_refused",
        _("The backup was not accepted"),
        _(
            "A mail could not be sent to the backup address %(backup)s, so it stays in the mailbox: %(answer)s"
        ),
        _("Check the backup address and its mailbox. The backup is sent again at the next run."),
        error=MessageRefused,
        datum="recipient",
    ),
)
