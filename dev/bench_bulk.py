"""How long the set-up of many users' mail accounts takes: the part of `make bench` that `dev.bench` calls."""

import contextlib
import json
import time
from pathlib import Path

USERS = 500
DOMAIN = "bench.example.com"
PASSWORD = "bench"  # noqa: S105 - of mailboxes that live for seconds
# What the grid on the screen reads of each account.
COLUMNS = (
    "user_id",
    "email",
    "password",
    "has_password",
    "login",
    "provider_id",
    "smtp_host",
    "smtp_port",
    "smtp_encryption",
    "state",
    "message",
)
ROWS = (
    (f"Mail accounts of {USERS} users: list opened, seconds", "bulk_open_seconds", "under 3"),
    ("  tested against a server, several at a time", "bulk_test_seconds", ""),
    ("  applied", "bulk_apply_seconds", "under 10"),
    ("  applied again, nothing changed", "bulk_again_seconds", ""),
)


def measure(bench, mailbed):
    """:return: dict of the figures

    :param bench: `dev.bench.Bench`, whose databases are prepared
    :param mailbed: the module with the mail server of one's own
    """
    people = {address(number): PASSWORD for number in range(USERS)}
    with mailbed.MailBed({}) as bed:
        bed.sink.users.update(people)
        return bench._in_odoo("addon", accounts, bed.smtps)


def address(number):
    return f"bench{number}@{DOMAIN}"


def accounts(env, answer, port):
    """Inside Odoo: the whole way from the choice of a group to the users' accounts, as the screen goes it."""
    users = _prepare(env)
    group = env["res.groups"].create({"name": "Bench", "user_ids": users.ids})
    env.cr.commit()
    Wizard = env["l10n_co.mail.account.wizard"]
    figures = {}
    wizard = Wizard.create(
        {
            "group_id": group.id,
            "domain": DOMAIN,
            "address_pattern": "login",
            "smtp_host": "localhost",
            "smtp_port": port,
            "smtp_encryption": "ssl",
        }
    )
    columns = {"fields": {name: {} for name in COLUMNS}}
    with _timed(env, figures, "bulk_open_seconds"):
        wizard.action_load_users()
        wizard.web_read({"line_ids": columns, "notice": {}, "open_count": {}})
    wizard.line_ids.write({"password": PASSWORD})
    with _timed(env, figures, "bulk_test_seconds"):
        wizard.action_test()
        Wizard.sudo()._cron_test()
    with _timed(env, figures, "bulk_apply_seconds"):
        wizard.action_apply()
    if wizard.done_count != USERS:
        raise RuntimeError(f"the benchmark's accounts were not all set up: {wizard.notice}")
    with _timed(env, figures, "bulk_again_seconds"):
        again = Wizard.create({"group_id": group.id})
        again.action_load_users()
        again.action_apply()
    Path(answer).write_text(json.dumps(figures))


def _prepare(env):
    env["ir.config_parameter"].set_param("l10n_co_einvoice_mail.allow_internal_servers", "True")
    values = {"company_id": env.company.id, "company_ids": env.company.ids}
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    **values,
                    "name": f"Bench {number}",
                    "login": f"bench{number}",
                    "group_ids": env.ref("base.group_user").ids,
                }
                for number in range(USERS)
            ]
        )
    )


@contextlib.contextmanager
def _timed(env, figures, name):
    """Note how long a step takes, with what the database has to do for it."""
    env.invalidate_all()
    started = time.monotonic()
    yield
    env.cr.commit()
    figures[name] = round(time.monotonic() - started, 2)
