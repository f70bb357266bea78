"""Who may do what, through JSON-RPC as a client does it: every model of these addons, every kind of user, every way.

`rights_table.txt` says what each may do with records of his own company (or his own ones, where a record belongs to a
user) and, behind the slash, with others: r(ead), w(rite), c(reate), d(elete). A model without a row fails.
"""

import itertools
from dataclasses import dataclass, field
from pathlib import Path

from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from .common import EInvoiceMailCase
from .tools import certificates

TABLE = Path(__file__).with_name("rights_table.txt")
WAYS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
PERSONAS = {
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "bookkeeper": "l10n_co_einvoice_mail.group_user",
    "biller": "account.group_account_invoice",
    "manager": "l10n_co_einvoice_mail.group_manager",
    "mail_admin": "l10n_co_einvoice_mail.group_mail_admin",
    "foreign_admin": "l10n_co_einvoice_mail.group_mail_admin",
    "settings": "base.group_system",
}
OURS = "l10n_co_einvoice_mail"


@dataclass(frozen=True)
class Row:
    """How a record of a model is made, and changed.

    `values` gives the values of a new one out of (case, company, user), `change` what a write writes, `made` what the
    record that is there already has instead.
    """

    model: str
    values: object
    change: dict = field(default_factory=dict)
    # Whose a record is: a company's, a user's (who made it), or everybody's.
    of: str = "company"
    made: dict = field(default_factory=dict)


def account_values(_case, company, _user):
    return {
        "name": "x",
        "smtp_host": "localhost",
        "l10n_co_company_id": company.id,
        "l10n_co_address": next(_addresses),
    }


def own_account_values(case, company, _user):
    return {
        "name": "x",
        "smtp_host": "localhost",
        "owner_user_id": case.create_user(next(_addresses), "base.group_user", company).id,
        "l10n_co_address": next(_addresses),
    }


def mailbox_values(_case, company, _user):
    address = next(_addresses)
    return {
        "name": address,
        "user": address,
        "server": "localhost",
        "l10n_co_company_id": company.id,
    }


def copy_values(case, company, _user):
    return {
        "account_id": case.made("ir.mail_server", company).id,
        "company_id": company.id,
        "message_id": next(_addresses),
    }


def mail_values(case, company, _user):
    return {
        "server_id": case.made("fetchmail.server, with mails", company).id,
        "company_id": company.id,
        "subject": "x",
        "state": "failed",
        "reason_code": "no_edocument",
        "sha256": next(_addresses),
    }


_addresses = (f"a{number}@x.co" for number in itertools.count())
_rates = itertools.count(1)
_months = (f"{1950 + number // 12}-{number % 12 + 1:02}-01" for number in itertools.count())

