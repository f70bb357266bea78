from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ...coding.withholding import Kind, Payee, known_rows
from ...coding.withholding_table import CONCEPTS, FIRST_DAY, WINDOWS


class WithholdingConcept(models.Model):
    """What a company withholds of what suppliers bill: a concept, the accounts whose lines it is for, and its rates and
    bases in time. Only a concept that an accountant has looked through is proposed.
    """

    _name = "l10n_co.withholding.concept"
    _inherit = ["mail.thread"]
    _description = "Withholding on purchases (Colombia)"
    _order = "kind, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    key = fields.Char(readonly=True, copy=False, help="Of a concept of the table that is known.")
    kind = fields.Selection(
        [
            (Kind.RENTA.value, "ReteFuente"),
            (Kind.IVA.value, "ReteIVA"),
            (Kind.ICA.value, "ReteICA"),
        ],
        required=True,
    )
    payee = fields.Selection(
        [
            (Payee.ANY.value, "Everybody"),
            (Payee.LEGAL.value, "Companies"),
            (Payee.NATURAL.value, "Natural persons"),
        ],
        string="Suppliers",
        required=True,
        default=Payee.ANY.value,
    )
    account_ids = fields.Many2many(
        "account.account",
        string="Accounts",
        check_company=True,
        help="Lines on these accounts are of this concept. Without any, what was withheld the last time tells.",
    )
    iva_rate = fields.Float(string="Of lines with IVA at", digits=(5, 2))
    municipality = fields.Char(help="DANE's code of the municipality, five digits, of ReteICA.")
    activity = fields.Char(help="CIIU code of the activity, of ReteICA.")
    of_a_day = fields.Boolean(
        string="Several of a day",
        help="Bills of one supplier and day that reach the base only together are asked about: whether such purchases "
        "count together is contested. Each service is taken alone.",
    )
    is_confirmed = fields.Boolean(
        string="Looked through",
        tracking=True,
        copy=False,
        help="An accountant has compared rates, bases and taxes with the law: from then on it is proposed.",
    )
    row_ids = fields.One2many("l10n_co.withholding.row", "concept_id", string="Rates and bases")
    is_in_doubt = fields.Boolean(compute="_compute_is_in_doubt")

    @api.depends("row_ids.is_sure")
    def _compute_is_in_doubt(self):
        for concept in self:
            concept.is_in_doubt = not all(concept.row_ids.mapped("is_sure"))

    @api.constrains("is_confirmed", "row_ids")
    def _check_complete(self):
        for concept in self.filtered("is_confirmed"):
            if not concept.row_ids or not all(row.tax_id for row in concept.row_ids):
                raise ValidationError(
                    self.env._("Each row of «%s» needs the tax that is withheld.", concept.name)
                )

    def _rows(self):
        """:return: tuple of `coding.withholding.Row`"""
        rows = self.row_ids
        return known_rows([row._as_row() for row in rows], rows.mapped("is_sure"))

    @api.model
    def _of_company(self, company):
        """:return: the concepts of a company that were looked through"""
        domain = [("company_id", "=", company.id), ("is_confirmed", "=", True)]
        return self.sudo().search(domain)

    # ---- what is known ---------------------------------------------------------------------------

    def action_add_known(self):
        """Add to the present company the concepts that are known and its chart has taxes for; to look through."""
        self.check_access("create")
        company = self.env.company
        there = set(
            self.with_context(active_test=False)
            .search([("company_id", "=", company.id)])
            .mapped("key")
        )
        chart = self.env["account.chart.template"].with_company(company)
        for known in CONCEPTS:
            tax = chart.ref(f"l10n_co_tax_{known.tax}", raise_if_not_found=False)
            if known.key not in there and tax:
                self.create(self._known_values(known, tax, company))
        return self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.withholding_concept_action"
        )

    @api.model
    def _known_values(self, known, tax, company):
        common = {"rate": float(known.rate), "tax_id": tax.id}
        rows = [
            {
                "since": window.since,
                "until": window.until,
                "least_uvt": getattr(window, known.base),
                "norm": window.norm,
                "is_sure": window.is_sure,
            }
            for window in (WINDOWS if known.base else ())
        ]
        without_base = {
            "since": FIRST_DAY,
            "least_uvt": 0,
            "is_sure": True,
            "norm": "ET 392, 395, 401",
        }
        return {
            "company_id": company.id,
            "key": known.key,
            "kind": known.kind.value,
            "name": known.name,
            "payee": known.payee.value,
            "iva_rate": known.iva,
            "of_a_day": known.of_a_day,
            "row_ids": [Command.create({**common, **row}) for row in rows or [without_base]],
        }
