"""A copy of what was sent, in the mailbox' own Sent folder, never twice."""

SENT = "\\Sent"
# Made where a mailbox has no such folder: mail programs know it by this name.
DEFAULT_FOLDER = "Sent"
# Registries that hand out names below them: what stands before these is not one owner's.
_REGISTRIES = frozenset({"co", "com", "edu", "gob", "gov", "mil", "net", "nom", "org"})


def choices(mailbox):
    """Return the names of the folders a copy can be put into, the likeliest first: not the inbox, where it would be
    taken for a mail that came in.

    :param mailbox: an open `imap.ImapMailbox`
    """
    names = [folder.name for folder in mailbox.folders() if folder.is_usable]
    likely = mailbox.special_folder(SENT)
    return sorted(
        (name for name in names if name.upper() != "INBOX"),
        key=lambda name: (name != likely, name.lower()),
    )


def find_folder(mailbox, wanted=""):
    """Return the server's name of the folder for copies, made if it is missing.

    :param str wanted: the name a person chose; empty: the one the server marks as Sent, or that is called so
    :raises MailboxError: there is none, and none can be made
    """
    if wanted:
        return mailbox.ensure_folder(wanted)
    return mailbox.special_folder(SENT) or mailbox.ensure_folder(DEFAULT_FOLDER)


def keep(mailbox, folder, raw, message_id):
    """Put the mail into the folder, unless it lies there already: kept by the provider, or by us before a crash.

    :param str folder: the server's name, what `find_folder` returned
    :param bytes raw: the mail exactly as it was sent
    :param str message_id: its Message-ID, with the angle brackets
    :return: True when it was put there, False when it was there
    :raises MailboxError: it was not
    """
    if mailbox.search_message_id(folder, message_id):
        return False
    mailbox.append(folder, raw)
    return True


def are_neighbours(host, other):
    """Tell whether two servers belong to one owner, as far as their names tell: the password of one may be shown to the
    other.
    """
    host, other = host.lower().rstrip("."), other.lower().rstrip(".")
    if host == other:
        return True
    parent, other_parent = (name.partition(".")[2] for name in (host, other))
    labels = parent.split(".")
    is_registry = len(labels) < 2 or (
        len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _REGISTRIES
    )
    return parent == other_parent and not is_registry
