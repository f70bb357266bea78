from odoo import models
from odoo.exceptions import AccessError

from .secret import Secret


class SecretGuardMixin(models.AbstractModel):
    """A model with secrets: they cannot be grouped, aggregated or sorted by, which would tell them by and by."""

    _name = "l10n_co.secret.guard.mixin"
    _description = "Record with a secret (Colombian e-invoice mail)"

    def _read_group_groupby(self, alias, groupby_spec, query):
        self._l10n_co_refuse_secret(groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _read_group_select(self, aggregate_spec, query):
        self._l10n_co_refuse_secret(aggregate_spec)
        return super()._read_group_select(aggregate_spec, query)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        self._l10n_co_refuse_secret(field_name)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _l10n_co_refuse_secret(self, spec):
        """:raise AccessError: `spec`, a field or an aggregate of one, is a secret's"""
        if isinstance(self._fields.get(spec.partition(":")[0]), Secret):
            raise AccessError(self.env._("Passwords cannot be read."))
