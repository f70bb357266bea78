"""What the Odoo tests share: a Colombian company, a real mail server, suppliers that sign their documents."""

import unittest

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.fields import Command
from odoo.tests import tagged

from .tools import builder, certificates, mailbed

BUYER_NIT = builder.BUYER.nit
PASSWORD = "s3 cr&t"


@tagged("post_install_l10n", "post_install", "-at_install")
class ColombianCase(AccountTestInvoicingCommon):
    """A Colombian company that the builder's documents are addressed to."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("co")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        # What is asserted is the English source, also in a database whose users read Spanish.
        cls.env["res.lang"]._activate_lang("en_US")
        users = cls.env["res.users"].sudo().with_context(active_test=False).search([])
        (cls.company.sudo().partner_id | users.partner_id).lang = "en_US"
        cls.company.vat = f"{BUYER_NIT}-{builder.BUYER.check_digit}"

    @classmethod
    def _create_company(cls, **create_values):
        """The company that the database may have for the tests already: with its chart, Odoo needs seconds for one."""
        if create_values == {"name": "company_1_data"}:
            domain = [("name", "=", "company_1_data"), ("chart_template", "=", "co")]
            if ready := cls.env["res.company"].sudo().search(domain, limit=1):
                cls.env.user.company_ids = [Command.link(ready.id)]
                return ready.with_env(cls.env)
        return super()._create_company(**create_values)


class EInvoiceMailCase(ColombianCase):
    """The same company; the builder's authorities are trusted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["l10n_co.trusted.certificate"].create(
            [
                *(
                    {"pem": certificates.pem(anchor), "usage": "anchor", "state": "confirmed"}
                    for anchor in certificates.anchors()
                ),
                {"pem": certificates.dian().pem, "usage": "dian_signer", "state": "confirmed"},
            ]
        )
        cls.Mail = cls.env["l10n_co.received.mail"]
        cls.Document = cls.env["l10n_co.received.document"]


@unittest.skipUnless(mailbed.is_available(), "Dovecot is not installed")
class ReceptionCase(EInvoiceMailCase):
    """The same company with its reception mailbox on a Dovecot; `bed_options` are the arguments of its `MailBed`."""

    bed_options = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A mailbox for every test: mails of another test would be found in it otherwise.
        cls.addresses = {
            name: f"{name}@comprador.example.com" for name in dir(cls) if name.startswith("test_")
        }
        cls.bed = mailbed.shared(**cls.bed_options)
        for address in cls.addresses.values():
            cls.bed.add_user(address, PASSWORD)
        trusted = cls.bed.trusted()
        trusted.__enter__()
        cls.addClassCleanup(trusted.__exit__, None, None, None)
        cls.env["ir.config_parameter"].set_param(
            "l10n_co_einvoice_mail.allow_internal_servers", "True"
        )

    def setUp(self):
        super().setUp()
        self.address = self.addresses[self._testMethodName]
        self.mailbox = self.create_mailbox(self.address)

    def create_mailbox(self, address, **values):
        """:return: the mailbox as the program has it: it may say that it passed its test"""
        return (
            self.env["fetchmail.server"]
            .sudo()
            .create(
                {
                    "name": address,
                    "server": "localhost",
                    "port": self.bed.imaps,
                    "server_type": "imap",
                    "user": address,
                    "password": PASSWORD,
                    "l10n_co_company_id": self.company.id,
                    "l10n_co_encryption": "ssl_strict",
                    **values,
                }
            )
        )

    def deliver(self, *mails):
        for raw in mails:
            self.bed.deliver(self.address, raw)

    def receive(self, mailbox=None, as_user=None):
        """Run the mailbox as the button does; what the run committed is seen afterwards.

        :return: the notification's parameters
        """
        mailbox = mailbox or self.mailbox
        self.env.flush_all()
        with self.enter_registry_test_mode():
            action = mailbox.with_user(as_user or self.env.user).l10n_co_fetch()
        self.env.invalidate_all()
        return action["params"]

    def ledger(self):
        return self.Mail.search([("server_id", "=", self.mailbox.id)], order="id")

    def folder(self, name=None):
        return self.bed.mails(self.address, name)