ROWS = {
    "l10n_co.received.mail": Row("l10n_co.received.mail", mail_values, {"subject": "y"}),
    "l10n_co.received.document": Row(
        "l10n_co.received.document",
        lambda _case, company, _user: {
            "company_id": company.id,
            "number": "N1",
            "cufe": next(_addresses),
            "state": "review",
        },
        {"state": "accepted"},
    ),
    "l10n_co.received.copy": Row(
        "l10n_co.received.copy",
        lambda case, company, _user: {
            "document_id": case.made("l10n_co.received.document", company).id,
            "content_key": next(_addresses),
            "state": "review",
        },
        {"state": "accepted"},
    ),
    "l10n_co.known.signer": Row(
        "l10n_co.known.signer",
        lambda _case, company, _user: {
            "company_id": company.id,
            "name": "x",
            "key": next(_addresses),
            "supplier_nit": "900000001",
        },
        {"state": "known"},
    ),
    "l10n_co.work": Row(
        "l10n_co.work", lambda _case, _company, user: {"name": "x", "user_id": user.id}, of="user"
    ),
    "l10n_co.trusted.certificate": Row(
        "l10n_co.trusted.certificate",
        lambda case, _company, _user: {"pem": case.next_pem(), "usage": "anchor"},
        {"name": "y"},
        of="everybody",
    ),
    "l10n_co.answer.rule": Row(
        "l10n_co.answer.rule",
        lambda _case, company, _user: {"company_id": company.id, "reason_code": "dian_rejected"},
        {"reason_code": "values_ambiguous"},
        made={"reason_code": "document_incomplete"},
    ),
    "l10n_co.letter": Row(
        "l10n_co.letter",
        lambda _case, _company, _user: {"subject": "x", "body": "x"},
        {"subject": "y"},
        of="user",
    ),
    "l10n_co.mail.provider": Row(
        "l10n_co.mail.provider",
        lambda _case, _company, _user: {"name": "x", "code": next(_addresses)},
        {"smtp_host": "y"},
        of="everybody",
    ),
    "l10n_co.mail.host": Row(
        "l10n_co.mail.host",
        lambda _case, _company, _user: {
            "name": next(_addresses),
            "paused_until": "2026-01-01 00:00:00",
        },
        {"paused_until": "2036-01-01 00:00:00"},
        of="everybody",
    ),
    "l10n_co.tax.map": Row(
        "l10n_co.tax.map",
        lambda _case, company, _user: {
            "company_id": company.id,
            "scheme": "22",
            "rate": next(_rates),
            "booking": "cost",
        },
        {"rate": 99},
    ),
    "l10n_co.bill.rule": Row(
        "l10n_co.bill.rule",
        lambda case, company, _user: {
            "company_id": company.id,
            "name": "x",
            "words": "x",
            "user_id": case.env.ref("base.user_root").id,
        },
        {"name": "y"},
    ),
    "l10n_co.confirmation": Row(
        "l10n_co.confirmation",
        lambda case, company, _user: {
            "company_id": company.id,
            "partner_id": case.env["res.partner"].sudo().create({"name": "x"}).id,
            "limit": 1,
            "responsible_id": case.env.ref("base.user_root").id,
        },
        {"limit": 2},
    ),
    "l10n_co.confirmed.day": Row(
        "l10n_co.confirmed.day",
        lambda case, company, _user: {
            "company_id": company.id,
            "date": next(_months),
            "responsible_id": case.env.ref("base.user_root").id,
        },
        {"told_on": "2026-01-01"},
    ),
    "l10n_co.withholding.concept": Row(
        "l10n_co.withholding.concept",
        lambda _case, company, _user: {
            "company_id": company.id,
            "name": next(_addresses),
            "kind": "ica",
        },
        {"is_confirmed": False},
    ),
    "l10n_co.withholding.row": Row(
        "l10n_co.withholding.row",
        lambda case, company, _user: {
            "concept_id": case.made("l10n_co.withholding.concept", company).id,
            "since": next(_months),
            "rate": 1,
        },
        {"rate": 2},
    ),
    "l10n_co.uvt": Row(
        "l10n_co.uvt",
        lambda _case, _company, _user: {"year": 3000 + next(_rates), "amount": 1},
        {"amount": 2},
        of="everybody",
    ),
    "l10n_co.todo": Row("l10n_co.todo", lambda _case, _company, _user: {}, {"place": 1}),
    "l10n_co.sent.copy": Row("l10n_co.sent.copy", copy_values, {"subject": "y"}),
    "l10n_co.outgoing.mail, of a document": Row(
        "l10n_co.outgoing.mail",
        lambda _case, company, _user: {
            "company_id": company.id,
            "date": "2026-01-01",
            "state": "sent",
            "is_document": True,
        },
        {"subject": "y"},
    ),
    "l10n_co.outgoing.mail, that one sent": Row(
        "l10n_co.outgoing.mail",
        lambda _case, _company, user: {
            "company_id": user.company_id.id,
            "date": "2026-01-01",
            "state": "sent",
            "user_id": user.id,
        },
        {"subject": "y"},
        of="user",
    ),
    "l10n_co.mail.default, of a company": Row(
        "l10n_co.mail.default",
        lambda _case, company, _user: {
            "company_id": company.id,
            "user_id": False,
            "document_type": "invoice",
        },
        {"subject": "y"},
        made={"document_type": "credit_note"},
    ),
    "l10n_co.mail.default, of a user": Row(
        "l10n_co.mail.default",
        lambda _case, _company, user: {
            "company_id": user.company_id.id,
            "user_id": user.id,
            "document_type": "invoice",
        },
        {"subject": "y"},
        of="user",
        made={"document_type": "credit_note"},
    ),
    "fetchmail.server, of ours": Row("fetchmail.server", mailbox_values, {"priority": 7}),
    "fetchmail.server, for copies": Row(
        "fetchmail.server",
        lambda case, company, user: {
            **mailbox_values(case, company, user),
            "l10n_co_append_only": True,
        },
        {"priority": 7},
    ),
    "fetchmail.server, of core": Row(
        "fetchmail.server",
        lambda _case, _company, _user: {"name": "core"},
        {"priority": 7},
        of="everybody",
    ),
    "ir.mail_server, of ours": Row("ir.mail_server", account_values, {"sequence": 7}),
    "ir.mail_server, of a user": Row("ir.mail_server", own_account_values, {"sequence": 7}),
    "ir.mail_server, of core": Row(
        "ir.mail_server",
        lambda _case, _company, _user: {"name": "core", "smtp_host": "localhost"},
        {"sequence": 7},
        of="everybody",
    ),
    "l10n_co.mail.diagnosis": Row(
        "l10n_co.mail.diagnosis",
        lambda case, company, _user: {
            "fetchmail_server_id": case.made("fetchmail.server", company).id
        },
        {"activates": True},
        of="user",
    ),
    "l10n_co.mail.diagnosis.step": Row(
        "l10n_co.mail.diagnosis.step",
        lambda case, company, user: {
            "diagnosis_id": case.made("l10n_co.mail.diagnosis", company, user).id,
            "name": "x",
        },
        {"name": "y"},
        of="user",
    ),
    "l10n_co.mail.dry.run": Row(
        "l10n_co.mail.dry.run",
        lambda case, company, _user: {"server_id": case.made("fetchmail.server", company).id},
        {"line_ids": []},
        of="user",
    ),
    "l10n_co.mail.dry.run.line": Row(
        "l10n_co.mail.dry.run.line",
        lambda case, company, user: {
            "dry_run_id": case.made("l10n_co.mail.dry.run", company, user).id
        },
        {"subject": "y"},
        of="user",
    ),
    "l10n_co.sent.folder": Row(
        "l10n_co.sent.folder",
        lambda case, company, _user: {
            "account_id": case.made("ir.mail_server", company).id,
            "server_id": case.made("fetchmail.server, for copies", company).id,
        },
        {"host": "y"},
        of="user",
    ),
    "l10n_co.mail.way": Row(
        "l10n_co.mail.way",
        lambda _case, _company, _user: {
            "domain": "x.co",
            "protocol": "imap",
            "type": "imap",
            "host": "imap.x.co",
            "port": 993,
            "encryption": "ssl_strict",
            "login": "address",
            "source": "srv",
        },
        {"host": "imap.y.co"},
        of="user",
    ),
    "l10n_co.mail.registration": Row(
        "l10n_co.mail.registration",
        lambda _case, _company, _user: {"type": "outlook"},
        {"type": "gmail"},
        of="user",
    ),
    "l10n_co.sent.folder.line": Row(
        "l10n_co.sent.folder.line",
        lambda case, company, user: {
            "wizard_id": case.made("l10n_co.sent.folder", company, user).id
        },
        {"name": "y"},
        of="user",
    ),
    "l10n_co.mail.account.wizard": Row(
        "l10n_co.mail.account.wizard",
        lambda _case, company, _user: {"company_id": company.id},
        {"domain": "y.co"},
        of="user",
    ),
    "l10n_co.mail.account.wizard.line": Row(
        "l10n_co.mail.account.wizard.line",
        lambda case, company, user: {
            "wizard_id": case.made("l10n_co.mail.account.wizard", company, user).id,
            "user_id": case.create_user(next(_addresses), "base.group_user", company).id,
        },
        {"login": "y"},
        of="user",
    ),
    "l10n_co.dian.list": Row(
        "l10n_co.dian.list",
        lambda _case, company, _user: {"company_id": company.id, "month": next(_months)},
        {"closed_on": False},
    ),
    "l10n_co.dian.list.line": Row(
        "l10n_co.dian.list.line",
        lambda case, company, _user: {
            "list_id": case.made("l10n_co.dian.list", company).id,
            "company_id": company.id,
            "cufe": next(_addresses),
            "group": "received",
        },
        {"number": "y"},
    ),
    "l10n_co.dian.list.upload": Row(
        "l10n_co.dian.list.upload",
        lambda _case, company, _user: {"company_id": company.id, "content": "YQ=="},
        {"file_name": "y"},
        of="user",
    ),
    "l10n_co.dian.list.portion": Row(
        "l10n_co.dian.list.portion",
        lambda case, company, user: {
            "upload_id": case.made("l10n_co.dian.list.upload", company, user).id,
            "documents": [{}],
        },
        {"documents": [{"x": 1}]},
        of="user",
    ),
    "l10n_co.dian.list.ask": Row(
        "l10n_co.dian.list.ask", lambda _case, _company, _user: {}, {"supplier_ids": []}, of="user"
    ),
    "l10n_co.dian.list.ask.supplier": Row(
        "l10n_co.dian.list.ask.supplier",
        lambda case, company, user: {
            "ask_id": case.made("l10n_co.dian.list.ask", company, user).id,
            "subject": "x",
            "body": "x",
        },
        {"email": "y@x.co"},
        of="user",
    ),
    "l10n_co.proof.pack": Row(
        "l10n_co.proof.pack",
        lambda _case, company, _user: {
            "company_id": company.id,
            "date_from": "2026-01-01",
            "date_to": "2026-01-31",
        },
        {"date_to": "2026-02-28"},
    ),
    "l10n_co.proof.disposal": Row(
        "l10n_co.proof.disposal",
        lambda _case, company, _user: {"company_id": company.id, "before": "2001-01-01"},
        {"before": "2002-01-01"},
    ),
    "l10n_co.radian.account": Row(
        "l10n_co.radian.account",
        lambda _case, company, _user: {"company_id": company.id},
        {"software_id": "y"},
        made={"active": False},
    ),
    "l10n_co.radian.check": Row(
        "l10n_co.radian.check",
        lambda case, company, _user: {
            "account_id": case.made("l10n_co.radian.account", company).id
        },
        {"step_ids": []},
    ),
    "l10n_co.radian.check.step": Row(
        "l10n_co.radian.check.step",
        lambda case, company, _user: {
            "check_id": case.made("l10n_co.radian.check", company).id,
            "name": "x",
        },
        {"name": "y"},
    ),
    "l10n_co.radian.person": Row(
        "l10n_co.radian.person",
        lambda _case, company, _user: {
            "company_id": company.id,
            "first_name": "x",
            "family_name": "x",
            "id_number": "1",
        },
        {"job_title": "y"},
    ),
    "l10n_co.radian.holiday": Row(
        "l10n_co.radian.holiday",
        lambda _case, company, _user: {"company_id": company.id, "date": "2026-01-02"},
        {"name": "y"},
    ),
    "l10n_co.radian.call": Row(
        "l10n_co.radian.call",
        lambda _case, company, _user: {"company_id": company.id, "operation": "x"},
        {"failure": "y"},
    ),
    "l10n_co.radian.event": Row(
        "l10n_co.radian.event",
        lambda case, company, _user: {
            "company_id": company.id,
            "document_id": case.made("l10n_co.received.document", company).id,
            "code": "030",
            "environment": "2",
        },
        {"state": "approved"},
    ),
    "l10n_co.radian.send": Row(
        "l10n_co.radian.send", lambda _case, _company, _user: {}, {"kind": "030"}, of="user"
    ),
    "l10n_co.company.setup": Row(
        "l10n_co.company.setup",
        lambda _case, company, _user: {"company_id": company.id, "name": "x"},
        {"name": "y"},
        of="user",
    ),
}

