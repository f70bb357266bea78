"""How long a conversation with a mail server may last: as long as enough comes, within an end that is set outside."""

import threading
import time
from collections.abc import Callable

PATIENCE_SECONDS = 60  # that the answer to one command may take
SLOWEST = 512  # bytes a second; an answer that comes faster may take longer
TICK_SECONDS = 1


class Meter:
    """How long the answer to the last command has been waited for, and how much of it has come.

    A protocol's own client tells it: `sent` with each command, `began` and `ended` around each read.
    """

    def __init__(self) -> None:
        self._waited = 0.0
        self._since: float | None = None
        self._octets = 0

    def sent(self) -> None:
        """A command was sent: its answer is waited for from now on."""
        self._waited, self._octets = 0.0, 0

    def began(self) -> None:
        """A read began; it may block."""
        self._since = time.monotonic()

    def ended(self, octets: int) -> None:
        """A read ended, and brought so many bytes."""
        if self._since is not None:
            self._waited += time.monotonic() - self._since
        self._since = None
        self._octets += octets

    @property
    def is_too_slow(self) -> bool:
        """Whether the present answer takes longer than what has come of it allows."""
        since = self._since  # read once: another thread writes it
        if since is None:
            return False
        waited = self._waited + time.monotonic() - since
        return waited > PATIENCE_SECONDS + self._octets / SLOWEST


class Watch(threading.Thread):
    """Hangs up when a conversation lasts too long: a server that sends a byte a minute never runs into a socket's
    timeout.
    """

    def __init__(
        self, meter: Callable[[], Meter | None], hang_up: Callable[[], None], seconds: float
    ):
        """:param meter: tells the meter of the present connection
        :param hang_up: ends the connection, whatever it is doing
        :param seconds: after which it is ended in any case
        """
        super().__init__(name="mailbox-watch", daemon=True)
        self._meter = meter
        self._hang_up = hang_up
        self._ends = time.monotonic() + seconds
        self._cancelled = threading.Event()

    def run(self) -> None:
        """See `threading.Thread`."""
        while not self._cancelled.wait(max(0, min(TICK_SECONDS, self._ends - time.monotonic()))):
            meter = self._meter()
            if time.monotonic() >= self._ends or (meter and meter.is_too_slow):
                self._hang_up()
                return

    def cancel(self) -> None:
        """The conversation has ended."""
        self._cancelled.set()
