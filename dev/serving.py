"""An Odoo that answers on loopback while a block lasts."""

import time
import urllib.request
from contextlib import contextmanager

from . import console, environment, processes
from .paths import Problem

HOST = "127.0.0.1"
START_SECONDS = 180


@contextmanager
def odoo(database, port, log, variables, *options):
    """Serve a database; yields the process when it answers.

    :param log: the file that its output goes to
    :param dict variables: its environment
    :raises Problem: it does not start
    """
    only = ["-d", database, "--db-filter", f"^{database}$", "--http-port", str(port)]
    command = environment.odoo(*only, *options)
    with (
        log.open("wb") as output,
        processes.running(command, env=variables, stdout=output, stderr=output) as process,
    ):
        _wait_until_up(process, port, log)
        yield process


def address(port):
    """:return: where an Odoo on this port is found"""
    return f"http://{HOST}:{port}"


def _wait_until_up(process, port, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Problem(f"Odoo did not start:\n{console.tail(log)}\nAll of it: {log}")
        try:
            # The page itself: the first request makes its scripts and styles.
            with urllib.request.urlopen(f"{address(port)}/web/login", timeout=START_SECONDS):
                return
        except OSError:
            time.sleep(0.3)
    raise Problem(
        f"Odoo did not answer within {START_SECONDS} s:\n{console.tail(log)}\nAll of it: {log}"
    )
