"""The diagnosis of an account, on the bed."""

from unittest.mock import patch

from odoo.addons.l10n_co_einvoice_mail.mailbox import failures, probe
from odoo.addons.l10n_co_einvoice_mail.mailbox.imap import ImapMailbox
from odoo.addons.l10n_co_einvoice_mail.models.accounts import mail_diagnosis
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .account_common import MailAccountCase
from .common import PASSWORD


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMailDiagnosis(MailAccountCase):
    def create_sender(self, **values):
        return (
            self.env["ir.mail_server"]
            .sudo()
            .create(
                {
                    "smtp_host": "localhost",
                    "smtp_port": self.bed.smtps,
                    "smtp_encryption": "ssl_strict",
                    "smtp_user": self.address,
                    "smtp_pass": PASSWORD,
                    "l10n_co_address": self.address,
                    "l10n_co_company_id": self.company.id,
                    **values,
                }
            )
            .with_user(self.admin)
        )

    def test_every_step_of_a_sound_mailbox(self):
        diagnosis = self.diagnose(self.mailbox)
        self.assertEqual(
            diagnosis.step_ids.mapped("key"),
            ["data", "dns", "tcp", "tls", "greeting", "auth", "login", "folders", "read", "file"],
        )
        self.assertEqual(set(diagnosis.step_ids.mapped("state")), {"ok"})
        self.assertEqual((diagnosis.state, diagnosis.is_sound), ("done", True))
        self.assertFalse(diagnosis.failed_step_id)
        self.assertEqual(self.mailbox.state, "done")

    def test_failed_test_takes_the_confirmation_away(self):
        self.mailbox.write({"password": "the one of last month", "state": "done"})
        diagnosis = self.diagnose(self.mailbox)
        self.assertFalse(diagnosis.is_sound)
        self.assertEqual(self.mailbox.state, "draft")
        self.assertIn(diagnosis.cause, self.mailbox.l10n_co_failure)

    def test_what_passes_by_itself_takes_no_confirmation(self):
        self.diagnose(self.mailbox)
        busy = failures.FAILURES["server_busy"]
        with patch.object(
            ImapMailbox, "login", side_effect=busy.error("server_busy", data={"host": "x"})
        ):
            self.assertFalse(self.diagnose(self.mailbox).is_sound)
        self.assertEqual(self.mailbox.state, "done")

    def test_failed_test_is_remembered_where_people_look(self):
        self.mailbox.sudo().write({"state": "draft", "password": "wrong"})
        self.diagnose(self.mailbox)
        self.assertIn("does not accept the user", self.mailbox.l10n_co_problem)
        self.assertIn("The server said: ", self.mailbox.l10n_co_problem)
        sender = self.create_sender(smtp_pass="wrong")
        self.diagnose(sender)
        told = {
            line.res_model: line.reason
            for line in self.env["l10n_co.todo"].with_user(self.admin).search([])
            if line.kind in ("mailbox", "sender")
        }
        for model in ("fetchmail.server", "ir.mail_server"):
            self.assertIn("does not accept the user", told[model])

    def test_what_failed_by_itself_is_remembered_of_what_was_never_active(self):
        self.mailbox.sudo().state = "draft"
        busy = failures.error_of("server_busy", "[UNAVAILABLE] later", {"host": "x"})
        with patch.object(ImapMailbox, "login", side_effect=busy):
            self.diagnose(self.mailbox)
        self.assertEqual(self.mailbox.l10n_co_failure_code, "server_busy")
        self.assertIn("[UNAVAILABLE] later", self.mailbox.l10n_co_problem)

    def test_what_changed_during_its_test_is_not_confirmed(self):
        login = ImapMailbox.login

        def change(mailbox):
            login(mailbox)
            self.mailbox.port = 143

        with patch.object(ImapMailbox, "login", change):
            self.assertTrue(self.diagnose(self.mailbox).is_sound)
        self.assertEqual(self.mailbox.state, "draft")

    def test_wrong_password_names_the_password_and_shows_it_nowhere(self):
        self.mailbox.sudo().password = "wr0ng"
        diagnosis = self.diagnose(self.mailbox)
        self.assertEqual((diagnosis.datum, self.mailbox.state), ("password", "draft"))
        self.assertTrue(diagnosis.cause and diagnosis.remedy)
        self.assertNotIn("wr0ng", repr(diagnosis.step_ids.read()) + repr(diagnosis.read()))
        self.assertEqual(diagnosis.step_ids[-1].state, "skipped")

    def test_what_works_instead_is_proposed_and_used(self):
        self.mailbox.port = self.bed.imap
        with patch.dict(probe.PORTS, {"imap": (self.bed.imaps, self.bed.imap)}):
            diagnosis = self.diagnose(self.mailbox)
            self.assertEqual(diagnosis.datum, "encryption")
            self.assertIn(str(diagnosis.port), diagnosis.known)
            self.assertEqual(diagnosis.mends, "encryption,port")
            action = diagnosis.action_try_again()
        self.assertNotEqual(self.mailbox.l10n_co_encryption, "ssl_strict")
        self.assertTrue(self.mailbox._l10n_co_endpoint().encryption.is_verified)
        self.assertEqual(self.mailbox.sudo().password, PASSWORD)
        again = self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])
        self.assertTrue(again.run())
        self.assertEqual(self.mailbox.state, "done")

    def test_wrong_password_is_typed_where_it_is_named(self):
        self.mailbox.sudo().password = "wr0ng"
        diagnosis = self.diagnose(self.mailbox)
        self.assertEqual(diagnosis.mends, "password,user")
        diagnosis.write({"password": PASSWORD})
        self.assertFalse(diagnosis.password)
        self.assertTrue(self.again(diagnosis).is_sound)
        self.assertEqual(self.mailbox.state, "done")

    def test_another_server_gets_no_password_that_was_not_typed_for_it(self):
        self.mailbox.server = "nowhere.invalid"
        self.mailbox.sudo().password = PASSWORD
        diagnosis = self.diagnose(self.mailbox)
        self.assertEqual(diagnosis.mends, "host,port")
        self.assertFalse(diagnosis.needs_password)
        diagnosis.host = "localhost"
        self.assertTrue(diagnosis.needs_password)
        with self.assertRaises(UserError):
            diagnosis.action_try_again()
        self.assertEqual(self.mailbox.server, "nowhere.invalid")
        diagnosis.write({"password": PASSWORD, "port": self.bed.imaps})
        self.assertTrue(self.again(diagnosis).is_sound)
        self.assertEqual(self.mailbox.server, "localhost")

    def test_what_the_provider_uses_is_told_where_nothing_else_works(self):
        self.mailbox.write({"port": 1, "l10n_co_provider_id": self.provider.id})
        with patch.dict(probe.PORTS, {"imap": (2, 3)}):
            diagnosis = self.diagnose(self.mailbox)
        self.assertIn(self.provider.name, diagnosis.known)
        self.assertEqual(diagnosis.port, self.bed.imaps)

    def test_only_who_may_set_the_account_up_mends_it(self):
        diagnosis = self.diagnose(self.mailbox)
        diagnosis.sudo().write({"host": "elsewhere.example.com", "state": "done"})
        self.admin.group_ids -= self.env.ref("l10n_co_einvoice_mail.group_mail_admin")
        for call in (
            diagnosis.action_try_again,
            lambda: diagnosis.write({"password": "x"}),
            lambda: diagnosis.read(["report"]),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(self.mailbox.server, "localhost")

    def test_missing_permission_is_given_from_the_test(self):
        self.mailbox.server_type = "gmail"
        diagnosis = self.diagnose(self.mailbox)
        self.assertTrue(diagnosis.can_connect)
        with patch.object(
            type(self.mailbox), "l10n_co_action_connect", lambda one: {"url": one.id}
        ):
            self.assertEqual(diagnosis.action_connect(), {"url": self.mailbox.id})
        self.mailbox.server_type = "imap"
        self.mailbox.sudo().password = "wr0ng"
        self.assertFalse(self.diagnose(self.mailbox).can_connect)

    def test_report_for_the_provider_has_everything_but_secrets(self):
        self.company.l10n_co_support_contact = "soporte@socio.example.com"
        self.mailbox.sudo().password = "wr0ng"
        diagnosis = self.diagnose(self.mailbox)
        for part in (self.address, "localhost", str(self.bed.imaps), diagnosis.cause):
            self.assertIn(part, diagnosis.report)
        self.assertNotIn("wr0ng", diagnosis.report)
        self.assertEqual(diagnosis.support, "soporte@socio.example.com")
        self.assertIn("soporte@socio.example.com", self.mailbox.l10n_co_failure)

    def test_cancelled_test_ends_and_concludes_nothing(self):
        action = self.mailbox.with_user(self.admin).l10n_co_action_diagnose()
        diagnosis = self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])
        connect = ImapMailbox.connect

        def cancel(mailbox):
            diagnosis.action_cancel()
            connect(mailbox)

        with patch.object(ImapMailbox, "connect", cancel):
            self.assertFalse(diagnosis.run())
        self.assertEqual((diagnosis.state, diagnosis.is_sound), ("done", False))
        self.assertNotIn("login", diagnosis.step_ids.mapped("key"))
        self.assertFalse(self.mailbox.l10n_co_failure_code)

    def again(self, diagnosis):
        action = diagnosis.action_try_again()
        again = self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])
        again.run()
        return again

    def test_steps_are_seen_as_they_are_done(self):
        action = self.mailbox.with_user(self.admin).l10n_co_action_diagnose()
        diagnosis = self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])
        with self.enter_registry_test_mode():
            self.assertTrue(diagnosis.run_live())
        self.env.invalidate_all()
        self.assertEqual(diagnosis.state, "done")
        self.assertEqual(len(diagnosis.step_ids), 10)

    def test_pop_mailbox_tries_the_way_of_its_backups(self):
        self.mailbox.write({"server_type": "pop", "port": self.bed.pop3s, "password": PASSWORD})
        self.mailbox.l10n_co_backup_email = self.address
        diagnosis = self.diagnose(self.mailbox)
        self.assertEqual(diagnosis.failed_step_id.code, "backup_loop")
        self.assertEqual(self.mailbox.state, "draft")

    def test_sending_account_is_confirmed_by_its_test_only(self):
        server = self.create_sender()
        self.assertEqual(server.l10n_co_state, "draft")
        self.assertFalse(self.company.l10n_co_emission_server_id)
        self.assertTrue(self.diagnose(server).is_sound)
        self.assertEqual(server.l10n_co_state, "done")
        self.assertEqual(self.company.l10n_co_emission_server_id, server)
        server.sudo().smtp_host = "mail.attacker.example.com"
        self.assertEqual((server.l10n_co_state, server.sudo().smtp_pass), ("draft", False))

    def test_test_mail_makes_the_round_trip(self):
        self.mailbox.state = "done"
        server = self.create_sender()

        def arrive(ladder, raw_server):
            result = send(ladder, raw_server)
            self.bed.deliver(self.address, self.bed.sink.messages[-1].raw)
            return result

        send = mail_diagnosis.ladders.Ladder._send
        with patch.object(mail_diagnosis.ladders.Ladder, "_send", arrive):
            diagnosis = self.diagnose(server, recipient=self.address)
        self.assertEqual(
            diagnosis.step_ids.mapped("key")[-4:], ["sender", "recipient", "message", "arrival"]
        )
        self.assertTrue(diagnosis.is_sound, diagnosis.cause)
        self.assertEqual(self.folder(), [])

    def test_test_mail_that_does_not_arrive_is_no_error_of_the_data(self):
        self.mailbox.state = "done"
        server = self.create_sender()
        with (
            patch.object(mail_diagnosis, "ARRIVAL_LOOKS", 1),
            patch.object(mail_diagnosis, "ARRIVAL_SECONDS", 0),
        ):
            diagnosis = self.diagnose(server, recipient=self.address)
        self.assertEqual((diagnosis.failed_step_id.key, diagnosis.is_temporary), ("arrival", True))

    def test_internal_addresses_are_refused_unless_allowed(self):
        self.env["ir.config_parameter"].set_param(
            "l10n_co_einvoice_mail.allow_internal_servers", "False"
        )
        self.mailbox.port = 993
        diagnosis = self.diagnose(self.mailbox)
        self.assertEqual(diagnosis.failed_step_id.key, "address")

    def test_only_mail_administrators_diagnose(self):
        for user in (self.bookkeeper, self.employee):
            with self.assertRaises(AccessError):
                self.mailbox.with_user(user).l10n_co_action_diagnose()
            with self.assertRaises(AccessError):
                self.env["l10n_co.mail.diagnosis"].with_user(user).create(
                    {"fetchmail_server_id": self.mailbox.id}
                )

    def test_diagnosing_is_no_scanner(self):
        with self.assertRaises(UserError):
            for _number in range(mail_diagnosis.PER_MINUTE + 1):
                self.mailbox.with_user(self.admin).l10n_co_action_diagnose()
