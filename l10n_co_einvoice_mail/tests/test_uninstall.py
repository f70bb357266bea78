"""What `uninstall_hook` leaves: Odoo's own accounts in order, a company's accounts switched off, no parameter.

`make dist` removes the addon for good and compares the database with what it was before.
"""

import os
from unittest.mock import patch

from cryptography.fernet import Fernet
from odoo.addons.l10n_co_einvoice_mail.hooks import uninstall_hook
from odoo.addons.l10n_co_einvoice_mail.models.shared import secret_key
from odoo.tests import tagged

from .account_common import MailAccountCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestUninstall(MailAccountCase):
    def server(self, name, **values):
        return self.env["ir.mail_server"].create(
            {"name": name, "smtp_host": "localhost", "from_filter": name, **values}
        )

    def uninstall(self):
        self.env.flush_all()
        uninstall_hook(self.env(su=True))
        self.env.invalidate_all()

    def test_company_accounts_are_switched_off(self):
        """Core would mark the mailbox' mails as read, and take the account as a last resort for any mail."""
        self.mailbox.state = "done"
        own = self.server("facturas@x.co", l10n_co_company_id=self.company.id)
        self.company.l10n_co_emission_server_id = own
        core = self.server("avisos@x.co")
        core_mailbox = self.env["fetchmail.server"].create({"name": "Core", "state": "done"})
        self.uninstall()
        self.assertEqual(self.mailbox.state, "draft")
        self.assertEqual((own.active, core.active), (False, True))
        self.assertEqual(core_mailbox.state, "done")

    def test_parameters_go(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("l10n_co_einvoice_mail.limit_archive_bytes", "1")
        parameters.set_param("l10n_co_einvoice_other.kept", "1")
        self.uninstall()
        keys = parameters.search([("key", "=like", "l10n_co_einvoice%")]).mapped("key")
        self.assertEqual(keys, ["l10n_co_einvoice_other.kept"])

    def test_what_no_key_opens_is_no_password(self):
        self.mailbox.sudo().password = "clave"
        self.env.flush_all()
        with patch.dict(os.environ, {secret_key.ENVIRONMENT: Fernet.generate_key().decode()}):
            self.uninstall()
        self.assertFalse(self.mailbox.sudo().password)

    def test_accounts_that_were_set_up_here_lose_their_secrets_and_are_off(self):
        """A settings administrator would read a user's password in core's form."""
        core = self.server("avisos@x.co", smtp_pass="clave")
        personal = self.server(
            "p@x.co",
            owner_user_id=self.employee.id,
            l10n_co_address="p@x.co",
            smtp_pass="clave",
            google_gmail_refresh_token="g",
        )
        self.uninstall()
        self.env.cr.execute(
            "SELECT smtp_pass, google_gmail_refresh_token, active FROM ir_mail_server WHERE id IN %s ORDER BY id",
            [(core.id, personal.id)],
        )
        self.assertEqual(self.env.cr.fetchall(), [("clave", None, True), (None, None, False)])

    def test_notices_about_accounts_go(self):
        self.mailbox._l10n_co_keep_activity(["Change the password."])
        activity = self.mailbox.l10n_co_activity_id
        self.assertTrue(activity)
        self.uninstall()
        self.assertFalse(activity.exists())
