"""Many mailboxes: a dead or slow server delays its own mailbox only."""

import socket
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.l10n_co_einvoice_mail.mailbox import transport
from odoo.addons.l10n_co_einvoice_mail.mailbox.errors import LoginFailed, Throttled
from odoo.addons.l10n_co_einvoice_mail.models.reception.run import Report
from odoo.tests import tagged

from .common import PASSWORD, ReceptionCase
from .tools import builder


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFairness(ReceptionCase):
    def setUp(self):
        super().setUp()
        self.mailbox.active = False

    def run_cron(self):
        """:return: names of the mailboxes in the order in which their runs ended"""
        ended = []
        note_run = type(self.mailbox)._l10n_co_note_run

        def noting(server, report):
            ended.append(server.name)
            return note_run(server, report)

        with (
            patch.object(type(self.mailbox), "_l10n_co_note_run", noting),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            self.mailbox.with_env(self.env(cr=cr)).sudo()._l10n_co_cron_receive()
        self.env.invalidate_all()
        return ended

    def dead_servers(self):
        """Ports of a server that refuses, of one that is mute, and of one whose queue is full."""
        mute, full = (
            socket.create_server(("127.0.0.1", 0)),
            socket.create_server(("127.0.0.1", 0), backlog=0),
        )
        self.addCleanup(mute.close)
        self.addCleanup(full.close)
        for _number in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
            self.addCleanup(waiting.close)
        return [1, mute.getsockname()[1], full.getsockname()[1]]

    def test_seventeen_of_twenty_are_read_before_three_dead_ones(self):
        for number, port in enumerate(self.dead_servers()):
            self.create_mailbox(
                f"dead{number}@example.com", port=port, state="done", name=f"dead {number}"
            )
        for number in range(17):
            address = self.bed.add_user(f"fair{number}@comprador.example.com", PASSWORD)
            self.create_mailbox(address, state="done", name=f"good {number}")
            self.bed.deliver(address, builder.Package(builder.Document(number=f"FF{number}")).mail)
        with patch.object(transport, "CONNECT_SECONDS", 3):
            ended = self.run_cron()
        self.assertEqual(len(ended), 20)
        self.assertTrue(all(name.startswith("good") for name in ended[:17]), ended)
        self.assertEqual(
            self.Mail.search_count(
                [("server_id.name", "like", "good"), ("state", "=", "processed")]
            ),
            17,
        )
        dead = self.mailbox.search([("name", "like", "dead")])
        self.assertTrue(all(dead.mapped("l10n_co_failure")))
        self.assertFalse(dead & self.mailbox.search(self.mailbox._l10n_co_due_domain()))

    def test_longest_unread_first(self):
        now = fields.Datetime.now()
        for name, minutes in (("b", 20), ("c", 5), ("a", 30)):
            self.create_mailbox(
                self.bed.add_user(f"old-{name}@comprador.example.com", PASSWORD),
                state="done",
                name=name,
                date=now - timedelta(minutes=minutes),
            )
        self.assertEqual(self.run_cron(), ["a", "b", "c"])

    def test_refused_login_waits_for_an_hour_and_throttling_as_long_as_asked(self):
        pauses = []
        for error in (
            LoginFailed("login_refused"),
            Throttled("server_busy", data={"seconds": "400"}),
        ):
            self.mailbox._l10n_co_note_run(Report(error=error))
            pauses.append(
                round((self.mailbox.l10n_co_next_run - fields.Datetime.now()).total_seconds(), -1)
            )
        self.assertEqual(pauses, [3600, 400])

    def test_pause_grows_and_ends_with_a_success(self):
        pauses = []
        for _run in range(9):
            self.mailbox._l10n_co_note_run(Report(error=Throttled("server_busy")))
            pauses.append(
                round((self.mailbox.l10n_co_next_run - fields.Datetime.now()).total_seconds() / 60)
            )
        self.assertEqual(pauses, [5, 10, 20, 40, 80, 120, 120, 120, 120])
        self.mailbox._l10n_co_note_run(Report())
        self.assertFalse(self.mailbox.l10n_co_next_run)

    def test_session_that_lasts_too_long_is_ended(self):
        self.mailbox.active = True
        self.deliver(builder.Package(builder.Document(number="FF99")).mail)
        with self.mailbox._l10n_co_mailbox() as mailbox:
            mailbox.limit_session(0)
            mailbox._watch.join()
            with self.assertRaises(transport.failures.FAILURES["connection_lost"].error):
                mailbox.list_new()
