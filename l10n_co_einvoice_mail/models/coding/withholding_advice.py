"""What is withheld of the documents of a batch, by the company's table of withholdings."""

from dataclasses import dataclass, field
from decimal import Decimal

from odoo.fields import Command

from ...booking.guard import tolerance
from ...booking.lines import LineKind
from ...booking.taxes import stated_withholdings
from ...coding.sources import SOURCES
from ...coding.withholding import (
    Answer,
    Case,
    Kind,
    Operation,
    Party,
    judge,
    least_amounts,
    of_day,
)
from ...dian.codes import TAX_SCHEMES
from ..bills.coder import Adviser, item_code
from ..bills.memory import clues_of
from .withholding_days import Days

WHAT = "withholdings"
#: Whose word stands above the table's: a person's.
DECIDED = ("rule", "rule_doubted", "corrected", "order")
#: AdditionalAccountID of the XML.
PERSON, COMPANY = "2", "1"
IVA = "01"
#: DIAN's withholdings.
SCHEMES = {"05": Kind.IVA, "06": Kind.RENTA, "07": Kind.ICA}
#: Responsibilities that decide about withholdings.
DECISIVE = frozenset({"O-13", "O-15", "O-23", "O-47"})


@dataclass
class Taxed:
    """A line of the bill that a concept is for."""

    planned: object  # booking.lines.PlannedLine
    row: dict  # values of the line
    past: object  # coding.memory.Past of the same item, or None
    #: (Answer, the Row that it is about or None), one for each kind of withholding
    answers: list = field(default_factory=list)


class Withholder(Adviser):
    """Replaces the withholdings that were remembered by what the table says of this document."""

    def __init__(self, concepts, lookups):
        """:param concepts: l10n_co.withholding.concept that were looked through"""
        self.concepts, self.lookups, self.env = concepts, lookups, lookups.env
        self.uvt = self.env["l10n_co.uvt"]._by_year() if concepts else {}
        self.rows = {concept: concept._rows() for concept in concepts}
        self.days = Days(lookups.company)
        # A tax that serves several concepts tells none of them.
        by_tax = {}
        for concept in concepts:
            for tax in concept.row_ids.tax_id:
                by_tax.setdefault(tax.id, []).append(concept)
        self.by_tax = by_tax
        partner = lookups.company.partner_id
        self.buyer = Party(_levels(partner), not partner.is_company)

    def finish(self, draft, rows):
        # EXTENDS Adviser
        if not self.concepts or draft.document.kind != "invoice":
            return
        lines = [
            Taxed(planned, row, self._past(draft, planned, row))
            for planned, row in zip(draft.plan.lines, rows, strict=True)
            if planned.kind is LineKind.ITEM and not _is_decided(row)
        ]
        self._ask(draft, lines)
        for line in lines:
            if line.answers:
                self._propose(line)
        self._compare(draft, lines)

    def _ask(self, draft, lines):
        """Judge each concept on the base of all its lines; sets `answers` on them."""
        supplier, by_concept = _supplier(draft), {}
        for line in lines:
            for concepts in self._concepts(line, supplier).values():
                if len(concepts) == 1:
                    by_concept.setdefault(concepts[0], []).append(line)
                else:
                    names = ", ".join(concept.name for concept in concepts)
                    answer = Answer(None, "withholding_several", {"concepts": names})
                    line.answers.append((answer, None))
        for concept, own in by_concept.items():
            judged = self._judge(draft, concept, own, supplier)
            for line in own:
                line.answers.append(_of_line(judged, line))

    # ---- which concept ---------------------------------------------------------------------------

    def _concepts(self, line, supplier):
        """{kind: concepts that a line may be of}: of what was withheld the last time, else by its account."""
        iva = {float(tax.key.rate or 0) for tax in line.planned.taxes if tax.key.scheme == IVA}
        account = line.row["account_id"]
        remembered = self._remembered(line)
        found = {}
        for concept in self.concepts:
            is_of_account = account in concept.account_ids.ids
            if not (is_of_account or concept in remembered) or not _fits(concept, supplier, iva):
                continue
            found.setdefault(concept.kind, []).append(concept)
        for kind, concepts in found.items():
            known = [concept for concept in concepts if concept in remembered]
            found[kind] = known if len(known) == 1 else concepts
        return found

    def _remembered(self, line):
        """The concepts of what was withheld of this item the last time."""
        made = line.row["l10n_co_proposal"].get(WHAT)
        taxes = made["value"] if made else ()
        return [concepts[0] for tax in taxes if len(concepts := self.by_tax.get(tax, [])) == 1]

    def _past(self, draft, planned, row):
        clues = clues_of(planned.kind.value, item_code(planned), row.get("product_id"), row["name"])
        same = self.lookups.memories.memory(draft.supplier).same_item(clues)
        return same[0] if same else None

    # ---- whether it applies ----------------------------------------------------------------------

    def _judge(self, draft, concept, lines, supplier):
        day = draft.document.issue_date
        if draft.document.currency not in (None, self.lookups.company.currency_id.name):
            return Answer(None, "withholding_foreign"), None
        if conflict := self._conflict(draft, supplier):
            return conflict, None
        in_force = of_day(self.rows[concept], day) if day else ()
        if len(in_force) != 1:
            return Answer(None, "withholding_no_row", {"concept": concept.name}), None
        base = sum((line.planned.amount for line in lines), Decimal(0))
        row = in_force[0]
        is_known = all(line.past and row.tax in line.past.values[WHAT] for line in lines)
        others = self._others(draft, concept, row, lines) if row.of_a_day else {}
        operation = Operation(base, day, tuple(others), sum(others.values(), Decimal(0)))
        return judge(Case(row, self.buyer, supplier, operation, self.uvt, is_known)), row

    def _others(self, draft, concept, row, lines):
        """{name: base} of the supplier's other bills of the day; not asked for where this one is large enough."""
        day = draft.document.issue_date
        for line in lines:
            self.days.add(draft, line.row["account_id"], line.planned.amount)
        base, uvt = sum((line.planned.amount for line in lines), Decimal(0)), self.uvt.get(day.year)
        if not draft.supplier or uvt is None or base >= least_amounts(row, uvt)[1]:
            return {}
        accounts = {*concept.account_ids.ids, *(line.row["account_id"] for line in lines)}
        return self.days.others(draft, accounts)

    def _conflict(self, draft, supplier):
        """What the document and the contact say otherwise of the supplier, if anything."""
        known = _levels(draft.supplier) if draft.supplier else frozenset()
        if not known or known & DECISIVE == supplier.levels & DECISIVE:
            return None
        data = {"document": ", ".join(sorted(supplier.levels)), "contact": ", ".join(sorted(known))}
        return Answer(None, "withholding_conflict", data)

    # ---- the line --------------------------------------------------------------------------------

    def _propose(self, line):
        """Put what applies on a line; where one of them is to be asked, it is marked."""
        row = line.row
        [(_set, _id, taxes)] = row["tax_ids"]
        applied = [judged.tax for answer, judged in line.answers if answer.applies]
        kept = [tax for tax in taxes if tax not in self.by_tax]
        row["tax_ids"] = [Command.set([*kept, *applied])]
        answers = [answer for answer, _judged in line.answers]
        asked = [answer for answer in answers if not SOURCES[answer.source].is_sure]
        first = (asked or answers)[0]
        also = [_told(answer) for answer in answers if answer is not first]
        made = {"value": sorted(applied), **_told(first), "also": also}
        row["l10n_co_proposal"] = {**row["l10n_co_proposal"], WHAT: made}
        row["l10n_co_unsure"] = any(
            not SOURCES[one["source"]].is_sure for one in row["l10n_co_proposal"].values()
        )

    # ---- what the supplier states ----------------------------------------------------------------

    def _compare(self, draft, lines):
        """Tell of withholdings that the supplier states and the table does not come to."""
        document = draft.document
        currency = self.lookups.currency(document)
        for scheme, stated in stated_withholdings(document).items():
            kind = SCHEMES.get(scheme)
            computed = sum((_amount(line, kind) for line in lines), Decimal(0))
            if kind and abs(stated - computed) > tolerance(document.currency):
                draft.warn(
                    "bill_withholdings_differ",
                    tax=TAX_SCHEMES[scheme],
                    stated=currency.format(float(stated)),
                    computed=currency.format(float(computed)),
                )


