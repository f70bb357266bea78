"""POP3 servers; what they were seen to do with one mail in a mailbox of several."""

import re

from ..scripted import CLOSE, MUTE, POP_LOGIN, ScriptedServer

BAD = 2  # the number of the mail that something is wrong with


class PopServer(ScriptedServer):
    """A POP3 server with some mails. A mail is gone when QUIT came after its DELE."""

    def __init__(self, mails, **answers):
        """:param list mails: raw bytes
        :param answers: what the server says instead, by what the command's line begins with (blanks written `_`)
        """
        super().__init__(POP_LOGIN)
        self.mails = dict(enumerate(mails, start=1))
        self._answers = {name.replace("_", " "): answer for name, answer in answers.items()}
        self._marked = set()

    def _answer(self, line):
        for start, answer in self._answers.items():
            if line.startswith(start):
                return answer
        command, _space, argument = line.partition(" ")
        handler = getattr(self, f"_do_{command.lower()}", None)
        return handler(argument) if handler else super()._answer(line)

    def _do_pass(self, _argument):
        self._marked = set()
        return "+OK logged in"

    def _do_stat(self, _argument):
        return f"+OK {len(self.mails)} {sum(map(len, self.mails.values()))}"

    def _do_list(self, _argument):
        lines = [f"{number} {self.announced(number)}" for number in self.mails]
        return "\r\n".join(["+OK", *lines, "."])

    def announced(self, number):
        return len(self.mails[number])

    def _do_uidl(self, _argument):
        return "\r\n".join(["+OK", *(f"{number} uid{number}" for number in self.mails), "."])

    def _do_retr(self, number):
        return b"+OK\r\n" + re.sub(rb"(?m)^\.", b"..", self.mails[int(number)]) + b"."

    def _do_top(self, argument):
        header = self.mails[int(argument.split()[0])].partition(b"\r\n\r\n")[0]
        return b"+OK\r\n" + header + b"\r\n\r\n."

    def _do_dele(self, number):
        self._marked.add(int(number))
        return "+OK"

    def _do_noop(self, _argument):
        return "+OK"

    def _do_quit(self, _argument):
        for number in self._marked:
            self.mails.pop(number, None)
        return "+OK"


class Estimating(PopServer):
    """LIST tells estimates, others each time."""

    _counter = 0

    def announced(self, number):
        Estimating._counter += 1
        return len(self.mails[number]) + 100 + Estimating._counter


class Blanks(PopServer):
    """Number and UIDL are parted by a tab."""

    def _do_uidl(self, _argument):
        return "\r\n".join(["+OK", *(f"{number}\t uid{number}  " for number in self.mails), "."])


class SharedNames(PopServer):
    """Two mails have one UIDL."""

    def _do_uidl(self, _argument):
        return "\r\n".join(["+OK", *(f"{number} uid" for number in self.mails), "."])


def _cut(mails, length):
    return b"+OK\r\n" + mails[BAD - 1][:length] + b"\r\n."


def _unstuffed(mails):
    raw = mails[BAD - 1]
    half = raw.index(b"\r\n", len(raw) // 2)
    return b"+OK\r\n" + raw[:half] + b"\r\n.\r\n+OK\r\n" + raw[half:] + b"."


# What hides mail 2; the others are handed out.
SERVERS = {
    "empty": lambda mails: PopServer(mails, RETR_2=b"+OK\r\n."),
    "two bytes": lambda mails: PopServer(mails, RETR_2=b"+OK 2 octets\r\n\r\n."),
    "cut": lambda mails: PopServer(mails, RETR_2=_cut(mails, 900)),
    "a dot that is not stuffed": lambda mails: PopServer(mails, RETR_2=_unstuffed(mails)),
    "refused": lambda mails: PopServer(mails, RETR_2="-ERR cannot open message"),
    "busy": lambda mails: PopServer(mails, RETR_2="-ERR [SYS/TEMP] internal error"),
    "hangs up": lambda mails: PopServer(mails, RETR_2=CLOSE),
    "stalls": lambda mails: PopServer(mails, RETR_2=MUTE),
    "speaks on": lambda mails: PopServer(mails, RETR_2=b"+OK\r\n.\r\n+OK"),
}
# Odd, and yet every mail is handed out.
ODD = {
    "no TOP": lambda mails: PopServer(mails, TOP="-ERR unknown command"),
    "TOP hangs up": lambda mails: PopServer(mails, TOP=CLOSE),
    "TOP without a header": lambda mails: PopServer(mails, TOP=b"+OK\r\n."),
    "estimates": Estimating,
    "blanks of all kinds": Blanks,
    "shared UIDLs": SharedNames,
}
