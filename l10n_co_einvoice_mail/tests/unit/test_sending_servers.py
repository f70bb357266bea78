"""Sending servers that misbehave with one mail of several: the others arrive once, and the right cause is told."""

import unittest

from ...mailbox.base import Credentials
from ...mailbox.errors import DeliveryLost, MailboxError
from ...mailbox.smtp import SmtpServer
from ...mailbox.transport import Encryption, Endpoint
from ..tools.servers import smtp

RAW = b"Subject: x\r\n\r\n.x\r\n" + b"y\r\n" * 5
RECIPIENTS = ("uno@otra.example.com", smtp.BAD, "dos@otra.example.com")
# Somebody waits so long for the answer to a whole mail.
SECONDS = smtp.LATE / 3


class TestSendingServers(unittest.TestCase):
    def send(self, server, recipients=RECIPIENTS):
        """:return: {recipient: MailboxError or None} of a mail to each, in a session of its own"""
        endpoint = Endpoint("localhost", server.port, Encryption.NONE)
        credentials = Credentials("we@x.co", "p4ss")
        ends = {}
        for recipient in recipients:
            try:
                with SmtpServer(endpoint, credentials, allow_internal=True) as connection:
                    connection.deliver("we@x.co", [recipient], RAW, seconds=SECONDS)
                ends[recipient] = None
            except MailboxError as error:
                ends[recipient] = error
        return ends

    def test_the_others_arrive_and_the_cause_is_told(self):
        for name, (kind, code, may_arrive) in smtp.SERVERS.items():
            with self.subTest(name), kind() as server:
                ends = self.send(server)
                self.assertEqual(ends.pop(smtp.BAD).code, code)
                self.assertEqual(set(ends.values()), {None})
                served = [recipients for recipients, _raw in server.accepted]
                for recipient in ends:
                    self.assertEqual(served.count((recipient,)), 1)
                if not may_arrive:
                    self.assertNotIn((smtp.BAD,), served)
                self.assertEqual({raw for _r, raw in server.accepted}, {RAW.removesuffix(b"\r\n")})

    def test_only_what_may_have_arrived_is_called_so(self):
        for name, (kind, _code, may_arrive) in smtp.SERVERS.items():
            with self.subTest(name), kind() as server:
                error = self.send(server, [smtp.BAD])[smtp.BAD]
                self.assertEqual(isinstance(error, DeliveryLost), may_arrive)

    def test_odd_servers(self):
        for name, kind in smtp.ODD.items():
            with self.subTest(name), kind() as server:
                self.assertEqual(set(self.send(server).values()), {None})
                self.assertEqual(len(server.accepted), len(RECIPIENTS))

    def test_closed_servers(self):
        for name, (kind, code) in smtp.CLOSED.items():
            with self.subTest(name), kind() as server:
                self.assertEqual({e.code for e in self.send(server).values()}, {code})
                self.assertFalse(server.accepted)


if __name__ == "__main__":
    unittest.main()
