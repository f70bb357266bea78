"""Subject and body for each kind of document: of a user, else of the company, else Odoo's own."""

from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..models.letters import documents
from .sending_common import SendingCase
from .test_mail_frame import MailFrameCase

TEXT = "<p>Señores {cliente}:</p><p>{documento} {numero} por {valor}, vence {vencimiento}.</p>"


class MailDefaultCase(SendingCase):
    def create_text(self, document_type="invoice", **values):
        return self.env["l10n_co.mail.default"].create(
            {
                "company_id": self.company.id,
                "user_id": False,
                "document_type": document_type,
                "subject": "{document} {series}{number} de {company}",
                "body_html": TEXT,
                **values,
            }
        )

    def composer(self, record, template, user=None, **values):
        return (
            self.env["mail.compose.message"]
            .with_user(user or self.ana)
            .with_context(
                default_model=record._name,
                default_res_ids=record.ids,
                default_template_id=self.env.ref(template).id,
                default_composition_mode="comment",
            )
            .create(values)
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMailDefault(MailDefaultCase):
    def test_the_send_dialog_begins_with_it(self):
        self.create_text()
        invoice = self.create_invoice()
        dialog = self.send_dialog(invoice)
        self.assertEqual(dialog.subject, f"Invoice {invoice.name} de Pan & Café S.A.S.")
        self.assertIn("Señores Tienda La 14:", dialog.body)
        self.assertIn(f"Invoice {invoice.name} por $", dialog.body)
        self.assertInOrder(dialog.body, "100,000.00, vence", "Con gusto, Ana Ruiz")

    def test_a_proposal_to_begin_with(self):
        """Nobody has to write from nothing; in Spanish the variables have Spanish names."""
        self.env["res.lang"]._activate_lang("es_CO")
        invoice = self.create_invoice()
        for code, lang in (("invoice", "en_US"), ("credit_note", "es_CO"), ("invoice", "es_CO")):
            text = self.create_text(code, subject=False, body_html=False, lang=lang)
            text.with_context(lang="en_US").action_propose()
            self.assertEqual("{due_date}" in text.body_html, (code, lang) == ("invoice", "en_US"))
            self.assertEqual(
                "{vencimiento}" in text.body_html, (code, lang) == ("invoice", "es_CO")
            )
            self.assertIn("{empresa}" if lang == "es_CO" else "{company}", text.subject)
        self.customer.lang = "es_CO"
        dialog = self.send_dialog(invoice)
        self.assertEqual(dialog.subject, f"Factura de venta {invoice.name} de Pan & Café S.A.S.")
        self.assertIn("Tienda La 14", dialog.body)
        self.assertNotIn("{", dialog.body)

    def test_proposals_for_all_documents_at_once(self):
        """For those without a text, in each language; what somebody wrote stays."""
        self.env["res.lang"]._activate_lang("es_CO")
        own = self.create_text("payment", subject="Mío", body_html="<p>Mío</p>")
        Texts = self.env["l10n_co.mail.default"].with_company(self.company)
        Texts.action_propose_all()
        texts = Texts.search([("company_id", "=", self.company.id), ("user_id", "=", False)])
        kinds = dict(Texts._select_document_type())
        languages = len(self.env["res.lang"].get_installed())
        self.assertEqual(len(texts), 1 + languages * (len(kinds) - 1))
        self.assertEqual(own.subject, "Mío")
        spanish = texts.filtered(lambda t: t.document_type == "invoice" and t.lang == "es_CO")
        self.assertIn("{cliente}", spanish.body_html)
        Texts.action_propose_all()
        self.assertEqual(Texts.search_count([("id", "in", texts.ids)]), len(texts))
        self.customer.lang = "es_CO"
        dialog = self.send_dialog(self.create_invoice())
        self.assertRegex(dialog.subject, "^Factura ")

    def test_who_may_not_write_for_the_company_gets_own_proposals(self):
        Texts = self.env["l10n_co.mail.default"].with_user(self.ana).with_company(self.company)
        Texts.action_propose_all()
        texts = Texts.search([("create_uid", "=", self.ana.id)])
        self.assertEqual(texts.user_id, self.ana)

    def test_what_is_changed_in_the_dialog_is_sent(self):
        self.create_text()
        self.send_dialog(
            self.create_invoice(), subject="Otro asunto", body="<p>Otro texto</p>"
        ).action_send_and_print()
        (message,) = self.arrived()
        html, plain = self.parts(message)
        self.assertEqual(message["Subject"], "Otro asunto")
        self.assertIn("Otro texto", html)
        self.assertNotIn("Señores", html + plain)

    def test_the_users_before_the_companys(self):
        self.create_text(subject="De la empresa")
        self.create_text(subject="De Ana", user_id=self.ana.id)
        self.assertEqual(self.send_dialog(self.create_invoice(self.ana)).subject, "De Ana")
        self.assertEqual(self.send_dialog(self.create_invoice(self.luis)).subject, "De la empresa")

    def test_without_one_odoos_own_stays(self):
        own = self.send_dialog(self.create_invoice()).subject
        self.assertIn("Invoice", own)
        self.create_text(subject=False)
        dialog = self.send_dialog(self.create_invoice())
        self.assertTrue(dialog.subject.startswith("Pan & Café S.A.S. Invoice"), dialog.subject)
        self.assertIn("Señores", dialog.body)

    def test_another_template_that_was_chosen_stays(self):
        self.create_text()
        template = self.env.ref("account.email_template_edi_invoice").copy({"subject": "Elegida"})
        dialog = self.send_dialog(self.create_invoice())
        dialog.template_id = template
        self.assertEqual(dialog.subject, "Elegida")
        self.assertNotIn("Señores", dialog.body)

    def test_kinds_of_invoice(self):
        for kind in ("invoice", "credit_note", "debit_note"):
            self.create_text(kind, subject=kind)
        invoice = self.create_invoice()
        self.assertEqual(self.send_dialog(invoice).subject, "invoice")
        refund = self.create_invoice(move_type="out_refund")
        self.assertEqual(self.send_dialog(refund).subject, "credit_note")
        debit = self.create_invoice()
        debit.sudo().debit_origin_id = invoice
        self.assertEqual(self.send_dialog(debit).subject, "debit_note")

    def test_by_the_scheduler_in_the_name_of_who_asked(self):
        self.create_text(subject="De Ana {number}", user_id=self.ana.id)
        invoice = self.create_invoice()
        invoice.sudo().sending_data = {
            "author_user_id": self.ana.id,
            "author_partner_id": self.ana.partner_id.id,
        }
        root = self.env.ref("base.user_root")
        send = self.env["account.move.send"].with_user(root)
        send._generate_and_send_invoices(invoice.with_user(root), from_cron=True)
        (message,) = self.arrived()
        html, _plain = self.parts(message)
        self.assertEqual(message["Subject"], f"De Ana {invoice.name}")
        self.assertIn("Con gusto, Ana Ruiz", html)

    def test_the_readers_language(self):
        self.env["res.lang"]._activate_lang("es_CO")
        self.create_text(subject="Para todos: {document}")
        self.create_text(subject="Solo español: {document}", lang="es_CO")
        self.assertEqual(self.send_dialog(self.create_invoice()).subject, "Para todos: Invoice")
        self.customer.lang = "es_CO"
        dialog = self.send_dialog(self.create_invoice())
        self.assertEqual(dialog.subject, "Solo español: Factura de venta")
        self.assertIn("100.000,00", dialog.body)

    def test_number_and_series(self):
        invoice = self.create_invoice()
        invoice.sudo().name = "SETP990000007"
        text = self.create_text(subject="{number}")
        self.assertEqual(self.send_dialog(invoice).subject, "SETP990000007")
        text.subject = "{serie} {numero}"
        self.assertEqual(self.send_dialog(invoice).subject, "SETP 990000007")

    def test_nothing_but_variables_is_rendered(self):
        text = self.create_text(
            subject="{{ object.company_id.vat }}",
            body_html='<p t-out="user.login">a</p><t t-out="object.amount_total"/>{{ user.login }}',
        )
        self.assertNotIn("t-out", text.body_html)
        dialog = self.send_dialog(self.create_invoice())
        self.assertEqual(dialog.subject, "{{ object.company_id.vat }}")
        self.assertNotIn("100000", dialog.body)

    def test_an_unknown_variable_is_refused_with_the_list(self):
        with self.assertRaisesRegex(ValidationError, r"\{iva\} is no variable.*\{due_date\}"):
            self.create_text(body_html="<p>{iva}</p>")

    def test_a_link_and_the_logo(self):
        self.create_text(
            body_html='<p><img src="/web/image/1"/><a href="https://x.example.co/?n={number}">Ver</a></p>'
        )
        invoice = self.create_invoice()
        body = self.send_dialog(invoice).body
        self.assertIn(f'href="https://x.example.co/?n={invoice.name}"', body)
        self.assertRegex(body, r'src="https?://[^"]+/web/image/1"')


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOtherDocuments(MailDefaultCase):
    def needs(self, model):
        if model not in self.env:
            self.skipTest(f"{model} is not installed")

    def test_only_what_is_installed_is_offered(self):
        offered = dict(self.env["l10n_co.mail.default"]._select_document_type())
        self.assertEqual("quotation" in offered, "sale.order" in self.env)
        self.assertEqual("delivery" in offered, "stock.picking" in self.env)
        self.assertEqual("rfq" in offered, "purchase.order" in self.env)
        self.assertLessEqual({"invoice", "credit_note", "payment"}, set(offered))

    def with_a_kind(self, **values):
        """A kind that Odoo has no template for, as those of repairs and maintenance are."""
        kind = documents.Kind("work_order", "res.partner", documents.KINDS[-1].label, **values)
        model = documents.DocumentModel("res.partner", partner="", has_title=True)
        self.startPatcher(patch.object(documents, "KINDS", (*documents.KINDS[:-3], kind)))
        self.startPatcher(patch.dict(documents.MODELS, {"res.partner": model}))
        return kind

    def test_documents_without_a_template_of_odoos_get_one(self):
        kind = self.with_a_kind()
        text = self.create_text(kind.code, subject="Parte {number}", body_html="<p>Hola</p>")
        template = self.env.ref(kind.own_template)
        self.assertIn(template.name, text.sent_by)
        composer = self.composer(self.customer, kind.own_template)
        self.assertEqual(composer.subject, f"Parte {self.customer.name}")
        self.assertIn("Hola", composer.body)
        text.unlink()
        self.create_text(kind.code, subject="Otro", body_html=False)
        self.assertEqual(self.env.ref(kind.own_template), template, "made once")
        template.unlink()
        self.create_text(kind.code, subject="Otro", body_html=False, lang="en_US")
        self.assertTrue(self.env.ref(kind.own_template))

    def test_variables_that_a_kind_has_nothing_for_are_not_offered(self):
        kind = self.with_a_kind()
        text = self.create_text(kind.code, subject=False, body_html=False)
        offered = {variable["token"] for variable in text.l10n_co_variables}
        self.assertEqual(offered, {"{document}", "{number}", "{company}"})
        with self.assertRaisesRegex(ValidationError, "{amount}"):
            text.subject = "De {amount}"
        text.action_propose()
        self.assertNotIn("attached", text.body_html)

    def test_quotation_order_and_proforma(self):
        self.needs("sale.order")
        for kind in ("quotation", "sale_order", "proforma"):
            self.create_text(kind, subject=f"{kind} {{number}}")
        order = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "user_id": self.ana.id,
                    "order_line": [Command.create({"product_id": self.product_a.id})],
                }
            )
        )
        sent = self.composer(order, "sale.email_template_edi_sale")
        self.assertEqual(sent.subject, f"quotation {order.name}")
        sent.action_send_mail()
        message = self.arrived()[0]
        self.assertEqual(message["Subject"], f"quotation {order.name}")
        self.assertInOrder(self.parts(message)[0], "Quotation S", "Con gusto, Ana Ruiz")
        proforma = self.composer(order, "sale.email_template_proforma")
        self.assertEqual(proforma.subject, f"proforma {order.name}")
        order.action_confirm()
        confirmed = self.composer(order, "sale.mail_template_sale_confirmation")
        self.assertEqual(confirmed.subject, f"sale_order {order.name}")

    def test_purchase(self):
        self.needs("purchase.order")
        for kind in ("rfq", "purchase_order"):
            self.create_text(kind, subject=f"{kind} {{number}}")
        order = (
            self.env["purchase.order"]
            .sudo()
            .create({"partner_id": self.customer.id, "company_id": self.company.id})
        )
        template = "purchase.email_template_edi_purchase"
        self.assertEqual(self.composer(order, template).subject, f"rfq {order.name}")
        done = self.composer(order, f"{template}_done")
        self.assertEqual(done.subject, f"purchase_order {order.name}")

    def test_delivery(self):
        self.needs("stock.picking")
        self.create_text(
            "delivery", subject="Despacho {number}", body_html="<p>{cliente}|{empresa}|</p>"
        )
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        picking = self.env["stock.picking"].create(
            {
                "partner_id": self.customer.id,
                "picking_type_id": warehouse.out_type_id.id,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        self.company.stock_move_email_validation = True
        self.company.l10n_co_mail_footer = "<p>Pie de {empresa}</p>"
        template = self.env.ref("stock.mail_template_data_delivery_confirmation")
        self.company.stock_mail_confirmation_template_id = template
        picking.with_user(self.ana)._send_confirmation_email()
        message = self.arrived()[0]
        self.assertEqual(message["Subject"], f"Despacho {picking.name}")
        html, _plain = self.parts(message)
        self.assertInOrder(html, "Tienda La 14|Pan", "Con gusto, Ana Ruiz", "Pie de Pan")
        for odoos in ("Powered by", f"mailto:{self.company.email}"):
            self.assertNotIn(odoos, html, "no second footer")

    def test_payment(self):
        self.create_text("payment", subject="{document} {amount}")
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
        sent = self.composer(payment, "account.mail_template_data_payment_receipt")
        self.assertRegex(sent.subject, r"^Payment \$.5,000\.00$")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMailDefaultAccess(MailFrameCase):
    def create_text(self, user, owner, **values):
        return (
            self.env["l10n_co.mail.default"]
            .with_user(user)
            .create(
                {
                    "company_id": self.company.id,
                    "user_id": owner and owner.id,
                    "document_type": "invoice",
                    "subject": "x",
                    **values,
                }
            )
        )

    def test_a_user_writes_only_his_own(self):
        own = self.create_text(self.ana, self.ana)
        own.subject = "y"
        of_luis = self.create_text(self.luis, self.luis)
        of_company = self.create_text(self.env.user, None)
        self.assertEqual(of_company.with_user(self.ana).subject, "x")
        for text in (of_luis, of_company):
            with self.assertRaises(AccessError):
                text.with_user(self.ana).subject = "y"
        with self.assertRaises(AccessError):
            of_luis.with_user(self.ana).read(["subject"])
        with self.assertRaises(AccessError):
            self.create_text(self.ana, None, document_type="payment")
        with self.assertRaises(AccessError):
            own.write({"user_id": False, "document_type": "payment"})

    def test_a_new_text_is_the_users_own(self):
        with Form(self.env["l10n_co.mail.default"].with_user(self.ana)) as form:
            form.document_type = "invoice"
        self.assertEqual(form.record.user_id, self.ana)

    def test_a_manager_writes_the_companys(self):
        self.luis.group_ids += self.env.ref("account.group_account_manager")
        with Form(self.env["l10n_co.mail.default"].with_user(self.luis)) as form:
            form.document_type = "invoice"
            form.subject = "{number}"
        self.assertFalse(form.record.user_id)

    def test_one_text_for_each(self):
        self.create_text(self.ana, self.ana)
        with self.assertRaisesRegex(Exception, "already"), self.cr.savepoint():
            self.create_text(self.ana, self.ana)

    def test_the_preview_shows_the_last_document(self):
        invoice = self.init_invoice("out_invoice", amounts=[50], post=True, company=self.company)
        self.ana.signature = "<p>Ana firma</p>"
        self.ana.l10n_co_mail_header = "<p>Cabecera</p>"
        with Form(self.env["l10n_co.mail.default"].with_user(self.ana)) as form:
            form.document_type = "invoice"
            form.subject = "Factura {number}"
            form.body_html = "<p>Por {amount}</p>"
            self.assertEqual(form.preview_subject, f"Factura {invoice.name}")
            preview = form.preview_html
        places = [preview.index(part) for part in ("Cabecera", "Por", "Ana firma")]
        self.assertEqual(places, sorted(places))
