"""What is withheld of the documents of a batch, by the company's table of withholdings."""

from dataclasses import dataclass
from decimal import Decimal

from odoo.fields import Command

from ...booking.lines import LineKind
from ...coding.sources import SOURCES
from ...coding.withholding import Answer, Case, Operation, Party, judge, of_day
from ..bills.coder import Adviser, item_code
from ..bills.memory import clues_of

WHAT = "withholdings"
#: Whose word stands above the table's: a person's.
DECIDED = ("rule", "rule_doubted", "corrected", "order")
#: What a company is asked about, in the order of `Kind`.
PERSON, COMPANY = "2", "1"
#: Responsibilities that decide about withholdings.
DECISIVE = frozenset({"O-13", "O-15", "O-23", "O-47"})


@dataclass
class Taxed:
    """A line of the bill that a concept is for."""

    row: dict  # values of the line
    amount: Decimal
    past: object  # coding.memory.Past of the same item, or None


class Withholder(Adviser):
    """Replaces the withholdings that were remembered by what the table says of this document."""

    def __init__(self, concepts, lookups):
        """:param concepts: l10n_co.withholding.concept that were looked through"""
        self.concepts, self.lookups, self.env = concepts, lookups, lookups.env
        self.uvt = self.env["l10n_co.uvt"]._by_year() if concepts else {}
        self.rows = {concept: [row._as_row() for row in concept.row_ids] for concept in concepts}
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
        supplier = self._supplier(draft)
        by_concept, several = {}, []
        for planned, row in zip(draft.plan.lines, rows, strict=True):
            if planned.kind is not LineKind.ITEM or _is_decided(row):
                continue
            line = Taxed(row, planned.amount, self._past(draft, planned, row))
            for kind, concepts in self._concepts(planned, line, supplier).items():
                if len(concepts) > 1:
                    several.append((line, kind, concepts))
                else:
                    by_concept.setdefault(concepts[0], []).append(line)
        told = {}
        for concept, lines in by_concept.items():
            answer = self._judge(draft, concept, lines, supplier)
            for line in lines:
                told.setdefault(id(line.row), (line, []))[1].append(
                    self._of_line(concept, answer, line)
                )
        for line, _kind, concepts in several:
            names = ", ".join(concept.name for concept in concepts)
            answer = Answer(None, "withholding_several", {"concepts": names})
            told.setdefault(id(line.row), (line, []))[1].append((answer, None))
        for line, answers in told.values():
            self._propose(line, answers)

    # ---- which concept ---------------------------------------------------------------------------

    def _concepts(self, planned, line, supplier):
        """{kind: concepts that a line may be of}: of what was withheld the last time, else by its account."""
        iva = {float(tax.key.rate or 0) for tax in planned.taxes if tax.key.scheme == "01"}
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

    def _supplier(self, draft):
        party = draft.document.supplier
        kinds = {PERSON: True, COMPANY: False}
        return Party(
            frozenset(party.tax_levels),
            kinds.get(party.organization_type),
            party.address.city_code or "",
        )

    def _judge(self, draft, concept, lines, supplier):
        day = draft.document.issue_date
        if draft.document.currency not in (None, self.lookups.company.currency_id.name):
            return Answer(None, "withholding_foreign"), None
        if conflict := self._conflict(draft, supplier):
            return conflict, None
        in_force = of_day(self.rows[concept], day) if day else ()
        if len(in_force) != 1:
            return Answer(None, "withholding_no_row", {"concept": concept.name}), None
        base = sum((line.amount for line in lines), Decimal(0))
        row = in_force[0]
        is_known = all(line.past and row.tax in line.past.values[WHAT] for line in lines)
        case = Case(row, self.buyer, supplier, Operation(base, day), self.uvt, is_known)
        return judge(case), row

    def _conflict(self, draft, supplier):
        """What the document and the contact say otherwise of the supplier, if anything."""
        known = _levels(draft.supplier) if draft.supplier else frozenset()
        if not known or known & DECISIVE == supplier.levels & DECISIVE:
            return None
        data = {"document": ", ".join(sorted(supplier.levels)), "contact": ", ".join(sorted(known))}
        return Answer(None, "withholding_conflict", data)

    def _of_line(self, concept, judged, line):
        """A concept's answer for one line: where a person chose otherwise the last time, he is asked."""
        answer, row = judged
        if answer.applies and line.past and WHAT in line.past.changed:
            data = {**answer.data, "bill": line.past.name}
            if row.tax not in line.past.values[WHAT]:
                return Answer(None, "withholding_doubted", data), None
        return answer, row

    # ---- the line --------------------------------------------------------------------------------

    def _propose(self, line, answers):
        """Put what applies on a line; where one of them is to be asked, it is marked."""
        row = line.row
        managed = set(self.by_tax)
        [(_set, _id, taxes)] = row["tax_ids"]
        applied = [answered.tax for answer, answered in answers if answer.applies]
        kept = [tax for tax in taxes if tax not in managed]
        row["tax_ids"] = [Command.set([*kept, *applied])]
        asked = [answer for answer, _row in answers if not SOURCES[answer.source].is_sure]
        first = (asked or [answer for answer, _row in answers])[0]
        others = [answer for answer, _row in answers if answer is not first]
        proposal = {
            **row["l10n_co_proposal"],
            WHAT: {
                "value": sorted(applied),
                **_told(first),
                "also": [_told(answer) for answer in others],
            },
        }
        row["l10n_co_proposal"] = proposal
        row["l10n_co_unsure"] = any(
            not SOURCES[made["source"]].is_sure for made in proposal.values()
        )


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
    wanted = {"legal": False, "natural": True}.get(concept.payee)
    return wanted is None or supplier.is_natural in (None, wanted)
