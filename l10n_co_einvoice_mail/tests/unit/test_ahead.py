"""Mailboxes that are connected before they are read."""

import time
import unittest
from unittest import mock

from ...mailbox import base, transport
from ...mailbox.ahead import Pool, wait_for_one
from ...mailbox.base import Credentials
from ...mailbox.errors import MailboxError, Throttled
from ...mailbox.imap import ImapMailbox
from ...mailbox.pop import PopMailbox
from ...mailbox.transport import Encryption, Endpoint
from ..tools.bedcase import PASSWORD, ImapCase, scripted_imap
from ..tools.scripted import CLOSE, IMAP_LOGIN, MUTE, POP_LOGIN, ScriptedServer

SECRET = Credentials("u", "s3cret")


def on(server, kind=ImapMailbox, credentials=SECRET):
    endpoint = Endpoint("127.0.0.1", server.port, Encryption.NONE)
    return kind(endpoint, credentials, allow_internal=True)


class OpeningCase(unittest.TestCase):
    def setUp(self):
        self.pool = Pool()
        self.addCleanup(self.pool.end)

    def server(self, script=None):
        server = ScriptedServer(script or IMAP_LOGIN)
        server.__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        return server


class TestOpening(OpeningCase):
    def test_one_connection_and_no_secret_before_the_login(self):
        for kind, script in ((ImapMailbox, IMAP_LOGIN), (PopMailbox, POP_LOGIN)):
            with self.subTest(kind.protocol):
                server = self.server(script)
                opening = self.pool.opening(on(server, kind))
                self.assertIsNone(opening.error)
                self.assertFalse([line for line in server.received if "s3cret" in line])
                with opening.mailbox_for(on(server, kind)) as mailbox:
                    mailbox.keep_alive()
                self.assertEqual(server.connections, 1)

    def test_the_credentials_are_those_of_now(self):
        server = self.server()
        opening = self.pool.opening(on(server, credentials=Credentials("u", "old")))
        wanted = on(server, credentials=Credentials("v", "new"))
        with opening.mailbox_for(wanted):
            pass
        [login] = [line for line in server.received if "LOGIN" in line]
        self.assertTrue(login.endswith('"v" "new"'), login)

    def test_another_server_is_another_connection(self):
        one, other = self.server(), self.server()
        opening = self.pool.opening(on(one))
        wanted = on(other)
        self.assertIs(opening.mailbox_for(wanted), wanted)

    def test_a_guard_that_was_shut_meanwhile_holds(self):
        server = self.server()
        opening = self.pool.opening(on(server))
        wanted = ImapMailbox(on(server).endpoint, SECRET)
        self.assertIs(opening.mailbox_for(wanted), wanted)

    def test_what_was_too_long_ago_is_done_again(self):
        server = self.server()
        opening = self.pool.opening(on(server))
        self.assertIsNone(opening.error)
        with mock.patch.object(base, "PREPARED_SECONDS", 0), opening.mailbox_for(on(server)):
            pass
        self.assertEqual(server.connections, 2)

    def test_a_server_that_hung_up_or_spoke_meanwhile_is_called_again(self):
        """Else a mailbox would be told that its server is broken, because another one took long."""
        for last_word in (CLOSE, "* BYE idle for too long", "* OK still here"):
            with self.subTest(last_word):
                server = self.server()
                opening = self.pool.opening(on(server))
                self.assertIsNone(opening.error)
                server._say(server._open[0], last_word, "")
                time.sleep(0.05)
                with opening.mailbox_for(on(server)) as mailbox:
                    self.assertEqual(mailbox.uidvalidity, "1")
                self.assertEqual(server.connections, 2)

    def test_what_the_server_says_instead_of_a_greeting(self):
        server = self.server({"greeting": "* BYE [UNAVAILABLE] Too many connections"})
        opening = self.pool.opening(on(server))
        self.assertIsInstance(opening.error, Throttled)
        with self.assertRaises(MailboxError):
            opening.mailbox_for(on(server))
        self.assertEqual(server.connections, 1)

    def test_only_tried_and_given_up(self):
        for is_kept in (False, True):
            with self.subTest(is_kept=is_kept):
                server = self.server()
                opening = self.pool.opening(on(server), is_kept=is_kept)
                self.assertIsNone(opening.error)
                if is_kept:
                    opening.drop()
                server._open[0].settimeout(5)
                self.assertEqual(server._open[0].recv(1), b"")

    @mock.patch.object(transport, "CONNECT_SECONDS", 0.5)
    def test_who_has_no_thread_connects_himself(self):
        server, mute = self.server(), self.server({"greeting": MUTE})
        with mock.patch("l10n_co_einvoice_mail.mailbox.ahead.THREADS", 1):
            pool = Pool()
        self.addCleanup(pool.end)
        first = pool.opening(on(mute))
        second = pool.opening(on(server))
        wanted = on(server)
        self.assertIs(second.mailbox_for(wanted), wanted)
        self.assertFalse(first.has_ended)
        wait_for_one([first], 5)
        self.assertTrue(first.has_ended)


class TestWithTls(ImapCase):
    """TLS 1.3 sends tickets when it likes: they are no word of the server."""

    def test_every_encryption(self):
        pool = Pool()
        self.addCleanup(pool.end)
        for encryption in Encryption:
            with self.subTest(encryption):
                opening = pool.opening(self.mailbox(encryption, password="not this one"))
                self.assertIsNone(opening.error)
                mailbox = opening.mailbox_for(self.mailbox(encryption, password=PASSWORD))
                connected = mailbox._socket()
                with mailbox:
                    self.assertEqual(mailbox.list_new(), [])
                    self.assertIs(mailbox._socket(), connected)


class TestGoodbye(unittest.TestCase):
    def test_its_answer_is_not_waited_for(self):
        with (
            mock.patch.object(transport, "READ_SECONDS", 0.2),
            scripted_imap({"LOGOUT": MUTE}) as (_server, mailbox),
        ):
            mailbox.open()
            self.assertTrue(mailbox.close())
