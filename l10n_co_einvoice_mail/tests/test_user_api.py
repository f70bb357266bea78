"""The example of the API, as it is shown and documented, over HTTP with a real key."""

import json
import re
import shlex
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import ReceptionCase
from .tools import builder

DOCUMENTED = Path(__file__).parents[2] / "docs" / "api.rst"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestUserApi(ReceptionCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bookkeeper = cls.create_user("auxiliar.api", "account.group_account_invoice")
        cls.employee = cls.create_user("empleado.api", "base.group_user")

    @classmethod
    def create_user(cls, login, group):
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "company_ids": [Command.set(cls.company.ids)],
                "company_id": cls.company.id,
                "group_ids": [Command.set(cls.env.ref(group).ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.deliver(builder.Package(builder.Document(number="API1")).mail)
        self.receive()
        other = self.env["res.company"].create({"name": "Otra SAS"})
        self.document = self.ledger().document_ids
        self.document.sudo().copy(
            {"number": "AJENO", "company_id": other.id, "cufe": "f" * 96, "state": "accepted"}
        )

    def key_of(self, user):
        tomorrow = fields.Datetime.now() + timedelta(hours=20)
        return self.env["res.users.apikeys"].with_user(user)._generate(None, "Test", tomorrow)

    def run_example(self, command, key):
        """:param str command: a call of curl
        :return: requests.Response
        """
        words = iter(shlex.split(command.replace("\\\n", " ").replace("KEY", key)))
        self.assertEqual(next(words), "curl")
        path = re.sub(r"^https?://[^/]+", "", next(words))
        headers, body = {}, ""
        for option, value in zip(words, words, strict=True):
            if option == "-H":
                name, _colon, text = value.partition(": ")
                headers[name] = text
            else:
                self.assertEqual(option, "-d")
                body = value
        headers["X-Odoo-Database"] = self.env.cr.dbname
        return self.url_open(path, data=body.encode(), headers=headers)

    def examples(self):
        """:return: {where: call of curl}"""
        found = {"screen": self.bookkeeper.with_user(self.bookkeeper).l10n_co_api_example}
        if DOCUMENTED.exists():
            text = DOCUMENTED.read_text()
            blocks = re.findall(r"\.\. code-block:: shell\n\n((?:    .*\n|\n)+)", text)
            calls = [re.sub(r"(?m)^    ", "", block).strip() for block in blocks]
            self.assertTrue(calls)
            found.update({f"docs {number}": call for number, call in enumerate(calls)})
        return found

    def test_examples_list_the_received_documents(self):
        key = self.key_of(self.bookkeeper)
        for where, command in self.examples().items():
            with self.subTest(where=where):
                answer = self.run_example(command, key)
                self.assertEqual(answer.status_code, 200, answer.text)
                (document,) = answer.json()
                self.assertEqual(document["number"], "API1")
                self.assertEqual(document["amount_total"], self.document.amount_total)

    def test_who_may_not_see_them_gets_none(self):
        command = self.examples()["screen"]
        self.assertEqual(self.run_example(command, self.key_of(self.employee)).status_code, 403)
        self.assertEqual(self.run_example(command, "0" * 40).status_code, 401)

    def test_deleted_key_opens_nothing(self):
        key = self.key_of(self.bookkeeper)
        self.bookkeeper.api_key_ids.sudo()._remove()
        self.assertEqual(self.run_example(self.examples()["screen"], key).status_code, 401)

    def test_key_opens_no_account_and_no_password(self):
        key = self.key_of(self.bookkeeper)
        headers = {"Authorization": f"bearer {key}", "Content-Type": "application/json"}
        body = json.dumps({"domain": [], "fields": ["smtp_host"]}).encode()
        answer = self.url_open("/json/2/ir.mail_server/search_read", data=body, headers=headers)
        self.assertEqual(answer.status_code, 403)
        body = json.dumps({"domain": [], "fields": ["password"]}).encode()
        answer = self.url_open("/json/2/fetchmail.server/search_read", data=body, headers=headers)
        self.assertNotIn("s3 cr&t", answer.text)
