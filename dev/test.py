"""All the tests: those of the plain packages without Odoo, a short `make crash`, the addons' with pytest-odoo.

Whole, the three run side by side, and Odoo's on several copies of the database. `make test K=name` runs the tests
that `dev/choice.py` chooses, one kind after the other; `make test PYTEST="-x -v"` passes options to pytest.
`make test-fast` runs those that an edit breaks most often, and names those that it leaves out. `make gate` has lint
beside all the tests, and lets none be skipped.
"""

import os
import re
import shlex
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from . import choice, console, databases, environment, paths, postgres, processes
from .console import say
from .crash import killing
from .parts import FOUND_NOTHING, Part
from .report import Report

# Scenarios of `make crash`: a process that receives is killed once at each named point, and raced by two others; one of
# two machines that share the jobs is killed.
KILLS = ("killed at named points", "two runs and «Fetch now»", "two Odoos with OCA's queue")
WORKERS = 2  # copies of the database on which Odoo's tests run
TESTS = paths.ADDON / "tests"
# `make test-fast`: a file of each subject, and of the others those that wait for no browser and no process.
FAST = (
    "test_bill_link",
    "test_bill_supplier",
    "test_bill_tax",
    "test_bulk_apply",
    "test_emission_account",
    "test_emission_failures",
    "test_import_hooks",
    "test_mail_account",
    "test_mail_frame",
    "test_mail_secret",
    "test_personal_account_rights",
    "test_reception",
    "test_reception_pop",
    "test_user_preferences",
)
SLOW_WITHOUT_ODOO = ("test_hostile", "test_mailbed", "test_properties", "test_round_trips")


def main():
    """Run the tests; return 0 when all that were chosen passed. The closing line comes last."""
    processes.end_on_signals()
    chosen = os.environ.get("K", "")
    start = time.monotonic()
    if chosen:
        ran = one_after_the_other(chosen)
    elif "--fast" in sys.argv[1:]:
        ran = some()
    else:
        ran = side_by_side(with_lint="--gate" in sys.argv[1:])
    return close(ran, time.monotonic() - start)


def side_by_side(with_lint=False):
    """All the tests; what needs no database begins at once.

    :return: the parts that ran
    """
    with ExitStack() as stack:
        beside = [_unit(), *([_lint()] if with_lint else [])]
        for part in beside:
            stack.enter_context(part.in_background())
        server = stack.enter_context(postgres.opened())
        template = databases.with_addon(server)
        # Their database is made before the cluster is copied for the kills.
        guests = _guests(server, stack)
        beside.append(stack.enter_context(_kills(KILLS).in_background()))
        beside.append(stack.enter_context(guests.in_background()))
        database = stack.enter_context(_copied(server, template, WORKERS))
        odoo = _odoo(server, database, workers=WORKERS)
        odoo.in_foreground()
        if not odoo.was_interrupted:
            for part in beside:
                part.finish()
    return [*beside, odoo]


def some():
    """The tests of `make test-fast`.

    :return: the parts that ran
    """
    files = {path.stem: str(path) for path in TESTS.glob("test_*.py")}
    left_out = [*SLOW_WITHOUT_ODOO, *sorted(files.keys() - set(FAST))]
    with ExitStack() as stack:
        quick = " ".join(f"not {name}" for name in SLOW_WITHOUT_ODOO)
        unit = stack.enter_context(_unit(quick).in_background())
        server = stack.enter_context(postgres.opened())
        database = stack.enter_context(_copied(server, databases.with_addon(server), WORKERS))
        odoo = _odoo(
            server, database, workers=WORKERS, files=[files[name] for name in FAST if name in files]
        )
        odoo.in_foreground()
        if not odoo.was_interrupted:
            unit.finish()
    say(f"Left out: kills, {', '.join(left_out)}, and the tests of the other addons and of dev.")
    return [unit, odoo]


def one_after_the_other(chosen):
    """The tests that `K` chooses, each kind in the terminal.

    :return: the parts that ran
    """
    ran = [_unit(chosen)]
    ran[0].in_foreground()
    scenarios = [title for title in KILLS if choice.chooses(chosen, title)]
    if scenarios and not ran[-1].was_interrupted:
        ran.append(_kills(scenarios))
        ran[-1].in_foreground()
    if not ran[-1].was_interrupted:
        with (
            postgres.opened() as server,
            _copied(server, databases.with_addon(server)) as database,
        ):
            ran.append(_odoo(server, database, chosen))
            ran[-1].in_foreground()
            if _chooses_guests(chosen) and not ran[-1].was_interrupted:
                with ExitStack() as stack:
                    ran.append(_guests(server, stack, chosen))
                    ran[-1].in_foreground()
    return ran


