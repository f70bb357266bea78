"""What other systems of the market have is where the guide's table says: each screen is opened in Spanish, and read.

The column `seen` of `docs/guide/market.tsv` says where: `SCREEN: text; text`, several parted by ` | `. A screen is one
of `TestMarket.screens`, `guide` the page; `choice MODEL.FIELD` reads what can be chosen, `tour NAME` and
`test FILE: word` name what goes through it.
"""

import csv
import json
import unittest
from collections import defaultdict
from pathlib import Path

from lxml import html
from odoo.tests import HttpCase, tagged

from .ledger_common import LedgerCase

MODULE = "l10n_co_einvoice_mail"
TESTS = Path(__file__).parent
TABLE = TESTS.parents[1] / "docs" / "guide" / "market.tsv"
FEATURES = 72
READY = "Boolean(odoo.__WOWL_DEBUG__ && document.querySelector('.o_main_navbar'))"
SHOWN = (
    ".o_form_view .o_field_widget, .o_kanban_view .o_kanban_renderer, .o_list_view .o_list_renderer"
)
# Opens screen after screen in one page, and each tab of it, and reads what stands there.
LOOK = """
(async () => {
    const { action } = odoo.__WOWL_DEBUG__.root.env.services;
    const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    const missing = [];
    for (const [name, request, texts] of %s) {
        await action.doAction(request, { clearBreadcrumbs: true });
        let seen = "";
        const left = async () => {
            await pause(150);
            seen += document.querySelector(".o_web_client").innerText.toLocaleLowerCase();
            return texts.filter((text) => !seen.includes(text.toLocaleLowerCase()));
        };
        let open = await left();
        for (let turn = 0; open.length && turn < 20; turn++) {
            if (document.querySelector("%s")) {
                document.querySelectorAll("details").forEach((details) => { details.open = true; });
                for (const tab of document.querySelectorAll(".o_notebook_headers .nav-link")) {
                    tab.click();
                    open = await left();
                }
            }
            open = await left();
        }
        missing.push(...open.map((text) => `${name}: ${text}`));
    }
    if (missing.length) {
        console.error(`Not on the screens: ${missing.join(", ")}`);
    } else {
        console.log("test successful");
    }
})()
"""


def features():
    """:return: list of dicts, one a feature of other systems"""
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def places():
    """:return: {(kind, name): texts that are to be seen there}"""
    found = defaultdict(list)
    for row in features():
        for place in row["seen"].split(" | "):
            where, _colon, texts = place.partition(": ")
            kind, _space, name = where.partition(" ")
            found[kind, name] += [text for text in texts.split("; ") if text]
    return found


