"""How long a batch of e-invoices takes, against stock Odoo: the part of `make bench` that `dev.bench` calls."""

import itertools
import statistics
import time

from . import bare
from .measure import _profiled, _write

INVOICES = 200
ROUNDS = 4
WARMING = 5
SENDER, PASSWORD = "envio@demo.co", "bench"
NIT = "900123456"
PDF_BYTES = 30_000
ROWS = (
    ("Stock Odoo: a batch of invoices sent, ms an invoice", "stock_sending_ms", ""),
    ("The same with DIAN's mail, log and copies' book", "sending_ms", ""),
    ("  against stock", "sending_ratio", "at most 1.05"),
)


def measure(bench, mailbed):
    """:return: dict of the figures

    :param bench: `dev.bench.Bench`, whose databases are prepared
    :param mailbed: the module with the mail server of one's own
    """
    rounds = []
    for number in range(ROUNDS):
        took = {}
        for database in ("stock", "addon"):
            with mailbed.MailBed({}) as bed:
                bed.sink.users[SENDER] = PASSWORD
                count = INVOICES // ROUNDS
                answer = bench._in_odoo(database, invoices, bed.smtps, count, number * 1000)
                if len(bed.sink.messages) != count + WARMING:
                    raise RuntimeError(f"{database}: {len(bed.sink.messages)} mails arrived")
            took[database] = 1000 / answer["rate"]
        rounds.append(took)
    ratios = sorted(one["addon"] / one["stock"] for one in rounds)
    return {
        "stock_sending_ms": round(statistics.median(one["stock"] for one in rounds), 1),
        "sending_ms": round(statistics.median(one["addon"] for one in rounds), 1),
        "sending_ratio": round(statistics.median(ratios), 2),
        "sending_ratio_range": [round(ratios[0], 2), round(ratios[-1], 2)],
    }


def invoices(env, answer, port, count, first):
    """Inside Odoo: the wizard for many invoices, the scheduler that makes their mails, and the mails themselves.

    Their PDF and XML are there before: what a module for e-invoicing and wkhtmltopdf need is nobody's sending.
    """
    company = env.ref("base.demo_company_co")
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    _prepare(env, company, port)
    numbers = itertools.count(first)
    warming, moves = (_invoices(env, company, numbers, some) for some in (WARMING, count))
    env.cr.commit()
    _send(env, warming)
    env.invalidate_all()
    started = time.monotonic()
    with _profiled():
        _send(env, moves)
    _write(answer, time.monotonic() - started, count)


def _send(env, moves):
    wizard = env["account.move.send.batch.wizard"].create({"move_ids": moves.ids})
    wizard.web_read({"summary_data": {}, "alerts": {}})
    wizard.action_send_and_print()
    env.cr.commit()
    while any(moves.mapped("sending_data")):
        env["account.move"]._cron_account_move_send()
    env["mail.mail"].process_email_queue()
    env.cr.commit()


def _prepare(env, company, port):
    env["ir.config_parameter"].set_param("l10n_co_einvoice_mail.allow_internal_servers", "True")
    company.vat = f"{NIT}-8"
    env["mail.mail"].search([("state", "=", "outgoing")]).cancel()  # the demo's own
    values = {
        "name": SENDER,
        "smtp_host": "localhost",
        "smtp_port": port,
        "smtp_encryption": "ssl",
        "smtp_user": SENDER,
        "smtp_pass": PASSWORD,
        "from_filter": SENDER,
    }
    if "l10n_co_emission_server_id" in company._fields:
        company.l10n_co_emission_server_id = env["ir.mail_server"].create(
            {
                **values,
                "l10n_co_company_id": company.id,
                "l10n_co_address": SENDER,
                "l10n_co_state": "done",
            }
        )
    else:
        env["ir.mail_server"].search([]).active = False  # that of the round before
        env["ir.mail_server"].create({**values, "from_filter": False, "sequence": 0})
        env["ir.config_parameter"].set_param("mail.default.from", SENDER)


def _invoices(env, company, numbers, count):
    """:return: account.move, confirmed, with PDF and XML"""
    bare.register_bare_packages()
    from l10n_co_einvoice_mail.tests.tools import builder

    supplier, buyer = builder.Party(NIT, company.name), builder.Party("800123456", "Cliente SAS")
    partners = env["res.partner"].create(
        [{"name": f"Cliente {n}", "email": f"cliente{n}@example.net"} for n in range(count)]
    )
    line = {"name": "x", "quantity": 1, "price_unit": 1000, "tax_ids": []}
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "name": f"BENCH{next(numbers)}",
                "invoice_line_ids": [(0, 0, line)],
            }
            for partner in partners
        ]
    )
    moves.action_post()
    files = []
    for move in moves:
        document = builder.Document(number=move.name, supplier=supplier, customer=buyer)
        owner = {"res_model": move._name, "res_id": move.id}
        pdf = {"name": f"{move.name}.pdf", "raw": b"%PDF-1.4\n".ljust(PDF_BYTES, b"x")}
        files += [
            {**owner, "name": "dian.xml", "raw": builder.Package(document).container},
            {**owner, **pdf, "mimetype": "application/pdf", "res_field": "invoice_pdf_report_file"},
        ]
    env["ir.attachment"].create(files)
    env.invalidate_all()
    return moves
