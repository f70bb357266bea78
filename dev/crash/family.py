"""The harness' side of the nursery: children that receive mail, and end when they are told to or sooner."""

import json
import os
import signal
import subprocess
import threading
from contextlib import contextmanager

from .. import console, environment, paths, processes
from ..paths import Problem

# Seconds for a run. They take one or two; a mail server that waits for a lock of its own is given up after 60.
PATIENCE = 150


class Child:
    """A process that does one job."""

    def __init__(self, nursery, pid):
        self._nursery = nursery
        self.pid = pid
        self.status = self.result = self.error = None

    def kill(self):
        """Kill it, wherever it is."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:  # it has ended and was waited for
            return

    def kill_after(self, seconds):
        """Kill it at that moment, unless it has ended."""
        timer = threading.Timer(seconds, self.kill)
        timer.daemon = True
        timer.start()

    def wait(self):
        """Wait until it has ended; return itself.

        :raises Problem: it does not end
        """
        hung = threading.Event()
        timer = threading.Timer(PATIENCE, lambda: (hung.set(), self.kill()))
        timer.start()
        answer = self._nursery.ask("wait", self.pid)
        timer.cancel()
        if hung.is_set():
            raise Problem(f"A run did not end within {PATIENCE} s. See {Nursery.log()}.")
        self.status = answer["status"]
        self.result, self.error = answer.get("result"), answer.get("error")
        return self

    @property
    def was_killed(self):
        return -self.status in (signal.SIGKILL, signal.SIGXFSZ)


class Nursery:
    """Talks to the process of `dev.crash.nursery`."""

    def __init__(self, process):
        self._process = process
        self._lock = threading.Lock()
        self._answer()

    @staticmethod
    def log():
        """What Odoo says."""
        return paths.LOGS / "crash.log"

    def ask(self, command, argument):
        """Send a command, return its answer."""
        with self._lock:
            self._process.stdin.write(json.dumps([command, argument]) + "\n")
            self._process.stdin.flush()
            return self._answer()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait(PATIENCE)
            last = console.tail(self.log())
            raise Problem(f"Odoo has ended ({code}):\n{last}\nAll of it: {self.log()}")
        return json.loads(line)

    def start(self, do, point=None, nth=1, **arguments):
        """Start a job of `jobs`; it kills itself when it comes to the named point for the nth time."""
        job = {"do": do, "with": arguments, "point": point, "nth": nth}
        return Child(self, self.ask("start", job))

    def do(self, do, **arguments):
        """Do a job and return its result; Problem when it fails."""
        return self._done(self.start(do, **arguments).wait())

    def warm(self, do, **arguments):
        """Do a job in the nursery itself, before it has children."""
        answer = self.ask("warm", {"do": do, "with": arguments})
        if "error" in answer:
            raise Problem(f"{do}: {answer['error']}. See {self.log()}.")
        return answer["result"]

    def _done(self, child):
        if child.status:
            raise Problem(f"A run has failed: {child.error or child.status}. See {self.log()}.")
        return child.result


@contextmanager
def nursery(server, database, variables=None):
    """A nursery for `database` on the PostgreSQL `server`, while the block lasts.

    :param dict variables: the environment of another Odoo than this repository's
    """
    variables = dict(variables or environment.of(server))
    variables["PYTHONPATH"] += os.pathsep + str(paths.REPOSITORY)
    command = [str(paths.PYTHON), "-m", "dev.crash.nursery", database]
    with (
        Nursery.log().open("wb") as log,
        processes.running(
            command,
            env=variables,
            cwd=paths.LOCAL,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        yield Nursery(process)
