"""What people type into their texts is never evaluated: a biller plants it, others open it and send it."""

from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, file_path

from ..models.shared.contexts import Told
from .test_mail_default import MailDefaultCase

#: In a subject; the braces of each are what it is about.
LINES = (
    "{{ object.env.user.login }} PLANTED",
    "{{{{ object.env.user.login }}}} PLANTED",
    "{{{object.env.user.login}}} PLANTED",
    "{{{{{{ object.env.user.login }}}}}} PLANTED",
    "{ {{ object.env.user.login }} } PLANTED",
    "{{ number }} {{{number}}} PLANTED",
    "{{%7Bnumber%7D}} PLANTED",
    "{{ object.env.user.login ||| PLANTED }}",
    "}}{{ 1/0 }}{{ PLANTED",
    "%7B%7B object.env.user.login %7D%7D PLANTED",
    "{ {{ {number} }} PLANTED",
    "{",
    "{{",
    "a { b } c {{ d",
)
#: In HTML.
PAGES = (
    *(f"<p>{line}</p>" for line in LINES if "number}" not in line),
    '<p t-out="object.env.user.login">PLANTED</p>',
    '<t t-out="object.env.user.login"/><p>PLANTED</p>',
    '<p t-att-title="1/0" t-attf-class="{{ 1/0 }}" title="{{ object.env.user.login }}">PLANTED</p>',
    '<p title="{{{{ object.env.user.login }}}} {{%7Bcompany%7D}}">PLANTED</p>',
    '<a href="https://x.co/{{{{ object.env.user.login }}}}?a={{%7Bcompany%7D}}">PLANTED</a>',
    '<img src="/x/{{{company}}}" alt="{{{ object.env.user.login }}}"/><p>PLANTED</p>',
    "<style>p { color: {{ object.env.user.login }} }</style><p>PLANTED</p>",
    "<p>&#123;&#123; object.env.user.login &#125;&#125; PLANTED</p>",
    "<p>&lt;t t-out='object.env.user.login'/&gt; PLANTED</p>",
)


