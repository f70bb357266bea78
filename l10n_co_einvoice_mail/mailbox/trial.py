"""Reading some mails of an inbox as a run does, to see what its server hands out."""

from dataclasses import dataclass

from .base import Entry, Mailbox, batches
from .errors import ConnectionLost, MailboxError, Throttled

SAMPLE = 20  # of the newest mails
MAX_BREAKS = 3  # new sessions: servers count logins


@dataclass(frozen=True)
class Trial:
    """What a server handed out."""

    count: int  # mails in the inbox
    asked: int
    read: int


def read_some(mailbox: Mailbox) -> Trial:
    """Read the newest mails, whole; one that the server does not hand out keeps no other from being read.

    :param mailbox: open; it may have another session afterwards
    :raise MailboxError: the server lists nothing, or hands out none of them
    """
    entries = _listed(mailbox)
    sample = next(batches(reversed(entries[-SAMPLE:])), [])
    read, failure = _read(mailbox, sample)
    if sample and not read:
        raise failure or next(iter(mailbox.refused.values()))
    return Trial(len(entries), len(sample), read)


def _listed(mailbox: Mailbox) -> list[Entry]:
    try:
        return mailbox.list_new()
    except (ConnectionLost, Throttled):
        mailbox.reopen()
        return mailbox.list_carefully()


def _read(mailbox: Mailbox, sample: list[Entry]) -> tuple[int, MailboxError | None]:
    """:return: (how many were read, what broke off last); after a break they are asked for one by one"""
    left, alone, failure = list(sample), False, None
    read = breaks = 0
    while left and breaks <= MAX_BREAKS:
        some = left[:1] if alone else left
        try:
            read += len(list(mailbox.fetch(some)))
            left = left[len(some) :]
        except MailboxError as error:
            failure, breaks = error, breaks + 1
            left, alone = left[1:] if alone else left, True
            if not error.asked or breaks > MAX_BREAKS:
                break
            mailbox.reopen()
    return read, failure
