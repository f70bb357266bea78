"""One document that cannot be sent is set aside with its reason; the others leave, and what waits is shown."""

from itertools import product
from unittest.mock import patch

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .emission_common import EmissionCase

QUEUE = "mail.ir_cron_mail_scheduler_action"
POISON = "el archivo está dañado"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmissionBatch(EmissionCase):
    def setUp(self):
        super().setUp()
        self.invoices = self.env["account.move"].union(
            *(self.create_invoice_for(name) for name in ("uno", "dos", "tres"))
        )
        self.bad = self.invoices[1]

    def create_invoice_for(self, name):
        partner = self.customer.copy({"name": name, "email": f"{name}@otra.example.com"})
        return self.create_invoice(partner_id=partner.id)

    def poisoned(self, model, method):
        """`method` fails for the bad document, with whatever others it is called."""
        original = getattr(type(self.env[model]), method)
        bad = self.bad

        def poisoned(records, *args, **kwargs):
            found = args[0] if args else records
            ids = getattr(found, "ids", found)
            if bad.id in (ids if isinstance(ids, (list, tuple)) else []):
                raise ValueError(POISON)
            return original(records, *args, **kwargs)

        return patch.object(type(self.env[model]), method, poisoned)

    def send_batch(self):
        wizard = (
            self.env["account.move.send.batch.wizard"]
            .with_user(self.seller)
            .with_context(active_model="account.move", active_ids=self.invoices.ids)
        )
        wizard.create({}).action_send_and_print()
        self.work_off()

    def work_off(self):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr, user=SUPERUSER_ID, su=True)["account.move"]._cron_account_move_send()
        self.env.invalidate_all()

    def assert_set_aside(self):
        for invoice in self.invoices - self.bad:
            self.assertEqual(len(self.sent_to(invoice.partner_id.email)), 1)
            self.assertFalse(invoice.l10n_co_outgoing_failure)
        self.assertFalse(self.sent_to(self.bad.partner_id.email))
        self.assertFalse(self.bad.sending_data)
        self.assertIn(POISON, self.bad.l10n_co_outgoing_failure)
        activity = self.bad.activity_ids
        self.assertEqual((activity.user_id, POISON in activity.note), (self.seller, True))
        row = self.env["l10n_co.outgoing.mail"].search([("res_id", "=", self.bad.id)])
        self.assertEqual((row.state, row.user_id), ("failed", self.seller))
        return row

    def test_batch_goes_on(self):
        for place, (model, method) in product(
            (0, 1, 2),
            (
                ("account.move.send", "_get_mail_params"),
                ("account.move.send", "_get_default_sending_settings"),
                ("account.move", "message_post"),
            ),
        ):
            self.bad = self.invoices[place]
            with self.subTest(method, place=place), self.poisoned(model, method):
                self.sink.calm()
                self.bad.activity_ids.unlink()
                self.env["l10n_co.outgoing.mail"].sudo().search([]).unlink()
                self.invoices.with_user(self.seller).sending_data = {
                    "author_user_id": self.seller.id
                }
                self.work_off()
                self.assert_set_aside()

    def test_program_that_cannot_tell_the_pages_of_documents_apart(self):
        """Debian's wkhtmltopdf makes no outlines: several documents come back as one, a single one does not."""
        reports = type(self.env["ir.actions.report"])
        original = reports._get_splitted_report

        def split(report, *args):
            found = original(report, *args)
            return found if len(found) == 1 else {False: b"%PDF"}

        with patch.object(reports, "_get_splitted_report", split):
            self.send_batch()
        for invoice in self.invoices:
            self.assertEqual(len(self.sent_to(invoice.partner_id.email)), 1)
            self.assertFalse(invoice.l10n_co_outgoing_state)

    def test_what_the_database_refuses_ends_the_run(self):
        """Another process was at the same rows: nothing is a document's fault, and the scheduler comes again."""
        from psycopg2.errors import SerializationFailure

        def refuse(*_args, **_kwargs):
            raise SerializationFailure("again")

        with (
            patch.object(type(self.env["account.move.send"]), "_send_mails", refuse),
            self.assertRaises(SerializationFailure),
        ):
            self.send_batch()

    def test_document_that_was_set_aside_is_sent_by_its_own_button(self):
        with self.poisoned("account.move.send", "_get_mail_params"):
            self.send_batch()
        row = self.assert_set_aside()
        action = row.with_user(self.seller).action_resend()
        self.assertEqual(action["res_model"], "account.move.send.wizard")

    def compose(self, mode, **values):
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.seller)
            .with_context(
                default_model="account.move",
                default_res_ids=self.invoices.ids,
                default_composition_mode=mode,
                default_template_id=self.env.ref("account.email_template_edi_invoice").id,
            )
        )
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            composer.create({"auto_delete": False, **values})._action_send_mail()
        self.env.flush_all()

    def test_composer_goes_on(self):
        for mode in ("mass_mail", "comment"):
            self.sink.calm()
            self.bad.activity_ids.unlink()
            self.env["l10n_co.outgoing.mail"].sudo().search([]).unlink()
            original = type(self.env["mail.compose.message"])._prepare_mail_values_dynamic

            def poisoned(composer, res_ids, original=original):
                if self.bad.id in res_ids:
                    raise ValueError(POISON)
                return original(composer, res_ids)

            with (
                self.subTest(mode),
                patch.object(
                    type(self.env["mail.compose.message"]), "_prepare_mail_values_dynamic", poisoned
                ),
            ):
                self.compose(mode, force_send=True)
                self.assert_set_aside()

    def test_text_that_fits_no_document_is_told_at_once(self):
        def poisoned(_composer, _res_ids):
            raise UserError(POISON)

        with (
            patch.object(
                type(self.env["mail.compose.message"]), "_prepare_mail_values_dynamic", poisoned
            ),
            self.assertRaises(UserError),
        ):
            self.compose("mass_mail", force_send=True)

    def test_what_waits_is_shown_and_the_queue_is_woken(self):
        self.env["ir.cron.trigger"].search([]).unlink()
        self.compose("mass_mail", force_send=False)
        self.assertFalse(self.sink.messages)
        self.assertEqual(self.invoices.mapped("l10n_co_outgoing_waiting"), [1, 1, 1])
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.env.ref(QUEUE).id)])
        self.assertEqual(len(triggers), 1, "one for all of them")
        self.assertLess(triggers.call_at, fields.Datetime.add(fields.Datetime.now(), minutes=3))
        mails = self.env["l10n_co.outgoing.mail"]._mails_waiting(self.invoices)
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.env["mail.mail"].process_email_queue(mails.ids)
        self.invoices.invalidate_recordset()
        self.assertEqual(self.invoices.mapped("l10n_co_outgoing_waiting"), [0, 0, 0])
        self.assertEqual(len(self.sink.messages), 3)

    def test_mail_that_was_undone_before_it_was_sent(self):
        mail = self.env["mail.mail"].sudo().create({"email_to": "x@otra.example.com"})
        other = (
            self.env["mail.mail"]
            .sudo()
            .create({"email_to": "y@otra.example.com", "email_from": "a@otra.example.com"})
        )
        mail.unlink()
        (mail + other).send()
        self.assertEqual(len(self.sent_to("y@otra.example.com")), 1)

    def test_followers_of_many_documents(self):
        """Core refuses a message of which one mail leaves from another user's server: the batch stood still."""
        self.company.l10n_co_emission_policy = "user"
        own = self.create_personal(self.seller)
        self.colleague.notification_type = "email"
        self.invoices.message_subscribe(self.colleague.partner_id.ids)
        self.send_batch()
        for invoice in self.invoices:
            (sent,) = self.sent_to(invoice.partner_id.email)
            self.assertEqual(sent.login, own.l10n_co_address)
        self.assertEqual(self.invoices.mapped("sending_data"), [False] * 3)
