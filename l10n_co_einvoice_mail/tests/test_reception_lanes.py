"""Many mailboxes: several scheduled actions share them, and a host that is asked too much is left in peace."""

import socket
import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.l10n_co_einvoice_mail.mailbox import transport
from odoo.addons.l10n_co_einvoice_mail.mailbox.ahead import Opening, Pool
from odoo.addons.l10n_co_einvoice_mail.mailbox.errors import Throttled
from odoo.addons.l10n_co_einvoice_mail.models.reception import fetchmail_server_lanes as lanes
from odoo.addons.l10n_co_einvoice_mail.models.reception import lane as lane_module
from odoo.addons.l10n_co_einvoice_mail.models.reception.run import Report
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import config

from .common import PASSWORD, ReceptionCase
from .tools import builder


class FakeClock:
    def __init__(self):
        self.now = time.monotonic()

    def monotonic(self):
        return self.now


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLanes(ReceptionCase):
    def setUp(self):
        super().setUp()
        self.mailbox.active = False
        self.Host = self.env["l10n_co.mail.host"]

    def create_mailboxes(self, count, **values):
        now = fields.Datetime.now()
        return (
            self.env["fetchmail.server"]
            .sudo()
            .union(
                *(
                    self.create_mailbox(
                        self.bed.add_user(f"lane{number}@comprador.example.com", PASSWORD),
                        state="done",
                        name=f"lane {number}",
                        date=now - timedelta(hours=1, minutes=-number),
                        **values,
                    )
                    for number in range(count)
                )
            )
        )

    def run_cron(self, lane=1, meanwhile=None):
        """:param meanwhile: called with each mailbox before its turn
        :return: the mailboxes in the order in which their runs ended
        """
        ended, Server = [], type(self.mailbox)
        note_run, take_turn = Server._l10n_co_note_run, Server._l10n_co_take_turn

        def noting(server, report):
            ended.append(server.id)
            return note_run(server, report)

        def taking(servers, server, *arguments):
            if meanwhile:
                meanwhile(server)
            return take_turn(servers, server, *arguments)

        with (
            patch.object(Server, "_l10n_co_note_run", noting),
            patch.object(Server, "_l10n_co_take_turn", taking),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            self.mailbox.with_env(self.env(cr=cr)).sudo()._l10n_co_cron_receive(lane)
        self.env.invalidate_all()
        return self.mailbox.browse(ended)

    def set_lanes(self, count):
        self.mailbox._l10n_co_set_lanes(count)

    # ---- lanes -----------------------------------------------------------------------------------

    def test_lanes_take_different_mailboxes(self):
        mailboxes = self.create_mailboxes(5)
        self.set_lanes(2)
        one, other = (mailboxes._l10n_co_slice(lane, mailboxes.browse()) for lane in (1, 2))
        self.assertFalse(one & other)
        self.assertEqual(one | other, mailboxes)
        # Also when the other one has read some of its own meanwhile.
        other[0]._l10n_co_note_run(Report(error=Throttled("throttled")))
        self.assertEqual(mailboxes._l10n_co_slice(1, mailboxes.browse()), one)
        self.assertEqual(mailboxes._l10n_co_slice(1, one[:1]), one[1:])

    def test_a_lane_without_any_helps_from_the_end(self):
        mailboxes = self.create_mailboxes(4)
        self.set_lanes(2)
        one = mailboxes._l10n_co_slice(1, mailboxes.browse())
        self.assertEqual(mailboxes._l10n_co_slice(2, mailboxes - one), one[::-1])

    def test_the_last_ones_are_for_any_lane(self):
        mailbox = self.create_mailboxes(1)
        self.set_lanes(3)
        self.assertEqual(
            [mailbox._l10n_co_slice(lane, mailbox.browse()) for lane in (1, 2, 3)], [mailbox] * 3
        )

    def test_a_run_goes_on_with_the_next_slice(self):
        mailboxes = self.create_mailboxes(5)
        with patch.object(lanes, "SLICE", 2):
            self.assertEqual(self.run_cron(), mailboxes)

    def test_a_run_ends_in_time(self):
        """Odoo calls it again: at once when its own time was over, so that nobody is asked twice for one mailbox."""
        mailboxes = self.create_mailboxes(5)
        clock = FakeClock()

        def takes_four_seconds(_server):
            clock.now += 4

        with patch.object(lane_module, "time", clock):
            self.assertEqual(self.run_cron(meanwhile=takes_four_seconds), mailboxes[:3])
        made = self.connected()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 0):
            self.assertFalse(self.run_cron())
        self.assertFalse(made)

    def test_what_another_lane_has_read_is_passed_over(self):
        mailboxes = self.create_mailboxes(2)

        def read_by_another(server):
            server._l10n_co_note_run(Report()) if server == mailboxes[1] else None

        ended = self.run_cron(meanwhile=read_by_another)
        # Noted once by each lane, and not by both.
        self.assertEqual(ended.sorted("id"), mailboxes)
        self.assertEqual(len(ended.ids), 2)

    def test_who_asked_comes_first(self):
        mailboxes = self.create_mailboxes(3)
        mailboxes[2].l10n_co_asked_on = fields.Datetime.now()
        self.assertEqual(self.run_cron()[:1], mailboxes[2])
        self.assertFalse(mailboxes[2].l10n_co_asked_on)

    # ---- connections -----------------------------------------------------------------------------

    def openings(self):
        """:return: list that each connection begun ahead will be in: (user, is it kept)"""
        begun, opening = [], Pool.opening

        def noting(pool, mailbox, *, is_kept=True):
            begun.append((mailbox.credentials.user, is_kept))
            return opening(pool, mailbox, is_kept=is_kept)

        self.startPatcher(patch.object(Pool, "opening", noting))
        return begun

    def connected(self):
        """:return: list that each connection to a server will be in"""
        made, connect = [], transport.connect

        def counting(endpoint, *arguments):
            made.append(endpoint.port)
            return connect(endpoint, *arguments)

        self.startPatcher(patch.object(transport, "connect", counting))
        return made

    def test_one_connection_a_mailbox(self):
        """The one that shows whether the server is there is the first mailbox' own."""
        mailboxes, made = self.create_mailboxes(4), self.connected()
        self.assertEqual(self.run_cron(), mailboxes)
        self.assertEqual(len(made), 4)
        self.assertFalse(any(mailboxes.mapped("l10n_co_failure_code")))

    def test_the_next_one_is_connected_meanwhile(self):
        mailboxes, begun = self.create_mailboxes(3), self.openings()
        seen = []
        self.run_cron(meanwhile=lambda server: seen.append((server.id, len(begun))))
        self.assertEqual(seen, list(zip(mailboxes.ids, (2, 3, 3), strict=True)))

    def test_what_another_lane_reads_is_hung_up(self):
        mailboxes = self.create_mailboxes(3)
        dropped, drop = [], Opening.drop

        def dropping(opening):
            dropped.append(opening._mailbox)
            drop(opening)

        def read_by_another(server):
            server._l10n_co_note_run(Report()) if server == mailboxes[1] else None

        with patch.object(Opening, "drop", dropping):
            self.run_cron(meanwhile=read_by_another)
        [mailbox] = [one for one in dropped if one.credentials.user == mailboxes[1].user][:1]
        self.assertIsNone(mailbox._client)

    def test_where_sessions_are_counted_none_is_opened_ahead(self):
        """Only, once, to see whether the server is there."""
        begun = self.openings()
        for limit in ("session_count", "logins_per_minute"):
            provider = self.provider(code=limit, **{limit: 50})
            mailboxes = self.create_mailboxes(3, l10n_co_provider_id=provider.id)
            self.assertEqual(len(self.run_cron()), 3)
            self.assertEqual(begun, [(mailboxes[0].user, False)], limit)
            begun.clear()
            mailboxes.unlink()

    def test_after_a_failure_none_is_opened_ahead(self):
        """A host that throttles is not called twice as often."""
        mailboxes = self.create_mailboxes(4)
        mailboxes[0].password = "wrong"
        mailboxes[0].state = "done"
        begun = self.openings()
        self.assertEqual(len(self.run_cron()), 4)
        self.assertEqual(mailboxes[0].l10n_co_failure_code, "login_refused")
        self.assertEqual([user for user, _kept in begun], mailboxes[:2].mapped("user"))

    def mute(self):
        """:return: port of a server that takes calls and says nothing"""
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)
        return server.getsockname()[1]

    @patch.object(transport, "CONNECT_SECONDS", 2)
    def test_a_lane_reads_on_while_a_dead_server_is_waited_for(self):
        """Those of the next slices; the dead one is asked once, and told to all its mailboxes."""
        port, made = self.mute(), self.connected()
        dead = self.create_mailboxes(
            2, server="127.0.0.1", port=port, l10n_co_encryption="starttls"
        )
        alive = self.create_mailboxes(5)
        alive.date = fields.Datetime.now()
        with (
            patch.object(lanes, "SLICE", 3),
            patch.object(lane_module, "PATIENCE_SECONDS", 0),
        ):
            ended = self.run_cron()
        self.assertEqual(ended, alive | dead)
        self.assertEqual(made.count(port), 1)
        self.assertEqual(dead.mapped("l10n_co_failure_code"), ["greeting_missing"] * 2)

    @patch.object(transport, "CONNECT_SECONDS", 1)
    def test_a_dead_server_is_told_also_when_time_is_over(self):
        """Else it would be asked again in each run, as long as there is anything to do."""
        dead = self.create_mailboxes(1, port=self.mute(), l10n_co_encryption="starttls")
        with patch.object(lanes, "RUN_SECONDS", 0):
            self.assertEqual(self.run_cron(), dead)
        self.assertTrue(dead.l10n_co_failure_code)

    # ---- settings --------------------------------------------------------------------------------

    def test_settings(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.l10n_co_lane_count, 1)
        settings.l10n_co_lane_count = 3
        settings.set_values()
        actions = self.mailbox._l10n_co_lanes()
        self.assertEqual(len(actions), lanes.MAX_LANES)
        self.assertEqual(actions.mapped("active"), [True] * 3 + [False] * 5)
        self.assertEqual(self.env["res.config.settings"].create({}).l10n_co_lane_count, 3)
        for count in (0, 9, -1):
            with self.assertRaises(ValidationError):
                self.set_lanes(count)

    def test_settings_of_who_may_not(self):
        clerk = new_test_user(
            self.env, "lanes@x.co", groups="base.group_user,l10n_co_einvoice_mail.group_mail_admin"
        )
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(clerk).create({"l10n_co_lane_count": 8})

    def test_too_few_threads_are_told(self):
        settings = self.env["res.config.settings"].create({"l10n_co_lane_count": 4})
        for threads, told in ((4, True), (5, False)):
            with patch.dict(config.options, {"max_cron_threads": threads}):
                settings.invalidate_recordset(["l10n_co_lane_notice"])
                self.assertEqual(bool(settings.l10n_co_lane_notice), told, threads)

    # ---- hosts -----------------------------------------------------------------------------------

    def complain(self, mailbox, is_greeting=False):
        error = Throttled("throttled")
        mailbox._l10n_co_note_run(Report(error=error))
        self.Host._note_complaint(mailbox, error, is_greeting)

    def test_a_host_that_throttles_two_mailboxes_rests(self):
        mailboxes = self.create_mailboxes(3)
        self.complain(mailboxes[0])
        self.assertFalse(self.Host._paused())
        self.complain(mailboxes[1])
        self.assertIn("localhost", self.Host._paused())
        self.assertFalse(self.run_cron())
        self.assertIn("localhost", mailboxes[2].l10n_co_problem)

    def test_before_a_login_it_is_the_host(self):
        [mailbox] = self.create_mailboxes(1)
        self.complain(mailbox, is_greeting=True)
        self.assertIn("localhost", self.Host._paused())

    def test_the_pause_grows_and_is_forgiven(self):
        [mailbox] = self.create_mailboxes(1)
        pauses = []
        for _time in range(6):
            self.complain(mailbox, is_greeting=True)
            host = self.Host.sudo().search([])
            pauses.append(round((host.paused_until - fields.Datetime.now()).total_seconds() / 60))
        self.assertEqual(pauses, [2, 4, 8, 16, 30, 30])
        host.paused_until = fields.Datetime.now() - timedelta(hours=3)
        self.complain(mailbox, is_greeting=True)
        self.assertEqual(host.pause_count, 1)

    def test_another_host_goes_on(self):
        [mailbox] = self.create_mailboxes(1)
        elsewhere = self.create_mailbox("else@x.co", server="127.0.0.1", state="done")
        self.complain(mailbox, is_greeting=True)
        self.assertEqual(mailbox._l10n_co_slice(1, mailbox.browse()), elsewhere)

    def provider(self, code="lanes", **limits):
        return self.env["l10n_co.mail.provider"].create({"name": code, "code": code, **limits})

    def test_sessions_of_a_provider(self):
        mailboxes = self.create_mailboxes(2, l10n_co_provider_id=self.provider(session_count=1).id)
        triggers = self.env["ir.cron.trigger"]
        with self.registry.cursor() as other:
            self.assertTrue(self.Host.with_env(self.env(cr=other))._admits(mailboxes[0]))
            before = triggers.search_count([])
            self.assertFalse(self.run_cron())
            self.assertEqual(triggers.search_count([]), before + 1)
        self.assertTrue(self.Host._admits(mailboxes[0]))

    def test_logins_a_minute_of_a_provider(self):
        provider = self.provider(logins_per_minute=2)
        mailboxes = self.create_mailboxes(4, l10n_co_provider_id=provider.id)
        self.assertEqual(self.run_cron(), mailboxes[:2])
        mailboxes.date = fields.Datetime.now() - timedelta(minutes=2)
        self.assertEqual(len(self.run_cron()), 2)

    # ---- less often ------------------------------------------------------------------------------

    def test_empty_mailboxes_are_read_less_often(self):
        [mailbox] = self.create_mailboxes(1)
        mailbox._l10n_co_note_run(Report())
        self.assertFalse(mailbox.l10n_co_next_run)
        self.env["ir.config_parameter"].set_param(lanes.ADAPTIVE, "True")
        pauses = []
        for _run in range(26):
            mailbox._l10n_co_note_run(Report())
            pauses.append((mailbox.l10n_co_next_run - fields.Datetime.now()).total_seconds() / 60)
        self.assertEqual(
            [round(minutes, 1) for minutes in pauses[:1] + pauses[6:7] + pauses[-1:]],
            [4.5, 9.0, 60.0],
        )
        mailbox._l10n_co_note_run(Report(fetched=1))
        self.assertEqual(
            round((mailbox.l10n_co_next_run - fields.Datetime.now()).total_seconds() / 60), 1
        )
        mailbox._l10n_co_note_run(Report(has_more=True))
        self.assertFalse(mailbox.l10n_co_next_run)

    def test_a_click_reads_also_what_rests(self):
        [mailbox] = self.create_mailboxes(1)
        self.complain(mailbox, is_greeting=True)
        self.bed.deliver(mailbox.user, builder.Package(builder.Document(number="LN1")).mail)
        self.receive(mailbox)
        self.assertEqual(
            self.Mail.search([("server_id", "=", mailbox.id)]).mapped("state"), ["processed"]
        )
