"""What the tests of the coding of bills share."""

from odoo.fields import Command

from .bill_common import BillCase
from .tools.facts import Line

#: What the checks say of a document of which everything is proven.
PROVEN = {"verdict": "accepted", "dian_status": "validated", "signature_state": "valid"}
LIMIT = 1_000_000


class CodingCase(BillCase):
    """A supplier who sends a bill a month, and those who work with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.company_data["default_account_expense"].copy()
        cls.other_expense = cls.company_data["default_account_expense"].copy()
        cls.bookkeeper = cls.worker("auxiliar", "account.group_account_invoice")
        cls.manager = cls.worker("contador", "account.group_account_manager")

    @classmethod
    def worker(cls, login, group):
        return cls.env["res.users"].create(
            {
                "name": login.capitalize(),
                "login": login,
                "email": f"{login}@comprador.example.com",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref(group).ids)],
            }
        )

    def send(self, number, *lines, received=None, **facts):
        """The bill of a document of which everything is proven."""
        lines = lines or (Line("Internet", seller_code="I1"),)
        facts = {"issue_date": f"2026-01-{number:02}", "due_date": "2026-12-31", **facts}
        edocument = self.edocument(number=f"FE{number}", lines=lines, **facts)
        record = self.receive(edocument, **{**PROVEN, **(received or {})})
        return self.bill_of(record, edocument)

    def confirmed(self, number, *lines, account=None, **facts):
        """One that a person has confirmed, with another account where he chose one."""
        move = self.send(number, *lines, **facts)
        if account:
            move.invoice_line_ids.account_id = account
        move.action_post()
        return move

    def known_supplier(self, bills=3):
        """A supplier whose last bills were booked alike, and the last of them not touched."""
        return [self.confirmed(number, account=self.expense) for number in range(1, bills + 1)]

    def rule(self, **values):
        """A rule that was tried and is switched on."""
        rule = self.env["l10n_co.bill.rule"].create(
            {"name": "Regla", "company_id": self.company.id, **values}
        )
        rule.action_try()
        rule.action_switch_on()
        return rule

    def allow(self, **values):
        """A row that lets bills confirm themselves."""
        return self.env["l10n_co.confirmation"].create(
            {
                "company_id": self.company.id,
                "limit": LIMIT,
                "bill_count": 3,
                "responsible_id": self.manager.id,
                **values,
            }
        )

    @staticmethod
    def source(line, what="account"):
        return (line.l10n_co_proposal or {}).get(what, {}).get("source")
