"""The set-up: what is typed is kept and never shown, and a test says what is wrong."""

import base64
import datetime
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

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
