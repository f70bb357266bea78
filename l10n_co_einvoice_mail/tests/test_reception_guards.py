"""What keeps a mailbox from being read twice, by somebody who may not, or further back than it was asked for."""

import os
import time
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.reception import run
from .common import ReceptionCase
from .test_reception_pop import BACKUP
from .tools import builder


@tagged("post_install_l10n", "post_install", "-at_install")
class TestGuards(ReceptionCase):
    def test_a_second_run_on_a_locked_mailbox(self):
        self.deliver(builder.mail("Promoción"))
        server = self.mailbox.sudo()
        self.patch(
            type(server), "try_lock_for_update", lambda mailbox, **_options: mailbox.browse()
        )
        with self.assertRaises(run.MailboxBusy):
            run.receive(server, 10)
        self.assertEqual(len(self.folder()), 1)
        self.assertFalse(self.ledger())

    def test_fetched_by_somebody_without_the_right(self):
        self.deliver(builder.mail("Promoción"))
        for login, groups in (
            ("empleado2", "base.group_user"),
            ("cliente2", "base.group_portal"),
        ):
            user = self.env["res.users"].create(
                {
                    "name": login,
                    "login": login,
                    "company_ids": self.company.ids,
                    "company_id": self.company.id,
                    "group_ids": self.env.ref(groups).ids,
                }
            )
            with self.subTest(login), self.assertRaises(AccessError):
                self.mailbox.with_user(user).l10n_co_fetch()
        self.assertEqual(len(self.folder()), 1)

    def test_fetched_by_somebody_of_another_company(self):
        other = self.setup_other_company(name="Otra", country_id=self.company.country_id.id)[
            "company"
        ]
        user = self.env["res.users"].create(
            {
                "name": "Ajena",
                "login": "ajena",
                "company_ids": other.ids,
                "company_id": other.id,
                "group_ids": self.env.ref("l10n_co_einvoice_mail.group_user").ids,
            }
        )
        with self.assertRaises(AccessError):
            self.mailbox.with_user(user).l10n_co_fetch()

    def test_mails_since_by_imap(self):
        """The server's own date of arrival counts."""
        self.deliver(builder.mail("Vieja"), builder.mail("Nueva"))
        folder = self.bed.folder_path(self.address)
        self.age(min([*(folder / "new").iterdir(), *(folder / "cur").iterdir()]), days=40)
        self.mailbox.l10n_co_start_date = fields.Date.today() - timedelta(days=10)
        self.receive()
        self.assertEqual((len(self.ledger()), len(self.folder())), (1, 1))
        self.mailbox.l10n_co_start_date = False
        self.receive()
        self.assertEqual((len(self.ledger()), len(self.folder())), (2, 0))

    def test_mails_not_older_than_by_imap(self):
        self.deliver(builder.mail("Vieja"), builder.mail("Nueva"))
        folder = self.bed.folder_path(self.address)
        self.age(min([*(folder / "new").iterdir(), *(folder / "cur").iterdir()]), days=40)
        self.mailbox.write({"l10n_co_start_date": False, "l10n_co_max_age": 39})
        self.receive()
        self.assertEqual((len(self.ledger()), len(self.folder())), (1, 1))
        self.mailbox.l10n_co_max_age = 41
        self.receive()
        self.assertEqual((len(self.ledger()), len(self.folder())), (2, 0))

    def age(self, file, days):
        """Dovecot's date of arrival is the file's."""
        moment = time.time() - days * 86400
        os.utime(file, (moment, moment))

    def test_the_later_of_both_limits_counts(self):
        today = fields.Date.context_today(self.mailbox)
        for start, age, expected in (
            (False, 0, False),
            (today - timedelta(days=5), 0, 5),
            (False, 7, 7),
            (today - timedelta(days=5), 7, 5),
            (today - timedelta(days=9), 7, 7),
        ):
            self.mailbox.write({"l10n_co_start_date": start, "l10n_co_max_age": age})
            since = expected and today - timedelta(days=expected)
            self.assertEqual(self.mailbox._l10n_co_since(), since)

    def test_mails_since_by_pop(self):
        old = b"Received: from x by y; Mon, 1 Jan 2018 10:00:00 +0000\n"
        self.deliver(old + builder.mail("Vieja"), builder.mail("Nueva"))
        mailbox = self.mailbox
        mailbox.write(
            {
                "server_type": "pop",
                "port": self.bed.pop3s,
                "password": mailbox.sudo().password,
                "l10n_co_backup_email": BACKUP,
                "l10n_co_leave_on_server": True,
                "l10n_co_start_date": fields.Date.today() - timedelta(days=10),
            }
        )
        self.receive()
        self.assertEqual(len(self.ledger()), 1)
        mailbox.l10n_co_start_date = False
        self.receive()
        self.assertEqual(len(self.ledger()), 2)
