from decimal import Decimal

from odoo import api, fields, models


class Uvt(models.Model):
    """What a unit of tax value (UVT) is in pesos, by year; the same for all companies."""

    _name = "l10n_co.uvt"
    _description = "UVT of a year (Colombia)"
    _order = "year desc"
    _rec_name = "year"

    year = fields.Integer(required=True, aggregator=None)
    amount = fields.Float(string="Pesos", required=True, digits=(16, 2), aggregator=None)
    norm = fields.Char()

    _unique_year = models.UniqueIndex("(year)", "This year is there already.")
    _positive = models.Constraint("CHECK(amount > 0)", "A UVT is more than 0 pesos.")

    @api.model
    def _by_year(self):
        """:return: {year: Decimal in pesos}"""
        return {row.year: Decimal(str(row.amount)) for row in self.sudo().search([])}
