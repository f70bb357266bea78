"""What nobody may do to an account of ours, whoever he is and whichever way he calls."""

from unittest.mock import patch

from odoo.addons.l10n_co_einvoice_mail.mailbox.errors import ArgumentRefused
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.models import BaseModel
from odoo.tests import tagged

from .account_common import MailAccountCase
from .common import PASSWORD

REFUSED = (AccessError, ValidationError)
TOKENS = ("google_gmail_refresh_token", "microsoft_outlook_access_token")


@tagged("post_install_l10n", "post_install", "-at_install")
class AccountRightsCase(MailAccountCase):
    """`admin` and `stranger` are mail administrators, each of his own company; `system` is a settings administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Otra")["company"]
        cls.stranger = cls.create_user("ajeno", "l10n_co_einvoice_mail.group_mail_admin")
        cls.stranger.write(
            {"company_ids": [Command.set(cls.other.ids)], "company_id": cls.other.id}
        )
        cls.system = cls.create_user("sistema", "base.group_system")
        cls.owner = cls.create_user("maria.derechos", "base.group_user")
        cls.portal = cls.create_user("cliente", "base.group_portal")
        cls.people = cls.admin + cls.stranger + cls.bookkeeper + cls.employee + cls.portal

    def setUp(self):
        super().setUp()
        values = {
            "smtp_host": "localhost",
            "smtp_port": self.bed.smtps,
            "smtp_encryption": "ssl_strict",
            "smtp_user": self.address,
            "smtp_pass": PASSWORD,
            "l10n_co_address": self.address,
            "l10n_co_state": "done",
        }
        Server = self.env["ir.mail_server"].sudo()
        self.sender = Server.create({**values, "l10n_co_company_id": self.company.id})
        self.personal = Server.create(
            {**values, "l10n_co_address": f"m.{self.address}", "owner_user_id": self.owner.id}
        )
        self.mailbox.write({"state": "done", "l10n_co_address": self.address})

    def by(self, user, record):
        return record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def assert_refused(self, call, *arguments, **options):
        try:
            with self.env.cr.savepoint():
                call(*arguments, **options)
                self.env.flush_all()
        except REFUSED:
            return
        self.fail("That was allowed.")


class TestAccountOwnership(AccountRightsCase):
    # (account, what would make it somebody else's)
    def taking(self):
        model = self.env["ir.model"]._get_id("res.partner")
        return [
            (self.mailbox, {"l10n_co_company_id": False}),
            (self.mailbox, {"l10n_co_company_id": False, "l10n_co_address": False}),
            (self.mailbox, {"l10n_co_company_id": self.other.id}),
            (self.mailbox, {"object_id": model}),
            (self.sender, {"l10n_co_company_id": False, "l10n_co_address": False}),
            (self.sender, {"l10n_co_company_id": False, "from_filter": False}),
            (self.sender, {"l10n_co_company_id": self.other.id}),
            (self.sender, {"owner_user_id": self.owner.id, "l10n_co_company_id": False}),
            (self.sender, {"from_filter": "otra.example.com"}),
            (self.sender, {"from_filter": False}),
            (self.sender, {"l10n_co_address": "gerente@comprador.example.com"}),
            (self.personal, {"owner_user_id": self.employee.id}),
            (self.personal, {"owner_user_id": False}),
            (self.personal, {"l10n_co_address": False}),
            (self.personal, {"from_filter": "otra.example.com"}),
            (
                self.personal,
                {"owner_user_id": False, "l10n_co_company_id": self.company.id},
            ),
        ]

    def test_an_account_stays_whose_it_is(self):
        for account, values in self.taking():
            for user in self.people:
                mine = self.by(user, account).sudo(False)
                for way in (mine.write, lambda vals, a=mine: a.web_save(vals, {"id": {}})):
                    with self.subTest(account=account, values=values, user=user.login):
                        self.assert_refused(way, values)
        self.assertEqual(self.sender.smtp_pass, PASSWORD)

    def test_both_of_an_administrators_companies_keep_their_own(self):
        self.admin.company_ids += self.other
        for account in (self.mailbox, self.sender):
            with self.subTest(account=account):
                self.assert_refused(
                    self.by(self.admin, account).sudo(False).write,
                    {"l10n_co_company_id": self.other.id},
                )

    def test_none_is_made_for_others(self):
        names = {"name": "x", "smtp_host": "localhost", "l10n_co_address": "x@x.example.com"}
        Server = self.by(self.admin, self.env["ir.mail_server"])
        Mailbox = self.by(self.admin, self.env["fetchmail.server"])
        stranger = self.stranger
        foreign = {"l10n_co_company_id": self.other.id}
        box = {"name": "x", "server": "localhost", "user": "x", "server_type": "imap"}
        model = self.env["ir.model"]._get_id("res.partner")
        ours = {"l10n_co_company_id": self.company.id}
        for call in (
            lambda: Server.create({**names, **foreign}),
            lambda: Server.create({**names, "owner_user_id": stranger.id}),
            lambda: Server.create(names),
            lambda: Server.create({"name": "x", "smtp_host": "localhost"}),
            lambda: Server.with_context(default_l10n_co_company_id=self.other.id).create(names),
            lambda: Mailbox.create({**box, **foreign}),
            lambda: Mailbox.create(box),
            lambda: Mailbox.create({**box, **ours, "object_id": model}),
            lambda: Mailbox.with_context(default_object_id=model).create({**box, **ours}),
            lambda: Mailbox.name_create("x"),
            lambda: self.by(self.admin, self.company).write(
                {"l10n_co_reception_server_ids": [Command.create({**box, **foreign})]}
            ),
            lambda: self.by(self.admin, self.mailbox).copy({**foreign, "user": "y"}),
        ):
            self.assert_refused(call)
        loaded = Mailbox.load(
            ["name", "server", "user", "server_type", "l10n_co_company_id/.id"],
            [["x", "localhost", "x", "imap", str(self.other.id)]],
        )
        self.assertFalse(loaded["ids"])

    def test_a_settings_administrator_may_give_it_away_without_its_secrets(self):
        self.by(self.system, self.sender).sudo(False).write({"l10n_co_company_id": self.other.id})
        self.assertRecordValues(
            self.sender,
            [
                {
                    "l10n_co_company_id": self.other.id,
                    "smtp_pass": False,
                    "l10n_co_state": "draft",
                    "l10n_co_confirmed_on": False,
                }
            ],
        )

    def test_own_address_is_replaced_on_ones_own_page_without_the_old_password(self):
        self.owner.with_user(self.owner).write(
            {"l10n_co_mail_address": "nueva@comprador.example.com"}
        )
        self.assertRecordValues(
            self.personal,
            [
                {
                    "from_filter": "nueva@comprador.example.com",
                    "smtp_pass": False,
                    "l10n_co_state": "draft",
                    "l10n_co_confirmed_on": False,
                }
            ],
        )

    def test_mailbox_of_copies_is_not_received_from(self):
        box = self.create_mailbox("copias@x.co", l10n_co_append_only=True, state="done")
        self.assert_refused(
            self.by(self.admin, box).sudo(False).write, {"l10n_co_append_only": False}
        )
        self.assert_refused(self.by(self.system, box).sudo(False).l10n_co_fetch)
        self.assert_refused(self.by(self.admin, box).sudo(False).l10n_co_action_dry_run)
        run = self.by(self.admin, self.env["l10n_co.mail.dry.run"]).create({"server_id": box.id})
        self.assert_refused(run.run)


class TestAccountDetached(AccountRightsCase):
    def detachments(self):
        return {
            "company": lambda a: a.write({"l10n_co_company_id": False}),
            "address": lambda a: a.write({"l10n_co_address": False}),
            "both": lambda a: a.write({"l10n_co_company_id": False, "l10n_co_address": False}),
            "owner": lambda a: a.write({"owner_user_id": False}),
        }

    def test_whoever_takes_an_account_over_finds_no_secret_in_it(self):
        ways = self.detachments()
        for account, names in (
            (self.mailbox, ("company", "address", "both")),
            (self.sender, ("company", "address", "both")),
            (self.personal, ("address", "owner")),
        ):
            for name in names:
                with self.subTest(account=account, way=name):
                    self.arm(account)
                    ways[name](self.by(self.system, account).sudo(False))
                    self.assert_empty(account)

    def arm(self, account):
        names = account._l10n_co_names
        holder = {"l10n_co_address": self.address, "l10n_co_company_id": self.company.id}
        if account == self.personal:
            holder |= {"l10n_co_company_id": False, "owner_user_id": self.owner.id}
        account.write({**holder, "active": True})
        account.write(
            {names["password"]: PASSWORD, names["state"]: "done", **dict.fromkeys(TOKENS, "t")}
        )

    def assert_empty(self, account):
        names = account._l10n_co_names
        for name in (names["password"], *TOKENS, "active"):
            self.assertFalse(account[name], name)
        self.assertEqual(account[names["state"]], "draft")

    def test_account_of_a_company_that_goes(self):
        company = self.env["res.company"].create({"name": "Fugaz"})
        boxes = [
            self.create_mailbox("f@x.co", l10n_co_company_id=company.id, state="done"),
            self.sender.copy({"l10n_co_company_id": company.id, "smtp_pass": PASSWORD}),
        ]
        self.env.flush_all()
        # What other addons made for the company need not go along here.
        with patch.object(BaseModel, "unlink", lambda _records: True):
            company.sudo().unlink()
        for account in boxes:
            self.assertTrue(account.exists())
            self.assert_empty(account)

    def test_user_who_goes_takes_his_account_along(self):
        self.owner.sudo().unlink()
        self.assertFalse(self.personal.exists())

    def test_reference_emptied_by_the_database_shows_nothing_and_sends_nothing(self):
        self.env.flush_all()
        for table in ("fetchmail_server", "ir_mail_server"):
            self.env.cr.execute(f"UPDATE {table} SET l10n_co_company_id = NULL")  # noqa: S608
        self.env.invalidate_all()
        for account in (self.mailbox, self.sender):
            seen = self.by(self.system, account).sudo(False)
            password = account._l10n_co_names["password"]
            self.assertFalse(seen.read([password])[0][password])
            self.assertEqual(seen.export_data([password])["datas"], [[""]])
        found, _sender = self.env["ir.mail_server"]._find_mail_server("x@other.example.com")
        self.assertNotEqual(found, self.sender)
        with self.assertRaises(UserError):
            self.sender._l10n_co_try()

    def test_form_that_claims_to_be_nobodys_is_shown_nothing(self):
        for account in (self.mailbox, self.sender, self.personal):
            password = account._l10n_co_names["password"]
            seen = self.by(self.system, account).sudo(False)
            typed = {"l10n_co_company_id": False, "l10n_co_address": False}
            typed["l10n_co_is_managed"] = False
            answer = seen.onchange(typed, list(typed), {password: {}, "name": {}})
            self.assertNotIn(PASSWORD, repr(answer))

    def test_mark_is_nobodys_to_write(self):
        core = self.env["ir.mail_server"].sudo().create({"name": "Core", "smtp_host": "x"})
        for record in (self.mailbox, self.sender, self.personal, core):
            for value in (True, False):
                self.assert_refused(
                    self.by(self.system, record).sudo(False).write, {"l10n_co_is_managed": value}
                )


class TestAccountProof(AccountRightsCase):
    def test_nobody_says_that_a_test_passed(self):
        for account in (self.mailbox, self.sender, self.personal):
            state = account._l10n_co_names["state"]
            account.write({state: "draft", "l10n_co_confirmed_on": False})
            for values in (
                {state: "done"},
                {"l10n_co_confirmed_on": "2026-01-01 00:00:00"},
                {"l10n_co_certificate_expiry": "2030-01-01"},
                {"l10n_co_failure_code": "oauth_expired"},
                {"l10n_co_activity_id": 1},
                {"l10n_co_notices": {"quiet": "2026-01-01"}},
            ):
                for user in (self.admin, self.system):
                    with self.subTest(account=account, values=values, user=user.login):
                        self.assert_refused(self.by(user, account).sudo(False).write, values)
            self.assertEqual(account[state], "draft")

    def test_none_is_made_that_says_so(self):
        box = {"name": "x", "server": "localhost", "user": "x", "server_type": "imap"}
        ours = {"l10n_co_company_id": self.company.id}
        for user in (self.admin, self.system):
            Mailbox = self.by(user, self.env["fetchmail.server"])
            Server = self.by(user, self.env["ir.mail_server"])
            sender = {"smtp_host": "x", "l10n_co_address": "x@x.co", **ours}
            self.assert_refused(Mailbox.create, {**box, **ours, "state": "done"})
            self.assert_refused(Mailbox.with_context(default_state="done").create, {**box, **ours})
            self.assert_refused(Server.create, {**sender, "l10n_co_state": "done"})
            self.assert_refused(Server.create, {**sender, "l10n_co_confirmed_on": "2026-01-01"})
            self.assert_refused(
                Server.with_context(default_l10n_co_state="done").create, dict(sender)
            )

    def test_server_of_cores_is_tested_before_it_is_ours(self):
        core = self.env["fetchmail.server"].sudo().create({"name": "Core", "state": "done"})
        self.by(self.system, core).sudo(False).write({"l10n_co_company_id": self.company.id})
        self.assertEqual(core.state, "draft")
        self.assertTrue(core.l10n_co_is_managed)

    def test_what_was_changed_is_not_confirmed_any_more(self):
        changes = {
            "host": "otro.example.com",
            "port": 2525,
            "encryption": "starttls_strict",
            "user": "otro",
        }
        for account in (self.mailbox, self.sender):
            names = account._l10n_co_names
            for key, value in changes.items():
                account.write({names["state"]: "done"})
                self.by(self.admin, account).sudo(False).write({names[key]: value})
                with self.subTest(account=account, key=key):
                    self.assertEqual(account[names["state"]], "draft")
            account.write({names["state"]: "done"})
            self.by(self.admin, account).sudo(False).write({"l10n_co_new_password": "x"})
            self.assertEqual(account[names["state"]], "draft")
            account.write({names["state"]: "done"})
            self.by(self.admin, account).sudo(False).write({"name": "Otro nombre"})
            self.assertEqual(account[names["state"]], "done")

    def test_core_button_is_a_test_of_ours(self):
        self.mailbox.write({"password": "wrong", "state": "draft"})
        with self.assertRaises(UserError):
            self.by(self.admin, self.mailbox).sudo(False).button_confirm_login()
        self.assertEqual(self.mailbox.state, "draft")
        with self.assertRaises(AccessError):
            self.by(self.stranger, self.mailbox).sudo(False).button_confirm_login()

    def test_diagnosis_says_what_it_found(self):
        self.mailbox.write({"password": "wrong"})
        diagnosis = self.diagnose(self.mailbox).sudo(False)
        self.assertFalse(diagnosis.is_sound)
        step = diagnosis.step_ids[0]
        for values in (
            {"is_sound": True},
            {"activates": True},
            {"state": "new"},
            {"mail_server_id": self.sender.id},
            {"known": "x"},
            {"patience": 1},
            {"step_ids": [Command.clear()]},
            {"failed_step_id": False},
        ):
            self.assert_refused(diagnosis.write, values)
        self.assert_refused(step.write, {"state": "ok"})
        self.assert_refused(step.unlink)
        self.assert_refused(step.create, {"diagnosis_id": diagnosis.id, "state": "ok"})
        Diagnosis = self.env["l10n_co.mail.diagnosis"].with_user(self.admin)
        self.assert_refused(
            Diagnosis.create, {"fetchmail_server_id": self.mailbox.id, "is_sound": True}
        )
        made = Diagnosis.with_context(default_is_sound=True, default_state="done").create(
            {"fetchmail_server_id": self.mailbox.id}
        )
        self.assertEqual((made.is_sound, made.state), (False, "new"))


class TestPasswordGoesWhereItWasGivenFor(AccountRightsCase):
    # (what is changed, does the stored password stay?)
    CHANGES = (
        ({"port": 2525}, True),
        ({"encryption": "starttls_strict", "port": 587}, True),
        ({"encryption": "ssl_strict", "port": 465}, True),
        ({"encryption": "starttls"}, False),
        ({"encryption": "ssl"}, False),
        ({"encryption": "none"}, False),
        ({"encryption": "none", "port": 25}, False),
        ({"host": "evil.duckdns.org"}, False),
        ({"user": "otro"}, False),
    )

    def test_same_host_verified_and_not_weaker(self):
        for account in (self.mailbox, self.sender, self.personal):
            names = account._l10n_co_names
            for change, stays in self.CHANGES:
                account.write(
                    {names["encryption"]: "ssl_strict", names["port"]: 465}
                    | {names["host"]: "localhost", names["user"]: self.address}
                )
                account.write({names["password"]: PASSWORD, names["state"]: "done"})
                values = {names[key]: value for key, value in change.items()}
                self.by(self.admin, account).sudo(False).write(values)
                with self.subTest(account=account, change=change):
                    self.assertEqual(account[names["password"]], stays and PASSWORD)

    def test_port_of_an_unverified_server(self):
        self.mailbox.write({"l10n_co_encryption": "starttls"})
        self.mailbox.write({"password": PASSWORD})
        self.by(self.admin, self.mailbox).sudo(False).write({"port": 2525})
        self.assertFalse(self.mailbox.password)

    def test_other_protocol_of_the_same_server(self):
        for encryption, server_type, stays in (
            ("ssl_strict", "pop", True),
            ("ssl", "pop", False),
            ("ssl_strict", "outlook", False),
        ):
            self.mailbox.write({"server_type": "imap", "l10n_co_encryption": encryption})
            self.mailbox.write({"password": PASSWORD})
            self.by(self.admin, self.mailbox).sudo(False).write({"server_type": server_type})
            with self.subTest(encryption=encryption, server_type=server_type):
                self.assertEqual(self.mailbox.password, stays and PASSWORD)

    def test_permission_given_anew_is_tested_anew(self):
        self.mailbox.write({"server_type": "outlook", "password": False})
        self.mailbox.write({"microsoft_outlook_refresh_token": "one", "state": "done"})
        self.mailbox.write({"microsoft_outlook_refresh_token": "another"})
        self.assertEqual(self.mailbox.state, "draft")
        self.mailbox.write({"state": "done"})
        self.mailbox.write({"microsoft_outlook_refresh_token": False})
        self.assertEqual(self.mailbox.state, "done")

    def test_one_place_is_the_same_server_or_one_providers_row(self):
        Provider = self.env["l10n_co.mail.provider"]
        for host, other, expected in (
            ("mail.x.com.co", "MAIL.x.com.co.", True),
            ("imap.gmail.com", "smtp.gmail.com", True),
            ("imap.x.com.co", "smtp.x.com.co", False),
            ("a.duckdns.org", "b.duckdns.org", False),
            ("a.eastus.cloudapp.azure.com", "b.eastus.cloudapp.azure.com", False),
            ("203.0.113.7", "203.0.113.8", False),
            ("imap.gmail.com", "smtp.evil.gmail.com", False),
            ("imap.gmail.com", "smtp.office365.com", False),
            ("mail.{domain}", "x.co", False),
            ("", "", False),
            ("", "smtp.gmail.com", False),
        ):
            with self.subTest(host=host, other=other):
                self.assertEqual(Provider._is_one_place(host, other), expected)

    def test_copies_get_the_password_on_a_verified_way_only(self):
        box = self.create_mailbox("c@x.co", l10n_co_append_only=True, password=False)
        self.assertEqual(self.sender._l10n_co_sent_credentials(box).password, PASSWORD)
        for values in (
            {"l10n_co_encryption": "ssl"},
            {"l10n_co_encryption": "none"},
            {"server": "imap.example.com"},
        ):
            with self.subTest(values=values):
                box.write({"l10n_co_encryption": "ssl_strict", "server": "localhost", **values})
                with self.assertRaises(ArgumentRefused) as refused:
                    self.sender._l10n_co_sent_credentials(box)
                self.assertEqual(refused.exception.code, "password_missing")

    def test_presets_are_the_settings_administrators(self):
        for user in self.people:
            provider = self.by(user, self.provider)
            for call in (
                lambda p=provider: p.write({"smtp_host": "evil.example.com"}),
                lambda p=provider: p.create({"name": "x", "code": "x"}),
                lambda p=provider: p.unlink(),
            ):
                self.assert_refused(call)
        self.by(self.system, self.provider).write({"smtp_port": 587})

    def test_mail_administrator_asks_for_another_preset(self):
        for user in (self.bookkeeper, self.employee, self.portal):
            self.assert_refused(self.by(user, self.provider).action_ask_administrator)
        self.assertFalse(self.provider.activity_ids)
        for _time in range(2):
            self.by(self.admin, self.provider).action_ask_administrator()
        (activity,) = self.provider.activity_ids
        self.assertTrue(activity.user_id.has_group("base.group_system"))


class TestSentFolderRights(AccountRightsCase):
    def test_choice_of_the_folder_is_for_who_may_write_the_account(self):
        box = self.create_mailbox("c@x.co", l10n_co_append_only=True)
        Wizard = self.env["l10n_co.sent.folder"]
        values = {"account_id": self.sender.id, "server_id": box.id}
        for user in self.people - self.admin:
            self.assert_refused(self.by(user, Wizard).create, values)
        wizard = self.by(self.admin, Wizard).create(values)
        self.assert_refused(wizard.write, {"account_id": self.personal.id})
        other = self.create_mailbox("d@x.co", user="d@x.co")
        self.assert_refused(wizard.write, {"server_id": other.id})


class TestSignIn(AccountRightsCase):
    def test_permission_is_taken_from_who_went_to_give_it(self):
        self.mailbox.write({"server_type": "gmail", "password": False})
        for name in ("_get_gmail_csrf_token", "_get_outlook_csrf_token"):
            tokens = {
                getattr(self.by(user, self.mailbox).sudo(), name)()
                for user in (self.admin, self.stranger, self.system, self.employee)
            }
            self.assertEqual(len(tokens), 4)
            again = getattr(self.by(self.admin, self.mailbox).sudo(), name)()
            self.assertIn(again, tokens)

    def test_core_servers_keep_cores_state(self):
        core = self.env["fetchmail.server"].sudo().create({"name": "Core"})
        by_two = {
            u: core.with_user(u).sudo()._get_gmail_csrf_token() for u in (self.admin, self.system)
        }
        self.assertEqual(len(set(by_two.values())), 1)


class TestBackupWithoutServer(AccountRightsCase):
    def test_mailbox_by_pop_says_that_nothing_sends_its_backups(self):
        self.mailbox.write({"server_type": "pop", "port": self.bed.pop3s, "password": PASSWORD})
        self.mailbox.l10n_co_backup_email = "respaldo@otra.example.com"
        self.env["ir.mail_server"].search([]).sudo().active = False
        Server = self.env.registry["ir.mail_server"]
        with patch.object(Server, "_connect__", side_effect=UserError("nothing sends")):
            with self.assertRaisesRegex(UserError, "No outgoing mail server"):
                self.by(self.admin, self.mailbox).sudo(False).button_confirm_login()
            self.assertEqual(self.diagnose(self.mailbox).failed_step_id.code, "backup_no_server")
