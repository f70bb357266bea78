"""Everybody sees and changes his own mail account only, whatever he calls."""

from unittest.mock import patch

from odoo.addons.l10n_co_einvoice_mail.mailbox import discovery
from odoo.addons.l10n_co_einvoice_mail.models.users.res_users import PASSWORD as TYPED_PASSWORD
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import PASSWORD
from .personal_common import PersonalAccountCase

# A value for each kind of field that can be typed.
VALUES = {"char": "x.example.com", "integer": 587, "many2one": 1, "boolean": True}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPersonalAccountRights(PersonalAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Otra SAS"})
        cls.rights_admin = cls.create_user("derechos", "base.group_erp_manager")
        cls.other_admin = cls.create_user("correo.otra", "l10n_co_einvoice_mail.group_mail_admin")
        cls.other_admin.write(
            {
                "company_ids": [Command.set(cls.other_company.ids)],
                "company_id": cls.other_company.id,
            }
        )
        cls.foreigners = (cls.employee, cls.bookkeeper, cls.rights_admin, cls.other_admin)

    def typed_values(self):
        """:return: one dict a field that a user can type"""
        for name in (TYPED_PASSWORD, *self.env["res.users"]._l10n_co_typed_fields()):
            field = self.maria._fields[name]
            value = VALUES.get(field.type) or field._description_selection(self.env)[0][0]
            yield {name: value}

    def public_methods(self):
        """:return: names of the methods that clients can call on a user, of ours"""
        methods = [name for name in dir(type(self.maria)) if name.startswith("l10n_co_")]
        methods = [name for name in methods if name not in self.maria._fields]
        methods.remove("l10n_co_action_my_mail")  # of whoever calls it
        self.assertGreaterEqual(len(methods), 3)
        return methods

    def test_nobody_changes_anothers(self):
        account = self.confirm()
        self.env.flush_all()
        self.env.invalidate_all()
        before = account.read()
        for user in self.foreigners:
            for values in self.typed_values():
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    self.maria.with_user(user).write(values)
            for name in self.public_methods():
                with self.subTest(user=user.login, method=name), self.assertRaises(AccessError):
                    getattr(self.maria.with_user(user), name)()
            action = self.maria.with_user(user).l10n_co_action_my_mail()
            self.assertEqual(action["res_id"], user.id)
        self.assertEqual(account.read(), before)

    def test_nobody_sees_anothers(self):
        self.confirm()
        names = [
            TYPED_PASSWORD,
            *self.env["res.users"]._l10n_co_account_fields(),
            "l10n_co_emission_server_id",
        ]
        nothing = self.bookkeeper.with_user(self.bookkeeper).read(names)[0]
        for user in self.foreigners:
            with self.subTest(user=user.login):
                seen = self.maria.with_user(user).read(names)[0]
                self.assertEqual({**seen, "id": 0}, {**nothing, "id": 0})
        seen = self.as_maria().read(names)[0]
        self.assertEqual(seen["l10n_co_mail_address"], self.address)
        self.assertFalse(seen[TYPED_PASSWORD])

    def test_nobody_reaches_the_record_itself(self):
        account = self.confirm()
        for user in (self.maria, *self.foreigners):
            server = account.with_user(user).sudo(False)
            calls = {
                "read": lambda s=server: s.read(["l10n_co_address"]),
                "write": lambda s=server: s.write({"l10n_co_state": "done"}),
                "unlink": lambda s=server: s.unlink(),
                "password": lambda s=server: s.read(["smtp_pass"]),
                "search": lambda u=user: (
                    self.env["res.users"]
                    .with_user(u)
                    .search([("l10n_co_personal_server_ids.l10n_co_address", "like", "@")])
                ),
            }
            for name, call in calls.items():
                with self.subTest(user=user.login, call=name), self.assertRaises(AccessError):
                    call()
            with self.subTest(user=user.login, call="create"), self.assertRaises(AccessError):
                server.create({"name": "x", "owner_user_id": self.bookkeeper.id})
            self.assertNotIn(account, server.search([]) if user == self.other_admin else [])

    def test_nobody_diagnoses_anothers(self):
        account = self.confirm()
        Diagnosis = self.env["l10n_co.mail.diagnosis"]
        self.set_up_of(self.employee)
        action = self.employee.with_user(self.employee).l10n_co_action_test_mail()
        for user in self.foreigners:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Diagnosis.with_user(user).create({"mail_server_id": account.id})
        own = Diagnosis.with_user(self.employee).browse(action["res_id"])
        with self.assertRaises(AccessError):
            own.write({"mail_server_id": account.id})
        own.sudo().write({"mail_server_id": account.id, "host": "x", "port": 25})
        for method in (
            own.run,
            own.run_live,
            own.action_run_again,
            own.action_try_again,
            own.action_cancel,
        ):
            with self.subTest(method=method.__name__), self.assertRaises(AccessError):
                method()
        with self.assertRaises(AccessError):
            own.with_user(self.bookkeeper).read(["cause"])
        with self.assertRaises(AccessError):
            self.run_test().step_ids.with_user(self.employee).read(["cause"])

    def set_up_of(self, user):
        user.email = user.email or "empleado@comprador.example.com"
        user.with_user(user).write(
            {"l10n_co_mail_address": user.email, "l10n_co_mail_password": PASSWORD}
        )

    def test_mail_administrator_sets_up_users_of_his_company(self):
        maria = self.maria.with_user(self.admin)
        with self.assertRaises(AccessError):
            maria.name = "he is no administrator of users"
        maria._l10n_co_save_account({"l10n_co_address": self.address, "l10n_co_new_password": "x"})
        account = self.maria._l10n_co_accounts()
        self.assertEqual(maria.l10n_co_mail_address, self.address)
        self.assertIn(account, account.with_user(self.admin).sudo(False).search([]))
        with self.assertRaises(AccessError):
            account.with_user(self.admin).sudo(False).read(["smtp_pass"])
        maria.l10n_co_action_disconnect_mail()
        self.assertFalse(account.exists())

    def test_portal_users_have_none(self):
        portal = new_test_user(self.env, "portal.maria", "base.group_portal", email=self.address)
        with self.assertRaises(UserError):
            portal.with_user(portal).write({"l10n_co_mail_address": self.address})
        self.assertFalse(portal._l10n_co_servers())

    def test_forms_of_others_propose_nothing(self):
        typed = {"l10n_co_mail_address": "a@b.example.com", "l10n_co_mail_host": False}
        shown = {name: {} for name in typed}
        for user in self.foreigners:
            maria = self.maria.with_user(user)
            with (
                self.subTest(user=user.login),
                patch.object(discovery, "discover", return_value=discovery.Found()) as asked,
            ):
                maria.onchange(typed, ["l10n_co_mail_address"], shown)
                asked.assert_not_called()
                own = user.with_user(user)
                answer = own.onchange(typed, ["l10n_co_mail_address"], shown)
                asked.assert_called()
                self.assertEqual(answer["value"]["l10n_co_mail_host"], "mail.b.example.com")
