"""What the tests of sent mails share: a real SMTP server, and what arrived there."""

import email
import email.policy
import re
from unittest.mock import patch

from odoo import Command

from ..letter import assembly
from .common import PASSWORD, ReceptionCase

SENDER = "facturacion@comprador.example.com"


class SendingCase(ReceptionCase):
    """`self.ana` and `self.luis` are bookkeepers who also sell and buy; `self.customer` gets the mails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bed.add_user(SENDER, PASSWORD)
        server_class = type(cls.env["ir.mail_server"])
        cls.startClassPatcher(patch.object(server_class, "_disable_send", lambda _server: False))
        cls.env["ir.mail_server"].create(
            {
                "name": "Bed",
                "smtp_host": "localhost",
                "smtp_port": cls.bed.smtps,
                "smtp_encryption": "ssl",
                "smtp_user": SENDER,
                "smtp_pass": PASSWORD,
                "sequence": 0,
            }
        )
        cls.company.write(
            {
                "name": "Pan & Café S.A.S.",
                "website": "https://pan.example.co",
                "email": "hola@pan.example.co",
            }
        )
        cls.ana, cls.luis = (cls.create_person(name) for name in ("Ana Ruiz", "Luis Gil"))
        cls.customer = cls.env["res.partner"].create(
            {"name": "Tienda La 14", "email": "compras@tienda.example.co", "lang": "en_US"}
        )

    @classmethod
    def create_person(cls, name):
        login = name.split()[0].lower()
        groups = (
            "account.group_account_invoice",
            "sales_team.group_sale_salesman",
            "purchase.group_purchase_user",
            "stock.group_stock_user",
        )
        found = (cls.env.ref(group, raise_if_not_found=False) for group in groups)
        return cls.env["res.users"].create(
            {
                "name": name,
                "login": login,
                "email": f"{login}@pan.example.co",
                "signature": f"<p>Con gusto, {name}</p>",
                "lang": "en_US",
                "tz": "America/Bogota",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set([group.id for group in found if group])],
            }
        )

    def setUp(self):
        super().setUp()
        self.bed.sink.messages.clear()

    def create_invoice(self, user=None, move_type="out_invoice"):
        """A confirmed invoice of 100,000 that `user` made."""
        invoice = self.init_invoice(
            move_type, self.customer, amounts=[100000], company=self.company
        )
        invoice.invoice_user_id = user or self.ana
        invoice.action_post()
        return invoice.with_user(user or self.ana)

    def send_dialog(self, invoice, **values):
        wizard = self.env["account.move.send.wizard"].with_user(invoice.env.user)
        wizard = wizard.with_context(active_model="account.move", active_ids=invoice.ids)
        return wizard.create({"sending_methods": ["email"], **values})

    def as_scheduler(self, records):
        """The records as a cron job has them, who may not commit here."""
        cron = type(self.env["ir.cron"])
        self.startPatcher(patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 60))
        return records.with_user(self.env.ref("base.user_root"))

    def arrived(self):
        """The mails that the server accepted, parsed; one for each recipient."""
        self.env.flush_all()
        return [
            email.message_from_bytes(sent.raw, policy=email.policy.default)
            for sent in self.bed.sink.messages
        ]

    def parts(self, message):
        """(HTML, plain text) of a mail as they are read: line breaks and Odoo's hidden first words do not count."""
        html, plain = (message.get_body((kind,)).get_content() for kind in ("html", "plain"))
        return tuple(re.sub(r"\s+", " ", text) for text in (assembly.without_preview(html), plain))

    def assertInOrder(self, text, *parts):  # noqa: N802 - as unittest names its own
        """Each part stands in the text once, in this order."""
        self.assertEqual([text.count(part) for part in parts], [1] * len(parts), text)
        places = [text.index(part) for part in parts]
        self.assertEqual(places, sorted(places), text)
