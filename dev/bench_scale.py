"""What a thousand mailboxes and a million mails cost: `make bench SCALE=1`.

* A thousand mailboxes behind 150 ms, a hundred of them with a new mail, twenty more at a host that has no time, fifty
  at hosts that never greet: four lanes, each a process, until every mailbox was looked at.
* A ledger of a million mails and 300,000 documents: what the screens ask for, and a run that finds nothing.
* A ledger of that size, made with the version before: how long the upgrade takes.
"""

import concurrent.futures
import contextlib
import datetime
import itertools
import json
import os
import statistics
import time
from functools import partial
from pathlib import Path

from . import databases, environment, measure, paths, slow_net
from .console import timed
from .dist import releases
from .dist.house import House

LATENCY = 0.15
MAILBOXES = int(os.environ.get("BENCH_MAILBOXES") or 1000)
WITH_MAIL, THROTTLED, DEAD = MAILBOXES // 10, MAILBOXES // 50, MAILBOXES // 20
HOST, BUSY_HOST, DEAD_HOSTS = "127.0.0.1", "127.0.0.2", [f"127.0.1.{n}" for n in range(1, 6)]
LANES = 4
WITHIN = 300
NO_TIME = b"* BYE [UNAVAILABLE] Too many simultaneous connections. Try again later.\r\n"
MAILS = int(os.environ.get("BENCH_MILLION") or 1_000_000)
DOCUMENTS, OPEN_LINES = MAILS * 3 // 10, 500

SCREENS = (
    ("todo_action", "To-do"),
    ("received_document_action", "Documents"),
    ("received_mail_action", "Mails"),
    ("known_signer_action", "Signers"),
    ("mailbox_action", "Mailboxes"),
)
ROWS = (
    (f"{MAILBOXES:,} mailboxes behind {1000 * LATENCY:.0f} ms, {LANES} lanes: looked at within, seconds",
     "scale_seconds", f"under {WITHIN}"),
    ("  connections", "scale_connections", ""),
    ("  round trips a mailbox", "scale_round_trips", ""),
    (f"  probes of {len(DEAD_HOSTS)} dead hosts, by {DEAD} mailboxes", "scale_dead_probes", ""),
    (f"  connections to the host that has no time, by {THROTTLED}", "scale_busy_connections", ""),
    ("  mails received", "scale_received", f"{WITH_MAIL}"),
    ("  memory of the largest lane, MB", "scale_memory_mb", ""),
    (f"{MAILS:,} mails, {DOCUMENTS:,} documents: slowest screen, seconds", "million_slowest", "under 0.5"),
    ("  which", "million_slowest_name", ""),
    ("  run that finds nothing, seconds", "million_idle_seconds", "under 0.1"),
    ("  milliseconds a mail", "million_ms_per_mail", ""),
    ("  upgrade from the version before, seconds", "upgrade_seconds", "under 120"),
)  # fmt: skip


# ---- many mailboxes ----------------------------------------------------------------------------------


def mailboxes(bench, mailbed):
    """:return: dict of the figures

    :param bench: `dev.bench.Bench`, whose databases are prepared
    :param mailbed: the module with the mail server of one's own
    """
    users = {f"buzon{number}@demo.co": measure.PASSWORD for number in range(MAILBOXES)}
    with (
        timed(f"{MAILBOXES:,} mailboxes, {LANES} lanes"),
        mailbed.MailBed(users, smtp=False) as bed,
        slow_net.SlowNet(LATENCY) as net,
    ):
        for user, raw in zip(users, bench._mails(WITH_MAIL), strict=False):
            bed.deliver(user, raw)
        far, busy = net.delayed(bed.imaps), net.busy(BUSY_HOST, NO_TIME)
        silent = {host: net.silent(host) for host in DEAD_HOSTS}
        bench._in_odoo("addon", many_mailboxes, list(users), far, busy, silent)
        lanes = _lanes(bench)
        return {
            "scale_seconds": round(max(lane["seconds"] for lane in lanes), 1),
            "scale_received": max(lane["received"] for lane in lanes),
            "scale_memory_mb": max(lane["memory_mb"] for lane in lanes),
            "scale_connections": net.connections[far],
            "scale_round_trips": round(net.round_trips / MAILBOXES, 1),
            "scale_dead_probes": sum(net.connections[port] for port in silent.values()),
            "scale_busy_connections": net.connections[busy],
        }


def _lanes(bench):
    """:return: list of what each lane, a process of its own, says of itself"""
    with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
        return list(pool.map(lambda number: _lane(bench, number), range(1, LANES + 1)))


def _lane(bench, number):
    from . import bench as benchmark

    answer = paths.LOCAL / f"bench-lane-{number}.json"
    databases.in_shell(
        bench.server, benchmark.DATABASES["addon"], lane, str(answer), number, log=f"lane-{number}"
    )
    try:
        return json.loads(answer.read_text())
    finally:
        answer.unlink()


