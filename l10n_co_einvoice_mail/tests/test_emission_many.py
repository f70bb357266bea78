"""Several documents sent at once: each mail leaves from its own company's account, with its own texts."""

from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .emission_common import EmissionCase

HEADER = '<html><body style="font-family:Georgia"><p>Cabecera de {empresa}</p>'
FOOTER = "<p>Pie de {empresa}, {nombre}, {sitio_web}</p></body></html>"
TEXTS = {"invoice": "Factura", "credit_note": "Nota crédito", "debit_note": "Nota débito"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmissionMany(EmissionCase):
    """Three kinds of document of `self.company`, and an invoice of `self.other`: each is for a customer of its own."""

    def setUp(self):
        super().setUp()
        self.other = self.setup_other_company(name="Otra & Cía S.A.S.")["company"]
        self.seller.write(
            {
                "company_ids": [Command.link(self.other.id)],
                "signature": "<p>Con gusto, Vendedor</p>",
            }
        )
        self.second = self.create_account(
            "otra@comprador.example.com", l10n_co_company_id=self.other.id
        )
        self.other.l10n_co_emission_server_id = self.second
        for company, account in ((self.company, self.account), (self.other, self.second)):
            company.write({"l10n_co_mail_header": HEADER, "l10n_co_mail_footer": FOOTER})
            account.l10n_co_copy_email = f"archivo{company.id}@comprador.example.com"
            self.create_texts(company)
        self.account.l10n_co_website = "https://facturas.example.co"
        self.other.website = "https://otra.example.co"
        self.documents = self.create_documents()

    def create_texts(self, company):
        self.env["l10n_co.mail.default"].create(
            [
                {
                    "company_id": company.id,
                    "user_id": False,
                    "document_type": code,
                    "subject": f"{name} {{series}}{{number}} de {{company}}",
                    "body_html": f"<p>{{partner}}, esta es su {name}.</p>",
                }
                for code, name in TEXTS.items()
            ]
        )

    def create_documents(self):
        """:return: {kind of document, and company: account.move}"""
        invoice = self.create_document("uno")
        documents = {
            ("invoice", self.company): invoice,
            ("credit_note", self.company): self.create_document("dos", move_type="out_refund"),
            ("invoice", self.other): self.create_document("tres", self.other),
        }
        if "debit_origin_id" in invoice._fields:
            debit = self.create_document("cuatro", debit_origin_id=invoice.id)
            documents["debit_note", self.company] = debit
        return documents

    def create_document(self, name, company=None, **values):
        partner = self.customer.copy(
            {"name": f"Cliente {name}", "email": f"{name}@otra.example.com"}
        )
        return self.create_invoice(company, partner_id=partner.id, **values)

    @property
    def moves(self):
        return self.env["account.move"].union(*self.documents.values())

    def in_both(self, records, user=None):
        """The records as somebody has them who works in both companies."""
        companies = (self.company + self.other).ids
        return records.with_user(user or self.seller).with_context(allowed_company_ids=companies)

    # ---- what has to arrive ----------------------------------------------------------------------

    def assert_each_is_right(self, account=None, has_text=True):
        """:param account: the one that all of them leave from; that of each one's company otherwise
        :param bool has_text: each begins with the text for its kind of document
        """
        self.assertEqual(len(self.sink.messages), len(self.documents))
        for (code, company), move in self.documents.items():
            with self.subTest(code, company=company.name):
                sender = account or company.l10n_co_emission_server_id
                self.assert_left(self.sent_to(move.partner_id.email), sender, company)
                message = self.parsed(self.sent_to(move.partner_id.email)[0])
                self.assert_reads(message, move, company, has_text and TEXTS[code])

    def assert_left(self, sent, account, company):
        """One mail, from the account, with the company's blind copy, answered to Odoo's alias or to the account."""
        (mail,) = sent
        address, copy = (
            account.l10n_co_address,
            company.l10n_co_emission_server_id.l10n_co_copy_email,
        )
        self.assertEqual((mail.login, mail.sender), (address, address))
        self.assertEqual(len(mail.recipients), 2 if copy else 1)
        self.assertEqual([copy] if copy else [], [name for name in mail.recipients if name == copy])
        message = self.parsed(mail)
        self.assertEqual(message["From"].addresses[0].addr_spec, address)
        domain = account.l10n_co_company_id.alias_domain_id
        answers = domain.catchall_email if domain else address
        self.assertEqual([a.addr_spec for a in message["Reply-To"].addresses], [answers])
        if copy:
            self.assertNotIn(copy.encode(), mail.raw)

    def assert_reads(self, message, move, company, text):
        html, plain = (message.get_body((kind,)).get_content() for kind in ("html", "plain"))
        if text:
            self.assertEqual(message["Subject"], f"{text} {move.name} de {company.name}")
            middle = f"{move.partner_id.name}, esta es su {text}."
            self.assertIn(middle, plain)
        site = company.l10n_co_emission_server_id.l10n_co_website or company.website
        for words in (
            f"Cabecera de {company.name}",
            "Con gusto, Vendedor",
            f"Pie de {company.name}, {self.seller.name}, {site}",
        ):
            self.assertEqual(plain.count(words), 1, f"{words!r} in:\n{plain}")
        self.assertLess(html.index("Cabecera de"), html.index("Con gusto"))
        self.assertLess(html.index("Con gusto"), html.index("Pie de"))

    # ---- the composer ----------------------------------------------------------------------------

    def compose(self, moves, template="account.email_template_edi_invoice", user=None, **values):
        composer = self.in_both(self.env["mail.compose.message"], user).with_context(
            default_model="account.move",
            default_res_ids=moves.ids,
            default_composition_mode="mass_mail",
            default_template_id=template and self.env.ref(template).id,
        )
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            composer.create({"auto_delete": False, **values})._action_send_mail()
        self.env.flush_all()

    def compose_all(self, **values):
        """Odoo has a template of its own for credit notes: they are another selection of the list."""
        notes = self.documents["credit_note", self.company]
        self.compose(self.moves - notes, **values)
        self.compose(notes, "account.email_template_edi_credit_note", **values)

    def test_composer_for_many(self):
        self.compose_all(force_send=True)
        self.assert_each_is_right()

    def test_composer_for_many_that_waits_for_the_scheduler(self):
        self.compose_all(force_send=False)
        self.assertFalse(self.sink.messages)
        mails = self.env["mail.mail"].search(
            [("model", "=", "account.move"), ("res_id", "in", self.moves.ids)]
        )
        self.work_off("mail.mail", "process_email_queue", mails.ids)
        self.assert_each_is_right()

    def test_composer_for_many_from_the_users_own_account(self):
        own = self.create_personal(self.seller)
        (self.company + self.other).l10n_co_emission_policy = "user"
        self.compose_all(force_send=True)
        self.assert_each_is_right(own)

    def test_composer_for_many_with_a_text_of_ones_own(self):
        """Core signs no mail of these; a signature that was typed stays the only one."""
        for body in ("<p>Cerramos el 24.</p>", "<p>El 24.</p><p>Con gusto, Vendedor</p>"):
            with self.subTest(body):
                self.sink.calm()
                self.compose(self.moves, None, subject="Cierre de año", body=body, force_send=True)
                self.assert_each_is_right(has_text=False)
                subjects = {self.parsed(sent)["Subject"] for sent in self.sink.messages}
                self.assertEqual(subjects, {"Cierre de año"})

    def test_one_that_cannot_leave_does_not_keep_the_others_back(self):
        self.second.l10n_co_set_draft()
        self.compose_all(force_send=True)
        kept = self.documents.pop(("invoice", self.other))
        self.assert_each_is_right()
        self.assertIn("has not passed its test", kept.l10n_co_outgoing_failure)

    # ---- the batch -------------------------------------------------------------------------------

    def send_batch(self, **values):
        wizard = self.in_both(self.env["account.move.send.batch.wizard"])
        wizard = wizard.with_context(active_model="account.move", active_ids=self.moves.ids)
        return wizard.create(values).action_send_and_print()

    def work_off(self, model, method, *args):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            getattr(self.env(cr=cr, user=SUPERUSER_ID, su=True)[model], method)(*args)
        self.env.invalidate_all()

    def test_batch_of_invoices(self):
        self.send_batch()
        self.assertFalse(self.sink.messages)
        self.work_off("account.move", "_cron_account_move_send")
        self.assert_each_is_right()

    def test_batch_of_invoices_from_the_users_own_account(self):
        own = self.create_personal(self.seller)
        (self.company + self.other).l10n_co_emission_policy = "user"
        self.send_batch()
        self.work_off("account.move", "_cron_account_move_send")
        self.assert_each_is_right(own)
