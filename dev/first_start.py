"""What a fresh `make run` says: the demo is made, served, and its scheduled actions run; `python -m dev.first_start`.

It has a database, a mail server and a DIAN of its own. Only what this repository is the cause of counts.
"""

import os
import re
import time

from . import (
    console,
    databases,
    environment,
    fakedian,
    mailserver,
    paths,
    postgres,
    processes,
    run,
    serving,
)
from .console import say
from .paths import Problem

LOG = paths.LOGS / "first-start.log"
PATIENCE = 90  # seconds
OURS = "l10n_co_"
# Scheduled actions of ours that have not run yet.
WAITING = f"""
    SELECT cron_name FROM ir_cron JOIN ir_model_data data ON data.model = 'ir.cron' AND data.res_id = ir_cron.id
     WHERE data.module LIKE '{OURS}%' AND active AND lastcall IS NULL
"""
# The names that they have in the log.
NAMES = f"""
    SELECT cron_name FROM ir_cron JOIN ir_model_data data ON data.model = 'ir.cron' AND data.res_id = ir_cron.id
     WHERE data.module LIKE '{OURS}%'
"""
ENTRY = re.compile(r"^\d{4}-\d\d-\d\d .*?(?=^\d{4}-\d\d-\d\d |\Z)", re.MULTILINE | re.DOTALL)
BAD = re.compile(r"^\S+ \S+ \d+ (ERROR|CRITICAL) |^Traceback|SerializationFailure", re.MULTILINE)


def main():
    """Return 0 when nothing of ours has failed."""
    processes.end_on_signals()
    database = f"first-start-{os.getpid()}"
    with (
        postgres.opened() as server,
        mailserver.running(None) as bed,
        fakedian.running(None) as dian,
    ):
        try:
            run.make(server, bed, dian, database)
            names = postgres.sql(server, NAMES, database=database)
            _serve(server, dian, database)
        finally:
            with processes.undisturbed():
                databases.drop(server, database)
    found = faults(LOG.read_text(errors="replace"), names)
    for entry in found:
        print(entry)
    say(f"{len(found)} errors of ours, {len(names)} scheduled actions.")
    return 1 if found else 0


def faults(log, names):
    """:param str log: what Odoo has said
    :param names: of our scheduled actions
    :return: list of its entries that tell of a failure, and of something of ours
    """
    ours = (OURS, *names)
    return [
        entry
        for entry in ENTRY.findall(log)
        if BAD.search(entry) and any(word in entry for word in ours)
    ]


def _serve(server, dian, database):
    [port] = mailserver.mailbed.free_ports(1)
    with serving.odoo(database, port, LOG, {**environment.of(server), **dian.variables}):
        deadline = time.monotonic() + PATIENCE
        while waiting := postgres.sql(server, WAITING, database=database):
            if time.monotonic() > deadline:
                raise Problem(f"These did not run within {PATIENCE} s: {', '.join(waiting)}.")
            # The scheduler would look for work every minute.
            postgres.sql(server, f"NOTIFY cron_trigger, '{database}'")
            time.sleep(1)


if __name__ == "__main__":
    console.main(main)