def many_mailboxes(env, answer, users, far, busy, silent):
    """Inside Odoo: all the mailboxes, each of them tested once, none looked at."""
    company = env.ref("base.demo_company_co")
    set_param = env["ir.config_parameter"].set_param
    set_param("l10n_co_einvoice_mail.allow_internal_servers", "True")
    # So that a lane that has nothing left to do does not begin anew.
    set_param("l10n_co_einvoice_mail.adaptive", "True")
    env["fetchmail.server"].search([]).active = False
    Server = env["fetchmail.server"]
    places = [(user, HOST, far) for user in users]
    places += [(f"lento{n}@demo.co", BUSY_HOST, busy) for n in range(THROTTLED)]
    hosts = itertools.cycle(silent.items())
    places += [(f"mudo{n}@demo.co", *next(hosts)) for n in range(DEAD)]
    Server.create(
        [
            {
                "name": user,
                "server": host,
                "port": port,
                "server_type": "imap",
                "user": user,
                "password": measure.PASSWORD,
                "state": "done",
                "l10n_co_company_id": company.id,
                "l10n_co_encryption": "ssl" if port == far else "starttls",
            }
            for user, host, port in places
        ]
    )
    Server._l10n_co_set_lanes(LANES)
    env.cr.commit()
    Path(answer).write_text("{}")


def lane(env, answer, number):
    """Inside Odoo: one lane, until every mailbox that greets was looked at."""
    Server = env["fetchmail.server"]
    looked_at = [("server", "=", HOST), ("active", "=", True), ("date", "!=", False)]
    began, started = datetime.datetime.now(datetime.UTC).replace(tzinfo=None), time.monotonic()
    while time.monotonic() - started < 2 * WITHIN:
        Server._l10n_co_cron_receive(number)
        env.cr.commit()
        env.invalidate_all()
        if Server.search_count(looked_at) >= MAILBOXES:
            break
    received = env["l10n_co.received.mail"].search_count(
        [("server_id", "in", Server.search(looked_at).ids), ("state", "=", "processed")]
    )
    # A lane ends later: when it has waited for the hosts that never greet.
    last = Server.search(looked_at, order="date desc", limit=1).date
    figures = {
        "seconds": (last - began).total_seconds(),
        "received": received,
        "memory_mb": round(measure._memory(), 1),
    }
    Path(answer).write_text(json.dumps(figures))


# ---- a million rows ----------------------------------------------------------------------------------


def million(bench):
    """:return: dict of the figures

    :param bench: as for `mailboxes`
    """
    with timed(f"Ledger of {MAILS:,} mails and {DOCUMENTS:,} documents"):
        bench._run("addon", measure.receive, bench._mails(20), "none")
        bench._in_odoo("addon", fill)
        screens = bench._in_odoo("addon", look)
        filled = bench._run("addon", measure.receive, bench._mails(200), "none")
        empty = bench._run("addon", measure.receive, [], "none")
    slowest = max(screens, key=screens.get)
    return {
        "million_screens": screens,
        "million_slowest": screens[slowest],
        "million_slowest_name": slowest,
        "million_idle_seconds": round(empty["seconds"], 3),
        "million_ms_per_mail": round(1000 / filled["rate"], 2),
    }


def upgrade(bench, name):
    """:return: dict of the figures

    :param str name: of the database of the version before
    """
    version = max(releases.RELEASES)
    old = House(bench.server, f"bench-{version}", partial(releases.bring, version))
    bench.variables["before"] = old.variables
    with timed(f"Database of {version} with {MAILS:,} mails"):
        databases.copy(bench.server, databases.without_addon(bench.server), name)
        old.install(name, "-i", paths.ADDON.name)
        bench._in_odoo("before", measure.trust, *bench.trusted)
        bench._run("before", measure.receive, bench._mails(20), "none")
        bench._in_odoo("before", fill)
    variables = {**environment.of(bench.server), "L10N_CO_MAIL_KEY": old.key}
    with timed("Upgrade"):
        started = time.monotonic()
        databases.install(bench.server, name, "-u", paths.ADDON.name, variables=variables)
    return {"upgrade_seconds": round(time.monotonic() - started, 1)}


