"""Sending servers; what they were seen to do with the mail to one recipient of several.

`SERVERS` holds {name: (class, code of what is told of the bad recipient, whether it may have arrived)}.
"""

import time

from ..scripted import CLOSE, GREETING, ScriptedServer

BAD = "malo@otra.example.com"
LATE = 0.6  # seconds until a server answers that is late


class SmtpServer(ScriptedServer):
    """A server that takes mails; `accepted` holds (recipients, bytes) of each that it has taken.

    What a kind of server does otherwise is a method of its class, named after the command: it returns the answer, or
    `CLOSE`.
    """

    greeting = "220 ready"
    features = ("SIZE 40000000", "8BITMIME", "AUTH PLAIN LOGIN")

    def __init__(self):
        super().__init__({GREETING: self.greeting})
        self.accepted = []
        self.recipients, self.lines = [], None

    def _answer(self, line):
        if self.lines is not None:
            return self._take(line)
        handler = getattr(self, f"do_{line[:4].lower()}", None)
        return handler(line) if handler else "502 unknown command"

    def _take(self, line):
        if line != ".":
            self.lines.append(line.removeprefix("."))
            return b""
        raw, self.lines = "\r\n".join(self.lines).encode(), None
        return self.do_dot(self.recipients, raw)

    def _say(self, connection, answer, tag):
        return answer == b"" or super()._say(connection, answer, tag)

    @property
    def is_bad(self):
        """Whether the mail at hand is the one to the bad recipient."""
        return BAD in self.recipients

    def keep(self, recipients, raw):
        self.accepted.append((tuple(recipients), raw))

    # -- commands ----------------------------------------------------------------------------------

    def do_ehlo(self, _line):
        self.lines = None
        return "\r\n".join(["250-x.co", *(f"250-{name}" for name in self.features), "250 HELP"])

    do_helo = do_ehlo

    def do_auth(self, _line):
        return "235 ok"

    def do_mail(self, _line):
        self.recipients = []
        return "250 ok"

    def do_rset(self, _line):
        self.recipients = []
        return "250 ok"

    do_noop = do_rset

    def do_rcpt(self, line):
        self.recipients.append(line.partition("<")[2].partition(">")[0])
        return "250 ok"

    def do_data(self, _line):
        self.lines = []
        return "354 go on"

    def do_dot(self, recipients, raw):
        self.keep(recipients, raw)
        return "250 2.0.0 queued"

    def do_quit(self, _line):
        return "221 bye"


class _RefusesTheRecipient(SmtpServer):
    answer = "550 5.1.1 unknown"

    def do_rcpt(self, line):
        return self.answer if BAD in line else super().do_rcpt(line)


def refusing(answer):
    """:return: class of a server that answers so to the recipient"""
    return type("Refusing", (_RefusesTheRecipient,), {"answer": answer})


class _AtTheDot(SmtpServer):
    takes = False
    answer = CLOSE

    def do_dot(self, recipients, raw):
        if BAD not in recipients:
            return super().do_dot(recipients, raw)
        if self.takes:
            self.keep(recipients, raw)
        return self.answer


def ending(answer, takes=False):
    """:return: class of a server that answers so to the whole mail, having taken it or not"""
    return type("Ending", (_AtTheDot,), {"answer": answer, "takes": takes})


class AnswersLate(SmtpServer):
    """RFC 5321 §4.5.3.2.6: it may take ten minutes; somebody does not wait so long."""

    def do_dot(self, recipients, raw):
        answer = super().do_dot(recipients, raw)
        if BAD in recipients:
            time.sleep(LATE)
        return answer


class HangsUpAtData(SmtpServer):
    def do_data(self, line):
        return CLOSE if self.is_bad else super().do_data(line)


class RefusesData(SmtpServer):
    def do_data(self, line):
        return "554 no valid recipients" if self.is_bad else super().do_data(line)


class HangsUpInTheMiddle(SmtpServer):
    """Before the mail was whole."""

    def _take(self, line):
        if self.is_bad and len(self.lines) > 3:
            self.lines = None
            return CLOSE
        return super()._take(line)


class AsksForBoth(SmtpServer):
    """AUTH LOGIN, whatever is told with the command."""

    features = ("SIZE 40000000", "8BITMIME", "AUTH LOGIN")
    asked = 0

    def do_auth(self, _line):
        self.asked = 1
        return "334 VXNlcm5hbWU6"

    def _answer(self, line):
        if not self.asked or line[:4].upper() == "AUTH":
            return super()._answer(line)
        self.received[-1] = "***"
        self.asked = (self.asked + 1) % 3
        return "334 UGFzc3dvcmQ6" if self.asked else "235 ok"


class Blocks(SmtpServer):
    greeting = "554 5.7.1 blocked using zen.spamhaus.org"


class WantsAName(SmtpServer):
    def do_ehlo(self, _line):
        return "550 5.7.1 need a fully-qualified hostname"

    do_helo = do_ehlo


# What becomes of the mail to the bad recipient; the others get theirs once.
SERVERS = {
    "recipient unknown": (refusing("550 5.1.1 unknown"), "recipient_refused", False),
    "recipient full": (refusing("452 4.2.2 mailbox full"), "recipient_full", False),
    "greylisted": (refusing("451 4.7.1 try again later"), "server_busy", False),
    "no relaying": (refusing("554 5.7.1 Relay access denied"), "relay_denied", False),
    "hangs up at the recipient": (refusing(CLOSE), "connection_lost", False),
    "closes at the recipient": (refusing("421 4.3.2 closing"), "server_busy", False),
    "hangs up at DATA": (HangsUpAtData, "connection_lost", False),
    "refuses DATA": (RefusesData, "message_refused", False),
    # Its bytes are on their way by then: nobody can know.
    "hangs up in the middle": (HangsUpInTheMiddle, "delivery_lost", True),
    "hangs up, having taken it": (ending(CLOSE, takes=True), "delivery_lost", True),
    "hangs up, having lost it": (ending(CLOSE), "delivery_lost", True),
    "says nonsense": (ending("hello", takes=True), "delivery_lost", True),
    "refuses it": (ending("554 5.7.1 spam"), "message_refused", False),
    "refuses its domain": (ending("550 5.7.509 does not pass DMARC"), "sender_domain", False),
    "defers it": (ending("451 4.3.0 try later"), "server_busy", False),
    "answers late": (AnswersLate, "delivery_lost", True),
}
# Everybody gets the mail.
ODD = {"asks for both": AsksForBoth}
# Nobody does, and this is told.
CLOSED = {"blocks us": (Blocks, "address_blocked"), "wants a name": (WantsAName, "name_refused")}
