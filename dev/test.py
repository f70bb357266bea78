"""All the tests: those of `dian/` and `mailbox/` without Odoo, a short `make crash`, the addons' with pytest-odoo.

`make test K=name` runs the tests whose name contains it, `make test PYTEST="-x -v"` passes options to pytest.
"""

import os
import shlex
from pathlib import Path

from . import console, databases, environment, paths, postgres, processes
from .console import say
from .crash import killing
from .unit import FOUND_NOTHING

KILLS = "killed at named points|two runs"  # scenarios of `make crash`
KILLED = 128  # and more: the exit code of a program that a signal ended


def main():
    """Run all the parts, unless one is interrupted; return the exit code of the first that failed, else 0."""
    processes.end_on_signals()
    name = os.environ.get("K", "")
    codes = []
    for part in (_unit, _kills, _addons):
        codes.append(part(name))
        if codes[-1] > KILLED:
            return codes[-1]
    found = [code for code in codes if code != FOUND_NOTHING]
    return next(filter(None, found), 0) if found else FOUND_NOTHING


def _unit(name):
    say("Tests without Odoo")
    command = [paths.PYTHON, "-m", "dev.unit", *(["-k", name] if name else [])]
    return processes.in_foreground(command, cwd=paths.REPOSITORY)


def _kills(name):
    """A process that receives is killed once at each named point, and raced by two others."""
    if name not in KILLS:
        return FOUND_NOTHING
    say("Kills")
    variables = {**os.environ, "K": KILLS, "KILLS": str(killing.ONCE)}
    command = [paths.PYTHON, "-m", "dev.crash"]
    return processes.in_foreground(command, cwd=paths.REPOSITORY, env=variables)


def _addons(name):
    with postgres.opened() as server:
        database = f"test-{os.getpid()}"
        _drop_abandoned(server)
        try:
            databases.copy(server, databases.with_addon(server), database)
            say("Tests with Odoo")
            options = {"env": environment.of(server), "cwd": paths.REPOSITORY}
            return processes.in_foreground(_pytest(database, name), **options)
        finally:
            with processes.undisturbed():
                databases.drop(server, database)


def _pytest(database, name):
    odoo = [f"--odoo-config={paths.ODOO_CONF}", f"--odoo-database={database}", "--odoo-http"]
    # The crons of the test's server would work on the tests' records.
    odoo.append("--odoo-extra=max-cron-threads=0")
    chosen = ["-k", name] if name else []
    passed = shlex.split(os.environ.get("PYTEST", ""))
    return [paths.PYTHON, "-m", "pytest", *odoo, *chosen, *passed]


def _drop_abandoned(server):
    """Drop the databases of test runs that were killed."""
    for name in postgres.sql(
        server, "SELECT datname FROM pg_database WHERE datname ~ '^test-[0-9]+$'"
    ):
        if not Path("/proc", name.removeprefix("test-")).exists():
            databases.drop(server, name)


if __name__ == "__main__":
    console.main(main)
