"""Authorities are met in signatures, read from where their certificates say, and confirmed by an administrator."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.serialization import Encoding
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..dian import issuers
from .common import EInvoiceMailCase
from .tools import builder, certificates

PARENT, SUBORDINATE = "RAIZ DE PRUEBA", "AUTORIDAD DE PRUEBA 01"


def authority(name, issuer=None, key=None, url=None):
    subject = certificates.subject(name, "0")
    key = certificates.private_key(key or name)
    return certificates.issue(subject, key, issuer, is_authority=True, url=url)


class WebOfAuthorities:
    """A web server that hands out what is put under its paths."""

    def __init__(self):
        files = self.files = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                content = files.get(self.path)
                self.send_response(200 if content else 404)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAuthorities(EInvoiceMailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.web = WebOfAuthorities()
        cls.addClassCleanup(cls.web.stop)
        cls.root = authority(PARENT)
        cls.subordinate = authority(SUBORDINATE, cls.root, url=cls.web.url("/root.crt"))
        cls.env["ir.config_parameter"].set_param(
            "l10n_co_einvoice_mail.allow_internal_servers", "True"
        )
        cls.administrator = cls.person("administradora", "base.group_system")
        cls.manager = cls.person("jefa", "account.group_account_manager")
        cls.Certificate = cls.env["l10n_co.trusted.certificate"]

    @classmethod
    def person(cls, login, groups):
        user = new_test_user(cls.env, login, groups=groups)
        user.write({"company_ids": cls.company.ids, "company_id": cls.company.id})
        return user

    def setUp(self):
        super().setUp()
        self.web.files.clear()
        self.web.files["/sub.crt"] = self.subordinate.certificate.public_bytes(Encoding.DER)
        self.web.files["/root.crt"] = self.root.pem.encode()

    def receive(self, number="FE1", path="/sub.crt", issuer=None, **facts):
        """A document whose signer's certificate this authority issued, as if it had been uploaded."""
        document = builder.Document(number=number, **facts)
        supplier = document.supplier
        subject = certificates.subject(supplier.name, supplier.nit + supplier.check_digit)
        signer = certificates.issue(
            subject,
            certificates.private_key(supplier.name),
            issuer or self.subordinate,
            url=self.web.url(path),
        )
        package = builder.Package(document, document=builder.signed_document(document, signer))
        attachment = self.env["ir.attachment"].create({"name": "ad.xml", "raw": package.container})
        journal = self.company_data["default_journal_purchase"]
        journal.with_company(self.company)._create_document_from_attachment(attachment.ids)
        return self.Document.search([("number", "=", number), ("company_id", "=", self.company.id)])

    def met(self, name=SUBORDINATE):
        return self.Certificate.search([("name", "=", name), ("usage", "=", "anchor")])

    def test_is_met_once_with_what_it_signed(self):
        self.receive("FE1")
        self.receive("FE2")
        met = self.met()
        self.assertRecordValues(
            met, [{"state": "met", "pem": False, "document_count": 2, "supplier_count": 1}]
        )
        self.assertNotIn(
            met.authority_key,
            [issuers.identity(anchor) for anchor in self.Certificate._trust_store().anchors],
            "nothing is trusted by being met",
        )

    def test_is_one_line_of_what_is_to_do(self):
        self.receive("FE1")
        self.receive("FE2")
        line = (
            self.env["l10n_co.todo"]
            .with_user(self.manager)
            .search([("res_id", "=", self.met().id)])
        )
        self.assertEqual((line.kind, line.subject), ("certificate", SUBORDINATE))
        self.assertIn("2", line.reason)
        self.met().with_user(self.administrator).action_load()
        self.met().with_user(self.administrator).action_confirm()
        self.assertFalse(line.exists())

    def test_its_certificate_and_those_above_are_read_and_compared(self):
        self.receive()
        self.met().with_user(self.administrator).action_load()
        self.assertRecordValues(
            self.met() + self.met(PARENT),
            [
                {"state": "pending", "fingerprint": self.subordinate.fingerprint},
                {"state": "pending", "fingerprint": self.root.fingerprint},
            ],
        )

    def test_confirmed_it_says_who_signed(self):
        document = self.receive()
        self.assertNotEqual(document.signature_state, "valid")
        self.met().with_user(self.administrator).action_load()
        self.met().with_user(self.administrator).action_confirm()
        self.assertEqual(document.signature_state, "valid")

    def test_another_certificate_of_its_name_is_not_taken(self):
        self.receive()
        namesake = authority(SUBORDINATE, key="another key")
        self.web.files["/sub.crt"] = namesake.pem.encode()
        with self.assertRaises(UserError):
            self.met().with_user(self.administrator).action_load()
        self.assertEqual(self.met().state, "met")

    def test_what_cannot_be_read_is_said(self):
        self.receive()
        for content in (None, b"<html>", b"x" * 300_000):
            self.web.files["/sub.crt"] = content
            with self.subTest(content), self.assertRaises(UserError):
                self.met().with_user(self.administrator).action_load()

    def test_no_internal_server_is_asked(self):
        self.receive()
        self.env["ir.config_parameter"].set_param(
            "l10n_co_einvoice_mail.allow_internal_servers", "False"
        )
        with self.assertRaises(UserError):
            self.met().with_user(self.administrator).action_load()

    def test_loaded_by_hand_it_must_be_the_one_that_was_met(self):
        self.receive()
        with self.assertRaises(ValidationError):
            self.met().with_user(self.administrator).write({"pem": self.root.pem})
        self.met().with_user(self.administrator).write({"pem": self.subordinate.pem})
        self.assertEqual(self.met().state, "pending")

    def test_a_loaded_authority_is_not_met_again(self):
        self.Certificate.sudo().create({"pem": self.subordinate.pem, "usage": "anchor"})
        self.receive()
        self.assertEqual(self.Certificate.search_count([("name", "=", SUBORDINATE)]), 1)
        self.assertEqual(self.met().document_count, 1)

    def test_only_an_administrator_lets_the_server_ask_others(self):
        self.receive()
        for action in ("action_load", "action_confirm"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(self.met().with_user(self.manager), action)()
        self.assertEqual(self.met().state, "met")

    def test_one_that_was_met_cannot_be_confirmed_without_its_certificate(self):
        self.receive()
        with self.assertRaises(UserError):
            self.met().with_user(self.administrator).action_confirm()
        self.assertEqual(self.met().state, "met")
