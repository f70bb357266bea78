from odoo import api, models

GTIN = "010"
#: Shorter codes of a supplier's are no sign that our product of the same code is meant.
SHORTEST_CODE = 4


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def _l10n_co_match(self, suppliers_lines, company):
        """Products of document lines: by the supplier's code, then as bar code, then as our own
        code. Three queries at most.

        :param suppliers_lines: list of (commercial partner, `dian.amounts.Line`)
        :return: list of products in the same order, empty where none matches
        """
        lines = [line for _supplier, line in suppliers_lines]
        by_supplier = self._l10n_co_by_supplier(suppliers_lines, company)
        by_barcode = self._l10n_co_by_field("barcode", map(_barcode, lines), company)
        own_codes = {code for line in lines for code in _own_codes(line)}
        by_code = self._l10n_co_by_field("default_code", own_codes, company)
        return [
            by_supplier.get((supplier, line.seller_code))
            or by_barcode.get(_barcode(line))
            or next((by_code[code] for code in _own_codes(line) if code in by_code), None)
            or self.browse()
            for supplier, line in suppliers_lines
        ]

    @api.model
    def _l10n_co_by_supplier(self, suppliers_lines, company):
        suppliers = self.env["res.partner"].union(
            *(supplier for supplier, _line in suppliers_lines)
        )
        item_codes = {line.seller_code for _supplier, line in suppliers_lines if line.seller_code}
        if not (suppliers and item_codes):
            return {}
        prices = self.env["product.supplierinfo"].search(
            [
                ("partner_id.commercial_partner_id", "in", suppliers.ids),
                ("product_code", "in", list(item_codes)),
                ("company_id", "in", (False, company.id)),
            ],
            order="sequence desc, id desc",
        )
        return {
            (price.partner_id.commercial_partner_id, price.product_code): product
            for price in prices
            if (product := price.product_id or price.product_tmpl_id.product_variant_id)
        }

    @api.model
    def _l10n_co_by_field(self, name, values, company):
        """{value: product}; a value that several products have matches none."""
        wanted = {value for value in values if value}
        if not wanted:
            return {}
        products = self.search(
            [(name, "in", list(wanted)), ("company_id", "in", (False, company.id))]
        )
        grouped = products.grouped(name)
        return {value: found for value, found in grouped.items() if len(found) == 1}


def _barcode(line):
    """The line's standard code where it can be a bar code: a GTIN, or digits of a GTIN's length in
    no scheme that is another."""
    code = line.standard_code or ""
    is_gtin = line.standard_scheme in (GTIN, None) or len(code) in (8, 12, 13, 14)
    return code if is_gtin and code.isdecimal() else None


def _own_codes(line):
    """Codes of the line that may be ours, the surest first."""
    others = (line.standard_code, line.seller_code)
    return [
        code
        for code in (
            line.buyer_code,
            *(code for code in others if len(code or "") >= SHORTEST_CODE),
        )
        if code
    ]
