"""`make crash`: all scenarios, one table; not zero when a mail was lost, doubled or misfiled.

KILLS=20 kills less often, K=name plays the scenarios in whose title that regular expression is found, SEED=number
plays the same dice.
"""

import os
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass

from .. import console, processes
from ..console import say
from ..paths import Problem
from ..report import Report
from . import breaking, damage, jobrunner, killing, racing, sending, stage
from .case import Case

KILLS = 200
SHOWN = 12  # findings of each kind
FAULTS = ("lost", "doubled", "misfiled", "copied")
COLUMNS = ("kills", "troubles", "mails", "documents", "bills", *FAULTS, "errors")
SCENARIOS = {
    "killed at named points": killing.at_named_points,
    "killed at random moments": killing.at_random_moments,
    "two runs and «Fetch now»": racing.three_on_one_mailbox,
    "the lock is lost": racing.lock_lost,
    "same invoices in two mailboxes": racing.same_invoices_in_two_mailboxes,
    "same invoices, killed": racing.killed_in_two_mailboxes,
    "rival transactions": racing.rival_transactions,
    "PostgreSQL restarted": racing.database_restarted,
    "folders moved and deleted": racing.folders_renamed_and_deleted,
    "moved by another program": racing.moved_by_another_program,
    "marked by another program": breaking.marked_by_another_program,
    "UIDVALIDITY changed": breaking.positions_lost,
    "cut at each command": breaking.cut_at_each_command,
    "each command refused": breaking.each_command_refused,
    "each command pretended": breaking.each_command_pretended,
    "damaged mailbox files": damage.damaged_files,
    "sizes estimated": damage.sizes_estimated,
    "no MOVE, UIDPLUS or SEARCH": damage.without_move_uidplus_search,
    "two Odoos with OCA's queue": jobrunner.one_of_two_killed,
    "killed between recipients": sending.killed_between_recipients,
    "DATA's answer lost or late": sending.answer_lost,
}
KILLERS = (killing.at_named_points, killing.at_random_moments)


@dataclass
class Row:
    """One scenario's line of the table."""

    name: str
    counts: dict
    seconds: float
    findings: object = None
    case: object = None

    @property
    def is_clean(self):
        return not any(self.counts[column] for column in FAULTS) and not self.case.broken


def main():
    """Return 0 when everything ended as it has to."""
    processes.end_on_signals()
    seed = os.environ.get("SEED") or str(random.randrange(10**6))
    kills = int(os.environ.get("KILLS") or KILLS)
    name = os.environ.get("K") or ""
    with stage.opened(random.Random(seed)) as opened:
        rows = [
            _play(opened, title, scenario, kills)
            for title, scenario in SCENARIOS.items()
            if re.search(name, title)
        ]
    _print(rows, seed)
    faulty = [row.name for row in rows if not row.is_clean]
    Report(len(rows) - len(faulty), faulty).write()
    return 0 if rows and not faulty else 1


def _play(opened, title, scenario, kills):
    say(f"{title} ... ", end="")
    case, begin = Case(opened), time.monotonic()
    try:
        scenario(case, kills) if scenario in KILLERS else scenario(case)
        case.settle()
    except Problem as problem:
        case.broken.append(str(problem))
    findings = case.count()
    seconds = time.monotonic() - begin
    say(f"{seconds:.0f} s")
    counts = {"kills": case.kills, "troubles": case.troubles, "errors": len(case.errors)}
    counts.update((name, getattr(findings, name)) for name in ("mails", "documents", "bills"))
    counts.update((name, len(getattr(findings, name))) for name in FAULTS)
    row = Row(title, counts, seconds, findings, case)
    _explain(row)
    return row


def _print(rows, seed):
    width = max(len(title) for title in SCENARIOS)
    print("".join([" " * width, *(f"{name:>10}" for name in (*COLUMNS, "seconds"))]))
    for row in [*rows, _total(rows)]:
        numbers = [*(row.counts[column] for column in COLUMNS), round(row.seconds)]
        print("".join([f"{row.name:<{width}}", *(f"{number:>10}" for number in numbers)]))
    print(f"SEED={seed}")
    sys.stdout.flush()


def _explain(row):
    kinds = {name: getattr(row.findings, name) for name in FAULTS}
    kinds["not played to its end"] = row.case.broken
    kinds["error"] = [f"{times} x {text}" for text, times in Counter(row.case.errors).items()]
    for kind, found in kinds.items():
        for text in found[:SHOWN]:
            say(f"    {kind}: {text}")
        if len(found) > SHOWN:
            say(f"    {kind}: ... and {len(found) - SHOWN} more")


def _total(rows):
    counts = {column: sum(row.counts[column] for row in rows) for column in COLUMNS}
    return Row("all", counts, sum(row.seconds for row in rows))


if __name__ == "__main__":
    console.main(main)
