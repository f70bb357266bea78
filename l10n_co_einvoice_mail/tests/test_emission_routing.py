"""Documents leave from their company's account, a user's mails from his own, and nothing else from either."""

from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.letters import documents
from .emission_common import CUSTOMER, EmissionCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmissionRouting(EmissionCase):
    def assert_left_from(self, account, address=CUSTOMER):
        """The only mail to `address` left from `account`: login, envelope and From agree."""
        sent = self.sent_to(address)
        self.assertEqual(len(sent), 1)
        expected = account.l10n_co_address or account.smtp_user
        self.assertEqual(sent[0].login, expected)
        if account.l10n_co_address:
            self.assertEqual(sent[0].sender, expected)
            self.assertEqual(self.parsed(sent[0])["From"].addresses[0].addr_spec, expected)
        return sent[0]

    def test_invoice_leaves_from_the_companys_account(self):
        self.account.l10n_co_display_name = "Facturación Ñandú SAS"
        message = self.post(self.create_invoice())
        sent = self.assert_left_from(self.account)
        self.assertEqual(
            self.parsed(sent)["From"].addresses[0].display_name, "Facturación Ñandú SAS"
        )
        self.assertNotIn(b"Return-Path", sent.raw)
        mail = self.mails_of(message)
        self.assertEqual(mail.state, "sent")
        self.assertEqual(mail.l10n_co_account_id, self.account)
        self.assertIn(self.address, mail.l10n_co_sender)
        self.assertFalse(message.mail_server_id, "other mails of the message may leave elsewhere")
        self.assertIn(self.seller.email, message.email_from)

    def test_document_decides_not_the_users_company(self):
        other = self.setup_other_company()["company"]
        second = self.create_account("segunda@comprador.example.com", l10n_co_company_id=other.id)
        other.l10n_co_emission_server_id = second
        self.seller.company_ids += other
        invoice = (
            self.env["account.move"]
            .with_company(other)
            .create({"move_type": "entry", "company_id": other.id})
        )
        self.assertEqual(self.seller.company_id, self.company)
        self.post(invoice.with_context(allowed_company_ids=(self.company + other).ids))
        self.assert_left_from(second)

    def test_a_client_s_context_chooses_no_account(self):
        """Neither another company's nor a colleague's, nor the company's own for a mail to a colleague."""
        other = self.setup_other_company()["company"]
        second = self.create_account("segunda@comprador.example.com", l10n_co_company_id=other.id)
        other.l10n_co_emission_server_id = second
        self.create_personal(self.colleague)
        self.company.l10n_co_emission_policy = "user"
        for context in (
            {"l10n_co_for_company": other.id},
            {"l10n_co_for_company": True},
            {"l10n_co_sender_id": self.colleague.id},
            {"l10n_co_session": True, "l10n_co_keeps_attachments": True},
        ):
            with self.subTest(context):
                self.sink.calm()
                message = self.post(self.create_invoice().with_context(**context))
                self.assert_left_from(self.account)
                self.assertEqual(self.mails_of(message).l10n_co_user_id, self.seller)

    def test_the_scheduler_sends_for_whoever_asked(self):
        invoice = self.create_invoice().with_user(self.seller)
        for asked in ({"author_user_id": self.colleague.id}, [self.seller.id]):
            with self.subTest(asked), self.assertRaisesRegex(AccessError, "in the name of"):
                invoice.sending_data = asked
        invoice.sending_data = {"author_user_id": self.seller.id}

    def test_document_of_no_company_is_its_senders(self):
        """As a task is that belongs to no project, or to one that all companies share."""
        model = documents.DocumentModel("res.partner", partner="", has_title=True)
        self.startPatcher(patch.dict(documents.MODELS, {"res.partner": model}))
        self.assertFalse(self.customer.company_id)
        mail = self.mails_of(self.post(self.customer))
        self.assertEqual(mail.l10n_co_account_id, self.account)
        row = self.env["l10n_co.outgoing.mail"].search([("mail_id", "=", mail.id)])
        self.assertEqual((row.company_id, row.is_document), (self.company, True))

    def test_company_without_an_account_sends_as_core_does(self):
        self.company.l10n_co_emission_server_id = False
        self.post(self.create_invoice())
        self.assert_left_from(self.generic)

    def test_mail_about_nothing_a_company_sends(self):
        self.post(self.env["res.partner"].create({"name": "Somebody"}))
        self.assert_left_from(self.generic)

    def test_colleagues_copy_leaves_from_elsewhere(self):
        invoice = self.create_invoice()
        invoice.message_subscribe(self.colleague.partner_id.ids)
        self.colleague.notification_type = "email"
        self.post(invoice)
        self.assert_left_from(self.account)
        self.assert_left_from(self.generic, self.colleague.email)
        copy = self.parsed(self.sent_to(self.colleague.email)[0])
        self.assertNotIn(self.address, str(copy["From"]))

    def test_assignment_never_leaves_from_the_account(self):
        self.create_invoice().with_user(self.seller).message_notify(
            partner_ids=self.colleague.partner_id.ids, body="Yours", subject="Assigned"
        )
        self.assert_left_from(self.generic, self.colleague.email)

    def test_document_sent_to_a_colleague_leaves_from_the_account(self):
        template = self.env.ref("account.email_template_edi_invoice")
        template.send_mail(
            self.create_invoice(partner_id=self.colleague.partner_id.id).id, force_send=True
        )
        self.assert_left_from(self.account, self.colleague.email)

    def test_policy_says_whose_account_documents_leave_from(self):
        own = self.create_personal(self.seller)
        self.post(self.create_invoice())
        self.assert_left_from(self.account)
        self.sink.calm()
        self.company.l10n_co_emission_policy = "user"
        self.post(self.create_invoice())
        sent = self.assert_left_from(own)
        self.assertEqual(self.parsed(sent)["From"].addresses[0].display_name, "vendedor")
        self.sink.calm()
        self.post(self.create_invoice(), user=self.colleague)  # who has none
        self.assert_left_from(self.account)

    def test_personal_accounts_that_are_switched_off_send_nothing(self):
        self.create_personal(self.seller)
        self.company.l10n_co_emission_policy = "user"
        self.env["ir.config_parameter"].set_param("mail.disable_personal_mail_servers", "True")
        self.post(self.create_invoice())
        self.assert_left_from(self.account)
        self.sink.calm()
        self.post(self.env["res.partner"].create({"name": "Somebody"}))
        self.assert_left_from(self.generic)

    def test_an_account_sends_in_nobody_elses_name(self):
        Server = self.env["ir.mail_server"].sudo()
        mail = Server._build_email__("jefe@otra.example.com", [CUSTOMER], "Pague", "A esta cuenta")
        for sender in ("jefe@otra.example.com", f"x{self.address}"):
            with self.subTest(sender), self.assertRaisesRegex(UserError, sender):
                Server.send_email(
                    mail,
                    smtp_session=Server._connect__(
                        mail_server_id=self.account.id, smtp_from=sender
                    ),
                )
        self.assertFalse(self.sink.messages)

    def test_users_other_mails_leave_from_his_own_account(self):
        own = self.create_personal(self.seller)
        lead = self.env["res.partner"].create({"name": "Somebody"})
        self.post(lead)
        self.assert_left_from(own)
        self.sink.calm()
        self.post(lead, user=self.colleague)
        self.assert_left_from(self.generic)

    def test_users_assignments_do_not_leave_from_his_own_account(self):
        self.create_personal(self.seller)
        self.env["res.partner"].create({"name": "Somebody"}).with_user(self.seller).message_notify(
            partner_ids=self.colleague.partner_id.ids, body="Yours", subject="Assigned"
        )
        self.assert_left_from(self.generic, self.colleague.email)

    def test_scheduler_sends_in_the_name_of_who_asked(self):
        own = self.create_personal(self.seller)
        self.company.l10n_co_emission_policy = "user"
        invoice = self.create_invoice()
        wizard = (
            self.env["account.move.send.batch.wizard"]
            .with_user(self.seller)
            .with_context(
                active_model="account.move", active_ids=(invoice + self.create_invoice()).ids
            )
            .create({})
        )
        wizard.action_send_and_print()
        self.assertFalse(self.sink.messages)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            root = self.env(cr=cr, user=SUPERUSER_ID, su=True)
            root["account.move"]._cron_account_move_send()
        self.assertEqual({sent.login for sent in self.sink.messages}, {own.l10n_co_address})

    def test_queued_mail_keeps_its_account(self):
        template = self.env.ref("account.email_template_edi_invoice")
        mail = self.env["mail.mail"].browse(template.send_mail(self.create_invoice().id))
        self.assertFalse(self.sink.messages)
        other = self.create_account(
            "otra@comprador.example.com", l10n_co_company_id=self.company.id
        )
        self.company.l10n_co_emission_server_id = other
        mail.sudo().send()
        self.assert_left_from(self.account)

    def test_answers_come_into_the_chatter_or_to_the_sender(self):
        self.post(self.create_invoice())
        reply_to = self.parsed(self.assert_left_from(self.account))["Reply-To"]
        domain = self.company.alias_domain_id
        expected = domain.catchall_email if domain else self.address
        self.assertEqual(reply_to.addresses[0].addr_spec, expected)

    def test_answers_come_to_the_address_that_is_asked_for(self):
        self.post(self.create_invoice(), reply_to="cartera@comprador.example.com")
        reply_to = self.parsed(self.assert_left_from(self.account))["Reply-To"]
        self.assertEqual(reply_to.addresses[0].addr_spec, "cartera@comprador.example.com")

    # ---- whose account is used ---------------------------------------------------------------------

    def never_worked(self):
        """{how an account came that never passed its test: what makes the seller's one}"""
        return {
            "typed": {"l10n_co_state": "draft"},
            "failed its test": {"l10n_co_state": "draft", "l10n_co_failure_code": "login_refused"},
            "waits for signing in": {
                "l10n_co_state": "draft",
                "smtp_authentication": "outlook",
                "smtp_encryption": "starttls",
                "smtp_pass": False,
            },
        }

    def test_account_that_never_passed_its_test_is_not_used(self):
        lead = self.env["res.partner"].create({"name": "Somebody"})
        for how, values in self.never_worked().items():
            for policy in ("company", "user"):
                with self.subTest(how, policy=policy):
                    own = self.create_personal(self.seller, **values)
                    self.company.l10n_co_emission_policy = policy
                    self.sink.calm()
                    self.post(self.create_invoice())
                    self.assert_left_from(self.account)
                    self.sink.calm()
                    self.post(lead)
                    self.assert_left_from(self.generic)
                    route = self.seller.with_user(self.seller).l10n_co_mail_route
                    self.assertIn(f"leave from {self.address}", route)
                    self.assertIn(f"{own.l10n_co_address} is not used until", route)
                    own.unlink()

    def test_companys_account_that_never_passed_its_test_is_not_used(self):
        self.account.write({"l10n_co_state": "draft", "l10n_co_confirmed_on": False})
        self.post(self.create_invoice())
        self.assert_left_from(self.generic)
        self.assertIn("Odoo's own server", self.seller.with_user(self.seller).l10n_co_mail_route)

    def test_account_that_worked_once_fails_and_says_so(self):
        self.company.l10n_co_emission_policy = "user"
        own = self.create_personal(self.seller)
        own.l10n_co_set_draft()
        invoice = self.create_invoice()
        message = self.post(invoice)
        self.assertFalse(self.sink.messages)
        self.assertEqual(self.mails_of(message).state, "exception")
        self.assertIn("has not passed its test", invoice.l10n_co_outgoing_failure)
        route = self.seller.with_user(self.seller).l10n_co_mail_route
        self.assertIn(f"All your mails leave from {own.l10n_co_address}", route)
        self.assertIn(f"{own.l10n_co_address} has to pass its test again", route)

    def test_sentence_and_choice_agree(self):
        """The address that the sentence names for documents is the one that a document leaves from."""
        own = self.create_personal(self.seller)
        documents = self.company.l10n_co_emission_server_id
        for policy, account, expected in (
            ("company", documents, documents),
            ("user", documents, own),
            ("company", documents.browse(), own),
            ("user", documents.browse(), own),
        ):
            with self.subTest(policy=policy, account=account.name):
                self.sink.calm()
                self.company.write(
                    {"l10n_co_emission_policy": policy, "l10n_co_emission_server_id": account.id}
                )
                self.post(self.create_invoice())
                self.assert_left_from(expected)
                route = self.seller.with_user(self.seller).l10n_co_mail_route
                name = self.company.name
                told = (
                    f"from {expected.l10n_co_address}, the documents of {name} too"
                    if expected == own
                    else f"documents of {name} leave from {expected.l10n_co_address}"
                )
                self.assertIn(told, route)

    def test_user_without_an_address_has_that_of_his_account(self):
        own = self.create_personal(self.seller)
        self.seller.email = False
        own.l10n_co_state = "done"
        self.post(self.env["res.partner"].create({"name": "Somebody"}))
        self.assert_left_from(own)

    # ---- a colleague's copy ------------------------------------------------------------------------

    def copy_of_colleague(self):
        self.colleague.notification_type = "email"
        invoice = self.create_invoice()
        invoice.message_subscribe(self.colleague.partner_id.ids)
        self.post(invoice)
        (sent,) = self.sent_to(self.colleague.email)
        return sent.login, self.parsed(sent)["From"].addresses[0].addr_spec

    def test_colleagues_copy_never_forges_the_account(self):
        """Without a sender of the system's own, core would put the user's address through its own server."""
        own = self.create_personal(self.seller)
        for policy in ("company", "user"):
            self.sink.calm()
            self.company.l10n_co_emission_policy = policy
            self.assertEqual(self.copy_of_colleague(), (own.l10n_co_address,) * 2)

    def test_colleagues_copy_in_the_systems_name(self):
        self.create_personal(self.seller)
        self.env["mail.alias.domain"].create(
            {"name": "avisos.example.com", "default_from": "odoo", "company_ids": self.company.ids}
        )
        copy = self.copy_of_colleague()
        self.assertEqual(copy, (self.generic.smtp_user, "odoo@avisos.example.com"))

    def test_server_that_is_meant_for_the_address_sends_the_copy(self):
        self.create_personal(self.seller)
        self.generic.from_filter = "comprador.example.com"
        self.assertEqual(self.copy_of_colleague(), (self.generic.smtp_user, self.seller.email))

    # ---- the company's account stays --------------------------------------------------------------

    def test_account_that_is_chosen_is_not_deleted(self):
        with self.assertRaises(UserError):
            self.account.with_user(self.admin).sudo(False).unlink()
        self.company.l10n_co_emission_server_id = False
        self.account.with_user(self.admin).sudo(False).unlink()

    # ---- what the addon itself writes ----------------------------------------------------------------

    def alarm(self):
        """Somebody is told that the password of the reception mailbox expires."""
        self.mailbox.sudo().write(
            {"l10n_co_password_expiry": "2020-01-01", "l10n_co_expiry_email": CUSTOMER}
        )
        self.mailbox.l10n_co_notices = False
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.mailbox.sudo()._l10n_co_watch()

    def test_alarms_leave_from_the_companys_account(self):
        self.alarm()
        self.assert_left_from(self.account)
        self.assertTrue(self.mailbox.l10n_co_notices["password_expiry"])

    def test_alarms_do_not_try_an_account_that_is_known_not_to_work(self):
        for values in ({"l10n_co_failure_code": "login_refused"}, {"l10n_co_state": "draft"}):
            with self.subTest(values):
                self.account.write(values)
                self.sink.calm()
                self.alarm()
                self.assert_left_from(self.generic)

    def test_alarm_that_could_not_be_sent_is_sent_again(self):
        self.sink.refuse_sender = "550 5.7.1 no"
        self.alarm()
        self.assertEqual(self.mailbox.l10n_co_notices, {"password_expiry": ""})
        self.assertTrue(self.mailbox.l10n_co_activity_id)
        self.sink.calm()
        self.mailbox.sudo()._l10n_co_watch()
        self.assert_left_from(self.account)
