"""Passwords and tokens: encrypted in the database, each for its own record and field, and never read by a client.

    l10n_co:aesgcm:v2:<id of the key>:<nonce and AES-GCM ciphertext, base64>

Table, column and id of the record are authenticated with it: what is copied to another place is no secret there.
Only accounts of ours are encrypted; core's own servers keep what core needs to read without this addon.
"""

import logging

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from . import secret_key

_logger = logging.getLogger(__name__)

SEAL = "l10n_co:aesgcm:v2:"
# Versions before 19.0.2.0.0: no place, no id of the key.
UNBOUND_SEAL = "l10n_co:fernet:v1:"
SEALS = (SEAL, UNBOUND_SEAL)


class Clear(str):
    """A secret in clear: logs, errors and the values in a traceback do not show it."""

    __slots__ = ()

    def __repr__(self):
        return "'***'"


class Secret(fields.Char):
    """A Char that is encrypted in the database, in clear for server code, and empty for clients.

    Its model is a `l10n_co.secret.guard.mixin`, which says with `_l10n_co_hides_secrets()` for which records. The cache
    holds `Clear` for what was written, and what the database holds for what was read.
    """

    def convert_to_cache(self, value, record, validate=True):
        value = super().convert_to_cache(value, record, validate)
        if value and value.startswith(SEALS):
            raise UserError(
                record.env._(
                    "This is an encrypted value out of a database, and no password. Type the password itself."
                )
            )
        return value and Clear(value)

    def convert_to_record(self, value, record):
        if not value:
            return False
        if value.startswith(SEALS):
            opens = record._l10n_co_opens_secrets()
            return (opens and self.unseal(record, record._origin.id, value)) or False
        return Clear(value)

    def convert_to_column_insert(self, value, record, values=None, validate=True):
        return None  # A row has to be there before a secret is bound to it: see `_create` of the guard.

    def get_column_update(self, record):
        value = self._get_cache(record.env)[record.id]
        if not isinstance(value, Clear):
            return value
        return self.seal(record, value) if record._l10n_co_hides_secrets() else str(value)

    def convert_to_read(self, value, record, use_display_name=True):
        if not value or record._l10n_co_hides_secrets():
            return False
        return str(value)

    def convert_to_export(self, value, record):
        return self.convert_to_read(value, record) or ""

    def convert_to_write(self, value, record):
        return value

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        # Whoever may compare a secret can guess it letter by letter: only «is there one?» can be asked.
        if any(value) if isinstance(value, (list, tuple, set, frozenset)) else value:
            raise AccessError(model.env._("Passwords cannot be searched for."))
        return super().condition_to_sql(field_expr, operator, value, model, alias, query)

    # ---- sealing ---------------------------------------------------------------------------------

    def _place(self, model, record_id):
        return f"{model._table}.{self.name}:{record_id}"

    def seal(self, record, clear):
        """:return: `clear` as it is stored for this record, which is in the database
        :raise UserError: this server has no key, and may not make one
        """
        key = _sealing_key(record, self)
        return f"{SEAL}{key.id}:{key.encrypt(clear, self._place(record, record.id))}"

    def unseal(self, model, record_id, stored):
        """:return: the secret that was sealed for this place; None without its key, or when it was another place"""
        key_id, _colon, token = stored.removeprefix(SEAL).partition(":")
        place = self._place(model, record_id)
        found = (key.decrypt(token, place) for key in _keyring() if key.id == key_id)
        clear = next(found, None)
        if clear is None:
            _logger.warning("The secret in %s cannot be decrypted: its key is not here", place)
            return None
        return Clear(clear)

    def clear_of(self, model, record_id, stored):
        """:return: the secret, however this or an earlier version stored it; None without its key"""
        if stored.startswith(UNBOUND_SEAL):
            token = stored.removeprefix(UNBOUND_SEAL)
            found = filter(None, (key.decrypt_unbound(token) for key in _keyring()))
            return next(map(Clear, found), None)
        return self.unseal(model, record_id, stored) if stored.startswith(SEAL) else Clear(stored)

    def state_of(self, model, record_id, stored):
        """:return: how a secret is stored: "none", "clear", "sealed" or "unreadable" """
        if not stored:
            return "none"
        if not stored.startswith(SEALS):
            return "clear"
        is_bound = stored.startswith(SEAL)
        return "sealed" if is_bound and self.unseal(model, record_id, stored) else "unreadable"


