"""What people entered, and what was received: read before and after an upgrade."""

import json

from .. import postgres

# Presets are the addon's own: an upgrade refreshes them. Wizards' records do not outlive a day.
NOT_KEPT = ("l10n_co_mail_provider",)
CHANGING = {"write_date", "write_uid"}
_COLUMNS = (
    "SELECT table_name || ' ' || column_name FROM information_schema.columns"
    " WHERE table_schema = 'public' AND (table_name LIKE 'l10n\\_co\\_%' OR column_name LIKE 'l10n\\_co\\_%')"
)
_WITH_ID = (
    "SELECT table_name FROM information_schema.columns"
    " WHERE table_schema = 'public' AND column_name = 'id'"
)


def of(server, database):
    """:return: {(table, id, column): value} of everything that the addon keeps there"""
    columns, with_id = {}, set(postgres.sql(server, _WITH_ID, database=database))
    for line in postgres.sql(server, _COLUMNS, database=database):
        table, column = line.split()
        columns.setdefault(table, []).append(column)
    return {
        cell: value
        for table, names in columns.items()
        if table not in NOT_KEPT
        for cell, value in _cells(server, database, table, names if table in with_id else ())
    }


def _cells(server, database, table, names):
    """:param names: of the addon's columns; none where the table is one of relations"""
    is_whole = not names or table.startswith("l10n_co_")
    chosen = "*" if is_whole else ", ".join(f'"{name}"' for name in ("id", *names))
    statement = f'SELECT row_to_json(r) FROM (SELECT {chosen} FROM "{table}") r'
    for line in postgres.sql(server, statement, database=database):
        row = json.loads(line)
        key = row.get("id") or tuple(row.values())  # tables of relations have no id
        for name in row.keys() - CHANGING:
            yield (table, key, name), row[name]


def losses(before, after, moved=()):
    """:return: list of sentences: every value that is no longer there, or another one

    :param moved: the columns ("table.column") that the upgrade puts elsewhere
    """
    return [
        f"{table}.{column} of {key}: {value!r} has become {after.get((table, key, column))!r}"
        for (table, key, column), value in before.items()
        if value is not None
        and f"{table}.{column}" not in moved
        and after.get((table, key, column)) != value
    ]
