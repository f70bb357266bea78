from odoo import fields, models


class RadianHoliday(models.Model):
    """A day that is no working day, beside Colombia's holidays."""

    _name = "l10n_co.radian.holiday"
    _description = "Further non-working day (Colombia)"
    _order = "date desc"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    date = fields.Date(required=True)
    name = fields.Char(string="Why")