def _keyring():
    """:return: the keys there are; a configured one that is none is told, and opens nothing"""
    try:
        return secret_key.keyring()
    except secret_key.KeyRefused:
        _logger.warning("%s, or a line of %s, is no key", secret_key.OPTION, secret_key.path())
        return ()


def _sealing_key(record, field):
    """:return: the Key that encrypts; it is made when there is none, and nothing that another one encrypted"""
    env = record.env
    try:
        keys = secret_key.keyring()
        if not keys:
            _check_no_other_key(record, field)
            secret_key.make_file()
            keys = secret_key.keyring()
        return keys[0]
    except secret_key.KeyRefused:
        raise UserError(
            env._(
                "The key %(option)s, or a line of the file %(path)s, is no key for mail passwords. "
                "A key is made with: odoo l10n_co_mail_key generate",
                option=secret_key.OPTION,
                path=secret_key.path(),
            )
        ) from None
    except (OSError, IndexError) as error:
        raise UserError(
            env._(
                "Passwords cannot be encrypted: the key file %(path)s cannot be made or read (%(error)s). "
                "Ask the administrator of the server.",
                path=secret_key.path(),
                error=getattr(error, "strerror", ""),
            )
        ) from None


def _check_no_other_key(record, field):
    """:raise UserError: another secret than this one is encrypted, with a key that this server does not have"""
    for model, column in secret_fields(record.env):
        query = SQL(
            "SELECT id FROM %s WHERE %s LIKE 'l10n\\_co:%%' LIMIT 2",
            SQL.identifier(model._table), SQL.identifier(column.name),
        )  # fmt: skip
        found = {row[0] for row in record.env.execute_query(query)}
        if (model._table, column.name) == (record._table, field.name):
            found.discard(record.id)
        if found:
            raise UserError(missing_key_words(record.env))


def missing_key_words(env):
    """:return: the one sentence for a server that lacks the key of this database"""
    return env._(
        "The mail passwords of this database are encrypted with a key that this server does not have: copy the file "
        "%(path)s from the server that has it (or its key into %(option)s in odoo.conf), or, when that key is lost, "
        "let the administrator run «odoo l10n_co_mail_key forget» and type the passwords again.",
        path=secret_key.path().name,
        option=secret_key.OPTION,
    )


# ---- all the secrets of a database -----------------------------------------------------------------


def secret_fields(env):
    """:return: list of (model, field) of every stored secret in the registry"""
    return [
        (model.sudo().with_context(active_test=False), field)
        for model in env.values()
        if not model._abstract and model._auto
        for field in model._fields.values()
        if isinstance(field, Secret) and field.store and field.column_type
    ]


def _stored(env):
    """:return: generator of (model, field, id, what is stored) of every secret there is; rows are locked"""
    env.flush_all()
    for model, field in secret_fields(env):
        column, table = SQL.identifier(field.name), SQL.identifier(model._table)
        query = SQL(
            "SELECT id, %(column)s FROM %(table)s WHERE %(column)s IS NOT NULL ORDER BY id FOR UPDATE",
            column=column, table=table,
        )  # fmt: skip
        for record_id, stored in env.execute_query(query):
            yield model, field, record_id, stored


def _store(model, field, record_id, value):
    model.env.cr.execute(
        SQL(
            "UPDATE %s SET %s = %s WHERE id = %s",
            SQL.identifier(model._table), SQL.identifier(field.name), value, record_id,
        )
    )  # fmt: skip


def reseal(env):
    """Store every secret as it is to be stored: ours encrypted with the present key, core's in clear.

    :return: (how many were stored anew, how many could not be decrypted: they stay as they are)
    """
    done = unreadable = 0
    for model, field, record_id, stored in _stored(env):
        record, clear = model.browse(record_id), field.clear_of(model, record_id, stored)
        if clear is None:
            unreadable += 1
            continue
        is_ours = record._l10n_co_hides_secrets()
        _store(model, field, record_id, field.seal(record, clear) if is_ours else str(clear))
        done += 1
    env.invalidate_all()
    return done, unreadable


def unreadable(env):
    """:return: how many secrets cannot be decrypted with the keys of this server"""
    return sum(
        field.clear_of(model, rid, stored) is None for model, field, rid, stored in _stored(env)
    )


def forget_unreadable(env):
    """Clear the secrets whose key is lost: the accounts ask for their passwords again.

    :return: how many they were
    """
    lost = [
        (model, field, record_id)
        for model, field, record_id, stored in _stored(env)
        if field.clear_of(model, record_id, stored) is None
    ]
    for model, field, record_id in lost:
        _store(model, field, record_id, None)
    env.invalidate_all()
    return len(lost)
