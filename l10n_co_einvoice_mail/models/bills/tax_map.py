from dataclasses import dataclass
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...booking.taxes import EXCLUDED, Booking, Kind, TaxKey, plain
from ...dian import codes

#: DIAN scheme, percent -> tax group and, where its group has several, the tax of the Colombian
#: chart (`l10n_co`). Taxes a unit have no row: what is done with them (a tax, a cost, on which
#: account) is the company's decision.
DEFAULTS = (
    ("01", 19, "tax_group_iva_19", "l10n_co_tax_1"),
    ("01", 16, "tax_group_iva_16", "l10n_co_tax_2"),
    ("01", 5, "tax_group_iva_5", "l10n_co_tax_0"),
    ("01", 0, "tax_group_iva_0", "l10n_co_tax_7"),
    (EXCLUDED, 0, "tax_group_iva_0", "l10n_co_tax_6"),
    ("04", 4, "tax_group_inc_4", "l10n_co_tax_62"),
    ("04", 8, "tax_group_inc_8", "l10n_co_tax_63"),
    ("04", 16, "tax_group_inc_16", "l10n_co_tax_64"),
)


@dataclass(frozen=True)
class TaxTable:
    """A company's tax table, looked up without a query."""

    rows: dict  # TaxKey -> (Booking, account.tax, account.account)

    def treat(self, key):
        """TaxKey -> Booking, as `booking.lines.plan` asks for it."""
        return self.rows[key][0] if key in self.rows else Booking.UNMAPPED

    def tax(self, key):
        """The purchase tax of a key that is booked as one."""
        return self.rows[key][1]

    def taxes(self):
        """The purchase taxes of all its rows."""
        return [tax for _booking, tax, _account in self.rows.values()]

    def account(self, key):
        """The account of a tax that is booked as a cost; empty for the default one."""
        return self.rows[key][2] if key in self.rows else None


class TaxMap(models.Model):
    """Which purchase tax a tax of DIAN's is, for one company."""

    _name = "l10n_co.tax.map"
    _description = "DIAN tax to purchase tax"
    _order = "company_id, scheme, kind, rate desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    scheme = fields.Selection(selection="_select_scheme", string="DIAN tax", required=True)
    kind = fields.Selection(
        [(Kind.PERCENT.value, "Percentage"), (Kind.PER_UNIT.value, "Per unit")],
        required=True,
        default=Kind.PERCENT.value,
    )
    rate = fields.Float(string="Percent", digits=(16, 4))
    booking = fields.Selection(
        [
            (Booking.TAX.value, "Purchase tax"),
            (Booking.COST.value, "Cost, on a line of its own"),
        ],
        string="Book as",
        required=True,
        default=Booking.TAX.value,
    )
    tax_id = fields.Many2one(
        "account.tax",
        string="Purchase tax",
        domain=[("type_tax_use", "=", "purchase")],
        check_company=True,
        ondelete="cascade",
        help="Its amount comes from the document: of a tax per unit, one row serves all amounts.",
    )
    account_id = fields.Many2one(
        "account.account",
        check_company=True,
        help="Account of the cost; the journal's default account if empty.",
    )

    _unique_key = models.UniqueIndex(
        "(company_id, scheme, kind, rate)", "This tax is in the company's table already."
    )

    @api.model
    def _select_scheme(self):
        return [
            *((code, f"{code} {name}") for code, name in codes.TAX_SCHEMES.items()),
            (EXCLUDED, self.env._("No tax (excluded good or service)")),
        ]

    @api.depends("scheme", "kind", "rate")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self._name_of(row._key())

    @api.constrains("kind", "rate", "booking", "tax_id")
    def _check_tax(self):
        for row in self:
            if row.kind == Kind.PER_UNIT.value and row.rate:
                raise ValidationError(self.env._("A tax per unit has no percentage."))
            if row.booking == Booking.TAX.value and not row.tax_id:
                raise ValidationError(
                    self.env._("Choose the purchase tax of %s.", row.display_name)
                )

    def _key(self):
        self.ensure_one()
        if self.kind == Kind.PER_UNIT.value:
            return TaxKey(self.scheme, Kind.PER_UNIT, None)
        return TaxKey(self.scheme, Kind.PERCENT, plain(Decimal(str(round(self.rate, 4)))))

    @api.model
    def _name_of(self, key):
        """A tax of DIAN's as a person says it: IVA 19 %."""
        if key.scheme == EXCLUDED:
            return self.env._("No tax (excluded good or service)")
        name = codes.TAX_SCHEMES.get(key.scheme) or self.env._("tax %s", key.scheme or "?")
        if key.rate is None:
            return self.env._("%s (per unit)", name)
        return f"{name} {key.rate:f} %"

    def _booking(self):
        self.ensure_one()
        is_archived = self.booking == Booking.TAX.value and not self.tax_id.active
        return Booking.UNMAPPED if is_archived else Booking(self.booking)

    # ---- the company's table ---------------------------------------------------------------------

    @api.model
    def _tax_table(self, company):
        """The `TaxTable` of a company; a company without any row gets the defaults of its chart
        first."""
        rows = self.sudo().search([("company_id", "=", company.id)])
        if not rows:
            rows = self.sudo()._add_defaults(company)
        return TaxTable({row._key(): (row._booking(), row.tax_id, row.account_id) for row in rows})

    @api.model
    def _add_defaults(self, company):
        """Add the rows of `DEFAULTS` that the company lacks and its chart has taxes for.

        :return: the new rows
        """
        present = {row._key() for row in self.search([("company_id", "=", company.id)])}
        missing = []
        for scheme, rate, group, tax in DEFAULTS:
            found = self._chart_tax(company, group, tax, rate)
            if found and TaxKey(scheme, Kind.PERCENT, Decimal(rate)) not in present:
                missing.append(
                    {
                        "company_id": company.id,
                        "scheme": scheme,
                        "rate": rate,
                        "tax_id": found.id,
                    }
                )
        return self.create(missing)

    @api.model
    def _chart_tax(self, company, group, tax, rate):
        """The purchase tax of the Colombian chart, or another one of the same group and rate."""
        chart = self.env["account.chart.template"].with_company(company)
        found = chart.ref(tax, raise_if_not_found=False)
        if found and found.active:
            return found
        tax_group = chart.ref(group, raise_if_not_found=False)
        return tax_group and self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(company),
                ("tax_group_id", "=", tax_group.id),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", "=", rate),
            ],
            limit=1,
        )

    def action_add_defaults(self):
        """Add what the Colombian chart has and the table of the current company lacks."""
        self.check_access("create")
        self._add_defaults(self.env.company)
        return self.env["ir.actions.act_window"]._for_xml_id("l10n_co_einvoice_mail.tax_map_action")

    # ---- the other way round ---------------------------------------------------------------------

    @api.model
    def _schemes(self, company):
        """({account.tax: scheme}, {account.tax.group: scheme}): which tax of DIAN's a bill's tax
        is.

        A tax that is not in the table, such as a variant for services, is known by its group.
        """
        by_tax, by_group = {}, {}
        # By the company's own field: it is asked for once, however many bills are compared.
        for row in company.sudo().l10n_co_tax_map_ids:
            if row.tax_id and row.scheme != EXCLUDED:
                by_tax[row.tax_id] = row.scheme
                by_group.setdefault(row.tax_id.tax_group_id, row.scheme)
        return by_tax, by_group
