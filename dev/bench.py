"""`make bench`: how fast mails are received, against stock Odoo in the same run, and what memory and idle runs cost.

These machines are noisy, so each measure is taken in rounds that alternate with stock Odoo's, and
what counts is the ratio. BENCH_MAILS (1600) is the number of mails for the ratios,
BENCH_MEMORY_MAILS (5000) for the memory, BENCH_ROWS (100000) the size of the ledger of the idle
run. PART names other parts to measure: together, sending, year, list, pack (of BENCH_PACK_MAILS, 5000), mailboxes,
million, upgrade, or all; SCALE=1 is short for the last three. The figures are also written to `.local/bench.json`.
"""

import json
import os
import platform
import statistics
import tempfile
from pathlib import Path

from . import (
    bare,
    bench_bulk,
    bench_proof,
    bench_scale,
    bench_sending,
    bench_together,
    bench_year,
    console,
    databases,
    locks,
    measure,
    paths,
    postgres,
    processes,
)
from .console import say, timed
from .paths import Problem

bare.register_bare_packages()

from l10n_co_einvoice_mail.tests.tools import builder, mailbed, samples  # noqa: E402 - needs the bare packages

REPORT = paths.LOCAL / "bench.json"
MACHINE = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
ROUNDS = 4
WARMING_MAILS = 5
#: Mails of a pack that one run receives.
AT_ONCE = 2500
DATABASES = {"stock": "bench-stock", "addon": "bench-addon", "before": "bench-before"}
NIT = "7510164"
BIG_PDF = b"%PDF-1.4\n" + os.urandom(2 * 1024 * 1024)


def main():
    """Measure, print the table, write the report."""
    processes.end_on_signals()
    with locks.alone("bench", waiting_for="another benchmark"), postgres.opened() as server:
        bench = Bench(server)
        try:
            bench.prepare()
            figures = {"machine": MACHINE}
            for part in _parts():
                figures |= PARTS[part](bench)
        finally:
            with processes.undisturbed():
                bench.clean()
    # What was measured before stands beside it.
    before = json.loads(REPORT.read_text()) if REPORT.is_file() else {}
    REPORT.write_text(json.dumps({**before, **figures}, indent=2) + "\n")
    _print(figures)


def _parts():
    """:return: names of the parts to measure; Problem where one is not known"""
    named = os.environ.get("PART") or (SCALE if os.environ.get("SCALE") else USUAL)
    chosen = list(PARTS) if named == "all" else named.replace(",", " ").split()
    if unknown := set(chosen) - PARTS.keys():
        raise Problem(f"PART={' '.join(unknown)}: there are {', '.join(PARTS)}, and all.")
    return chosen


