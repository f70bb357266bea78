"""What the tests of received mails and documents share that need no mail server."""

from odoo.fields import Command

from ..dian.archive import File
from ..dian.reader import read
from ..models.ledger.recorder import Recorder
from .common import EInvoiceMailCase
from .tools import builder


class LedgerCase(EInvoiceMailCase):
    """A company with a mailbox, and everybody who may or may not work with what arrives there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.setup_other_company(
            name="Otra SAS", country_id=cls.company.country_id.id
        )["company"]
        cls.other_company.vat = "901019681-8"
        cls.mailbox = cls.env["fetchmail.server"].create(
            {
                "name": "facturas@comprador.example.com",
                "user": "facturas@comprador.example.com",
                "server": "localhost",
                "server_type": "imap",
                "l10n_co_company_id": cls.company.id,
            }
        )
        cls.bookkeeper = cls.create_user("auxiliar", "account.group_account_invoice")
        cls.colleague = cls.create_user("colega", "account.group_account_invoice")
        cls.manager = cls.create_user("contador", "account.group_account_manager")
        cls.mail_admin = cls.create_user("correo", "l10n_co_einvoice_mail.group_mail_admin")
        cls.system = cls.create_user("sistema", "base.group_system")
        cls.neighbour = cls.create_user("vecino", "account.group_account_manager")
        cls.neighbour.write(
            {
                "company_ids": [Command.set(cls.other_company.ids)],
                "company_id": cls.other_company.id,
            }
        )
        cls.employee = cls.create_user("empleado", "base.group_user")
        cls.portal = cls.create_user("cliente", "base.group_portal")
        #: Those who work with the documents of the company, and those who have nothing to do with them.
        cls.workers = (cls.bookkeeper, cls.manager, cls.mail_admin, cls.system)
        cls.strangers = (cls.neighbour, cls.employee, cls.portal)

    @classmethod
    def create_user(cls, login, group):
        return cls.env["res.users"].create(
            {
                "name": login.capitalize(),
                "login": login,
                "password": login,
                "email": f"{login}@comprador.example.com",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref(group).ids)],
            }
        )

    def arrive(self, package, raw=None):
        """A mail with a document, stored and read as a run of the mailbox does.

        :return: l10n_co.received.mail
        """
        mail = self.Mail.sudo().create(
            {
                "server_id": self.mailbox.id,
                "company_id": self.company.id,
                "uidvalidity": "1",
                "uid": str(self.Mail.sudo().search_count([]) + 1),
            }
        )
        mail.raw_attachment_id = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": "mail.eml",
                    "raw": raw or package.mail,
                    "mimetype": "message/rfc822",
                    "res_model": mail._name,
                    "res_id": mail.id,
                }
            )
        )
        mail._read_mails()
        mail.document_ids._follow_up()
        return mail

    def received(self, package=None, **facts):
        """The document of a mail that has arrived."""
        package = package or builder.Package(builder.Document(**facts))
        return self.arrive(package).document_ids

    def waiting(self, number="REV1"):
        """A document that a person has to decide about: DIAN has not answered."""
        document = self.received(builder.Package(builder.Document(number=number), answers=()))
        self.assertEqual(document.state, "review")
        return document

    def rejected(self, number="REJ1"):
        """A document that DIAN rejected."""
        facts = builder.Document(number=number)
        answer = builder.signed_answer(facts, "04")
        document = self.received(builder.Package(facts, answers=(answer,)))
        self.assertEqual(document.state, "rejected")
        return document

    def uploaded(self, package, company=None):
        """The document of a file that a user of a company has uploaded."""
        source = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": "z.zip",
                    "raw": package.container,
                    "res_model": "l10n_co.received.document",
                }
            )
        )
        [edocument] = self.read_file(package.container).edocuments
        document = Recorder(self.env).record_upload(edocument, source, company or self.company)
        if document.source_attachment_id == source:
            source.res_id = document.id
        return document

    @staticmethod
    def read_file(content):
        return read([File("ad.xml", content)])
