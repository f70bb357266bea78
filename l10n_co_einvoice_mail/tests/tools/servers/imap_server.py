"""An IMAP server in this process, small enough to misbehave in any way (`imap` has the ways)."""

import re
from itertools import count

from ..scripted import CLOSE, MUTE, ScriptedServer

CAPABILITIES = "IMAP4rev1 UIDPLUS MOVE"
_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s()]+)')


class Mail:
    """A mail in a folder."""

    def __init__(self, uid, raw):
        self.uid, self.raw, self.flags = uid, raw, set()

    @property
    def header(self):
        return self.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


class Folder:
    """A folder: its mails, and the UID of the next one."""

    def __init__(self, mails=()):
        self._uids = count(1)
        self.next = 1
        self.mails = []
        for raw in mails:
            self.add(raw)

    def add(self, raw):
        self.mails.append(Mail(next(self._uids), raw))
        self.next = self.mails[-1].uid + 1
        return self.mails[-1].uid

    def remove(self, uids):
        self.mails = [mail for mail in self.mails if mail.uid not in uids]

    @property
    def contents(self):
        return [mail.raw for mail in self.mails]


class ImapServer(ScriptedServer):
    """An IMAP server with one mailbox, whose folders outlast the sessions.

    What a kind of server does otherwise is a method of its class, named after the command: it returns the lines of the
    answer without the tagged one, `CLOSE`, `MUTE`, or raises `No` or `Bad`.
    """

    capabilities = CAPABILITIES
    greeting = "* OK ready"

    def __init__(self, mails):
        """:param list mails: raw bytes of the mails in the inbox, from UID 1 on"""
        super().__init__({})
        self.folders = {"INBOX": Folder(mails)}

    @property
    def inbox(self):
        return self.folders["INBOX"]

    def _converse(self, connection):
        try:
            session = self.session()
            stream = connection.makefile("rb")
            self._say(connection, self.greeting, "")
            while line := self._command(connection, stream):
                self.received.append(line.decode("utf-8", "replace"))
                if not self._say(connection, session.answer(line), ""):
                    return
        except OSError:  # the client hung up, or the test is over
            return

    def session(self):
        """:return: the Session of a new connection"""
        return Session(self)

    @staticmethod
    def _command(connection, stream):
        """:return: a command with its literals; b"" when the client has hung up"""
        command = stream.readline()
        while announced := _LITERAL.search(command):
            connection.sendall(b"+ go on\r\n")
            command += stream.read(int(announced[1])) + stream.readline()
        return command.removesuffix(b"\r\n")


class No(Exception):
    """The server refuses."""

    word = "NO"


class Bad(No):
    """The server does not understand."""

    word = "BAD"