class Bench:
    """The databases and mails of one benchmark."""

    def __init__(self, server):
        self.server = server
        self.sent = 0
        # Of every run, until the end: where thousands of files were just deleted, ext4 without a journal takes ten
        # times as long to create one.
        self._mail_folder = tempfile.TemporaryDirectory(prefix="bench-")
        Path(self._mail_folder.name).chmod(0o755)
        # Of another Odoo than this repository's: {key of a database: its environment}.
        self.variables = {}

    def prepare(self):
        """Copy the databases and set both up for the same mails."""
        with timed("Databases"):
            databases.copy(self.server, databases.without_addon(self.server), DATABASES["stock"])
            databases.copy(self.server, databases.with_addon(self.server), DATABASES["addon"])
            self._in_odoo("addon", measure.trust, *self.trusted)

    @property
    def trusted(self):
        """What `measure.trust` takes."""
        return samples.trust_anchors(), samples.dian_signer()

    def clean(self):
        for name in DATABASES.values():
            databases.drop(self.server, name)
        self._mail_folder.cleanup()

    def bed(self, accounts):
        """:return: a mail server whose mails stay until the end; a context manager"""
        folder = tempfile.mkdtemp(dir=self._mail_folder.name)
        return mailbed.MailBed(accounts, mail_folder=folder, smtp=False)

    def rates(self, mails):
        """Mails a second of stock Odoo and of the addon, in rounds that alternate."""
        per_round = max(1, mails // ROUNDS)
        rounds = []
        for number in range(1, ROUNDS + 1):
            with timed(f"Round {number} of {ROUNDS}: {per_round} mails, four ways"):
                rounds.append(
                    {
                        name: self._run(database, function, self._mails(per_round), policy)
                        for name, database, function, policy in (
                            ("stock", "stock", measure.stock, None),
                            ("record", "addon", measure.receive, "none"),
                            ("bills", "addon", measure.receive, "draft"),
                            ("limit_record", "addon", measure.bare_reading, None),
                            ("limit_bills", "addon", measure.bare_bills, None),
                        )
                    }
                )
        return {"mails": per_round * ROUNDS, **_summary(rounds)}

    def idle(self, rows):
        """Seconds of a run that finds nothing, and milliseconds a mail, before and after the ledger has grown."""
        count = 200
        with timed(f"Ledger of {rows:,} rows"):
            before = self._run("addon", measure.receive, self._mails(count), "none")
            self._in_odoo("addon", measure.fill_ledger, rows)
            after = self._run("addon", measure.receive, self._mails(count), "none")
            empty = self._run("addon", measure.receive, [], "none")
        return {
            "ledger_rows": rows,
            "idle_seconds": round(empty["seconds"], 3),
            "ms_per_mail_small_ledger": round(1000 / before["rate"], 2),
            "ms_per_mail_large_ledger": round(1000 / after["rate"], 2),
        }

    def receive(self, mails):
        """Receive so many, some of 2 MB, and nothing else."""
        with timed(f"{mails:,} mails"):
            return self._run("addon", measure.receive, self._mails(mails, big_every=50), "none")

    def memory(self, mails):
        """Growth of the process over many mails, some of 2 MB."""
        result = self.receive(mails)
        return {
            "memory_mails": mails,
            "memory_growth_mb": result["grown_mb"],
            "memory_mb": result["memory_mb"],
        }

    def _mails(self, count, big_every=0):
        """:return: generator of raw mails, each with an invoice of its own"""
        for number in range(count):
            self.sent += 1
            lines = tuple(builder.Line(price=str(1000 + self.sent + line)) for line in range(3))
            customer = builder.Party(NIT, "CO Company")
            document = builder.Document(number=f"BM{self.sent}", customer=customer, lines=lines)
            package = builder.Package(document)
            if big_every and number % big_every == 0:
                package = builder.Package(document, pdf=BIG_PDF)
            yield builder.mail(
                package.subject,
                package.attachments,
                sender=document.supplier.email,
                recipient=measure.ALIAS,
                message_id=f"<{document.number}@example.com>",
            )

    def _run(self, database, function, mails, policy):
        accounts = dict.fromkeys((measure.WARMING_USER, measure.USER), measure.PASSWORD)
        with self.bed(accounts) as bed:
            for raw in self._mails(WARMING_MAILS):
                bed.deliver(measure.WARMING_USER, raw)
            for raw in mails:
                bed.deliver(measure.USER, raw)
            return self._in_odoo(database, function, bed.imaps, policy)

    def _in_odoo(self, database, function, *arguments):
        answer = paths.LOCAL / "bench-answer.json"
        databases.in_shell(
            self.server,
            DATABASES[database],
            function,
            str(answer),
            *arguments,
            variables=self.variables.get(database),
        )
        return json.loads(answer.read_text())


def _summary(rounds):
    figures = {}
    for name in rounds[0]:
        rates = [one[name]["rate"] for one in rounds]
        figures[f"{name}_per_second"] = round(statistics.median(rates), 1)
    shares = [one["record"]["rate"] / one["limit_record"]["rate"] for one in rounds]
    figures["record_of_limit"] = round(100 * statistics.median(shares))
    for name in ("record", "bills"):
        ratios = sorted(one[name]["rate"] / one["stock"]["rate"] for one in rounds)
        figures[f"{name}_ratio"] = round(statistics.median(ratios), 2)
        figures[f"{name}_ratio_range"] = [round(ratios[0], 2), round(ratios[-1], 2)]
    return figures


def _reception(bench):
    return {
        **bench.rates(_count("BENCH_MAILS", 1600)),
        **bench.idle(_count("BENCH_ROWS", 100_000)),
        **bench.memory(_count("BENCH_MEMORY_MAILS", 5000)),
        **bench_bulk.measure(bench, mailbed),
    }


def _pack(bench):
    mails = _count("BENCH_PACK_MAILS", 5000)
    for start in range(0, mails, AT_ONCE):
        bench.receive(min(AT_ONCE, mails - start))
    return bench_proof.pack(bench)


def _count(name, usual):
    return int(os.environ.get(name) or usual)


#: Each measures something with a `Bench` whose databases are prepared, and returns its figures.
PARTS = {
    "rates": _reception,
    "together": bench_together.measure_together,
    "sending": lambda bench: bench_sending.measure(bench, mailbed),
    "year": bench_year.measure,
    "list": bench_proof.year_list,
    "pack": _pack,
    "mailboxes": lambda bench: bench_scale.mailboxes(bench, mailbed),
    "million": bench_scale.million,
    "upgrade": lambda bench: bench_scale.upgrade(bench, DATABASES["before"]),
}
USUAL, SCALE = "rates", "mailboxes million upgrade"

ROWS = (
    ("Stock Odoo: mails a second, each an empty bill", "stock_per_second", ""),
    ("Receive + check + record: mails a second", "record_per_second", ""),
    ("  against stock", "record_ratio", "at least 9"),
    ("  bare IMAP fetch + parse + verify", "limit_record_per_second", "the limit"),
    ("  per cent of that limit", "record_of_limit", "at least 70"),
    ("The same with complete draft bills", "bills_per_second", ""),
    ("  against stock", "bills_ratio", "at least 3.3"),
    ("  bare account.move create", "limit_bills_per_second", "to compare"),
    ("Run that finds nothing, seconds", "idle_seconds", "under 1"),
    ("Milliseconds a mail, small ledger", "ms_per_mail_small_ledger", ""),
    ("Milliseconds a mail, large ledger", "ms_per_mail_large_ledger", "the same"),
    ("Memory growth, MB", "memory_growth_mb", "under 150"),
    *bench_together.ROWS,
    *bench_proof.ROWS,
    *bench_bulk.ROWS,
    *bench_sending.ROWS,
    *bench_year.ROWS,
    *bench_scale.ROWS,
)


NOTES = {
    "ratios by round": ("record_ratio_range", "bills_ratio_range"),
    "touchless by month, first year": ("year_by_month",),
    "seconds by screen": ("million_screens",),
}


def _print(figures):
    say(f"\n{figures['machine']}")
    for title, key, wanted in ROWS:
        if key in figures:
            say(f"  {title:<52}{figures[key]:>10}   {wanted}")
    for title, keys in NOTES.items():
        if keys[0] in figures:
            say(f"  {title}: {' and '.join(str(figures[key]) for key in keys)}")
    say(f"Written to {REPORT.relative_to(paths.REPOSITORY)}")


if __name__ == "__main__":
    console.main(main)
