from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...coding.withholding import Kind, Payee, Row


class WithholdingRow(models.Model):
    """What holds for a concept from one day to another."""

    _name = "l10n_co.withholding.row"
    _description = "Rate and base of a withholding (Colombia)"
    _order = "concept_id, since desc"
    _check_company_auto = True

    concept_id = fields.Many2one(
        "l10n_co.withholding.concept", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="concept_id.company_id", store=True)
    since = fields.Date(string="Valid from", required=True)
    until = fields.Date()
    rate = fields.Float(string="Percent", digits=(6, 3), required=True)
    least_uvt = fields.Float(string="Base from (UVT)", digits=(8, 2))
    tax_id = fields.Many2one(
        "account.tax",
        domain=[("type_tax_use", "=", "purchase"), ("amount", "<", 0)],
        check_company=True,
        ondelete="restrict",
    )
    norm = fields.Char(string="Source")
    is_sure = fields.Boolean(
        string="Confirmed by its source",
        help="Not set: it is known from copies alone; compare it with the law.",
    )

    _valid = models.Constraint(
        "CHECK(until IS NULL OR until >= since)", "It ends before it begins."
    )

    @api.constrains("rate", "tax_id")
    def _check_rate(self):
        self.concept_id._check_complete()
        for row in self.filtered("tax_id"):
            if row.tax_id.amount_type == "percent" and abs(row.tax_id.amount + row.rate) > 0.001:
                raise ValidationError(
                    self.env._(
                        "%(tax)s withholds %(amount)s %%, and not %(rate)s %%.",
                        tax=row.tax_id.name,
                        amount=-row.tax_id.amount,
                        rate=row.rate,
                    )
                )

    def _as_row(self):
        """:return: `coding.withholding.Row`"""
        concept = self.concept_id
        return Row(
            concept=concept.id,
            kind=Kind(concept.kind),
            name=concept.name,
            tax=self.tax_id.id,
            rate=Decimal(str(self.rate)),
            least=Decimal(str(self.least_uvt)),
            since=self.since,
            until=self.until or None,
            payee=Payee(concept.payee),
            municipality=concept.municipality or "",
            activity=concept.activity or "",
            norm=self.norm or "",
            of_a_day=concept.of_a_day,
        )
