"""What reading a mail costs, measured in a process of its own.

    with Meter(trust) as meter:
        meter.measure(raw)  # Cost(seconds=0.012, mebibytes=3.1, ...)

A bare interpreter imports the readers once and forks for each mail, so that the growth of a mail's memory is not
hidden in what another one left behind, and a reading that never ends is ended by the kernel, alone. Seconds are of the
CPU: what else the machine does at that moment counts little.
"""

import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography import x509

from ...dian.archive import File
from ...dian.reader import read
from ...dian.rules import Context, Evidence, evaluate
from ...dian.trust import TrustStore
from ...mailbox.message import parse_message
from .certificates import pem

REPOSITORY = Path(__file__).resolve().parents[3]
SERVED = frozenset({"800123456"})
#: The kernel ends a reading here, long after it has failed the test.
CPU_SECONDS = 30
ADDRESS_SPACE = 2 * 1024**3
_PROGRAM = (
    "from dev.bare import register_bare_packages; register_bare_packages();"
    "from l10n_co_einvoice_mail.tests.tools.measuring import serve; serve()"
)


@dataclass(frozen=True)
class Cost:
    """What a reading took, and what came of it.

    :param mebibytes: by which the memory grew at most, the mail's own bytes included.
    :param problems: codes of what could not be read.
    :param verdicts: of each document, "accepted" or the code of its reason.
    :param ended: "" by itself, else by which signal or exception.
    """

    seconds: float = 0.0
    mebibytes: float = 0.0
    problems: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    ended: str = ""


class Meter:
    """The interpreter that measures, a context manager; `trust` is by whom the documents are judged."""

    def __init__(self, trust):
        self._trust = {
            "anchors": [pem(anchor) for anchor in trust.anchors],
            "dian_signers": list(trust.dian_signers),
        }

    def __enter__(self):
        self._server = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        print(json.dumps(self._trust), file=self._server.stdin, flush=True)
        return self

    def __exit__(self, *_exception):
        self._server.stdin.close()
        self._server.stdout.close()
        self._server.wait()

    def measure(self, raw):
        """The `Cost` of the mail in `raw`: from its bytes to the verdicts on its documents."""
        with tempfile.NamedTemporaryFile(suffix=".eml") as file:
            file.write(raw)
            file.flush()
            print(file.name, file=self._server.stdin, flush=True)
            return Cost(**json.loads(self._server.stdout.readline()))


def judge_mail(raw, trust):
    """(codes of problems, verdicts) of a mail, read as the addon does."""
    message = parse_message(raw)
    reading = read([File(part.name, part.content) for part in message.attachments])
    known = {"served_nits": SERVED, "known_signers": ()}
    context = Context(trust=trust, subject=message.subject, **known)
    problems = [problem.code for problem in (*message.problems, *reading.problems)]
    return problems, [evaluate(Evidence(item, context)) for item in reading.edocuments]


def serve():
    """Measure the mails whose paths stand on the standard input, one line of JSON for each; the trust stands first."""
    given = json.loads(sys.stdin.readline())
    anchors = (x509.load_pem_x509_certificate(text.encode()) for text in given["anchors"])
    trust = TrustStore(tuple(anchors), frozenset(given["dian_signers"]))
    judge_mail(b"Subject: nothing\n\nnothing\n", trust)  # what is made once is made
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(asdict(_in_child(Path(line.strip()), trust))), flush=True)


def _in_child(path, trust):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        with os.fdopen(writer, "w") as report:
            json.dump(asdict(_measured(path, trust)), report)
            report.flush()
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as report:
        written = report.read()
    _pid, status, used = os.wait4(child, 0)
    if written:
        return Cost(**json.loads(written))
    return Cost(used.ru_utime + used.ru_stime, ended=f"signal {os.WTERMSIG(status)}")


def _measured(path, trust):
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    before, start = _peak(), time.process_time()
    problems, verdicts, ended = [], [], ""
    try:
        problems, verdicts = judge_mail(path.read_bytes(), trust)
    except Exception:  # noqa: BLE001 -- whatever it is, it is what the test looks for
        ended = traceback.format_exc()
    seconds, grown = time.process_time() - start, _peak() - before
    codes = [verdict.reason.code if verdict.reason else "accepted" for verdict in verdicts]
    return Cost(round(seconds, 3), round(grown, 1), tuple(problems), tuple(codes), ended)


def _peak():
    """The highest resident memory so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
