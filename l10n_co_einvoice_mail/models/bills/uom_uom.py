from odoo import api, fields, models

#: Odoo's units -> DIAN's codes (UN/ECE Rec. 20; pieces have several).
UNIT_CODES = {
    "product_uom_unit": "94 NIU EA C62 H87",
    "product_uom_dozen": "DZN",
    "product_uom_hour": "HUR",
    "product_uom_day": "DAY",
    "product_uom_minute": "MIN",
    "product_uom_millimeter": "MMT",
    "product_uom_cm": "CMT",
    "product_uom_meter": "MTR",
    "product_uom_km": "KTM",
    "product_uom_square_meter": "MTK",
    "product_uom_milliliter": "MLT",
    "product_uom_litre": "LTR",
    "product_uom_cubic_meter": "MTQ",
    "product_uom_gram": "GRM",
    "product_uom_kgm": "KGM",
    "product_uom_ton": "TNE",
    "product_uom_yard": "YRD",
    "product_uom_mile": "SMI",
    "product_uom_floz": "OZA",
    "product_uom_qt": "QTL QT",
    "product_uom_cubic_inch": "INQ",
    "product_uom_cubic_foot": "FTQ",
    "product_uom_kwh": "KWH",
    "product_uom_oz": "ONZ",
    "product_uom_lb": "LBR",
    "product_uom_inch": "INH",
    "product_uom_foot": "FOT",
    "product_uom_square_foot": "FTK",
    "product_uom_gal": "GLL",
}


class UomUom(models.Model):
    _inherit = "uom.uom"

    l10n_co_unit_codes = fields.Char(
        string="DIAN unit codes",
        help="Codes of this unit in electronic invoices, separated by blanks: 94 NIU EA.",
    )

    @api.model
    def _l10n_co_units(self):
        """{DIAN unit code: unit of measure}, one query."""
        units = self.search([("l10n_co_unit_codes", "!=", False)], order="id desc")
        return {code: unit for unit in units for code in unit.l10n_co_unit_codes.split()}

    @api.model
    def _l10n_co_set_unit_codes(self):
        """Give Odoo's own units DIAN's codes; what somebody wrote there stays."""
        for name, unit_codes in UNIT_CODES.items():
            unit = self.env.ref(f"uom.{name}", raise_if_not_found=False)
            if unit and not unit.l10n_co_unit_codes:
                unit.l10n_co_unit_codes = unit_codes
