"""The order in which one run takes mailboxes, and their connections, which are opened while others are read."""

import time
from dataclasses import dataclass
from datetime import datetime

from ...mailbox.ahead import Opening, Pool, wait_for_one
from ...mailbox.base import Mailbox
from ...mailbox.errors import MailboxError

# A server may take so long to greet; then further mailboxes are read meanwhile.
PATIENCE_SECONDS = 2
TICK_SECONDS = 0.5


@dataclass
class Turn:
    """A mailbox that is to be read now.

    :ivar server: one fetchmail.server
    :ivar datetime seen: its `date` when it was chosen
    :ivar MailboxError error: why its server does not greet, or None
    :ivar Opening opening: its connection, or None
    """

    server: object
    seen: datetime | bool
    mailbox: Mailbox | None = None
    error: MailboxError | None = None
    opening: Opening | None = None


class Lane:
    """The turns of one run.

    Every server is asked once in a run whether it is there, all at the same time. Mailboxes of those that greet come in
    their order; those of a server that does not are told it, and the lane does not stand still until it is known.
    """

    def __init__(self, none, choose, seconds, *, keeps=True):
        """
        :param none: fetchmail.server without a record
        :param choose: function of the mailboxes chosen so far; the next ones, none at the end
        :param float seconds: after which no more is begun; what a server that was asked answers is waited for
        :param bool keeps: connections are used, not only tried
        """
        self._choose, self._keeps = choose, keeps
        self._ends = time.monotonic() + seconds
        self._chosen = none
        self._waiting = []  # Turns that are still to come, in their order
        self._asked_on = 0.0
        self._asked = {}  # {Endpoint: Opening}
        # Endpoints at which something went wrong: nothing is opened ahead there.
        self._troubled = set()
        self._ahead = {}  # {server: Opening}
        self._pool = Pool()

    def turns(self):
        """:return: generator of Turn; a turn is over when the next one is asked for"""
        try:
            self._take_more()
            while self._goes_on():
                turn = self._next()
                if turn:
                    yield from self._in_turn(turn)
                elif self._is_early() or self._is_over() or not self._take_more():
                    if not self._pending():
                        break
                    wait_for_one(self._pending(), TICK_SECONDS)
        finally:
            for opening in (*self._ahead.values(), *self._asked.values()):
                opening.drop()
            self._pool.end()

    def _goes_on(self):
        """Until its time is over; what is known of servers that do not greet is told before."""
        return not self._is_over() or self._pending() or self._first_failed()

    def _is_over(self):
        return time.monotonic() >= self._ends

    def _pending(self):
        return [opening for opening in self._asked.values() if not opening.has_ended]

    # ---- choosing --------------------------------------------------------------------------------

    def _is_early(self):
        """Whether servers that were asked a moment ago may still greet."""
        return self._pending() and time.monotonic() < self._asked_on + PATIENCE_SECONDS

    def _take_more(self):
        """:return: False when there are no more mailboxes"""
        servers = self._choose(self._chosen)
        if not servers:
            return False
        self._chosen |= servers
        turns = [_turn_of(server) for server in servers]
        self._waiting += turns
        self._asked_on = time.monotonic()
        if len(turns) == 1 and not self._keeps:
            return True  # who reads it will see
        for turn in turns:
            if turn.mailbox and turn.mailbox.endpoint not in self._asked:
                opening = self._pool.opening(turn.mailbox, is_kept=self._keeps_open(turn))
                self._asked[turn.mailbox.endpoint] = opening
                if self._keeps_open(turn):
                    self._ahead[turn.server] = opening
        return True

    def _keeps_open(self, turn):
        """Where sessions are counted, a connection that is not used yet would be one too many."""
        provider = turn.server.l10n_co_provider_id
        return self._keeps and not provider.session_count and not provider.logins_per_minute

    # ---- turns -----------------------------------------------------------------------------------

    def _next(self):
        """:return: the first mailbox whose server greets; else the first one of which it is known that it does not"""
        reads = not self._is_over() or self._pending()
        turn = self._first_greeted() if reads else None
        return turn or (None if self._is_early() else self._first_failed())

    def _first_greeted(self):
        return next((turn for turn in self._waiting if self._greets(turn)), None)

    def _greets(self, turn):
        if not turn.mailbox:
            return False
        asked = self._asked.get(turn.mailbox.endpoint)
        return not asked or (asked.has_ended and not asked.error)

    def _first_failed(self):
        for turn in self._waiting:
            asked = turn.mailbox and self._asked.get(turn.mailbox.endpoint)
            if asked and asked.has_ended:
                turn.error = asked.error
            if turn.error:
                return turn
        return None

    def _in_turn(self, turn):
        """Yield the turn; the next mailbox is connected meanwhile."""
        self._waiting.remove(turn)
        turn.opening = self._ahead.pop(turn.server, None)
        self._open_next()
        try:
            yield turn
        finally:
            if turn.opening:
                turn.opening.drop()
        if turn.mailbox and turn.server.l10n_co_failure_code:
            self._troubled.add(turn.mailbox.endpoint)

    def _open_next(self):
        turn = None if self._is_over() else self._first_greeted()
        if (
            turn
            and turn.server not in self._ahead
            and turn.mailbox.endpoint not in self._troubled
            and self._keeps_open(turn)
        ):
            self._ahead[turn.server] = self._pool.opening(turn.mailbox)


def _turn_of(server):
    try:
        return Turn(server, server.date, server._l10n_co_mailbox())
    except MailboxError as error:
        return Turn(server, server.date, error=error)
