from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Estatuto Tributario, art. 632: from the first of January of the year that follows.
LEAST_YEARS = 5


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_co_keep_years = fields.Integer(
        string="Years that originals are kept",
        default=10,
        help="Merchants keep their vouchers for ten years (law 962 of 2005, article 28), everybody for five (tax code, "
        "article 632). What is older stays until a person decides otherwise.",
    )

    @api.constrains("l10n_co_keep_years")
    def _check_l10n_co_keep_years(self):
        for company in self:
            if company.l10n_co_keep_years < LEAST_YEARS:
                raise ValidationError(
                    self.env._("The law has vouchers kept for at least %s years.", LEAST_YEARS)
                )

    def _l10n_co_kept_since(self):
        """:return: date; what is of a day before it need not be kept any more"""
        self.ensure_one()
        year = fields.Date.context_today(self).replace(month=1, day=1)
        return year - relativedelta(years=max(self.l10n_co_keep_years, LEAST_YEARS))
