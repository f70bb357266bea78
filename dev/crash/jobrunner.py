"""Two Odoos on one database, each with the runner of OCA's job queue, and one of them is killed."""

import copy
import itertools
import shutil
import socket
import socketserver
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

from .. import databases, environment, paths, serving
from ..paths import Problem
from . import audit, family, mails
from .stage import mailbed

MAILBOXES, LETTERS = 4, 20
BEGUN = 10  # mails that are recorded when the one is killed
# The queue gives up on a killed job after ten seconds, and its runners look for a leader every five.
PATIENCE = 100
SETTLING_SECONDS = 5
CHANNELS = "root:4,root.l10n_co_mail:3,root.l10n_co_book:1"
RECORDED = "SELECT count(*) FROM l10n_co_received_mail WHERE server_id = ANY(%s)"
JOBS = "SELECT count(*) FROM queue_job WHERE state IN %s"
AT_ONCE = "UPDATE queue_job SET eta = NULL WHERE state = 'pending' AND eta IS NOT NULL"
WAITING = "SELECT name, state, retry, eta, date_started FROM queue_job WHERE state IN %s"
OPEN, BROKEN = ("pending", "enqueued", "started"), ("failed",)


def one_of_two_killed(case):
    """The jobs of several mailboxes are done by two Odoos; the one that leads is killed in the middle."""
    with _second_stage(case) as stage:
        second = copy.copy(case)
        second.stage, second.inboxes = stage, []
        inboxes = [second.inbox() for _number in range(MAILBOXES)]
        for inbox in inboxes:
            second.deliver(inbox, LETTERS)
        with _two_odoos(stage) as (leader, _other):
            stage.nursery.do("cron")
            _await(lambda: stage.sql(RECORDED, (_ids(inboxes),))[0][0] >= BEGUN, lambda: "no mails")
            leader.kill()
            case.kills += 1
            done, left = partial(_settled, stage, inboxes), partial(_what_is_left, stage, inboxes)
            _await(done, left, every=SETTLING_SECONDS)
        _tell(case, audit.count(stage, inboxes), stage)


def _ids(inboxes):
    return [inbox.id for inbox in inboxes]


def _settled(stage, inboxes):
    """What is to be tried again in a minute, or in five, is tried now."""
    if not _left(stage, inboxes):
        return True
    stage.forgive()
    stage.sql(AT_ONCE)
    if not stage.sql(JOBS, (OPEN,))[0][0]:
        stage.nursery.do("cron")
    return False


def _left(stage, inboxes):
    return audit.unfinished(stage, inboxes) or stage.sql(JOBS, (OPEN,))[0][0]


def _what_is_left(stage, inboxes):
    jobs = stage.sql(WAITING, (OPEN,))
    return (
        f"{audit.unfinished(stage, inboxes)} mails and documents, and these jobs were left: {jobs}"
    )


def _tell(case, findings, stage):
    case.sent += findings.mails
    case.lost += findings.lost + findings.misfiled
    case.doubled += findings.doubled + findings.copied
    if failed := stage.sql(JOBS, (BROKEN,))[0][0]:
        case.broken.append(f"{failed} jobs have failed")


@contextmanager
def _second_stage(case):
    """The stage with a database of its own, in which OCA's queue is installed."""
    server = case.stage.cluster.server
    stage = copy.copy(case.stage)
    stage.database = f"{case.stage.database}-queue"
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, databases.FILESTORE / stage.database, ignore_errors=True)
        databases.copy(server, databases.with_guests(server), stage.database)
        variables = environment.with_guests(server)
        stage.nursery = stack.enter_context(family.nursery(server, stage.database, variables))
        smtp = {"host": "127.0.0.1", "port": 1, "user": "x", "password": "x"}
        facts = {"vat": mails.company_vat(), "smtp": smtp, **stage.writer.trust}
        stage.nursery.warm("prepare", facts=facts)
        yield stage


@contextmanager
def _two_odoos(stage):
    """Two that do jobs, while the block lasts, their crons at rest; the first one's runner leads.

    A runner asks one address for all its jobs: behind it, as with several machines, a balancer shares them out.
    """
    ports = mailbed.free_ports(2)
    with Balancer(ports) as balancer, ExitStack() as stack:
        variables = {
            **environment.with_guests(stage.cluster.server),
            "ODOO_QUEUE_JOB_CHANNELS": CHANNELS,
            "ODOO_QUEUE_JOB_HOST": serving.HOST,
            "ODOO_QUEUE_JOB_PORT": str(balancer.port),
        }
        options = ("--load=base,web,queue_job", "--max-cron-threads=0", "--log-level=warn")
        yield [
            stack.enter_context(
                serving.odoo(
                    stage.database,
                    port,
                    paths.LOGS / f"crash-queue-{number}.log",
                    variables,
                    *options,
                )
            )
            for number, port in enumerate(ports, 1)
        ]


class Balancer(socketserver.ThreadingTCPServer):
    """Hands each connection to the next of some ports of this machine that takes one."""

    daemon_threads = True

    def __init__(self, ports):
        """:param list ports: of servers on loopback"""
        super().__init__((serving.HOST, 0), socketserver.BaseRequestHandler)
        self.port = self.server_address[1]
        self._next = itertools.cycle(ports)
        self._count = len(ports)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.server_close()

    def finish_request(self, request, client_address):
        """Carry the bytes of a request and its answer."""
        with suppress(OSError), self._connected() as server:
            back = threading.Thread(target=_carry, args=(server, request), daemon=True)
            back.start()
            _carry(request, server)
            back.join()

    def _connected(self):
        for _try in range(self._count):
            with suppress(ConnectionRefusedError):
                return socket.create_connection((serving.HOST, next(self._next)))
        raise ConnectionRefusedError


def _carry(source, target):
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def _await(condition, left, every=0.1):
    """:param left: function that says what is still to be done"""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise Problem(f"Not done within {PATIENCE} s: {left()}")
        time.sleep(every)
