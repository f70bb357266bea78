"""Passwords and tokens: encrypted in the database where a key is configured, and never read by a client.

The key lies outside the database, in odoo.conf (`l10n_co_mail_key`) or the environment
(`L10N_CO_MAIL_KEY`): a copy of the database alone opens no mailbox. Several keys, separated by
commas, let keys be rotated: the first one encrypts, all of them decrypt. Without a key everything is
stored as stock Odoo stores it.
"""

import functools
import logging
import os

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, config

_logger = logging.getLogger(__name__)

ENVIRONMENT = "L10N_CO_MAIL_KEY"
OPTION = "l10n_co_mail_key"
SEAL = "l10n_co:fernet:v1:"


class KeyRefused(UserError):
    """What is configured is no key."""

    def __init__(self):
        super().__init__(
            f"{OPTION} is no valid key. A key is made with: odoo l10n_co_mail_key generate"
        )


def configured_keys():
    """:return: the configured keys, as one text; "" when there is none"""
    return (os.environ.get(ENVIRONMENT) or config.get(OPTION) or "").strip()


@functools.lru_cache(maxsize=4)
def _fernet(keys):
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
    except ValueError:
        raise KeyRefused from None


def seal(value):
    """:return: `value` as it is stored; what is sealed already stays as it is"""
    keys = configured_keys()
    if not value or not keys or value.startswith(SEAL):
        return value
    return SEAL + _fernet(keys).encrypt(value.encode()).decode("ascii")


def unseal(stored):
    """:return: what was sealed; False when the key for it is not configured (any more)"""
    if not stored or not stored.startswith(SEAL):
        return stored
    keys = configured_keys()
    try:
        return _fernet(keys).decrypt(stored.removeprefix(SEAL).encode()).decode() if keys else False
    except InvalidToken:
        _logger.warning("A stored mail password cannot be decrypted: its key is not in %s", OPTION)
        return False


def state_of(stored):
    """:return: how `stored` is stored: "none", "clear", "sealed" or "unreadable" """
    if not stored:
        return "none"
    if not stored.startswith(SEAL):
        return "clear"
    return "sealed" if unseal(stored) else "unreadable"


class Secret(fields.Char):
    """A Char that is sealed in the database (and in the cache), in clear for server code, and empty for clients.

    A model says with `_l10n_co_hides_secrets()` for which of its records clients get nothing; core's own servers keep
    core's ways.
    """

    def convert_to_cache(self, value, record, validate=True):
        return seal(super().convert_to_cache(value, record, validate))

    def convert_to_record(self, value, record):
        return unseal(super().convert_to_record(value, record)) or False

    def convert_to_read(self, value, record, use_display_name=True):
        if value and record._l10n_co_hides_secrets():
            return False
        return super().convert_to_read(value, record, use_display_name)

    def convert_to_export(self, value, record):
        if value and record._l10n_co_hides_secrets():
            return ""
        return super().convert_to_export(value, record)

    def convert_to_write(self, value, record):
        return self.convert_to_record(self.convert_to_cache(value, record, validate=False), record)

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        # Whoever may compare a secret can guess it letter by letter: only «is there one?» can be asked.
        if any(value) if isinstance(value, (list, tuple, set, frozenset)) else value:
            raise AccessError(model.env._("Passwords cannot be searched for."))
        return super().condition_to_sql(field_expr, operator, value, model, alias, query)


def secret_columns(env):
    """:return: list of (table, column) of every stored secret in the registry"""
    return [
        (model._table, name)
        for model in env.values()
        if not model._abstract and model._auto
        for name, field in model._fields.items()
        if isinstance(field, Secret) and field.store and field.column_type
    ]


def restore(env, convert):
    """Rewrite every stored secret.

    :param convert: callable from the clear text to what is to be stored
    :return: (how many were rewritten, how many could not be decrypted)
    """
    done = unreadable = 0
    env.flush_all()
    for table, column in secret_columns(env):
        rows = env.execute_query(
            SQL(
                "SELECT id, %(column)s FROM %(table)s WHERE %(column)s IS NOT NULL",
                column=SQL.identifier(column),
                table=SQL.identifier(table),
            )
        )
        for record_id, stored in rows:
            clear = unseal(stored)
            if clear is False:
                unreadable += 1
                continue
            env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s",
                    SQL.identifier(table), SQL.identifier(column), convert(clear), record_id,
                )
            )  # fmt: skip
            done += 1
    env.invalidate_all()
    return done, unreadable
