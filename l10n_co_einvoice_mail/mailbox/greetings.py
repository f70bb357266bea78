"""Which of many mail servers answer now, asked all at once: threads that only wait for sockets."""

from collections.abc import Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from . import transport
from .base import Mailbox
from .errors import MailboxError

Key = TypeVar("Key", bound=Hashable)

THREADS = 32


def greetings(mailboxes: dict[Key, Mailbox]) -> Iterator[tuple[Key, MailboxError | None]]:
    """Connect to the servers of some mailboxes and wait for their greeting; nobody logs in.

    :param mailboxes: {key: Mailbox, not opened}
    :return: generator of (key, None) as each server greets, and at the end (key, MailboxError) of those that did not
    """
    failed = []
    pool = ThreadPoolExecutor(min(THREADS, len(mailboxes) or 1), thread_name_prefix="greeting")
    try:
        waiting = {pool.submit(_greeting_of, mailbox): key for key, mailbox in mailboxes.items()}
        for answered in as_completed(waiting):
            error = answered.result()
            if error is None:
                yield waiting[answered], None
            else:
                failed.append((waiting[answered], error))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    yield from failed


def _greeting_of(mailbox):
    """:return: why the server does not greet, or None; the servers of all mail protocols speak first"""
    try:
        with (
            mailbox.translated("greeting"),
            transport.connect(mailbox.endpoint, mailbox.allow_internal) as connected,
        ):
            if not connected.recv(1):
                raise ConnectionResetError("closed before a greeting")
    except MailboxError as error:
        return error
    return None
