"""What the tests of sending share: two companies with their accounts on the bed, and mail that really goes out."""

from email import message_from_bytes, policy
from unittest.mock import patch

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .account_common import MailAccountCase
from .common import PASSWORD

CUSTOMER = "cliente@otra.example.com"


@tagged("post_install_l10n", "post_install", "-at_install")
class EmissionCase(MailAccountCase):
    """`self.account` sends for `self.company`; `self.seller` may send invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sink = cls.bed.sink
        cls.seller = cls.create_user("vendedor", "account.group_account_invoice")
        cls.seller.email = "vendedor@comprador.example.com"
        cls.colleague = cls.create_user("colega", "account.group_account_invoice")
        cls.colleague.email = "colega@comprador.example.com"
        for user in cls.seller + cls.colleague:
            user.group_ids += cls.env.ref("base.group_partner_manager")
        cls.customer = cls.env["res.partner"].create(
            {"name": "Cliente SAS", "email": CUSTOMER, "lang": "en_US"}
        )
        cls.startClassPatcher(patch.object(IrMail_Server, "_disable_send", lambda _self: False))
        # Mails that are none of ours go out to a server of their own.
        cls.generic = cls.env["ir.mail_server"].create(
            {
                "name": "Generic",
                "smtp_host": "localhost",
                "smtp_port": cls.bed.smtps,
                "smtp_encryption": "ssl_strict",
                "smtp_user": cls.bed.add_user("odoo@generic.example.com", PASSWORD),
                "smtp_pass": PASSWORD,
                "sequence": 1,
            }
        )

    def setUp(self):
        super().setUp()
        self.sink.calm()
        self.account = self.create_account(self.address, l10n_co_company_id=self.company.id)
        self.company.l10n_co_emission_server_id = self.account

    def create_account(self, address, **values):
        self.bed.add_user(address, PASSWORD)
        return (
            self.env["ir.mail_server"]
            .sudo()
            .create(
                {
                    "name": address,
                    "l10n_co_address": address,
                    "l10n_co_state": "done",
                    "smtp_host": "localhost",
                    "smtp_port": self.bed.smtps,
                    "smtp_encryption": "ssl_strict",
                    "smtp_user": address,
                    "smtp_pass": PASSWORD,
                    "from_filter": address,
                    **values,
                }
            )
        )

    def create_personal(self, user, **values):
        return self.create_account(user.email, owner_user_id=user.id, **values)

    def create_invoice(self, company=None, **values):
        company = company or self.company
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": company.id,
                "invoice_line_ids": [
                    Command.create({"name": "x", "quantity": 1, "price_unit": 1000, "tax_ids": []})
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def post(self, record, partners=None, user=None, **values):
        """Post in the chatter, as `user` does with «Send message»."""
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            return record.with_user(user or self.seller).message_post(
                body="Buenos días",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=(self.customer if partners is None else partners).ids,
                mail_auto_delete=False,
                **values,
            )

    def mails_of(self, message):
        return self.env["mail.mail"].sudo().search([("mail_message_id", "in", message.ids)])

    def sent_to(self, address):
        """:return: list of Sent whose envelope names `address`"""
        return [sent for sent in self.sink.messages if address in sent.recipients]

    @staticmethod
    def parsed(sent):
        return message_from_bytes(sent.raw, policy=policy.default)