@unittest.skipUnless(TABLE.exists(), "The addon lies alone")
@tagged("post_install_l10n", "post_install", "-at_install")
class TestMarket(LedgerCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("es_CO")
        cls.reader = cls.create_user("lectora", "base.group_system")
        cls.reader.group_ids += cls.env.ref("account.group_account_manager")
        cls.reader.lang = "es_CO"
        cls.places = places()

    def test_every_feature_names_its_place(self):
        self.assertEqual(len(features()), FEATURES)
        self.assertFalse([row["es"] for row in features() if not row["seen"]])
        others = {"guide", "choice", "tour", "test"}
        self.assertEqual({kind for kind, _name in self.places} - others, set(self.screens()))

    def test_screens(self):
        screens = self.screens()
        self.assertFalse([name for name in screens if not self.places.get((name, ""))])
        asked = [
            [name, request, sorted(set(self.places[name, ""]))] for name, request in screens.items()
        ]
        code = LOOK % (json.dumps(asked), SHOWN)
        self.browser_js("/odoo/received-mails", code, READY, login=self.reader.login, timeout=300)

    def test_guide(self):
        page = html.parse(TESTS.parent / "static" / "guide" / "es.html").getroot()
        text = page.text_content().lower()
        missing = [text_ for text_ in self.places["guide", ""] if text_.lower() not in text]
        self.assertFalse(missing)

    def test_choices(self):
        for (kind, name), texts in self.places.items():
            if kind == "choice":
                model, _point, field = name.rpartition(".")
                env = self.env(context={"lang": "es_CO"})
                labels = env[model].fields_get([field])[field]["selection"]
                for text in texts:
                    self.assertIn(text, " ".join(label for _value, label in labels), name)

    def test_ways_are_gone_through(self):
        sources = {path.stem: path.read_text() for path in TESTS.glob("test_*.py")}
        for (kind, name), texts in self.places.items():
            if kind == "tour":
                starts = [stem for stem, source in sources.items() if f'"{name}"' in source]
                self.assertTrue(starts, name)
            if kind == "test":
                for word in texts:
                    self.assertRegex(sources[name], rf"def test_\w*{word}")

    # ---- what is opened --------------------------------------------------------------------------

    def screens(self):
        """:return: {name: action that opens it}"""
        mailbox = self.account("fetchmail.server", self.values("facturas@casa.example.com"))
        sender = self.account("ir.mail_server", self.sender("ventas@casa.example.com"))
        gmail = self.env["l10n_co.mail.provider"].search([("code", "=", "gmail")], limit=1)
        mailboxes = {
            "mailbox": mailbox,
            "half_typed": self.account(
                "fetchmail.server", self.values("media@casa.example.com", server=False)
            ),
            "pop": self.account(
                "fetchmail.server", self.values("pop@casa.example.com", server_type="pop")
            ),
            "gmail": self.account(
                "fetchmail.server", self.values("a@gmail.com", l10n_co_provider_id=gmail.id)
            ),
            "connected": self.account(
                "fetchmail.server", self.values("b@gmail.com", server_type="gmail")
            ),
        }
        self.account("fetchmail.server", self.values("leido@casa.example.com", state="done"))
        own = {"l10n_co_company_id": False, "owner_user_id": self.reader.id}
        self.account("ir.mail_server", {**self.sender(self.reader.email, "done"), **own})
        senders = {
            "sender_draft": sender,
            "sender": self.account("ir.mail_server", self.sender("c@casa.example.com", "done")),
            "gmail_sender": self.account(
                "ir.mail_server",
                {**self.sender("d@gmail.com", "done"), "l10n_co_provider_id": gmail.id},
            ),
        }
        text = self.env["l10n_co.mail.default"].create(
            {"company_id": self.company.id, "document_type": "invoice", "subject": "x"}
        )
        diagnoses = {
            "diagnosis": self.diagnosis(fetchmail_server_id=mailbox.id, state="done"),
            "sender_diagnosis": self.diagnosis(mail_server_id=sender.id, state="done"),
        }
        invoice = self.init_invoice("out_invoice", amounts=[1000], post=True)
        return {
            "documents": f"{MODULE}.received_document_action",
            "todo": f"{MODULE}.todo_action",
            "mailboxes": f"{MODULE}.mailbox_action",
            "my_mail": f"{MODULE}.open_my_mail_action",
            "users": f"{MODULE}.mail_account_wizard_action",
            "settings": "account.action_account_config",
            "company": self.form(self.company),
            "invoice": self.form(invoice),
            "texts": self.form(text),
            **{name: self.form(box, "mailbox_view_form") for name, box in mailboxes.items()},
            **{name: self.form(box, "sending_account_view_form") for name, box in senders.items()},
            **{name: self.form(run) for name, run in diagnoses.items()},
        }

    def form(self, record, view=None):
        """:return: dict, action that opens a record"""
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(self.env.ref(f"{MODULE}.{view}").id if view else False, "form")],
        }

    def account(self, model, values):
        return self.env[model].sudo().create(values)

    def values(self, address, **values):
        return {
            "name": address,
            "user": address,
            "server": "imap.example.com",
            "server_type": "imap",
            "is_ssl": True,
            "l10n_co_address": address,
            "l10n_co_company_id": self.company.id,
            **values,
        }

    def sender(self, address, state="draft"):
        return {
            "name": address,
            "l10n_co_address": address,
            "l10n_co_state": state,
            "l10n_co_company_id": self.company.id,
            "l10n_co_website": "https://casa.example.com",
            "smtp_host": "smtp.example.com",
            "smtp_user": address,
            "from_filter": address,
        }

    def diagnosis(self, **values):
        return self.env["l10n_co.mail.diagnosis"].with_user(self.reader).sudo().create(values)
