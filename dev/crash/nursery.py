"""The process that has Odoo loaded and forks a child for each run: `python -m dev.crash.nursery DATABASE`.

One JSON command a line on the standard input, one JSON answer a line on the standard output:

    ["start", {"do": JOB, "with": {...}, "point": NAME or null, "nth": 1}]  -> pid of the child
    ["wait", pid]  -> {"status": exit code, or minus the signal's number, "result": ..., "error": ...}
    ["warm", {"do": JOB, "with": {...}}]  -> the same, done in this process: what it loads, the children have loaded
"""

import ctypes
import gc
import json
import logging
import os
import signal
import sys

import odoo
from odoo import api, sql_db
from odoo.modules.registry import Registry

from . import jobs, points

_logger = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1


def main(database):
    """Obey until the standard input ends."""
    odoo.tools.config.parse_config(
        ["-d", database, "--no-http", "--log-level=warn"], setup_logging=True
    )
    registry = Registry(database)
    points.check()
    nursery = Nursery(registry)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        command, argument = json.loads(line)
        print(json.dumps(getattr(nursery, command)(argument)), flush=True)


class Nursery:
    """The commands."""

    def __init__(self, registry):
        self.registry = registry
        self.results = {}  # pid: end of the pipe on which the child answers

    def start(self, job):
        """Fork a child that does `job`."""
        ours, theirs = os.pipe()
        pid = os.fork()
        if not pid:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            os.close(ours)
            answer = self._done(job)
            with os.fdopen(theirs, "w") as pipe:
                json.dump(answer, pipe)
            os._exit(1 if "error" in answer else 0)
        os.close(theirs)
        self.results[pid] = ours
        return pid

    def wait(self, pid):
        """Wait until a child has ended."""
        with os.fdopen(self.results.pop(pid)) as pipe:
            answer = pipe.read()
        _pid, status = os.waitpid(pid, 0)
        # A child that was killed while it answered is a killed one.
        return {**_parsed(answer), "status": os.waitstatus_to_exitcode(status)}

    def warm(self, job):
        """Do a job here, and leave no connection for the children to inherit."""
        answer = self._done(job)
        sql_db.close_all()
        gc.freeze()
        return {**answer, "status": 0}

    def _done(self, job):
        try:
            self.registry.check_signaling()
            with self.registry.cursor() as cr:
                if job.get("point"):
                    points.arm(points.named(job["point"]), job.get("nth", 1))
                env = api.Environment(cr, api.SUPERUSER_ID, {})
                return {"result": getattr(jobs, job["do"])(env, **job.get("with", {}))}
        except Exception as error:
            _logger.exception("%s has failed", job)
            return {"error": f"{type(error).__name__}: {error}"}


def _parsed(answer):
    try:
        return json.loads(answer or "{}")
    except ValueError:
        return {}


if __name__ == "__main__":
    main(sys.argv[1])
