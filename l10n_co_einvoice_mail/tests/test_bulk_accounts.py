"""Many users' accounts in one list: who is loaded, what is proposed, what is typed or pasted, what a test says."""

import base64
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import file_path

from ..bulk import sheets
from .bulk_common import DOMAIN, BulkCase
from .common import PASSWORD

NEUTRALIZE = "l10n_co_einvoice_mail/data/neutralize.sql"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBulkAccounts(BulkCase):
    def test_server_of_a_line_is_completed_where_a_part_of_it_is_given(self):
        wizard = self.create_list(self.people[0])
        line = wizard.line_ids.create(
            {"wizard_id": wizard.id, "user_id": self.people[1].id, "smtp_host": "smtp.x.co"}
        )
        self.assertRecordValues(
            line,
            [
                {
                    "smtp_host": "smtp.x.co",
                    "smtp_port": self.bed.smtps,
                    "smtp_encryption": "ssl_strict",
                    "provider_id": self.provider.id,
                }
            ],
        )

    def test_addresses_are_proposed_and_present_ones_kept(self):
        first, second, third = self.people
        first.name, second.name = "Laura Gómez Ruiz", "Laura Gómez Peña"
        third.email = "la.que.tiene@otra.example.com"
        wizard = self.create_list()
        self.assertEqual(
            [self.line_of(wizard, user).email for user in self.people],
            [f"laura.gomez@{DOMAIN}", f"laura.gomez2@{DOMAIN}", "la.que.tiene@otra.example.com"],
        )
        wizard.address_pattern = "login"
        self.assertEqual(self.line_of(wizard, first).email, f"persona.numero0@{DOMAIN}")
        self.assertEqual(self.line_of(wizard, third).email, "la.que.tiene@otra.example.com")

    def test_address_of_somebody_else_is_not_proposed(self):
        self.people[0].name = "Laura Gómez"
        self.people[1].email = f"laura.gomez@{DOMAIN}"
        wizard = self.create_list(self.people[0])
        self.assertEqual(wizard.line_ids.email, f"laura.gomez2@{DOMAIN}")

    def test_server_comes_from_the_company_s_own_account(self):
        self.company.email = f"facturas@{DOMAIN}"
        wizard = self.Wizard.create({})
        self.assertEqual(
            (wizard.domain, wizard.provider_id, wizard.smtp_host, wizard.smtp_port),
            (DOMAIN, self.provider, "localhost", self.bed.smtps),
        )

    def test_provider_fills_the_server_of_all_down(self):
        gmail = self.env["l10n_co.mail.provider"].search([("code", "=", "zoho")], limit=1)
        with Form(self.create_list()) as form:
            form.provider_id = gmail
        self.assertEqual(set(form.record.line_ids.mapped("smtp_host")), {gmail.smtp_host})

    def test_one_line_gives_its_server_to_all(self):
        wizard = self.create_list()
        line = wizard.line_ids[1]
        line.write({"smtp_host": "otro.example.com", "smtp_port": 587})
        line.action_fill_down()
        self.assertEqual(
            {(each.smtp_host, each.smtp_port) for each in wizard.line_ids},
            {("otro.example.com", 587)},
        )

    def test_loading_again_keeps_what_was_typed(self):
        wizard = self.create_list(self.people[0])
        wizard.line_ids.email = f"otra@{DOMAIN}"
        wizard.user_ids = self.people
        wizard.action_load_users()
        self.assertEqual(wizard.line_ids.user_id, self.people)
        self.assertEqual(self.line_of(wizard, self.people[0]).email, f"otra@{DOMAIN}")
        self.assertIn("Added: 2. There already: 1.", wizard.notice)

    def test_group_is_loaded(self):
        group = self.env["res.groups"].create({"name": "Sellers", "user_ids": self.people[:2].ids})
        wizard = self.Wizard.create({"group_id": group.id})
        wizard.action_load_users()
        self.assertEqual(wizard.line_ids.user_id, self.people[:2])

    def test_state_follows_what_is_typed(self):
        wizard = self.create_list()
        line = wizard.line_ids[0]
        self.assertEqual(line.state, "incomplete")
        self.assertIn("password", line.message)
        line.password = PASSWORD
        self.assertEqual(line.state, "new")
        line.smtp_host = False
        self.assertEqual(line.state, "incomplete")
        self.assertIn("server", line.message)
        self.env["res.lang"]._activate_lang("es_CO")
        self.assertIn("servidor", line.with_context(lang="es_CO").message)

    def test_opened_again_it_is_as_it_was_left(self):
        self.assertEqual(self.Wizard.search_count([]), 0)
        action = self.Wizard.action_open_for(self.people.ids)
        self.assertEqual(self.Wizard.action_open()["res_id"], action["res_id"])
        begun = self.Wizard.browse(action["res_id"])
        begun.line_ids.write({"password": PASSWORD})
        self.env["l10n_co.mail.account.wizard"].sudo()._transient_vacuum()
        self.assertEqual(begun.line_ids.user_id, self.people)
        new = begun.action_start_over()["res_id"]
        self.assertFalse(begun.exists())
        self.assertFalse(self.Wizard.browse(new).line_ids)

    def test_list_of_users_and_settings_lead_there(self):
        picked = {"active_model": "res.users", "active_ids": self.people[:2].ids}
        action = self.env.ref("l10n_co_einvoice_mail.mail_account_users_action")
        opened = action.with_user(self.admin).with_context(**picked).run()
        self.assertEqual(self.Wizard.browse(opened["res_id"]).line_ids.user_id, self.people[:2])
        menu = self.env.ref("l10n_co_einvoice_mail.mail_account_wizard_action")
        self.assertEqual(menu.with_user(self.admin).run()["res_id"], opened["res_id"])
        for each in (action, menu):
            with self.assertRaises(AccessError):
                each.with_user(self.bookkeeper).with_context(**picked).run()

    # ---- spreadsheets ----------------------------------------------------------------------------

    def test_pasted_rows_find_their_users(self):
        first, second, third = self.people
        third.email = f"tercera@{DOMAIN}"
        wizard = self.create_list(first)
        rows = (first.name.upper(), second.login, third.email, "nadie")
        wizard.pasted = "\n".join(f"{row}\tclave {row}" for row in rows)
        self.assertEqual(wizard.line_ids.user_id, self.people)
        for line, row in zip(wizard.line_ids, rows, strict=False):
            self.assertEqual(line.password, f"clave {row}")
        self.assertIn("row 4", wizard.notice)
        self.assertNotIn("clave", wizard.notice)
        self.assertFalse(wizard.pasted)

    def test_a_wrong_row_changes_nothing(self):
        wizard = self.create_list()
        with self.assertRaisesRegex(UserError, "Row 3: the port"):
            wizard.pasted = f"User\tPassword\tPort\n{self.people[0].login}\tuno\t465\n{self.people[1].login}\tdos\tx\n"
        self.assertFalse(any(line.password for line in wizard.line_ids))

    def test_template_is_filled_in_and_uploaded(self):
        wizard = self.create_list().with_context(lang="es_CO")
        content = base64.b64decode(wizard.template)
        self.assertEqual(
            [row.values["email"] for row in sheets.of_file(content)],
            wizard.line_ids.mapped("email"),
        )
        wizard.sheet = base64.b64encode(f"usuario,clave\n{self.people[1].login},dos\n".encode())
        self.assertEqual(wizard.line_ids[1].password, "dos")
        self.assertFalse(wizard.sheet)
        self.assertIn(f"/{wizard.id}/template/", wizard.action_download_template()["url"])

    def test_pasted_addresses_are_those_that_the_list_shows(self):
        """Before logins and names: what is pasted beside a password is mostly what was copied from the list."""
        first, second, third = self.people
        second.login = f"la.de.otra@{DOMAIN}"
        wizard = self.create_list()
        self.line_of(wizard, first).email = second.login
        third.name = "Nombre De Nadie"
        wizard.pasted = f"{second.login}\tuno \n{self.line_of(wizard, second).email.upper()}\tdos\n{third.name}\ttres\n"
        passwords = [self.line_of(wizard, user).password for user in self.people]
        self.assertEqual(passwords, ["uno ", "dos", "tres"])

    def test_the_template_comes_back_whole(self):
        first, second, third = self.people
        second.name = first.name
        wizard = self.create_list()
        rows = sheets.of_file(base64.b64decode(wizard.template))
        self.assertCountEqual([row.user for row in rows], [first.login, second.login, third.name])
        wizard.sheet = wizard.template
        self.assertIn("3", wizard.notice)
        self.assertNotIn("No user", wizard.notice)

    def test_two_users_with_one_address_are_told(self):
        wizard = self.create_list()
        lines = wizard.line_ids
        lines[1].email = lines[0].email.upper()
        told = ["another user has this address" in (line.message or "").lower() for line in lines]
        self.assertEqual(told, [True, True, False])
        self.create_person("Fuera De Lista").email = lines[2].email
        wizard.invalidate_recordset()
        lines.invalidate_recordset()
        self.assertIn("Another user has this address", lines[2].message)

    def test_a_server_of_this_machine_is_not_proposed(self):
        self.company.l10n_co_emission_server_id = self.env["ir.mail_server"].create(
            {
                "name": "Interno",
                "smtp_host": "localhost",
                "l10n_co_company_id": self.company.id,
                "l10n_co_address": "facturas@nadie.example.net",
            }
        )
        allowed = "l10n_co_einvoice_mail.allow_internal_servers"
        self.assertEqual(self.Wizard.create({}).smtp_host, "localhost")
        self.env["ir.config_parameter"].set_param(allowed, False)
        self.assertFalse(self.Wizard.create({}).smtp_host)
        self.company.l10n_co_emission_server_id.smtp_host = "192.168.1.5"
        self.assertFalse(self.Wizard.create({}).smtp_host)
        self.company.l10n_co_emission_server_id.smtp_host = "smtp.nadie.example.net"
        self.assertEqual(self.Wizard.create({}).smtp_host, "smtp.nadie.example.net")

    def test_departments_come_with_an_app(self):
        wizard = self.create_list()
        self.assertEqual(wizard.has_departments, "department_id" in wizard)
        self.assertFalse(wizard.may_install)
        with self.assertRaises(AccessError):
            wizard.action_open_employees_app()
        action = (
            wizard.with_user(self.env.ref("base.user_admin")).sudo().action_open_employees_app()
        )
        self.assertEqual(action["res_id"], self.env.ref("base.module_hr").id)

    # ---- who may ---------------------------------------------------------------------------------

    def test_only_mail_administrators(self):
        wizard = self.create_list()
        for user in (self.employee, self.bookkeeper):
            theirs = wizard.with_user(user)
            for call in (
                lambda rows: rows.read(["notice"]),
                lambda rows: rows.line_ids.read(["email"]),
                lambda rows: rows.create({}),
                lambda rows: rows.action_load_users(),
                lambda rows: rows.action_test(),
                lambda rows: rows.action_apply(),
                lambda rows: rows.action_open(),
                lambda rows: rows.action_open_for(self.people.ids),
                lambda rows: rows.action_download_template(),
            ):
                with self.assertRaises(AccessError):
                    call(theirs)
            with self.assertRaisesRegex(AccessError, "E-invoice mail / Mail administrator"):
                theirs.action_apply()

    def test_passwords_never_come_back(self):
        wizard = self.create_list()
        self.type_passwords(wizard.line_ids)
        lines = wizard.line_ids
        wizard.invalidate_recordset()
        fields = ["password", "has_password"]
        self.assertEqual({row["password"] for row in lines.read(fields)}, {False})
        self.assertTrue(all(row["has_password"] for row in lines.read(fields)))
        spec = {"line_ids": {"fields": {"password": {}, "email": {}}}}
        self.assertNotIn(PASSWORD, str(wizard.web_read(spec)))
        self.admin.group_ids += self.env.ref("base.group_allow_export")
        self.assertNotIn(PASSWORD, str(lines.export_data(["password"])))
        self.assertNotIn(
            PASSWORD,
            str(
                wizard.onchange(
                    {"domain": "otra.example.com"},
                    ["domain"],
                    {"domain": {}, "line_ids": {"fields": {"password": {}, "email": {}}}},
                )
            ),
        )
        for call in (
            lambda: lines.search([("password", "=like", "s%")]),
            lambda: lines.search([], order="password"),
            lambda: lines.formatted_read_group([], ["password"]),
            lambda: lines._read_group([], ["password"]),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_neutralized_copy_has_no_list(self):
        lines = self.create_list().line_ids
        self.env.flush_all()
        self.env.cr.execute(Path(file_path(NEUTRALIZE)).read_text())
        self.env.invalidate_all()
        self.assertFalse(lines.exists())

    def test_another_administrator_does_not_see_the_list(self):
        wizard = self.create_list()
        other = self.create_user("otro", "l10n_co_einvoice_mail.group_mail_admin")
        self.assertFalse(self.Wizard.with_user(other).search([]))
        with self.assertRaises(AccessError):
            wizard.with_user(other).line_ids.read(["email"])

    def test_users_of_other_companies_are_not_loaded(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.people[0].write({"company_ids": other.ids, "company_id": other.id})
        self.assertEqual(self.create_list().line_ids.user_id, self.people[1:])

    def test_no_line_is_for_a_user_of_another_company_or_a_visitor(self):
        """By RPC nothing keeps a client from naming any user: the list does."""
        other = self.env["res.company"].create({"name": "Other"})
        foreign, visitor, both = self.people
        foreign.write({"company_ids": other.ids, "company_id": other.id})
        visitor.group_ids = self.env.ref("base.group_portal")
        both.write({"company_ids": (other + self.company).ids, "company_id": other.id})
        employee = self.create_person("Empleada")
        wizard = self.create_list(employee)
        for user in (foreign, visitor, both):
            with self.subTest(user.name), self.assertRaises(AccessError):
                wizard.line_ids.create({"wizard_id": wizard.id, "user_id": user.id})
            with self.subTest(user.name), self.assertRaises(AccessError):
                wizard.line_ids.user_id = user
            with self.subTest(user.name), self.assertRaises(UserError):
                self.Wizard.create({"user_ids": user.ids}).action_load_users()
        self.assertEqual(wizard.line_ids.user_id, employee)

    def test_no_list_goes_to_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        wizard = self.create_list()
        with self.assertRaises(AccessError):
            wizard.company_id = other
        with self.assertRaises(AccessError):
            self.Wizard.create({"company_id": other.id})

    def test_no_line_goes_into_another_administrator_s_list(self):
        other = self.create_user("otro", "l10n_co_einvoice_mail.group_mail_admin")
        theirs = self.Wizard.with_user(other).create({})
        with self.assertRaises(AccessError):
            self.create_list().line_ids[0].wizard_id = theirs.sudo()

    def test_only_a_test_says_that_an_account_is_ready(self):
        wizard = self.create_list()
        for values in (
            {"state": "ready"},
            {"state": "done"},
            {"is_finishing": True},
            {"failure_code": "login_refused"},
            {"refusal": "x"},
        ):
            with self.subTest(values), self.assertRaisesRegex(AccessError, "outcome of its test"):
                wizard.line_ids[0].write(values)
        user = self.create_person("Otra persona")
        with self.assertRaisesRegex(AccessError, "outcome of its test"):
            wizard.line_ids.create({"wizard_id": wizard.id, "user_id": user.id, "state": "ready"})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBulkTest(BulkCase):
    COUNT = 22

    def test_each_account_gets_its_result(self):
        wizard = self.create_list()
        *sound, wrong, missing = wizard.line_ids
        sound = wizard.line_ids.browse([line.id for line in sound])
        self.type_passwords(sound | wrong)
        wrong.password = "otra clave"
        self.run_tests(wizard)
        self.assertEqual(set(sound.mapped("state")), {"ready"})
        self.assertEqual((wrong.state, missing.state), ("failed", "incomplete"))
        self.assertIn("password", wrong.message)
        self.assertNotIn("otra clave", wrong.message)
        self.assertEqual(
            (wizard.progress, wizard.ready_count, wizard.failed_count, wizard.open_count),
            (100, 20, 1, 1),
        )
        self.assertFalse(self.bed.sink.messages)

    def test_only_what_failed_or_changed_is_tested_again(self):
        wizard = self.create_list(self.people[:3])
        self.type_passwords(wizard.line_ids)
        wizard.line_ids[0].password = "mal"
        self.run_tests(wizard)
        self.assertEqual(self.states(wizard), ["failed", "ready", "ready"])
        wizard.line_ids[0].password = PASSWORD
        wizard.line_ids[1].login = "otro"
        self.assertEqual(self.states(wizard), ["new", "new", "ready"])
        wizard.action_test()
        self.assertEqual(self.states(wizard), ["queued", "queued", "ready"])
        wizard.action_stop()
        self.assertEqual(self.states(wizard), ["new", "new", "ready"])

    def test_a_server_that_does_not_answer_is_asked_once(self):
        wizard = self.create_list(self.people[:20])
        self.type_passwords(wizard.line_ids)
        wizard.smtp_port = 1
        self.run_tests(wizard)
        self.assertEqual(set(self.states(wizard)), {"failed"})

    def test_what_is_changed_during_the_test_is_not_called_ready(self):
        wizard = self.create_list(self.people[:1])
        self.type_passwords(wizard.line_ids)
        wizard.action_test()
        wizard.line_ids.login = "otro"
        self.assertEqual(self.states(wizard), ["new"])
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            wizard.with_env(self.env(cr=cr, su=True))._cron_test()
        self.assertEqual(self.states(wizard), ["new"])

    def test_there_must_be_something_to_test(self):
        with self.assertRaises(UserError):
            self.create_list().action_test()