# What records of other rows lie in: it cannot be deleted, whoever asks.
FIXTURES = {"fetchmail.server, with mails": Row("fetchmail.server", mailbox_values)}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRightsTable(EInvoiceMailCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Otra")["company"]
        cls.personas = {name: cls.create_persona(name) for name in PERSONAS}
        # Users of nobody's interest, whom records of others belong to.
        cls.strangers = {
            company: cls.create_user(f"stranger {company.id}", "base.group_user", company)
            for company in (cls.company, cls.other)
        }
        cls.records = {}

    @classmethod
    def create_persona(cls, name):
        company = cls.other if name == "foreign_admin" else cls.company
        return cls.create_user(name, PERSONAS[name], company)

    @classmethod
    def create_user(cls, login, group, company):
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": f"{login}@derechos.example.com",
                "password": "derechos-12",
                "email": f"{login.replace(' ', '')}@derechos.example.com",
                "company_ids": [Command.set(company.ids)],
                "company_id": company.id,
                "group_ids": [Command.set(cls.env.ref(group).ids)],
            }
        )

    # ---- records -----------------------------------------------------------------------------------

    def next_pem(self):
        name = certificates.subject("Derechos", "1")
        return certificates.issue(name, certificates.private_key("rights")).pem

    def made(self, name, company, user=None):
        """:return: the record of a row (or of a model) that belongs to the company or the user"""
        if name not in FIXTURES:
            name = next(key for key in ROWS if key == name or ROWS[key].model == name)
        return self.record_of(name, company, user or self.strangers[company])

    def record_of(self, name, company, user):
        row = ROWS.get(name) or FIXTURES[name]
        key = (name, {"company": company, "user": user}.get(row.of))
        if key not in self.records:
            self.records[key] = self.make(row, company, user)
        return self.records[key]

    def make(self, row, company, user):
        if row.model == "l10n_co.todo":
            self.made("l10n_co.received.mail", company)
            self.env.flush_all()
            return self.env[row.model].sudo().search([("company_id", "=", company.id)], limit=1)
        record = self.env[row.model].sudo().create({**row.values(self, company, user), **row.made})
        if row.of == "user":
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET create_uid = %s WHERE id = %s",
                    SQL.identifier(record._table), user.id, record.id,
                )
            )  # fmt: skip
            self.env.invalidate_all()
        return record

    # ---- asking ------------------------------------------------------------------------------------

    def may(self, model, way, *arguments):
        """:return: whether the present session may, in one of the ways a client names companies"""
        return any(self.try_once(model, way, company, *arguments) for company in self.named)

    def try_once(self, model, way, companies, *arguments):
        context = {"allowed_company_ids": companies} if companies else {}
        parameters = {
            "model": model,
            "method": way,
            "args": list(arguments),
            "kwargs": {"context": context},
        }
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False) as savepoint:
            answer = self.url_open(
                "/web/dataset/call_kw", json={"params": parameters, "id": 1, "jsonrpc": "2.0"}
            ).json()
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        self.env.transaction.clear()
        if "error" not in answer:
            return True
        error = answer["error"]["data"]
        if not error["name"].endswith((".AccessError", ".MissingError")):
            self.surprises.append((self.who, model, way, error["message"]))
        return False

    def rights_of(self, name, company, user):
        row = ROWS[name]
        record = self.record_of(name, company, user)
        fields = [
            key
            for key in ("name", "display_name", *row.change)
            if key in self.env[row.model]._fields
        ][:1]
        values = row.values(self, company, user)
        self.env.flush_all()
        asked = {
            "r": ("read", [record.id], fields),
            "w": ("write", [record.id], row.change),
            "c": ("create", [values]),
            "d": ("unlink", [record.id]),
        }
        return "".join(
            letter for letter, question in asked.items() if self.may(row.model, *question)
        )

    def make_all(self):
        """Make the records of all rows, and tell which cannot be made."""
        broken = []
        for name in ROWS:
            for company in (self.company, self.other):
                try:
                    with self.env.cr.savepoint():
                        self.record_of(name, company, self.strangers[company])
                except Exception as error:  # noqa: BLE001 - all are told at once
                    broken.append((name, repr(error)))
        assert not broken, broken

    def measured(self):
        """:return: {row: {persona: rights}} as they are"""
        self.make_all()
        found = {name: {} for name in ROWS}
        for who, user in self.personas.items():
            self.who = who
            self.authenticate(user.login, "derechos-12")
            home = user.company_id
            away = self.other if home == self.company else self.company
            for name, row in ROWS.items():
                self.named = (home.ids,)
                cells = [self.rights_of(name, home, user)]
                if row.of != "everybody":
                    # As a client names companies: none, the other one, both.
                    self.named = (None, away.ids, (home + away).ids)
                    cells.append(self.rights_of(name, away, self.strangers[away]))
                found[name][who] = "/".join(cell or "-" for cell in cells) if any(cells) else "-"
        return found

    # ---- the tests ---------------------------------------------------------------------------------

    def test_everybody_may_what_the_table_says(self):
        self.surprises = []
        found = as_text(self.measured())
        self.assertFalse(self.surprises, "Neither allowed nor refused by the rights:\n" + found)
        self.assertEqual(found, TABLE.read_text(), "As it is:\n" + found)

    def test_every_model_has_a_row(self):
        ours = {
            name
            for name, model in self.env.items()
            if (model._original_module or "").startswith(OURS) and not model._abstract
        }
        self.assertFalse(ours - {row.model for row in ROWS.values()})


def as_text(found):
    """The table as it is written down."""
    width = max(map(len, found)) + 2
    lines = ["".join(["".ljust(width), *(who.ljust(15) for who in PERSONAS)]).rstrip()]
    for name, rights in found.items():
        cells = [rights[who].ljust(15) for who in PERSONAS]
        lines.append("".join([name.ljust(width), *cells]).rstrip())
    return "\n".join(lines) + "\n"
