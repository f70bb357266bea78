from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...dian.nit import check_digit, normalise
from ..shared import rights
from . import company_state

CHART = "co"


class CompanySetup(models.TransientModel):
    """What a company needs before an invoice can be its own: name, country, NIT, currency and chart of accounts, asked
    in one go.

    Only a settings administrator sets it, and only what is missing: a NIT that is there is never replaced here, and
    chart and currency stay once there are entries.
    """

    _name = "l10n_co.company.setup"
    _description = "Set-up of a company (Colombian e-invoice mail)"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    name = fields.Char(string="Company name", required=True)
    vat = fields.Char(string="NIT")
    told = fields.Char(compute="_compute_told")
    needs_nit = fields.Boolean(compute="_compute_needs")
    needs_chart = fields.Boolean(compute="_compute_needs")
    country_name = fields.Char(string="Country", compute="_compute_needs")
    currency_name = fields.Char(string="Currency", compute="_compute_needs")
    chart_name = fields.Char(string="Chart of accounts", compute="_compute_needs")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "name" in fields and not values.get("name"):
            values["name"] = self.env.company.name
        return values

    @api.depends("company_id")
    def _compute_needs(self):
        for setup in self:
            state = company_state.of(setup.company_id)
            becomes = self.env.ref("base.co") if state.may_load_chart else None
            country = state.company.country_id or becomes
            setup.needs_nit = not state.has_nit
            setup.needs_chart = state.may_load_chart
            setup.country_name = (becomes or country or state.company.country_id).name
            currency = becomes.currency_id if becomes else state.company.currency_id
            setup.currency_name = currency.name
            setup.chart_name = self._chart_name(CHART if becomes else state.company.chart_template)

    def _chart_name(self, code):
        charts = dict(self.env["account.chart.template"]._select_chart_template())
        return charts.get(code) or self.env._("None")

    @api.depends("vat")
    @api.depends_context("lang")
    def _compute_told(self):
        for setup in self:
            setup.told = setup._tell_nit()

    def _tell_nit(self):
        """:return: what is wrong with the NIT that was typed, or what it will be written as"""
        nit = normalise(self.vat)
        digit = check_digit(nit.number)
        if not self.vat:
            return False
        if digit is None:
            return self.env._("A NIT has digits only, for example 900373115-3.")
        if not nit.is_consistent:
            return self.env._(
                "The check digit of %(number)s is %(digit)s. Look whether a digit was mistyped.",
                number=nit.number,
                digit=digit,
            )
        return self.env._("It is kept as %(number)s-%(digit)s.", number=nit.number, digit=digit)

    def action_apply(self):
        """Write what is missing, and load the chart of accounts.

        :raise AccessError: only a settings administrator may
        :raise ValidationError: the NIT is none
        """
        self.ensure_one()
        rights.check_settings(self.env)
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Choose this company first, at the top of the page."))
        state = company_state.of(self.company_id)
        if state.may_load_chart:
            self.company_id.country_id = self.env.ref("base.co")
            self.env["account.chart.template"].try_loading(CHART, self.company_id)
        if self.name:
            self.company_id.name = self.name
        if not state.has_nit:
            self._set_nit(self.company_id, self.vat)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _set_nit(self, company, typed):
        """Give a company that has none its NIT.

        :param str typed: with or without check digit, which is verified or worked out
        :raise UserError: the company has one already
        :raise ValidationError: it is no NIT, or its check digit is another one
        """
        rights.check_settings(self.env)
        if company_state.of(company).has_nit:
            raise UserError(
                self.env._(
                    "The company has a NIT already. It is changed in the company's own form."
                )
            )
        nit = normalise(typed)
        digit = check_digit(nit.number)
        if digit is None or not nit.is_consistent:
            raise ValidationError(
                self.new({"vat": typed})._tell_nit() or self.env._("Type the NIT.")
            )
        company.partner_id.write(
            {
                "l10n_latam_identification_type_id": self.env.ref("l10n_co.rut").id,
                "vat": f"{nit.number}-{digit}",
            }
        )
