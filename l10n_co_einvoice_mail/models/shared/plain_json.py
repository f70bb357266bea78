from odoo import fields


class PlainJson(fields.Json):
    """What the program alone writes, in lists, dicts and texts. `fields.Json` writes out and reads in again what it is
    given, twice for each new record, to have a copy of its own; who reads a field gets a copy in any case.
    """

    def convert_to_cache(self, value, record, validate=True):
        # OVERRIDES core: what is given is not changed by who gives it
        return value or None