def _supplier(draft):
    """What the document says of the supplier."""
    party = draft.document.supplier
    kinds = {PERSON: True, COMPANY: False}
    natural = kinds.get(party.organization_type)
    city = party.address.city_code or ""
    return Party(frozenset(party.tax_levels), natural, city, frozenset(party.activities))


def _of_line(judged, line):
    """A concept's answer for one line: where a person chose otherwise the last time, he is asked."""
    answer, row = judged
    past = line.past
    was_refused = past and WHAT in past.changed and answer.applies
    if was_refused and row.tax not in past.values[WHAT]:
        return Answer(None, "withholding_doubted", {**answer.data, "bill": past.name}), None
    return answer, row


def _amount(line, kind):
    """What is withheld of a line, of one kind."""
    rates = (row.rate for answer, row in line.answers if answer.applies and row.kind is kind)
    return sum((line.planned.amount * rate / 100 for rate in rates), Decimal(0))


def _told(answer):
    return {"source": answer.source, "data": answer.data}


def _levels(partner):
    return frozenset(filter(None, (partner.l10n_co_tax_levels or "").replace(",", ";").split(";")))


def _is_decided(row):
    made = row["l10n_co_proposal"].get(WHAT)
    return bool(made) and made["source"] in DECIDED


def _fits(concept, supplier, iva):
    """Whether a concept can be of this supplier, and of a line with these rates of IVA."""
    if concept.kind == "iva":
        return concept.iva_rate in iva
    if concept.activity and supplier.activities and concept.activity not in supplier.activities:
        return False
    wanted = {"legal": False, "natural": True}.get(concept.payee)
    return wanted is None or supplier.is_natural in (None, wanted)
