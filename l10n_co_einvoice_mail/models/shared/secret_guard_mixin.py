from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from . import rights
from .secret import Secret, forget_unreadable


class SecretGuardMixin(models.AbstractModel):
    """A model with secrets (`Secret`): sealed for their row once it is there, and neither grouped, aggregated nor
    sorted by, which would tell them by and by.
    """

    _name = "l10n_co.secret.guard.mixin"
    _description = "Record with a secret (Colombian e-invoice mail)"

    def _l10n_co_hides_secrets(self):
        """:return: True when this record's secrets are encrypted, and no client ever reads them"""
        return False

    def _l10n_co_opens_secrets(self):
        """:return: True when server code gets this record's secrets in clear"""
        return self._l10n_co_hides_secrets()

    def _l10n_co_secret_fields(self):
        return [field for field in self._fields.values() if isinstance(field, Secret)]

    def _l10n_co_stored_as(self, name):
        """
        :param str name: field of a secret of this record
        :return: how it is stored, see `Secret.state_of`
        """
        record = self._origin
        record.flush_recordset([name])
        query = SQL(
            "SELECT %s FROM %s WHERE id = %s",
            SQL.identifier(name), SQL.identifier(self._table), record.id or 0,
        )  # fmt: skip
        stored = next(iter(self.env.execute_query(query)), (None,))
        return self._fields[name].state_of(record, record.id, *stored)

    def l10n_co_action_forget_secrets(self):
        """The key is lost: clear, in the whole database, what it encrypted, so that it can be typed again.

        :raise AccessError: the user is no settings administrator
        """
        if not rights.has(self.env, rights.SETTINGS_ADMIN):
            raise AccessError(self.env._("Ask the administrator of this Odoo for this."))
        forgotten = forget_unreadable(self.env)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "%s passwords and sign-ins were cleared. Type them again, account by account.",
                    forgotten,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _create(self, data_list):
        # EXTENDS the ORM: a secret is stored when its row has an id
        records = super()._create(data_list)
        for record, data in zip(records, data_list, strict=True):
            for field in self._l10n_co_secret_fields():
                if value := data["stored"].get(field.name):
                    cached = field.convert_to_cache(value, record)
                    field._update_cache(record, cached, dirty=True)
        return records

    def write(self, vals):
        # EXTENDS the ORM: what becomes ours is stored as ours is
        theirs = self.filtered(lambda record: not record._l10n_co_hides_secrets())
        result = super().write(vals)
        for record in theirs.filtered(lambda record: record._l10n_co_hides_secrets()):
            for field in self._l10n_co_secret_fields():
                if clear := record.sudo()[field.name]:
                    field._update_cache(record, clear, dirty=True)
        return result

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
