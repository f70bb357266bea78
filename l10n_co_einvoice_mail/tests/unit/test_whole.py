"""A mail that did not come whole is not handed on: whoever takes it for one deletes what nobody has read."""

import unittest

from ...mailbox.base import Credentials
from ...mailbox.errors import ConnectionLost
from ...mailbox.pop import PopMailbox
from ...mailbox.transport import Encryption, Endpoint
from ...mailbox.whole import is_cut, is_whole
from ..tools.bedcase import mail, scripted_imap
from ..tools.scripted import POP_LOGIN, ScriptedServer

PARTS = (
    b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\n\r\n" + b"0123456789\r\n" * 90 + b"--b\r\n\r\nlast\r\n--b--\r\n"
)
PLAIN = mail(1, b"0123456789\r\n" * 90)


def pop(*answers, sizes=()):
    """A POP3 server with a mail for each of `answers` to RETR; `sizes` are what LIST announces."""
    lines = dict(enumerate(sizes, start=1))
    script = POP_LOGIN | {
        "LIST": "+OK\r\n" + "".join(f"{n} {size}\r\n" for n, size in lines.items()) + ".",
        "UIDL": "+OK\r\n" + "".join(f"{n} u{n}\r\n" for n in lines) + ".",
        "STAT": f"+OK {len(lines)} {sum(sizes)}",
        "NOOP": "+OK nothing done",
    }
    script |= {f"RETR {n}": b"+OK\r\n" + raw + b"." for n, raw in enumerate(answers, start=1)}
    return ScriptedServer(script)


def mailbox_on(server):
    endpoint = Endpoint("localhost", server.port, Encryption.NONE)
    return PopMailbox(endpoint, Credentials("u@x.co", "p4ss"), allow_internal=True)


class TestWhole(unittest.TestCase):
    def test_what_is_whole(self):
        for name, raw, announced, expected in (
            ("as announced", PLAIN, len(PLAIN), True),
            ("no size announced", PLAIN, 0, True),
            ("more than announced", PLAIN, 10, True),
            ("estimated too large", PLAIN, len(PLAIN) * 3 // 2, True),
            ("all its parts, whatever was announced", PARTS, len(PARTS) * 5, True),
            ("nothing", b"", 0, False),
            ("an empty line", b"\r\n", 2, False),
            ("no header", b"0123456789\r\n" * 20, 240, False),
            ("a third of it", PLAIN[:400], len(PLAIN), False),
            ("its last part is missing", PARTS[:-20], len(PARTS), False),
            ("within the header", PLAIN[:20], len(PLAIN), False),
        ):
            with self.subTest(name):
                self.assertEqual(is_whole(raw, announced), expected)

    def test_what_is_cut(self):
        self.assertTrue(is_cut(PARTS[:-20]))
        self.assertFalse(is_cut(PARTS))
        self.assertFalse(is_cut(PLAIN))


class TestPop(unittest.TestCase):
    def test_in_part(self):
        for name, raw in (
            ("empty", b""),
            ("two bytes", b"x\r\n"),
            ("a third", PLAIN[:400] + b"\r\n"),
        ):
            server = pop(raw, PLAIN, sizes=(len(PLAIN), len(PLAIN)))
            with self.subTest(name), server, mailbox_on(server) as mailbox:
                fetched = [entry.uid for entry, _raw in mailbox.fetch(mailbox.list_new())]
                self.assertEqual(fetched, ["u2"])
                self.assertEqual(mailbox.refused["u1"].code, "fetch_incomplete")

    def test_estimated_sizes(self):
        server = pop(PLAIN, PARTS, sizes=(len(PLAIN) + 300, len(PARTS) * 2))
        with server, mailbox_on(server) as mailbox:
            self.assertEqual(len(list(mailbox.fetch(mailbox.list_new()))), 2)
            self.assertFalse(mailbox.refused)

    def test_a_lone_dot_that_was_not_stuffed(self):
        """What follows it is not taken for answers: it may look like any of them."""
        dotted = PLAIN[:800] + b"\r\n.\r\n+OK\r\n+OK\r\n" + PLAIN[800:]
        server = pop(dotted, PLAIN, sizes=(len(dotted), len(PLAIN)))
        with server, self.assertRaises(ConnectionLost), mailbox_on(server) as mailbox:
            fetched = []
            try:
                for entry, _raw in mailbox.fetch(mailbox.list_new()):
                    fetched.append(entry.uid)
            finally:
                self.assertEqual(fetched, [])
                self.assertIn("u1", mailbox.refused)
        self.assertNotIn("RETR 2", server.received)

    def test_mails_of_one_uidl_and_one_size(self):
        server = pop(PLAIN, PLAIN.replace(b"<1@", b"<2@"), sizes=(len(PLAIN), len(PLAIN)))
        server._script["UIDL"] = "+OK\r\n1 same\r\n2\tsame\r\n."
        with server, mailbox_on(server) as mailbox:
            fetched = {raw for _entry, raw in mailbox.fetch(mailbox.list_new())}
        self.assertEqual(len(fetched), 2)

    def test_empty_mailbox_whose_lists_are_refused(self):
        server = pop()
        server._script |= {"LIST": "-ERR no messages", "UIDL": "-ERR no messages"}
        with server, mailbox_on(server) as mailbox:
            self.assertEqual(mailbox.list_new(), [])


class TestImap(unittest.TestCase):
    def test_not_handed_out(self):
        size = "* 1 FETCH (UID 1 RFC822.SIZE %s)\r\n{tag} OK done"
        for name, told, body, code in (
            ("empty", "900", '* 1 FETCH (UID 1 BODY[] "")\r\n{tag} OK', "fetch_incomplete"),
            ("NIL", "900", "* 1 FETCH (UID 1 BODY[] NIL)\r\n{tag} OK", "fetch_missing"),
            ("no item", "900", "* 1 FETCH (UID 1)\r\n{tag} OK done", "fetch_missing"),
            ("nothing at all", "900", "{tag} OK done", "fetch_missing"),
            (
                "no size, no body",
                "NIL",
                "* 1 FETCH (UID 1 BODY[] NIL)\r\n{tag} OK",
                "fetch_missing",
            ),
            ("refused", "900", "{tag} NO [SERVERBUG] internal error", "server_refused"),
        ):
            script = {
                "SEARCH": "* SEARCH 1\r\n{tag} OK done",
                "SIZE": size % told,
                "PEEK": body,
            }
            with self.subTest(name), scripted_imap(script) as (_server, mailbox), mailbox:
                self.assertEqual(list(mailbox.fetch(mailbox.list_new())), [])
                self.assertEqual(mailbox.refused["1"].code, code)
