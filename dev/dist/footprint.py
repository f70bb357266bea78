"""What modules leave in a database: its schema, and the records that are part of programs rather than of the business.

Two footprints are compared by names; what was there before and after is of no interest.
"""

from .. import postgres

_NAME = "coalesce(name->>'en_US', '')"
QUERIES = {
    "table": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    "column": "SELECT concat_ws(' ', table_name || '.' || column_name, data_type, is_nullable, column_default)"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "index": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraint": "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "sequence": "SELECT sequencename FROM pg_sequences",
    "function": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "model": "SELECT model FROM ir_model",
    "field": "SELECT model || '.' || name || ' ' || ttype FROM ir_model_fields",
    "selection": "SELECT f.model || '.' || f.name || ' ' || s.value FROM ir_model_fields_selection s"
    " JOIN ir_model_fields f ON f.id = s.field_id",
    "model constraint": "SELECT name FROM ir_model_constraint",
    "relation": "SELECT name FROM ir_model_relation",
    "external identifier": "SELECT module || '.' || name FROM ir_model_data WHERE model <> 'ir.module.module'",
    "installed module": "SELECT name FROM ir_module_module WHERE state <> 'uninstalled'",
    "view": "SELECT coalesce(model, '') || ' ' || name || ' ' || active FROM ir_ui_view",
    "menu": f"SELECT {_NAME} FROM ir_ui_menu",
    "window": f"SELECT res_model || ' ' || {_NAME} FROM ir_act_window",
    "action": f"SELECT type || ' ' || {_NAME} FROM ir_actions",
    "path": "SELECT path FROM ir_actions WHERE path IS NOT NULL",
    "cron": "SELECT cron_name FROM ir_cron",
    "parameter": "SELECT key FROM ir_config_parameter",
    "default": "SELECT f.model || '.' || f.name FROM ir_default d JOIN ir_model_fields f ON f.id = d.field_id",
    "group": f"SELECT {_NAME} FROM res_groups",
    "privilege": f"SELECT {_NAME} FROM res_groups_privilege",
    "implied group": "SELECT gid || ' ' || hid FROM res_groups_implied_rel",
    "user's group": "SELECT uid || ' ' || gid FROM res_groups_users_rel",
    "rule": "SELECT name FROM ir_rule",
    "access": "SELECT name FROM ir_model_access",
    "asset": "SELECT path FROM ir_asset",
    "mail template": f"SELECT {_NAME} FROM mail_template",
    "activity type": f"SELECT {_NAME} FROM mail_activity_type",
    "message subtype": f"SELECT {_NAME} FROM mail_message_subtype",
    # Bills and contacts are the business' own, with their files and messages.
    "file": "SELECT DISTINCT res_model FROM ir_attachment WHERE res_model LIKE 'l10n\\_co%'",
    "message": "SELECT DISTINCT model FROM mail_message WHERE model LIKE 'l10n\\_co%'",
    "activity": "SELECT summary FROM mail_activity WHERE summary LIKE 'E-invoice%'",
}


def of(server, database):
    """:return: {kind of thing: set of names}"""
    return {
        kind: set(postgres.sql(server, statement, database=database))
        for kind, statement in QUERIES.items()
    }


def difference(before, after):
    """:return: list of sentences: what is there now and was not before, and what is no longer there"""
    left = [f"{kind} left: {name}" for kind in QUERIES for name in sorted(after[kind] - before[kind])]
    lost = [f"{kind} lost: {name}" for kind in QUERIES for name in sorted(before[kind] - after[kind])]
    return left + lost
