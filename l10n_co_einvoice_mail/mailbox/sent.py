"""A copy of what was sent, in the mailbox' own Sent folder, never twice."""

from . import failures
from .imap import ImapMailbox

SENT = "\\Sent"
# Made where a mailbox has no such folder: mail programs know it by this name.
DEFAULT_FOLDER = "Sent"


def choices(mailbox: ImapMailbox) -> list[str]:
    """Return the names of the folders a copy can be put into, the likeliest first: not the inbox, where it would be
    taken for a mail that came in.

    :param mailbox: open
    """
    names = [folder.name for folder in mailbox.folders() if folder.is_usable]
    likely = mailbox.special_folder(SENT)
    return sorted(
        (name for name in names if name.upper() != "INBOX"),
        key=lambda name: (name != likely, name.lower()),
    )


def find_folder(mailbox: ImapMailbox, wanted: str = "") -> str:
    """Return the server's name of the folder for copies, made if it is missing.

    :param wanted: the name a person chose; empty: the one the server marks as Sent, or that is called so
    :raise MailboxError: there is none, and none can be made
    """
    if wanted:
        return mailbox.ensure_folder(wanted)
    return mailbox.special_folder(SENT) or mailbox.ensure_folder(DEFAULT_FOLDER)


def keep(
    mailbox: ImapMailbox, folder: str, raw: bytes, message_id: str, *, is_repeated: bool = False
) -> bool:
    """Put the mail into the folder, unless it lies there already: kept by the provider, or by us before a crash.

    :param folder: the server's name, what `find_folder` returned
    :param raw: the mail exactly as it was sent
    :param message_id: its Message-ID, with the angle brackets
    :param is_repeated: it was tried before: the answer may have been lost, and not the mail
    :return: True when it was put there, False when it was there
    :raise MailboxError: it was not, or it is not found where the server says that it is (`copy_unproved`)
    """
    if mailbox.search_message_id(folder, message_id, newest=is_repeated):
        return False
    uid = mailbox.append(folder, raw)
    if not uid and not mailbox.search_message_id(folder, message_id):
        raise failures.error_of("copy_unproved", data={**mailbox.endpoint.facts, "folder": folder})
    return True
