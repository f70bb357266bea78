"""Causes that nothing but what was being done tells, and those that our own code finds out."""

from ...vocabulary.reason import _
from ..errors import (
    ConnectionFailed,
    FolderFailed,
    MessageRefused,
    MoveUnproved,
    ServerRefused,
)
from .failure import Failure

ROWS = (
    Failure(
        "connection_failed",
        _("No connection"),
        _("No connection to %(host)s on port %(port)s came about."),
        _("Check server and port."),
        error=ConnectionFailed,
        datum="server",
    ),
    Failure(
        "greeting_refused",
        _("The server refused us"),
        _("%(host)s refused the conversation at its first word: %(answer)s"),
        _("Check server and port, or ask your mail provider."),
        error=ConnectionFailed,
        datum="server",
    ),
    Failure(
        "folder_refused",
        _("The folder was refused"),
        _("%(host)s refused the folder %(folder)s: %(answer)s"),
        _("Choose another folder name, or ask your mail provider."),
        error=FolderFailed,
        datum="folder",
    ),
    Failure(
        "inbox_changed",
        _("The inbox was replaced"),
        _("The inbox was replaced by another one while it was being read."),
        _(
            "Nothing to do: it is read from the start at the next run, and nothing is entered "
            "twice."
        ),
        error=FolderFailed,
        datum="folder",
        temporary=True,
    ),
    Failure(
        "uidl_missing",
        _("The server does not number its mails"),
        _("%(host)s does not offer UIDL, without which a mail cannot be told from another."),
        _("Use IMAP."),
        error=ServerRefused,
        datum="provider",
    ),
    Failure(
        "move_unproved",
        _("The move cannot be proved"),
        _("%(host)s says that it copied mails into %(folder)s, and none is found there."),
        _(
            "The mails stay in the inbox; nothing is lost. Ask your mail provider, or move them yourself."
        ),
        error=MoveUnproved,
        datum="provider",
    ),
    Failure(
        "copy_unproved",
        _("The copy is not found"),
        _("%(host)s says that it stored the copy in %(folder)s, and it is not found there."),
        _("Look into that folder. If the copy is missing, have it stored once more."),
        error=MoveUnproved,
        datum="provider",
    ),
    Failure(
        "fetch_incomplete",
        _("Not handed out whole"),
        _("%(host)s announced %(size)s bytes of a mail and handed out %(received)s."),
        _("Ask your mail provider to repair the mailbox; the mail stays in it meanwhile."),
        error=ServerRefused,
        datum="provider",
    ),
    Failure(
        "fetch_missing",
        _("Not handed out"),
        _("%(host)s lists a mail and answers nothing when it is asked for."),
        _("Ask your mail provider to repair the mailbox; the mail stays in it meanwhile."),
        error=ServerRefused,
        datum="provider",
    ),
    Failure(
        "sender_refused",
        _("The sender was refused"),
        _("%(host)s does not accept %(sender)s as the sender."),
        _("Use the address of the account as the sender."),
        error=MessageRefused,
        datum="sender",
    ),
    Failure(
        "message_refused",
        _("The mail was refused"),
        _("%(host)s does not accept the mail: %(answer)s"),
        _("Mend what it complains of, or ask your mail provider."),
        error=MessageRefused,
        datum="provider",
    ),
    Failure(
        "server_refused",
        _("The server refused"),
        _("%(host)s refused what we asked for: %(answer)s"),
        _("Ask your mail provider."),
        error=ServerRefused,
        datum="provider",
    ),
)

# What was being done when no sign matched -> what is said.
DEFAULTS = {
    "connect": "connection_failed",
    "tls": "tls_failed",
    "greeting": "greeting_refused",
    "helo": "name_refused",
    "login": "login_refused",
    "oauth": "oauth_refused",
    "folder": "folder_refused",
    "read": "server_refused",
    "file": "server_refused",
    "append": "message_refused",
    "sender": "sender_refused",
    "recipient": "recipient_refused",
    "message": "message_refused",
}
