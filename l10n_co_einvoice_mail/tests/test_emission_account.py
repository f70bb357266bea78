"""A company's sending account carries its documents and nothing else."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .account_common import MailAccountCase
from .common import PASSWORD
from .tools.smtpsink import SIZE_LIMIT

FORM = "l10n_co_einvoice_mail.sending_account_view_form"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmissionAccount(MailAccountCase):
    def type_account(self):
        server = self.env["ir.mail_server"].with_user(self.admin)
        with Form(
            server.with_context(default_l10n_co_company_id=self.company.id), view=FORM
        ) as form:
            form.l10n_co_address = self.address
            form.l10n_co_new_password = PASSWORD
        return form.record

    def test_address_and_password_are_enough(self):
        account = self.type_account()
        self.assertRecordValues(
            account.sudo(),
            [
                {
                    "name": self.address,
                    "from_filter": self.address,
                    "smtp_authentication": "login",
                    "smtp_host": "localhost",
                    "smtp_port": self.bed.smtps,
                    "smtp_encryption": "ssl_strict",
                    "smtp_user": self.address,
                    "smtp_pass": PASSWORD,
                    "l10n_co_state": "draft",
                }
            ],
        )

    def test_other_mail_never_finds_it(self):
        account = self.type_account().sudo()
        self.env["ir.mail_server"].sudo().search([("id", "!=", account.id)]).unlink()
        for sender in (self.address, "hr@other.example.com", False):
            for given in (None, account):
                server, _sender = self.env["ir.mail_server"]._find_mail_server(sender, given)
                self.assertFalse(server)

    def test_accounts_that_sign_in_follow_cores_rules(self):
        server = self.env["ir.mail_server"].with_user(self.admin)
        with Form(
            server.with_context(default_l10n_co_company_id=self.company.id), view=FORM
        ) as form:
            form.l10n_co_address = "ventas@hotmail.com"
        account = form.record
        self.assertEqual(
            (account.smtp_authentication, account.smtp_host, account.smtp_encryption),
            ("outlook", "smtp-mail.outlook.com", "starttls"),
        )

    def test_test_learns_how_big_a_mail_may_be(self):
        account = self.type_account()
        self.diagnose(account)
        self.assertEqual(account.sudo()._get_max_email_size(), SIZE_LIMIT / 2**20)

    def test_created_by_a_program_it_is_ready(self):
        Account = self.env["ir.mail_server"]
        for maker, state in ((Account, "draft"), (Account.sudo(), "done")):
            account = maker.create(
                {
                    "name": "x",
                    "smtp_host": "localhost",
                    "smtp_user": "login",
                    "from_filter": self.address,
                    "l10n_co_company_id": self.company.id,
                }
            )
            self.assertEqual(
                (account.l10n_co_address, account.l10n_co_state), (self.address, state)
            )

    def test_account_in_use_is_not_archived(self):
        account = self.type_account()
        self.diagnose(account)
        with self.assertRaises(UserError):
            account.active = False

    def test_mail_administrator_sees_only_sending_accounts_of_his_companies(self):
        other = (
            self.env["ir.mail_server"].sudo().create({"name": "Core", "smtp_host": "x.example.com"})
        )
        account = self.type_account()
        self.assertEqual(self.env["ir.mail_server"].with_user(self.admin).search([]), account)
        with self.assertRaises(AccessError):
            other.with_user(self.admin).write({"smtp_host": "mail.attacker.example.com"})
        with self.assertRaises(AccessError):
            account.with_user(self.bookkeeper).read(["name"])