class Session:
    """One conversation; the methods of `server` come before those here."""

    def __init__(self, server):
        self.server = server
        self.folder = Folder()
        self.name = None

    def answer(self, line):
        tag, _space, rest = line.partition(b" ")
        command, _space, argument = rest.decode("utf-8", "surrogateescape").partition(" ")
        if command.upper() == "UID":
            command, _space, argument = argument.partition(" ")
        name = f"do_{command.lower()}"
        handler = getattr(self.server, name, None) or getattr(type(self), name, None)
        try:
            if handler is None:
                raise Bad("unknown command")
            own = getattr(self.server, name, None)
            lines = own(self, argument) if own else handler(self, argument)
        except No as refusal:
            return f"{tag.decode()} {refusal.word} {refusal}"
        if lines in (CLOSE, MUTE):
            return lines
        lines = [item if isinstance(item, bytes) else item.encode() for item in lines or ()]
        return b"\r\n".join([*lines, tag + b" OK done"])

    # -- session -----------------------------------------------------------------------------------

    def do_capability(self, _argument):
        return [f"* CAPABILITY {self.server.capabilities}"]

    def do_login(self, _argument):
        return []

    do_noop = do_subscribe = do_login

    def do_logout(self, _argument):
        return ["* BYE bye"]

    # -- folders -----------------------------------------------------------------------------------

    def do_list(self, _argument):
        return [f'* LIST (\\HasNoChildren) "/" "{name}"' for name in self.server.folders]

    def do_create(self, argument):
        self.server.folders.setdefault(_words(argument)[0], Folder())

    def do_delete(self, argument):
        self.server.folders.pop(_words(argument)[0], None)

    def do_select(self, argument):
        self.name = _words(argument)[0]
        if self.name not in self.server.folders:
            raise No("[NONEXISTENT] no such folder")
        self.folder = self.server.folders[self.name]
        return [f"* {len(self.folder.mails)} EXISTS", "* OK [UIDVALIDITY 1] valid"]

    do_examine = do_select

    def do_status(self, argument):
        name = _words(argument)[0]
        return [f'* STATUS "{name}" (UIDNEXT {self.target(name).next})']

    def do_append(self, argument):
        literal = argument[re.search(r"\{\d+\}\r\n", argument).end() :]
        name = _words(argument)[0]
        self.target(name).add(literal.encode("utf-8", "surrogateescape"))

    def target(self, name):
        if name not in self.server.folders:
            raise No("[TRYCREATE] no such folder")
        return self.server.folders[name]

    # -- mails -------------------------------------------------------------------------------------

    def named(self, uids):
        """:return: the mails of a UID set"""
        ranges = [part.partition(":") for part in uids.split(",")]
        last = max((mail.uid for mail in self.folder.mails), default=0)
        bounds = []
        for low, _colon, high in ranges:
            ends = [last if end == "*" else int(end) for end in (low, high or low)]
            bounds.append((min(ends), max(ends)))
        return [mail for mail in self.folder.mails if any(a <= mail.uid <= b for a, b in bounds)]

    def do_search(self, argument):
        found = [str(mail.uid) for mail in self.searched(argument)]
        return [" ".join(["* SEARCH", *found])]

    def searched(self, argument):
        words = _words(argument)
        mails = self.folder.mails
        if "HEADER" in words:
            wanted = [word.encode() for word in words if word.startswith("<")]
            return [mail for mail in mails if any(one in mail.header for one in wanted)]
        if "UID" in words:
            named = self.named(words[words.index("UID") + 1])
            return [m for m in named if "UNDELETED" not in words or "\\Deleted" not in m.flags]
        if words[0] == "DELETED":
            return [mail for mail in mails if "\\Deleted" in mail.flags]
        return mails

    def do_fetch(self, argument):
        uids, _space, items = argument.partition(" ")
        numbers = {mail.uid: number for number, mail in enumerate(self.folder.mails, start=1)}
        return [
            b"* %d FETCH (UID %d%s)" % (numbers[mail.uid], mail.uid, self.items(mail, items))
            for mail in self.named(uids)
        ]

    def items(self, mail, asked):
        """:return: what is told of a mail, after its UID"""
        found = b""
        if "RFC822.SIZE" in asked:
            found += b" RFC822.SIZE %d" % self.size(mail)
        if "INTERNALDATE" in asked:
            found += b' INTERNALDATE "01-Nov-2026 10:00:00 +0000"'
        if part := re.search(r"BODY\.PEEK(\[[^\]]*\])(<0\.\d+>)?", asked):
            raw = mail.header if part[1].startswith("[HEADER") else mail.raw
            start = b"<0>" if part[2] else b""
            found += b" BODY%s%s {%d}\r\n%s" % (part[1].encode(), start, len(raw), raw)
        return found

    def size(self, mail):
        size = getattr(self.server, "size_of", None)
        return size(self, mail) if size else len(mail.raw)

    def do_move(self, argument):
        lines = self.do_copy(argument)
        self.folder.remove({mail.uid for mail in self.named(argument.partition(" ")[0])})
        return lines

    def do_copy(self, argument):
        uids, _space, rest = argument.partition(" ")
        target = self.target(_words(rest)[0])
        mails = self.named(uids)
        copies = [target.add(mail.raw) for mail in mails]
        if not mails or "UIDPLUS" not in self.server.capabilities:
            return []
        pairs = (",".join(map(str, uids)) for uids in ([mail.uid for mail in mails], copies))
        return ["* OK [COPYUID 1 {} {}] done".format(*pairs)]

    def do_store(self, argument):
        uids, _space, _flags = argument.partition(" ")
        for mail in self.named(uids):
            mail.flags.add("\\Deleted")

    def do_expunge(self, argument):
        marked = {mail.uid for mail in self.folder.mails if "\\Deleted" in mail.flags}
        named = {mail.uid for mail in self.named(argument)} if argument else marked
        self.folder.remove(marked & named)


def _words(text):
    """:return: the words of a command, out of quotes and parentheses"""
    return [
        re.sub(r"\\(.)", r"\1", quoted) if quoted or not plain else plain
        for quoted, plain in _WORD.findall(text)
    ]
