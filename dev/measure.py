"""What `make bench` measures inside Odoo. Each function gets Odoo's `env` and a file to write its answer (JSON) to."""

import contextlib
import cProfile
import json
import os
import pstats
import time
from pathlib import Path

USER, PASSWORD = "recepcion@demo.co", "bench"
# Its mails are received before the clock starts: what a process loads once belongs to no mail.
WARMING_USER = "antes@demo.co"
ALIAS = "facturas@stock.example.com"
FOREVER = 10**6
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
PROFILE = os.environ.get("BENCH_PROFILE")


def stock(env, answer, port, _policy):
    """Stock Odoo's fetchmail, the alias on the purchase journal of the demo company."""
    company = env.ref("base.demo_company_co")
    domain = env["mail.alias.domain"].search([], limit=1) or env["mail.alias.domain"].create(
        {"name": ALIAS.partition("@")[2]}
    )
    domain.name = ALIAS.partition("@")[2]
    company.alias_domain_id = domain
    journal = env["account.journal"].search(
        [("type", "=", "purchase"), ("company_id", "=", company.id)], limit=1
    )
    journal.alias_name = ALIAS.partition("@")[0]
    warming, server = env["fetchmail.server"].create(
        [
            {
                "name": user,
                "server": "127.0.0.1",
                "port": port,
                "is_ssl": True,
                "user": user,
                "password": PASSWORD,
                "state": "done",
            }
            for user in (WARMING_USER, USER)
        ]
    )
    env.cr.commit()
    warming._fetch_mail(batch_limit=FOREVER)
    before = env["account.move"].search_count([])
    started = time.monotonic()
    server._fetch_mail(batch_limit=FOREVER)
    seconds = time.monotonic() - started
    bills = env["account.move"].search_count([]) - before
    (warming + server).active = False
    env.cr.commit()
    _write(answer, seconds, bills)


def receive(env, answer, port, policy, users=(WARMING_USER, USER)):
    """One run of ours on a mailbox, after one on another."""
    from odoo.addons.l10n_co_einvoice_mail.models.reception import run
    from odoo.addons.l10n_co_einvoice_mail.models.shared import transactions

    def prepare():
        company = _prepare(env, policy)
        return [_mailbox(env, company, port, name).sudo() for name in users]

    # Others may begin, and end, at the same time.
    warming, server = transactions.retried(env, prepare)
    run.receive(warming, FOREVER)
    env.cr.commit()
    memory = _memory()
    started = time.monotonic()
    with _profiled():
        report = run.receive(server, FOREVER)
    seconds = time.monotonic() - started
    if report.error or report.processed != report.fetched:
        raise RuntimeError(f"the benchmark's mails were not all received: {report}")
    transactions.retried(env, lambda: (warming + server).write({"active": False}))
    _write(
        answer,
        seconds,
        report.fetched,
        ended=started + seconds,
        grown_mb=round(_memory() - memory, 1),
        memory_mb=round(_memory(), 1),
    )


def bare_reading(env, answer, port, _policy):
    """The limit of receiving: fetch, parse and verify, nothing recorded."""
    from odoo.addons.l10n_co_einvoice_mail.dian import archive, evidence, reader, rules
    from odoo.addons.l10n_co_einvoice_mail.mailbox.message import parse_message

    company = _prepare(env, "none")
    warming, server = (_mailbox(env, company, port, user) for user in (WARMING_USER, USER))
    trust = env["l10n_co.trusted.certificate"]._trust_store()
    context = rules.Context(trust=trust, served_nits=frozenset({company.vat.partition("-")[0]}))

    def read(server):
        count = 0
        with server._l10n_co_mailbox() as mailbox:
            for _entry, raw in mailbox.fetch(mailbox.list_new()):
                parts = parse_message(raw).attachments
                files = [archive.File(part.name, part.content) for part in parts]
                for edocument in reader.read(files).edocuments:
                    rules.evaluate(evidence.Evidence(edocument, context))
                    count += 1
        return count

    read(warming)
    started = time.monotonic()
    count = read(server)
    seconds = time.monotonic() - started
    env.cr.rollback()
    _write(answer, seconds, count)


def bare_bills(env, answer, _port, _policy):
    """What Odoo itself needs for bills: `account.move` creates of the same size, in batches, nothing else."""
    company = env.ref("base.demo_company_co")
    env = env(context={**env.context, "allowed_company_ids": company.ids, "tracking_disable": True})
    tax = env["account.tax"].search(
        [("type_tax_use", "=", "purchase"), ("amount", "=", 19), ("company_id", "=", company.id)],
        limit=1,
    )
    partner = env["res.partner"].create({"name": "Supplier"})
    count, batch = 120, 60
    line = {"name": "Line", "quantity": 1, "price_unit": 1000, "tax_ids": tax.ids}
    for number in range(-1, count // batch):
        if number == 0:  # the batch before it loaded what a process loads once
            started = time.monotonic()
        env["account.move"].create(
            [
                {
                    "move_type": "in_invoice",
                    "partner_id": partner.id,
                    "invoice_date": "2026-03-02",
                    "invoice_line_ids": [(0, 0, line)] * 3,
                }
                for _bill in range(batch)
            ]
        )
        env.cr.commit()
    _write(answer, time.monotonic() - started, count)


def fill_ledger(env, answer, rows):
    """As many rows as a company has after years."""
    company = env.ref("base.demo_company_co")
    server = _mailbox(env, company, 1)
    env.cr.execute(
        """
        INSERT INTO l10n_co_received_mail (server_id, company_id, uidvalidity, uid, sha256, size, state, filed,
        subject, attempts, create_date)
        SELECT %s, %s, '1', n::text, md5(n::text), 10000, 'processed', 'filed', 'x', 1, now() FROM
        generate_series(1, %s) n
        """,
        (server.id, company.id, rows),
    )
    env.cr.execute("ANALYZE l10n_co_received_mail")
    server.active = False
    env.cr.commit()
    _write(answer, 1, rows)


def _prepare(env, policy):
    env["ir.config_parameter"].set_param("l10n_co_einvoice_mail.allow_internal_servers", "True")
    company = env.ref("base.demo_company_co")
    if company.l10n_co_bill_policy != policy:  # several processes begin at once
        company.l10n_co_bill_policy = policy
    return company


def _mailbox(env, company, port, user=USER):
    return env["fetchmail.server"].create(
        {
            "name": "bench",
            "server": "127.0.0.1",
            "port": port,
            "server_type": "imap",
            "user": user,
            "password": PASSWORD,
            "l10n_co_company_id": company.id,
            "l10n_co_encryption": "ssl",
        }
    )


def trust(env, answer, anchors, dian_signer):
    """Load the authorities of the benchmark's mails."""
    certificates = [{"pem": pem, "usage": "anchor", "state": "confirmed"} for pem in anchors]
    certificates.append({"pem": dian_signer, "usage": "dian_signer", "state": "confirmed"})
    env["l10n_co.trusted.certificate"].create(certificates)
    env.cr.commit()
    _write(answer, 1, 0)


@contextlib.contextmanager
def _profiled():
    """With BENCH_PROFILE, print where the time goes."""
    if not PROFILE:
        yield
        return
    profile = cProfile.Profile()
    with profile:
        yield
    pstats.Stats(profile).sort_stats("tottime").print_stats(int(PROFILE))


def _memory():
    """Resident megabytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_MB


def _write(answer, seconds, count, **more):
    figures = {"seconds": seconds, "count": count, "rate": count / seconds, **more}
    Path(answer).write_text(json.dumps(figures))
