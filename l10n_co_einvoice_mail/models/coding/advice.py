"""What a company's rules say about the documents of a batch."""

from decimal import Decimal

from ...coding.rules import Subject, first_with
from ..bills.coder import Adviser
from .bill_rule import addresses_of

#: What rules say of a bill as a whole.
OF_THE_BILL = ("journal", "term", "user", "approver")


def text_of(document):
    """:return: str, what a document says as a whole: its order, its cost centre, its notes"""
    return " ".join(
        (document.order_reference or "", document.accounting_cost or "", *document.notes)
    )


class Rulebook(Adviser):
    """A company's rules, asked about each line and about the bill as a whole."""

    def __init__(self, rules, drafts, lookups):
        """:param rules: `coding.rules.Rules` that are switched on"""
        self.rules, self.env = rules, lookups.env
        self._texts, self._of_bills, self._met, self._addresses = {}, {}, {}, {}
        if rules.ask_addresses:
            self._addresses = {draft: addresses_of(draft.record) for draft in drafts}

    def rules_of(self, draft, planned, name):
        # EXTENDS Adviser
        return self._met_by(draft, planned.source)

    def journal(self, draft):
        # EXTENDS Adviser
        rule = first_with(self._rules_of_bill(draft), "journal")
        journal = self.env["account.journal"].browse(rule.values["journal"] if rule else ())
        return journal if journal.active else None

    def of_bill(self, draft):
        # EXTENDS Adviser
        rules, values, why = self._rules_of_bill(draft), {}, {}
        for what in OF_THE_BILL:
            if rule := first_with(rules, what):
                made = {"source": "rule", "data": {"rule": rule.name}, "rule": rule.key}
                why[what] = made
        if rule := first_with(rules, "term"):
            term = rule.values["term"]
            values.update(invoice_payment_term_id=term, invoice_date_due=False)
        for what, field in (("user", "invoice_user_id"), ("approver", "l10n_co_approver_id")):
            if rule := first_with(rules, what):
                values[field] = rule.values[what]
        return {**values, "l10n_co_coding": why}

    def _rules_of_bill(self, draft):
        """Rules that any line of the document meets, those of its first line first."""
        if draft not in self._of_bills:
            met = {}
            for line in draft.document.lines:
                for rule in self._met_by(draft, line):
                    met.setdefault(rule.key, rule)
            self._of_bills[draft] = tuple(met.values())
        return self._of_bills[draft]

    def _met_by(self, draft, line):
        """The rules that a line of a document meets; it is asked for its bill and for itself."""
        key = draft, id(line)
        if key not in self._met:
            self._met[key] = self.rules.met_by(self._subject(draft, line))
        return self._met[key]

    def _subject(self, draft, line):
        document = draft.document
        if draft not in self._texts:
            self._texts[draft] = text_of(document)
        return Subject(
            supplier=draft.supplier.id if draft.supplier else None,
            code=line.seller_code or line.standard_code or "",
            description=line.description or "",
            unit=line.unit_code or "",
            document_type=document.type_code or "",
            amount=document.totals.payable or Decimal(0),
            text=f"{self._texts[draft]} {line.cost_text}",
            addresses=self._addresses.get(draft, frozenset()),
        )
