"""Faults that a server makes at any of its commands: which, and at which command, a test chooses by chance."""

from itertools import count

from ..scripted import CLOSE, Half
from .imap_server import ImapServer, Session
from .pop import PopServer

REFUSALS = {
    "refuse": (b"NO refused", b"-ERR refused"),
    "be busy": (b"NO [UNAVAILABLE] try again later", b"-ERR [SYS/TEMP] try again later"),
    "not understand": (b"BAD Command Argument Error. 11", b"-ERR unknown command"),
    # OK, and nothing was done.
    "lie": (b"OK done", b"+OK"),
}
# What may be done instead of an answer; the command is done in the last two.
FAULTS = (*REFUSALS, "speak nonsense", "hang up", "hang up afterwards", "hang up in the middle")


class _Faulty:
    """`faults` holds {number of a command, from 0 on: one of FAULTS}."""

    faults = {}

    def disturb(self, faults):
        """Make these faults, counting commands from now on."""
        self.faults, self._commands = dict(faults), count()

    def disturbed(self, line, done, refusal):
        """:param done: callable that does the command, and gives its answer
        :param refusal: function of a pair of `REFUSALS`
        """
        fault = self.faults.get(next(self._commands)) if self.faults else None
        if fault is None:
            return done()
        if fault in REFUSALS:
            return refusal(REFUSALS[fault])
        if fault == "speak nonsense":
            return b"\xff\xfe{9} nonsense"
        answer = done() if fault != "hang up" else CLOSE
        is_cut = fault == "hang up in the middle" and answer is not CLOSE
        return Half(answer) if is_cut else CLOSE


class FaultyImapServer(_Faulty, ImapServer):
    def session(self):
        return _FaultySession(self)


class _FaultySession(Session):
    def answer(self, line):
        tag = line.partition(b" ")[0]
        return self.server.disturbed(
            line,
            lambda: super(_FaultySession, self).answer(line),
            lambda pair: tag + b" " + pair[0],
        )


class FaultyImapServerWithoutMove(FaultyImapServer):
    capabilities = "IMAP4rev1 UIDPLUS"


class FaultyImapServerWithoutUidplus(FaultyImapServer):
    capabilities = "IMAP4rev1"


class FaultyPopServer(_Faulty, PopServer):
    def _answer(self, line):
        return self.disturbed(
            line, lambda: super(FaultyPopServer, self)._answer(line), lambda pair: pair[1]
        )


IMAP = (FaultyImapServer, FaultyImapServerWithoutMove, FaultyImapServerWithoutUidplus)