class AttackCase(MailDefaultCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.write(
            {
                "company_ids": [Command.link(cls.company.id)],
                "company_id": cls.company.id,
                "group_ids": [Command.link(cls.env.ref("account.group_account_manager").id)],
                "login": "administrator-of-all",
            }
        )

    @contextmanager
    def evaluated(self):
        """:return: what is given to one of Odoo's engines meanwhile, as text"""
        sources = []
        render = type(self.env["mail.render.mixin"])._render_template
        qweb = type(self.env["ir.qweb"])._render

        def note_source(mixin, source, *args, **kwargs):
            sources.append(str(source))
            return render(mixin, source, *args, **kwargs)

        def note_template(engine, template, *args, **kwargs):
            sources.append(str(template))
            return qweb(engine, template, *args, **kwargs)

        with (
            patch.object(type(self.env["mail.render.mixin"]), "_render_template", note_source),
            patch.object(type(self.env["mail.template"]), "_render_template", note_source),
            patch.object(type(self.env["ir.qweb"]), "_render", note_template),
        ):
            yield sources

    def assert_harmless(self, text):
        self.assertNotIn("administrator-of-all", text)
        self.assertNotIn("ana@pan", text)

    def plant(self, user, subject, page):
        """The user's own subject, body, header, footer and signature."""
        own = self.env["l10n_co.mail.default"].with_user(user)
        text = own.search([("user_id", "=", user.id), ("document_type", "=", "invoice")])
        values = {"subject": subject, "body_html": page}
        if text:
            text.write(values)
        else:
            own.create(
                {
                    "company_id": self.company.id,
                    "user_id": user.id,
                    "document_type": "invoice",
                    **values,
                }
            )
        user.with_user(user).write(
            {"l10n_co_mail_header": page, "l10n_co_mail_footer": page, "signature": page}
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMailTextAttack(AttackCase):
    def test_subjects_stay_as_they_are_typed(self):
        """As the biller's own mail, and as the administrator's who sends in the biller's name."""
        invoice = self.create_invoice()
        for line in LINES:
            self.plant(self.ana, line, "<p>x</p>")
            for user in (self.ana, self.admin):
                with self.subTest(line, user=user.login), self.evaluated() as sources:
                    move = invoice.with_user(user).with_context(l10n_co_sender_id=Told(self.ana.id))
                    wizard = self.env["account.move.send"].with_user(user)
                    template = self.env.ref("account.email_template_edi_invoice")
                    template = template.with_env(move.env)
                    subject = wizard._get_default_mail_subject(move, template, "en_US")
                    self.assertEqual(subject, line.replace(" {number} ", f" {invoice.name} "))
                    self.assertFalse([source for source in sources if "PLANTED" in source])

    def test_the_company_s_texts_are_as_harmless_to_the_administrator(self):
        self.ana.group_ids += self.env.ref("l10n_co_einvoice_mail.group_manager")
        text = self.create_text(subject="x", body_html="<p>x</p>").with_user(self.ana)
        invoice = self.create_invoice()
        for line in LINES:
            with self.subTest(line), self.evaluated() as sources:
                text.write({"subject": line, "body_html": f"<p>{line}</p>"})
                dialog = self.send_dialog(invoice.with_user(self.admin))
                self.assertEqual(dialog.subject, line.replace(" {number} ", f" {invoice.name} "))
                self.assert_harmless(dialog.body.replace(self.admin.name, ""))
                self.assertFalse([source for source in sources if "PLANTED" in source])

    def test_pages_are_sent_with_nothing_evaluated(self):
        invoice = self.create_invoice()
        for page in PAGES:
            with self.subTest(page), self.evaluated() as sources:
                self.plant(self.ana, "x PLANTED", page)
                self.bed.sink.messages.clear()
                self.send_dialog(invoice).action_send_and_print()
                (message,) = self.arrived()
                html, _plain = self.parts(message)
                self.assertEqual(message["Subject"], "x PLANTED")
                self.assert_harmless(html)
                self.assertNotRegex(html, r"<[^>&]*\st-(out|att)|<t\b")
                self.assertFalse([source for source in sources if "PLANTED" in source])
                preview = self.ana.with_user(self.admin).l10n_co_mail_preview
                self.assert_harmless(preview)

    def test_by_the_batch_of_the_administrator_and_the_scheduler(self):
        self.plant(self.ana, LINES[1], PAGES[1])
        invoices = self.create_invoice() + self.create_invoice()
        invoices.sudo().sending_data = {
            "author_user_id": self.ana.id,
            "author_partner_id": self.ana.partner_id.id,
        }
        root = self.env.ref("base.user_root")
        with self.evaluated() as sources:
            send = self.env["account.move.send"].with_user(root)
            send._generate_and_send_invoices(invoices.with_user(root), from_cron=True)
        self.assertEqual([mail["Subject"] for mail in self.arrived()], [LINES[1]] * 2)
        self.assertFalse([source for source in sources if "PLANTED" in source])

    def test_by_the_composer_for_one_and_for_many(self):
        self.create_text("payment", subject=LINES[1], body_html=PAGES[1])
        payments = self.env["account.payment"].create(
            [
                {
                    "amount": 5000,
                    "partner_id": self.customer.id,
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "company_id": self.company.id,
                }
            ]
            * 2
        )
        payments.action_post()
        template = "account.mail_template_data_payment_receipt"
        with self.evaluated() as sources:
            for records, mode in (
                (payments[0], "comment"),
                (payments, "comment"),
                (payments, "mass_mail"),
            ):
                self.bed.sink.messages.clear()
                composer = self.env["mail.compose.message"].with_user(self.admin)
                composer = composer.with_context(
                    default_model=records._name,
                    default_res_ids=records.ids,
                    default_template_id=self.env.ref(template).id,
                    default_composition_mode=mode,
                ).create({})
                composer.action_send_mail()
                waiting = [("state", "=", "outgoing"), ("model", "=", records._name)]
                self.env["mail.mail"].sudo().search(waiting).send()
                subjects = {mail["Subject"] for mail in self.arrived()}
                self.assertEqual(subjects, {LINES[1]}, mode)
        self.assertFalse([source for source in sources if "PLANTED" in source])

    def test_a_text_does_not_become_a_template_that_is_evaluated(self):
        self.plant(self.ana, LINES[0], "<p>x</p>")
        dialog = self.send_dialog(self.create_invoice())
        admin = dialog.with_user(self.admin).sudo(False)
        admin = admin.with_context(l10n_co_sender_id=Told(self.ana.id))
        with self.assertRaisesRegex(UserError, "which a template would evaluate"):
            admin.sudo().create_mail_template()
        admin.sudo().write({"subject": "{{ object.name }}", "template_name": "Nueva"})
        admin.sudo().create_mail_template()
        self.assertEqual(dialog.template_id.subject, "{{ object.name }}")

    def test_a_supplier_s_name_is_a_value_and_nothing_more(self):
        self.customer.name = "{{ object.env.user.login }} {empresa} <t t-out='1'/>\r\nBcc: x@y.co"
        self.create_text(subject="{cliente}", body_html='<p title="{cliente}">{cliente}</p>')
        dialog = self.send_dialog(self.create_invoice())
        self.assertEqual(
            dialog.subject, "{{ object.env.user.login }} {empresa} <t t-out='1'/> Bcc: x@y.co"
        )
        self.assertIn("{{ object.env.user.login }} {empresa} &lt;t t-out='1'/&gt;", dialog.body)

    def test_texts_of_an_older_version_are_not_evaluated(self):
        """They lie in the database as they were typed then, and nobody saves them again."""
        self.plant(self.ana, "x", "<p>x</p>")
        invoice = self.create_invoice()
        self.env.flush_all()
        page = "".join(PAGES)
        for table, columns in {
            "l10n_co_mail_default": {"subject": f"{LINES[1]}\r\nBcc: x@y.co", "body_html": page},
            "res_users": {
                "l10n_co_mail_header": page,
                "l10n_co_mail_footer": page,
                "signature": page,
            },
            "res_company": {"l10n_co_mail_header": page, "l10n_co_mail_footer": page},
        }.items():
            for column, value in columns.items():
                table_name, column_name = SQL.identifier(table), SQL.identifier(column)
                self.env.cr.execute(SQL("UPDATE %s SET %s = %s", table_name, column_name, value))
        self.env.invalidate_all()
        self.migrate("post-one_line")
        with self.evaluated() as sources:
            self.send_dialog(invoice).action_send_and_print()
        (message,) = self.arrived()
        self.assertEqual(message["Subject"], f"{LINES[1]} Bcc: x@y.co")
        html, _plain = self.parts(message)
        self.assert_harmless(html)
        self.assertNotRegex(html, r"<[^>&]*\st-(out|att)|<t\b")
        self.assertFalse([source for source in sources if "PLANTED" in source])

    def migrate(self, name):
        path = file_path(f"l10n_co_einvoice_mail/migrations/19.0.2.0.0/{name}.py")
        spec = spec_from_file_location("migration", path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.1.0")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOneLine(AttackCase):
    def test_line_breaks_are_refused_when_they_are_saved(self):
        text = self.create_text()
        account = self.env["ir.mail_server"].create(
            {
                "name": "Facturación",
                "smtp_host": "localhost",
                "l10n_co_company_id": self.company.id,
                "l10n_co_address": "ventas@comprador.example.com",
            }
        )
        for record, name in (
            (text, "subject"),
            (account, "l10n_co_display_name"),
            (account, "l10n_co_copy_email"),
            (account, "l10n_co_sent_folder"),
            (account, "l10n_co_address"),
            (self.mailbox, "l10n_co_folder_processed"),
            (self.mailbox, "l10n_co_folder_failed"),
            (self.mailbox, "l10n_co_backup_email"),
            (self.mailbox, "l10n_co_expiry_email"),
            (self.company, "l10n_co_business_line"),
        ):
            for value in (
                "a\r\nBcc: x@y.co",
                "a\nb",
                "a\rb",
                "a\tb",
                "a\x85b",
                "a\u2028b",
                "a@b.co\n",
            ):
                with (
                    self.subTest(name, value=value),
                    self.assertRaisesRegex(ValidationError, "line break"),
                ):
                    record[name] = value
                with (
                    self.subTest(name, value=value),
                    self.assertRaisesRegex(ValidationError, "line break"),
                ):
                    record.write({name: value})

    def test_in_a_user_s_preferences(self):
        ana = self.ana.with_user(self.ana)
        ana.l10n_co_mail_address = "ana@comprador.example.com"
        with self.assertRaisesRegex(ValidationError, "line break"):
            ana.l10n_co_mail_copy_email = "a@b.co\r\nBcc: x@y.co"

    def test_too_much_html_is_refused_with_a_sentence(self):
        rules = "".join(f"p{{color:#{number:06x}}}" for number in range(2000))
        page = f"<style>{rules}</style>" + "<p>x</p>" * 500
        for record, name in (
            (self.ana, "l10n_co_mail_header"),
            (self.company, "l10n_co_mail_footer"),
            (self.create_text(), "body_html"),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, "too long or too intricate"),
            ):
                record.write({name: page})

    def test_too_much_html_is_refused_while_it_is_typed(self):
        page = "<" * 50_000
        text = self.create_text(user_id=self.ana.id)
        self.create_invoice()
        for record, name, preview in (
            (self.ana, "l10n_co_mail_header", "l10n_co_mail_preview"),
            (self.company, "l10n_co_mail_footer", "l10n_co_mail_preview"),
            (text, "body_html", "preview_html"),
        ):
            typed = record.new({name: page}, origin=record)
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "too long"):
                self.assertTrue(typed[preview])
