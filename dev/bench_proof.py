"""How long DIAN's list of a large company's year takes, and a proof pack; `dev.bench` calls it."""

import contextlib
import json
import resource
import time
from pathlib import Path

LISTED = 200_000
#: Of those, what was received.
RECEIVED = 20_000
MONTHS = 12
ROWS = (
    (f"DIAN's list of {LISTED:,} rows: read and matched, seconds", "list_seconds", ""),
    ("  uploaded again, seconds", "list_again_seconds", ""),
    ("  memory growth, MB", "list_memory_mb", ""),
    ("Proof pack: documents", "pack_documents", ""),
    ("  made, seconds", "pack_seconds", ""),
    ("  size, MB", "pack_mb", ""),
    ("  memory growth, MB", "pack_memory_mb", "under 150"),
)


def pack(bench):
    """:return: dict of the figures of a pack

    :param bench: `dev.bench.Bench`, with mails received
    """
    return bench._in_odoo("addon", make_pack)


def year_list(bench):
    """:return: dict of the figures of a year's list

    :param bench: `dev.bench.Bench`, whose databases are prepared
    """
    return bench._in_odoo("addon", read_list)


def make_pack(env, answer):
    """Inside Odoo: a pack of all that was received."""
    pack = env["l10n_co.proof.pack"].create(
        {
            "company_id": env.ref("base.demo_company_co").id,
            "date_from": "2000-01-01",
            "date_to": "2099-12-31",
        }
    )
    pack.action_make()
    env.cr.commit()
    figures = {}
    with _measured(figures, "pack"):
        while pack.state == "waiting":
            pack._cron_make()
    if pack.state != "done":
        raise RuntimeError(f"the benchmark's pack was not made: {pack.failure}")
    figures.update(pack_documents=pack.document_count, pack_mb=round(pack.size, 1))
    Path(answer).write_text(json.dumps(figures))


def read_list(env, answer):
    """Inside Odoo: a year's list, most of which never came."""
    company = env.ref("base.demo_company_co")
    _receive(env, company)
    figures = {}
    for name in ("list", "list_again"):
        upload = env["l10n_co.dian.list.upload"].create(
            {"company_id": company.id, "content": _list(company)}
        )
        upload.action_read()
        env.cr.commit()
        env.invalidate_all()
        with _measured(figures, name):
            while upload.state == "waiting":
                upload._cron_read()
        if (upload.state, upload.done_count) != ("done", LISTED):
            raise RuntimeError(f"the benchmark's list was not read: {upload.refusal}")
    del figures["list_again_memory_mb"]
    Path(answer).write_text(json.dumps(figures))


def _receive(env, company):
    env.cr.execute(
        """
        INSERT INTO l10n_co_received_document (company_id, document_type, number, cufe, supplier_nit, receiver_nit,
        issue_date, currency_id, amount_total, state, booking, create_date)
        SELECT %(company)s, '01', 'L' || n, %(cufe)s || lpad(to_hex(n), 8, '0'), '900200002', %(nit)s,
        ('2026-' || lpad((n %% 12 + 1)::text, 2, '0') || '-03')::date, %(currency)s, 119000, 'accepted', 'none', now()
        FROM generate_series(1, %(count)s) n
        """,
        {
            "company": company.id,
            "cufe": "b" * 88,
            "nit": _nit(company),
            "currency": company.currency_id.id,
            "count": RECEIVED,
        },
    )
    env.cr.execute("ANALYZE l10n_co_received_document")
    env.cr.commit()


def _nit(company):
    return company.vat.partition("-")[0]


def _list(company):
    """:return: base64 of a workbook as the portal gives it, with all of its columns"""
    import base64
    import io

    import xlsxwriter
    from odoo.addons.l10n_co_einvoice_mail.tests.tools import dian_lists

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"constant_memory": True})
    sheet = book.add_worksheet()
    for row, cells in enumerate(_cells(dian_lists, _nit(company))):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell)
    book.close()
    return base64.b64encode(content.getvalue())


def _cells(dian_lists, nit):
    yield dian_lists.TITLES
    for number in range(1, LISTED + 1):
        yield dian_lists.row(
            nit,
            **{
                "CUFE/CUDE": f"{'b' * 88}{number:08x}",
                "Folio": str(number),
                "Prefijo": "L",
                "Fecha Emisión": f"03-{number % MONTHS + 1:02}-2026",
            },
        )


@contextlib.contextmanager
def _measured(figures, name):
    """Note the seconds of some work, and by how many megabytes the process grew at most."""
    before, started = _peak(), time.monotonic()
    yield
    figures[f"{name}_seconds"] = round(time.monotonic() - started, 1)
    figures[f"{name}_memory_mb"] = round(_peak() - before, 1)


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
