from odoo import fields
from odoo.tools import float_repr


class Money(fields.Monetary):
    """An amount of records that are created many at once. `fields.Monetary` makes a record to find out the currency of
    each amount, and an environment to round it; here the values, or the cache, are looked at.
    """

    def convert_to_column_insert(self, value, record, values=None, validate=True):
        # OVERRIDES core: the same figure
        currency = self._currency(record, (values or {}).get)
        if currency is None:
            return super().convert_to_column_insert(value, record, values, validate)
        return float_repr(currency.round(float(value or 0)), currency.decimal_places)

    def convert_to_cache(self, value, record, validate=True):
        # OVERRIDES core: the same figure
        if not (value and validate) or len(record) != 1:
            return super().convert_to_cache(value, record, validate)
        cached = record._fields
        currency = self._currency(record, lambda n: cached[n]._get_cache(record.env).get(record.id))
        if currency is None:
            return super().convert_to_cache(value, record, validate)
        return currency.round(float(value))

    def _currency(self, record, known):
        """:param known: function of the name of a many2one field, returns its id, or None
        :return: the currency of the amount; None where that takes more than a look
        """
        name = self.get_currency_field(record)
        first, *path = (record._fields[name].related or name).split(".")
        if not (known_id := known(first)):
            return None
        found = record.env[record._fields[first].comodel_name].sudo().browse(known_id)
        for name in path:
            found = found[name]
        return found or None
