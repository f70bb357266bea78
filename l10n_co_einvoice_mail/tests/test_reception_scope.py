"""Which mails a run takes: those since a day, those of today on the board, and none while another run is at work."""

import datetime
import os
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged

from .common import ReceptionCase
from .tools import builder


def _noon(day):
    return datetime.datetime.combine(day, datetime.time(12)).timestamp()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReceptionScope(ReceptionCase):
    def deliver_on(self, *days):
        """A mail that arrived at noon of each of these days; its subject is the day."""
        folder = self.bed.folder_path(self.address) / "new"
        for day in days:
            before = set(folder.iterdir()) if folder.is_dir() else set()
            self.deliver(builder.mail(day.isoformat()))
            [path] = set(folder.iterdir()) - before
            os.utime(path, (_noon(day), _noon(day)))

    def taken(self):
        """:return: the days of the mails that the ledger has now"""
        self.receive()
        return sorted(map(datetime.date.fromisoformat, self.ledger().mapped("subject")))

    def test_since_a_day(self):
        start = datetime.date(2026, 2, 1)
        day = datetime.timedelta(1)
        self.mailbox.l10n_co_start_date = start
        self.deliver_on(start - day, start, start + day)
        self.assertEqual(self.taken(), [start, start + day])
        self.assertEqual(len(self.folder()), 1)
        self.assertEqual(self.taken(), [start, start + day])
        self.mailbox.l10n_co_start_date = False
        self.assertEqual(self.taken(), [start - day, start, start + day])

    def test_since_an_age(self):
        today = fields.Date.context_today(self.mailbox)
        ages = [today - datetime.timedelta(age) for age in (12, 10, 1)]
        self.mailbox.write({"l10n_co_start_date": False, "l10n_co_max_age": 10})
        self.deliver_on(*ages)
        self.assertEqual(self.taken(), ages[1:])

    def test_since_the_later_of_both(self):
        today = fields.Date.context_today(self.mailbox)
        ages = [today - datetime.timedelta(age) for age in (12, 6, 1)]
        self.mailbox.write({"l10n_co_start_date": ages[1], "l10n_co_max_age": 60})
        self.deliver_on(*ages)
        self.assertEqual(self.taken(), ages[1:])
        self.mailbox.write({"l10n_co_start_date": ages[0], "l10n_co_max_age": 3})
        self.assertEqual(self.mailbox._l10n_co_since(), today - datetime.timedelta(3))

    def test_since_a_day_by_pop(self):
        """POP3 tells no date of arrival; the line of the last server does, and `Date` is anybody's."""
        self.mailbox.write(
            {
                "server_type": "pop",
                "port": self.bed.pop3s,
                "l10n_co_leave_on_server": True,
                "l10n_co_start_date": datetime.date(2026, 2, 1),
            }
        )
        for day in ("31 Jan 2026", "01 Feb 2026"):
            received = f"Received: from a by b; {day} 12:00:00 -0500\r\n"
            self.deliver(received.encode() + builder.mail(day))
        self.receive()
        self.assertEqual(self.ledger().mapped("subject"), ["01 Feb 2026"])

    def test_today_begins_at_midnight_where_the_user_is(self):
        self.env.user.tz = "America/Bogota"  # five hours behind UTC
        self.deliver(*(builder.mail(name) for name in ("yesterday", "today")))
        self.receive()
        for mail, moment in zip(
            self.ledger(), ("2026-03-02 04:59:00", "2026-03-02 05:01:00"), strict=True
        ):
            self.env.cr.execute(
                "UPDATE l10n_co_received_mail SET create_date = %s WHERE id = %s", (moment, mail.id)
            )
        for now, count in (("2026-03-02 12:00:00", 1), ("2026-03-03 03:00:00", 1)):
            with self.subTest(now), freeze_time(now):
                self.env.invalidate_all()
                mailbox = self.mailbox.with_context(tz="America/Bogota")
                self.assertEqual(mailbox.l10n_co_today_count, count)

    def test_nothing_is_read_while_another_run_holds_the_lock(self):
        self.deliver(builder.Package().mail)
        none = self.mailbox.browse()
        with patch.object(type(self.mailbox), "try_lock_for_update", return_value=none):
            message = self.receive()["message"]
        self.assertIn("is being read right now", message)
        self.assertFalse(self.ledger())
        self.assertEqual(len(self.folder()), 1)
