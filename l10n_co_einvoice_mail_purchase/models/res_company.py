from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_co_order_tolerance = fields.Float(
        string="Tolerance of orders (%)",
        default=1.0,
        digits=(5, 2),
        help="So much may prices and quantities of a bill differ from its purchase order.",
    )

    @api.constrains("l10n_co_order_tolerance")
    def _check_l10n_co_order_tolerance(self):
        if any(not 0 <= company.l10n_co_order_tolerance <= 100 for company in self):
            raise ValidationError(self.env._("A tolerance is between 0 and 100 %."))
