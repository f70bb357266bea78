from odoo.tools import SQL

from .models.shared import secret

MODULE = "l10n_co_einvoice_mail"
ACCOUNTS = ("fetchmail.server", "ir.mail_server")


def uninstall_hook(env):
    """Leave core's accounts as core knows them, and nothing that core would misunderstand."""
    _clear_secrets(env)
    _take_down_notices(env)
    _retire_accounts(env)
    env["ir.config_parameter"].search([("key", "=like", f"{MODULE}.%")]).unlink()
    _complete_core(env)


def _clear_secrets(env):
    """They were given to this addon: whoever may read core's accounts must not find them there. Core's own stay."""
    env.flush_all()
    for model, field in secret.secret_fields(env):
        ours = model.search([]).filtered(lambda record: record._l10n_co_hides_secrets())
        env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = NULL"
                " WHERE id = ANY(%(ours)s) OR %(column)s LIKE ANY(%(seals)s)",
                table=SQL.identifier(model._table),
                column=SQL.identifier(field.name),
                ours=ours.ids,
                seals=[f"{seal}%" for seal in secret.SEALS],
            )
        )


def _take_down_notices(env):
    """What was to be done about accounts lies on the companies' contacts, which stay."""
    for model in ACCOUNTS:
        accounts = env[model].with_context(active_test=False).search([])
        accounts.l10n_co_activity_id.unlink()


def _retire_accounts(env):
    """Core would take a company's mailbox for its own and mark its mails as read, and send all mail through the
    company's account; and it would show their passwords, and the users' own ones, to every settings administrator.
    """
    for model in ACCOUNTS:
        accounts = env[model].sudo().with_context(active_test=False).search([])
        for account in accounts.filtered(lambda account: account._l10n_co_is_account()):
            account._l10n_co_leave({})
    env.flush_all()


def _complete_core(env):
    """What core itself leaves of a module: the notes on its foreign keys, and names that core's modules gave to
    parts of its models.
    """
    module = env["ir.module.module"].search([("name", "=", MODULE)])
    keys = env["ir.model.constraint"].search([("module", "=", module.id), ("type", "=", "f")])
    keys.unlink()
    own = [name for name, model in env.items() if model._original_module == MODULE]
    parts = {
        "ir.model.fields.selection": env["ir.model.fields.selection"].search(
            [("field_id.model", "in", own)]
        ),
        "ir.model.inherit": env["ir.model.inherit"].search([("model_id.model", "in", own)]),
    }
    for model, records in parts.items():
        names = env["ir.model.data"].search(
            [("module", "!=", MODULE), ("model", "=", model), ("res_id", "in", records.ids)]
        )
        names.unlink()
