"""Mails with documents as they arrive at a real server: header, text, signature, footer."""

from odoo.tests import tagged

from .sending_common import SendingCase

HEADER = '<html><body style="font-family:Georgia"><p>Cabecera de {empresa}</p>'
FOOTER = "<p>Pie de {nombre}, {correo}</p></body></html>"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFramedMail(SendingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"l10n_co_mail_header": HEADER, "l10n_co_mail_footer": FOOTER})

    def assertFramed(self, message, *, text, name="Ana Ruiz"):  # noqa: N802 - as unittest names its own
        html, plain = self.parts(message)
        address = f"{name.split()[0].lower()}@pan.example.co"
        end = f"Pie de {name}, {address}"
        self.assertIn("Cabecera de Pan &amp; Café S.A.S.", html)
        self.assertInOrder(html, "Cabecera de Pan", f"Con gusto, {name}", end)
        self.assertLess(html.index("Cabecera"), html.index(text))
        self.assertInOrder(plain, "Cabecera de Pan & Café", f"Con gusto, {name}", end)
        self.assertLess(plain.index("Cabecera"), plain.index(text))

    def test_the_send_dialog(self):
        self.send_dialog(self.create_invoice()).action_send_and_print()
        (message,) = self.arrived()
        self.assertFramed(message, text="100,000")

    def test_many_invoices_by_the_scheduler_in_the_name_of_their_user(self):
        invoices = self.create_invoice(self.ana) + self.create_invoice(self.ana)
        wizard = self.env["account.move.send.batch.wizard"].with_user(self.ana)
        wizard = wizard.with_context(active_model="account.move", active_ids=invoices.ids)
        invoices.sudo().invoice_user_id = False
        wizard.create({}).action_send_and_print()
        self.assertFalse(self.arrived())
        self.as_scheduler(self.env["account.move"])._cron_account_move_send(job_count=10)
        messages = self.arrived()
        self.assertEqual(len(messages), 2)
        for message in messages:
            self.assertFramed(message, text="100,000")

    def test_a_mail_that_waits_for_the_scheduler(self):
        template = self.env.ref("account.email_template_edi_invoice")
        mail_id = template.with_user(self.luis).send_mail(self.create_invoice(self.luis).id)
        mail = self.env["mail.mail"].sudo().browse(mail_id)
        self.ana.l10n_co_mail_footer = "<p>otro</p>"
        self.as_scheduler(mail).process_email_queue(email_ids=mail.ids)
        (message,) = self.arrived()
        self.assertFramed(message, text="100,000", name="Luis Gil")

    def test_the_composer_for_one(self):
        invoice = self.create_invoice()
        composer = self.composer(invoice, composition_mode="comment")
        composer.action_send_mail()
        self.assertFramed(self.arrived()[0], text="100,000")

    def test_the_composer_for_many(self):
        invoices = self.create_invoice() + self.create_invoice()
        self.composer(invoices, composition_mode="mass_mail")._action_send_mail()
        messages = self.arrived()
        self.assertEqual(len(messages), 2)
        for message in messages:
            self.assertFramed(message, text="100,000")

    def composer(self, records, **values):
        template = self.env.ref("account.email_template_edi_invoice")
        return (
            self.env["mail.compose.message"]
            .with_user(self.ana)
            .with_context(
                default_model=records._name,
                default_res_ids=records.ids,
                default_template_id=template.id,
                default_email_layout_xmlid="mail.mail_notification_layout",
            )
            .create(values)
        )

    def test_a_message_to_the_customer(self):
        self.create_invoice().message_post(
            body="¿Recibieron la factura?",
            partner_ids=self.customer.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFramed(self.arrived()[0], text="¿Recibieron la factura?")

    def test_what_odoo_tells_colleagues_is_left_alone(self):
        invoice = self.create_invoice()
        invoice.message_notify(partner_ids=self.luis.partner_id.ids, body="ojo", subject="ojo")
        invoice.message_post(body="nota", partner_ids=self.luis.partner_id.ids)
        self.customer.message_post(
            body="sin documento",
            partner_ids=self.customer.ids,
            subtype_xmlid="mail.mt_comment",
        )
        messages = self.arrived()
        self.assertTrue(messages)
        self.assertNotIn("Cabecera", "".join(self.parts(message)[0] for message in messages))

    def test_a_payment(self):
        payment = self.env["account.payment"].create(
            {
                "amount": 5000,
                "partner_id": self.customer.id,
                "payment_type": "inbound",
                "partner_type": "customer",
                "company_id": self.company.id,
            }
        )
        payment.action_post()
        template = self.env.ref("account.mail_template_data_payment_receipt")
        template.with_user(self.ana).send_mail(payment.id, force_send=True)
        self.assertFramed(self.arrived()[0], text="Tienda La 14")

    def test_resent_mails_keep_one_frame(self):
        self.send_dialog(self.create_invoice()).action_send_and_print()
        mail = self.env["mail.mail"].create(
            {
                "model": "account.move",
                "res_id": self.create_invoice().id,
                "body_html": self.arrived()[0].get_body(("html",)).get_content(),
            }
        )
        self.assertEqual(mail.body_html.count("Cabecera de"), 1)

    def test_each_company_has_its_own(self):
        other = self.setup_other_company(name="Otra S.A.S.")["company"]
        self.ana.company_ids += other
        invoice = self.init_invoice(
            "out_invoice", self.customer, amounts=[7], company=other, post=True
        )
        self.ana.signature = False
        self.send_dialog(invoice.with_user(self.ana).with_company(other)).action_send_and_print()
        html, _plain = self.parts(self.arrived()[0])
        self.assertNotIn("Cabecera", html)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestNothingConfigured(SendingCase):
    def test_mails_are_as_odoo_makes_them(self):
        self.send_dialog(self.create_invoice()).action_send_and_print()
        html, _plain = self.parts(self.arrived()[0])
        self.assertNotIn("o_l10n_co", html)
        self.assertEqual(html.count("Con gusto, Ana Ruiz"), 1)
