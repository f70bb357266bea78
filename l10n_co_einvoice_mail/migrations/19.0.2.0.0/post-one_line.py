"""Line breaks and control characters, which are refused now, leave the texts that were saved with them before."""

from odoo import SUPERUSER_ID, api
from odoo.addons.l10n_co_einvoice_mail.models.shared.one_line import OneLine
from odoo.tools import SQL


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for model in env.registry.values():
        if model._auto and not model._abstract:
            for field in model._fields.values():
                if isinstance(field, OneLine) and field.store:
                    _clean(env, model._table, field.name)
    env.invalidate_all()


def _clean(env, table, column):
    column = SQL.identifier(column)
    env.cr.execute(
        SQL(
            r"""UPDATE %(table)s SET %(column)s = btrim(regexp_replace(%(column)s, %(breaks)s, ' ', 'g'))
                 WHERE %(column)s ~ %(breaks)s""",
            table=SQL.identifier(table),
            column=column,
            breaks="[\x01-\x1f\x7f-\x9f\u2028\u2029]+",
        )
    )
