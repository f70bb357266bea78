"""The set-up: what is typed is kept and never shown, and a test says what is wrong."""

import base64
import datetime
import json

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..hooks import uninstall_hook
from ..models import radian_account
from .common import PASSWORD, PIN, RadianCase, pfx


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRadianAccount(RadianCase):
    def check(self, **values):
        """:return: (steps by name, the failed one's code)"""
        if values:
            self.account.write(values)
        action = self.account.with_user(self.mail_admin).action_check()
        check = self.env[action["res_model"]].with_user(self.mail_admin).browse(action["res_id"])
        failed = check.step_ids.filtered(lambda step: step.state == "failed")
        return check, failed.code

    def test_a_good_set_up_passes(self):
        self.account.sudo().state = "draft"
        check, failed = self.check()
        self.assertFalse(failed, check.step_ids.mapped("cause"))
        self.assertEqual(len(check.step_ids), 7)
        self.assertEqual(self.account.state, "done")
        self.assertIn("800123456", self.account.holder)

    def test_each_mistake_is_named(self):
        past = {
            "valid_from": datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc),
            "valid_to": datetime.datetime(2021, 1, 1, tzinfo=datetime.timezone.utc),
        }
        cases = {
            "data_missing": {"software_id": False},
            "certificate_unreadable": {"new_secret_password": "otra"},
            "certificate_expired": {"new_secret_pfx": pfx(name="VIEJO", **past)},
            "certificate_foreign": {"new_secret_pfx": pfx("900200002", "AJENA SAS")},
        }
        for code, values in cases.items():
            with self.subTest(code):
                self.account.write(self.account_values(self.company))
                check, failed = self.check(**values)
                self.assertEqual(failed, code)
                self.assertTrue(check.cause)
                self.assertEqual(self.account.state, "draft")
                self.assertEqual(check.step_ids[-1].state, "skipped")

    def test_no_pfx(self):
        _check, failed = self.check(new_secret_pfx=base64.b64encode(b"no PFX"))
        self.assertEqual(failed, "certificate_unreadable")

    def test_the_service(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "l10n_co_einvoice_mail_radian.test_address", "https://localhost:1/x"
        )
        _check, failed = self.check()
        self.assertEqual(failed, "unreachable")

    def test_the_clock(self):
        self.dian.clock_ahead = datetime.timedelta(minutes=8)
        self.addCleanup(setattr, self.dian, "clock_ahead", datetime.timedelta())
        _check, failed = self.check()
        self.assertEqual(failed, "clock")

    def test_a_signature_that_is_not_understood(self):
        self.dian.moods += ["fault"]
        _check, failed = self.check()
        self.assertEqual(failed, "fault")

    def test_another_set_up_is_to_be_tested_again(self):
        for values in (
            {"software_id": "x"},
            {"environment": "1"},
            {"new_secret_pin": "9"},
            {"new_secret_pfx": pfx()},
        ):
            with self.subTest(values.keys()):
                self.account.state = "done"
                self.account.with_user(self.mail_admin).write(values)
                self.assertEqual(self.account.state, "draft")

    def test_nobody_says_himself_that_it_works(self):
        self.account.state = "draft"
        with self.assertRaises(AccessError):
            self.account.with_user(self.system).write({"state": "done"})

    def test_a_certificate_stays_with_its_company(self):
        self.system.company_ids += self.other_company
        with self.assertRaises(UserError):
            self.account.with_user(self.system).write({"company_id": self.other_company.id})

    def test_production_is_no_address_of_ours(self):
        """A parameter leads tests elsewhere, and never what counts."""
        self.account.environment = "1"
        self.assertEqual(
            self.account._address(), "https://vpfe.dian.gov.co/WcfDianCustomerServices.svc"
        )

    def test_secrets_are_sealed_and_never_shown(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT secret_pfx, secret_password, secret_pin FROM l10n_co_radian_account WHERE id = %s",
            [self.account.id],
        )
        for stored in self.env.cr.fetchone():
            self.assertTrue(stored.startswith("l10n_co:aesgcm:v2:"), stored[:30])
        for user in (self.mail_admin, self.system):
            account = self.account.with_user(user)
            names = [name for name in account._fields if not name.startswith("secret_")]
            told = json.dumps(account.read(names), default=str)
            for secret in (PASSWORD, PIN, pfx().decode()[:40]):
                self.assertNotIn(secret, told)
            for name in ("secret_pfx", "secret_password", "secret_pin"):
                with self.assertRaises(AccessError):
                    account.read([name])
                with self.assertRaises(AccessError):
                    account.search([(name, "like", "l10n")])

    def test_what_was_asked_is_kept_without_secrets(self):
        self.check()
        call = self.env["l10n_co.radian.call"].search([], limit=1)
        self.assertEqual(call.operation, "GetStatus")
        for content in (call.request, call.answer):
            text = base64.b64decode(content).decode()
            self.assertNotIn(PIN + "<", text)
            self.assertNotIn("PRIVATE", text)
        self.assertIn("BinarySecurityToken", base64.b64decode(call.request).decode())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestExpiry(RadianCase):
    def setUp(self):
        super().setUp()
        self.today = fields.Date.context_today(self.account)
        self.account.write(
            {"l10n_co_expiry_email": "contador@x.co", "holder": "COMPRADORA 800123456"}
        )

    def watch(self):
        """:return: the notices that the daily watch sends"""
        Mail = self.env["mail.mail"].sudo()
        before = Mail.search([])
        watched = self.env["fetchmail.server"].sudo()._l10n_co_watched()
        self.assertIn(self.account, watched[-1])
        self.account._l10n_co_look_after()
        return Mail.search([]) - before

    def todo(self):
        return self.env["l10n_co.todo"].search([("kind", "=", "radian_access")])

    def expires_in(self, days):
        self.account.valid_to = self.today + datetime.timedelta(days=days)

    def test_is_told_in_time_and_once_a_day(self):
        self.expires_in(radian_account.NOTICE_DAYS + 1)
        self.assertFalse(self.watch())
        self.assertFalse(self.todo())
        self.expires_in(radian_account.NOTICE_DAYS)
        notice = self.watch()
        self.assertEqual(notice.email_to, "contador@x.co")
        self.assertEqual(set(self.account.l10n_co_notices), {"certificate_expiry"})
        self.assertEqual(self.account.l10n_co_activity_id.res_id, self.company.partner_id.id)
        self.assertFalse(self.watch())
        line = self.todo().with_user(self.mail_admin)
        self.assertIn(self.account.holder, line.reason)
        self.assertEqual(line.action_next()["res_id"], self.account.id)

    def test_a_new_certificate_ends_it(self):
        self.expires_in(1)
        self.watch()
        self.expires_in(400)
        self.assertEqual(len(self.watch()), 1, "that it is well again")
        self.assertFalse(self.account.l10n_co_activity_id)
        self.assertFalse(self.todo())

    def test_nobody_writes_by_hand_that_it_was_told(self):
        for values in ({"l10n_co_notices": {"x": "y"}}, {"l10n_co_activity_id": 1}):
            with self.subTest(values), self.assertRaises(AccessError):
                self.account.with_user(self.mail_admin).write(values)

    def test_the_addon_leaves_nothing(self):
        self.expires_in(1)
        self.watch()
        sequence, activity = self.account.sequence_id, self.account.l10n_co_activity_id
        self.account.active = False
        uninstall_hook(self.env(su=True))
        self.assertFalse(sequence.exists())
        self.assertFalse(activity.exists())
        parameters = self.env["ir.config_parameter"].sudo()
        self.assertFalse(parameters.search([("key", "like", "einvoice_mail_radian")]))
        self.assertTrue(parameters.search([("key", "=like", "l10n_co_einvoice_mail.%")]))
