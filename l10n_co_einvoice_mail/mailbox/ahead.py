"""Mailboxes that are connected while others are read: a thread waits for the way, the encryption and the greeting.

Nothing of the credentials is sent. A server that does not greet is noticed in the same way, and keeps nobody waiting.
"""

from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from .base import Mailbox
from .errors import MailboxError

# More than a run chooses at once: dead servers keep no other one waiting.
THREADS = 64


class Pool:
    """Threads that only wait for sockets."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="ahead")

    def opening(self, mailbox: Mailbox, *, is_kept: bool = True) -> "Opening":
        """Begin to connect a mailbox.

        :param mailbox: not opened yet
        :param is_kept: False hangs up as soon as the server has greeted
        """
        return Opening(self._pool.submit(_connected, mailbox, is_kept), mailbox)

    def end(self) -> None:
        """Begin nothing more; what has begun ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Opening:
    """A mailbox that is being connected."""

    def __init__(self, future: "Future[MailboxError | None]", mailbox: Mailbox):
        self._future = future
        self._mailbox = mailbox

    @property
    def has_ended(self) -> bool:
        """Whether it is known if the server greets."""
        return self._future.done()

    @property
    def error(self) -> MailboxError | None:
        """Why the server does not greet, or None; waits for it."""
        return self._future.result()

    def mailbox_for(self, wanted: Mailbox) -> Mailbox:
        """Give the connection to who reads the mailbox now.

        :param wanted: as it is set up by now, not opened
        :return: the connected mailbox, with the credentials of `wanted`; `wanted` itself where it is another server's,
            or no thread was free
        :raise MailboxError: the server did not greet
        """
        mine = self._mailbox
        if _way(mine) != _way(wanted) or self._future.cancel():
            return wanted
        if error := self.error:
            raise error
        mine.credentials = wanted.credentials
        return mine

    def drop(self) -> None:
        """Hang up, now or when the server has greeted, unless the mailbox was closed since."""
        self._future.add_done_callback(lambda _future: self._mailbox.abandon())
        self._future.cancel()


def wait_for_one(openings: Collection[Opening], seconds: float) -> None:
    """Wait until one of these has ended, or for so long."""
    wait({opening._future for opening in openings}, seconds, FIRST_COMPLETED)


def _connected(mailbox, is_kept):
    """:return: why the server does not greet, or None"""
    try:
        mailbox.prepare()
    except MailboxError as error:
        return error
    if not is_kept:
        mailbox.abandon()
    return None


def _way(mailbox):
    return type(mailbox), mailbox.endpoint, mailbox.allow_internal
