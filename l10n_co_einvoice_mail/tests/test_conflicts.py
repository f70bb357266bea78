"""Scheduled actions whose rows another one changes meanwhile: the work is done again, without an error."""

from unittest.mock import patch

import psycopg2
from odoo.tests import tagged

from .common import EInvoiceMailCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConflicts(EInvoiceMailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Server = cls.env["fetchmail.server"].sudo()
        cls.Server.search([]).active = False

    def mailbox(self, name):
        return self.Server.create(
            {
                "name": name,
                "user": f"{name}@example.com",
                "password": "x",
                "server": "imap.example.com",
                "server_type": "imap",
                "state": "done",
                "l10n_co_company_id": self.company.id,
            }
        )

    def watch(self, trouble):
        """Look after the accounts, while something happens."""
        self.env.flush_all()
        kind = type(self.Server)
        with (
            patch.object(kind, "_l10n_co_look_at_certificate", lambda _account: None),
            patch.object(kind, "_l10n_co_watch", trouble),
            patch("time.sleep"),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            self.assertNoLogs("odoo.addons.l10n_co_einvoice_mail", "WARNING"),
        ):
            self.Server.with_env(self.env(cr=cr, su=True))._l10n_co_cron_watch()

    def test_who_meets_a_run_looks_again(self):
        mailbox, seen = self.mailbox("a"), []

        def trouble(account):
            seen.append(account.id)
            if len(seen) == 1:
                raise psycopg2.errors.SerializationFailure("could not serialize access")

        self.watch(trouble)
        self.assertEqual(seen[:2], [mailbox.id, mailbox.id])

    def test_who_meets_it_too_often_comes_another_time_and_the_others_are_seen(self):
        first, second = self.mailbox("a"), self.mailbox("b")
        seen = []

        def trouble(account):
            seen.append(account.id)
            if account.id == first.id:
                raise psycopg2.errors.SerializationFailure("could not serialize access")

        self.watch(trouble)
        self.assertEqual((seen.count(first.id), seen.count(second.id)), (4, 1))