def _chooses_guests(chosen):
    """Their database is made only where one of their tests is chosen."""
    names = (
        f"{file.relative_to(paths.REPOSITORY)}::{name}"
        for folder in paths.GUEST_TESTS
        for file in folder.rglob("test_*.py")
        for name in re.findall(r"(?:class|def) (Test\w+|test_\w+)", file.read_text())
    )
    return any(choice.chooses(chosen, name) for name in names)


def close(ran, seconds):
    """Name what failed and what was skipped, and print the closing line.

    :return: the exit code
    """
    found = sum((part.found for part in ran), Report())
    failed = [*found.failed]
    for name, reason in found.skipped.items():
        say(f"SKIPPED {name}: {reason}")
        if os.environ.get("NO_SKIPS"):
            failed.append(name)
    for name in failed:
        say(f"FAILED {name}")
    say(f"{seconds:.0f} s")
    skipped = f", {len(found.skipped)} skipped" if found.skipped else ""
    print(f"{found.passed} passed, {len(failed)} failed{skipped}", flush=True)
    if interrupted := [part.code for part in ran if part.was_interrupted]:
        return interrupted[0]
    if failed:
        return 1
    return 0 if found else FOUND_NOTHING


def _lint():
    return Part("Lint", [paths.PYTHON, "-m", "dev.lint"])


def _unit(chosen=""):
    options = ["-k", chosen] if chosen else []
    return Part("Tests without Odoo", [paths.PYTHON, "-m", "dev.unit", *options])


def _kills(scenarios):
    variables = {"K": "|".join(map(re.escape, scenarios)), "KILLS": str(killing.ONCE)}
    return Part("Kills", [paths.PYTHON, "-m", "dev.crash"], variables)


def _odoo(server, database, chosen="", workers=0, files=()):
    options = []
    if workers:
        # Each worker takes the next file when it is through with one.
        options += [f"--numprocesses={workers}", "--dist=loadfile", "--no-loadscope-reorder"]
    options += [f"--ignore-glob={folder}/*" for folder in paths.GUEST_TESTS]
    command = _pytest(paths.ODOO_CONF, database, chosen, [*options, *files])
    return Part("Tests with Odoo", command, environment.of(server))


def _guests(server, stack, chosen=""):
    """The tests with other people's apps."""
    name = f"{_name()}-guests"
    stack.callback(_drop, server, [name])
    databases.copy(server, databases.with_guests(server), name)
    command = _pytest(paths.FOREIGN_CONF, name, chosen, map(str, paths.GUEST_TESTS))
    return Part("Tests with OCA's apps", command, environment.with_guests(server))


def _pytest(conf, database, chosen, options):
    command = [paths.PYTHON, "-m", "pytest"]
    command += [f"--odoo-config={conf}", f"--odoo-database={database}", "--odoo-http"]
    # The crons of the test's server would work on the tests' records.
    command += ["--odoo-extra=max-cron-threads=0", "-p", "dev.pytest_plugin"]
    if chosen:
        command += ["-k", choice.for_pytest(chosen)]
    return [*command, *shlex.split(os.environ.get("PYTEST", "")), *options]


@contextmanager
def _copied(server, template, workers=0):
    """A copy of the template database, or one for each worker; yield the name, to which workers add their own."""
    name = _name()
    copies = [f"{name}-gw{number}" for number in range(workers)] or [name]
    _drop_abandoned(server)
    try:
        for copy in copies:
            databases.copy(server, template, copy)
        yield name
    finally:
        _drop(server, copies)


def _name():
    return f"test-{os.getpid()}"


def _drop(server, names):
    with processes.undisturbed():
        for name in names:
            databases.drop(server, name)


def _drop_abandoned(server):
    """Drop the databases of test runs that were killed."""
    query = "SELECT datname FROM pg_database WHERE datname ~ '^test-[0-9]+(-gw[0-9]+|-guests)?$'"
    for name in postgres.sql(server, query):
        if not Path("/proc", name.split("-")[1]).exists():
            databases.drop(server, name)


if __name__ == "__main__":
    console.main(main)
