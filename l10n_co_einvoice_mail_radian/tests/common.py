"""What the tests of DIAN's service share: a company that is set up at a DIAN on loopback."""

import base64
import tempfile
from pathlib import Path
from unittest import mock

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from odoo.addons.l10n_co_einvoice_mail.tests.ledger_common import LedgerCase
from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder, certificates, tls

from ..models.radian_account import TEST_ADDRESS
from ..radian import client
from .tools.fake_dian import FakeDian
from .tools.fake_dian.rules import Books

PASSWORD = "clave del certificado"
PIN = "12345"


def pfx(nit=builder.BUYER.nit, name=builder.BUYER.name, **period):
    """:return: base64 of a PFX file with a company's certificate and key"""
    signer = certificates.leaf(f"{nit}{builder.check_digit(nit)}", name, **period)
    encryption = serialization.BestAvailableEncryption(PASSWORD.encode())
    content = pkcs12.serialize_key_and_certificates(
        b"x", signer.key, signer.certificate, None, encryption
    )
    return base64.b64encode(content)


class RadianCase(LedgerCase):
    """`dian` is the service, `account` the company's access to it, which works."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.dian = FakeDian(Path(folder.name), PIN)
        for context in (
            cls.dian,
            tls.trusting(Path(folder.name)),
            mock.patch.object(client, "PAUSE", 0),
        ):
            context.__enter__()
            cls.addClassCleanup(context.__exit__, None, None, None)
        parameters = cls.env["ir.config_parameter"].sudo()
        parameters.set_param("l10n_co_einvoice_mail.allow_internal_servers", "True")
        parameters.set_param(TEST_ADDRESS, cls.dian.address)
        cls.company.l10n_co_bill_policy = "none"
        cls.account = (
            cls.env["l10n_co.radian.account"].sudo().create(cls.account_values(cls.company))
        )
        cls.account.state = "done"
        cls.person = cls.env["l10n_co.radian.person"].create(
            {
                "company_id": cls.company.id,
                "first_name": "Ana",
                "family_name": "Pérez",
                "id_number": "100000003",
            }
        )

    @staticmethod
    def account_values(company, **values):
        return {
            "company_id": company.id,
            "software_id": "00000000-0000-4000-8000-000000000001",
            "new_secret_pfx": pfx(),
            "new_secret_password": PASSWORD,
            "new_secret_pin": PIN,
            **values,
        }

    def setUp(self):
        super().setUp()
        self.dian.books = Books(PIN)
        self.dian.moods.clear()
        self.dian.asked.clear()

    def bought(self, number="FE1", **facts):
        """:return: a received invoice on credit that DIAN has too"""
        package = self.dian.invoice(number, environment="1", **facts)
        return self.received(package)

    def work(self):
        """Let the scheduled action run once; what it committed is seen afterwards."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr, su=True)["l10n_co.radian.account"]._cron_work()
        self.env.invalidate_all()

    def send(self, documents, kind="030", user=None, **values):
        """A person sends events.

        :return: them
        """
        user = user or self.manager
        action = documents.with_user(user).action_radian_send()
        send = self.env[action["res_model"]].with_user(user).browse(action["res_id"])
        send.write({"kind": kind, **values})
        before = self.events()
        send.action_send()
        return self.events() - before

    def type_pin(self, pin):
        """Another PIN, of a set-up that passed its test."""
        self.account.new_secret_pin = pin
        self.account.state = "done"

    def events(self):
        return self.env["l10n_co.radian.event"].sudo().search([])

    def make_due(self, events):
        events.try_on = "2020-01-01"

    def operations(self):
        return [operation for operation, _parameters in self.dian.asked]