def fill(env, answer):
    """Inside Odoo: copies of a received mail and its document, with numbers, days and suppliers of their own."""
    document = env["l10n_co.received.document"].search(
        [("state", "=", "accepted")], order="id desc", limit=1
    )
    mail = document.mail_ids[:1]
    # All processed and filed; of the last ones the document waits for a person.
    day = "(date '2020-01-01' + (n % 2500))"
    _copies(env, mail, MAILS, {
        "uid": "(1000000 + n)::text",
        "sha256": "md5(n::text) || md5((n + 1)::text)",
        "message_id": "'<m' || n || '@example.com>'",
        "create_date": f"{day}::timestamp",
        "date": f"{day}::timestamp",
        "email_from": "'facturas' || n % 3000 || '@example.com'",
        "raw_attachment_id": "NULL",
        "filed": "'filed'",
    })  # fmt: skip
    waits = f"CASE WHEN n <= {OPEN_LINES} THEN 'review' ELSE 'accepted' END"
    _copies(env, document, DOCUMENTS, {
        "number": "'F' || n",
        "cufe": "repeat(md5(n::text), 3)",
        "supplier_nit": "(800000000 + n % 3000)::text",
        "supplier_name": "'Proveedor ' || n % 3000 || ' SAS'",
        "issue_date": day,
        "create_date": f"{day}::timestamp",
        "amount_total": "(n % 9000) * 1000",
        "amount_total_signed": "(n % 9000) * 1000",
        "state": waits,
        "verdict": waits,
        "reason_code": f"CASE WHEN n <= {OPEN_LINES} THEN 'signer_new' END",
    })  # fmt: skip
    env.cr.execute("ANALYZE")
    env.cr.commit()
    Path(answer).write_text("{}")


def _copies(env, record, count, own):
    """Insert `count` copies of a record's row.

    :param dict own: {column: SQL of its value, `n` from 1}
    """
    table = record._table
    env.flush_all()
    # Analysed below; its worker would still be busy when the database is dropped.
    env.cr.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id'",
        (table,),
    )
    columns = [name for (name,) in env.cr.fetchall()]
    values = ", ".join(own.get(name, f'one."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    source = f"FROM {table} one, generate_series(1, {count}) n WHERE one.id = {record.id}"
    # Of columns and of the expressions above.
    env.cr.execute(f"INSERT INTO {table} ({names}) SELECT {values} {source}")


def look(env, answer):
    """Inside Odoo: what the screens ask for when they open, and a person's searches; seconds, the median of five."""
    company = env.ref("base.demo_company_co")
    user = env.ref("base.user_admin")
    user.write({"company_ids": [(4, company.id)], "company_id": company.id})
    env.cr.commit()
    env = env(user=user.id, context={"allowed_company_ids": company.ids, "lang": "es_CO"})
    asked = {}
    for name, title in SCREENS:
        asked[title] = _opening(env, name)
    Document, Mail = env["l10n_co.received.document"], env["l10n_co.received.mail"]
    spec = {"display_name": {}, "state": {}}
    for title, model, domain in (
        ("Documents of a supplier", Document, [("supplier_name", "ilike", "proveedor 1234")]),
        ("A document by its number", Document, [("number", "ilike", "F123456")]),
        ("A document by its NIT", Document, [("supplier_nit", "ilike", "800001234")]),
        ("Mails of a sender", Mail, [("email_from", "ilike", "facturas1234@")]),
    ):
        asked[title] = lambda model=model, domain=domain: model.web_search_read(
            domain, spec, limit=80, count_limit=10001
        )
    asked["Analysis: months by state"] = lambda: Document.formatted_read_group(
        [], ["issue_date:month", "state"], ["amount_total_signed:sum", "__count"]
    )
    asked["Analysis: largest suppliers"] = lambda: Document.formatted_read_group(
        [], ["supplier_name"], ["amount_total_signed:sum", "__count"],
        order="amount_total_signed:sum desc", limit=20,
    )  # fmt: skip
    Path(answer).write_text(json.dumps({title: _median(env, ask) for title, ask in asked.items()}))


def _opening(env, name):
    """:return: function that asks for what the list of an action shows"""
    action = env["ir.actions.actions"]._for_xml_id(f"l10n_co_einvoice_mail.{name}")
    model = env[action["res_model"]].with_context(**_evaluated(env, action["context"] or "{}"))
    domain = _evaluated(env, action["domain"] or "[]")
    fields = model.get_view(view_type="list")["models"][action["res_model"]]
    spec = {
        field: {"fields": {"display_name": {}}} if model._fields[field].type == "many2one" else {}
        for field in fields
    }
    return lambda: model.web_search_read(domain, spec, limit=80, count_limit=10001)


def _evaluated(env, text):
    from odoo.tools.safe_eval import safe_eval

    return safe_eval(text, {**env.context, "uid": env.uid, "context": dict(env.context)})


def _median(env, ask):
    seconds = []
    for _time in range(5):
        env.invalidate_all()
        started = time.monotonic()
        ask()
        seconds.append(time.monotonic() - started)
        with contextlib.suppress(ValueError):
            env.cr.rollback()
    return round(statistics.median(seconds), 3)
