"""Where a child process ends itself: named points on the way of a mail, reached by patching the addon's methods.

Runs in the children of the nursery, with Odoo's packages.
"""

import importlib
import os
import resource
import select
import signal
import sys
from dataclasses import dataclass

ADDON = "odoo.addons.l10n_co_einvoice_mail"
BEFORE, AFTER, TORN, SENT, ANSWERED = "before", "after", "torn", "sent", "answered"
TORN_BYTES = 1000  # of a file are written; each mail and each invoice has more


@dataclass(frozen=True)
class Point:
    """A place in the program.

    `target` is `module:Class.method` below the addon, or the verb of a mail server's command; `when` is before or after
    that method, or in the middle of the first file that it writes, or once the command was sent, or when its answer has
    come and is not read. `within`: only below a function of that name. `kinds`: the mailboxes on which it can be
    reached.
    """

    name: str
    target: str
    when: str
    within: str = ""
    kinds: tuple = ("move", "copy", "plain", "pop")


FOLDERS = ("move", "copy", "plain")
COPIES = ("copy", "plain")
RUN = "models.reception.run:Run"
COMMIT = "models.shared.transactions:commit"
INTAKE = "models.reception.intake:Intake"
FILING = "models.reception.filing:Filing"
POP = "mailbox.pop:PopMailbox"

POINTS = (
    Point("fetched, not stored", f"{INTAKE}.store", BEFORE),
    Point("a mail's file half written", f"{INTAKE}.store", TORN),
    Point("stored, not committed", COMMIT, BEFORE, within=f"{INTAKE}.store"),
    Point("committed, not read", COMMIT, AFTER, within=f"{INTAKE}.store"),
    Point("attempt counted", f"{RUN}.read_batch", BEFORE),
    Point("inside a reading", "models.ledger.received_mail:ReceivedMail._reading", AFTER),
    Point("document recorded", "models.ledger.recorder:Recorder._create", AFTER),
    Point("mail settled", "models.ledger.received_mail:ReceivedMail._settle", AFTER),
    Point("read, not committed", "models.ledger.received_mail:ReceivedMail._read_mails", AFTER),
    Point("read and committed", f"{RUN}.book", BEFORE),
    Point("inside a bill's creation", "models.bills.bill_import:BillImport._create", AFTER),
    Point("a bill's file half written", "models.bills.bill_import:BillImport._attach", TORN),
    Point(
        "bills drafted, not committed",
        "models.bills.received_document:ReceivedDocument._book",
        AFTER,
    ),
    Point("bills committed, not filed", f"{FILING}.file_away", BEFORE),
    Point("MOVE sent, not answered", "MOVE", SENT, kinds=("move",)),
    Point("MOVE answered, not read", "MOVE", ANSWERED, kinds=("move",)),
    Point("COPY sent, not answered", "COPY", SENT, kinds=COPIES),
    Point("COPY done, STORE not", "COPY", ANSWERED, kinds=COPIES),
    Point("STORE done, EXPUNGE not", "STORE", ANSWERED, kinds=COPIES),
    Point("EXPUNGE sent, not answered", "EXPUNGE", SENT, kinds=COPIES),
    Point("moved, not noted", f"{FILING}._note_filed", BEFORE, kinds=FOLDERS),
    Point(
        "backup sent, not noted",
        "models.reception.backup:Backup._send",
        AFTER,
        kinds=("pop",),
    ),
    Point("backup noted, DELE not sent", f"{POP}.file_away", BEFORE, kinds=("pop",)),
    Point("DELE sent, before QUIT", f"{POP}.close", BEFORE, kinds=("pop",)),
    Point("after QUIT, not noted", f"{POP}.close", AFTER, kinds=("pop",)),
    Point(
        "all done, run not noted",
        "models.reception.fetchmail_server_run:FetchmailServer._l10n_co_note_run",
        BEFORE,
    ),
)

DELIVERY = "models.emission.delivery:Delivery"
# On the way of a mail that is sent.
SENDING_POINTS = (
    Point("begun, not handed over", f"{DELIVERY}.begin", AFTER),
    Point("taken by the server, not noted", f"{DELIVERY}.succeed", BEFORE),
    Point("noted, the next not begun", f"{DELIVERY}.succeed", AFTER),
)


def named(name):
    """:return: the Point that is called so"""
    return next(point for point in (*POINTS, *SENDING_POINTS) if point.name == name)


def arm(point, nth):
    """Let this process kill itself when it comes to `point` for the `nth` time."""
    countdown = _Countdown(nth, _tear_next_file if point.when == TORN else _end)
    if point.when in (SENT, ANSWERED):
        _patch_command(point, countdown)
    else:
        _patch_method(point, countdown)


def check():
    """Find every point's method, and the one that it has to lie within.

    :raises AttributeError: the addon has no such method any more
    """
    for point in (*POINTS, *SENDING_POINTS):
        if point.when not in (SENT, ANSWERED):
            for target in filter(None, (point.target, point.within)):
                getattr(*_find(target))


class _Countdown:
    def __init__(self, nth, act):
        self.left = nth
        self.act = act

    def __call__(self):
        self.left -= 1
        if not self.left:
            self.act()


def _end():
    os.kill(os.getpid(), signal.SIGKILL)


def _tear_next_file():
    """The kernel ends this process when the next file has `TORN_BYTES`; they stay written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the log has more
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (TORN_BYTES, TORN_BYTES))


def _find(target):
    module, _colon, path = target.partition(":")
    owner, _dot, name = path.rpartition(".")
    imported = importlib.import_module(f"{ADDON}.{module}")
    return getattr(imported, owner) if owner else imported, name


def _patch_method(point, countdown):
    owner, name = _find(point.target)
    original = getattr(owner, name)
    within = _find(point.within)[1] if point.within else None

    def patched(*args, **kwargs):
        is_here = not within or _is_within(within)
        if is_here and point.when != AFTER:
            countdown()
        result = original(*args, **kwargs)
        if is_here and point.when == AFTER:
            countdown()
        return result

    setattr(owner, name, patched)


def _is_within(name):
    frame = sys._getframe(2)
    while frame:
        if frame.f_code.co_name == name:
            return True
        frame = frame.f_back
    return False


def _patch_command(point, countdown):
    """imaplib sends a command with `_command` and reads its answer afterwards."""
    import imaplib

    original = imaplib.IMAP4._command

    def patched(self, name, *args):
        tag = original(self, name, *args)
        verbs = [word.decode() if isinstance(word, bytes) else str(word) for word in (name, *args)]
        if point.target in verbs[:2]:
            if point.when == ANSWERED:
                select.select([self.sock], [], [], 5)
            countdown()
        return tag

    imaplib.IMAP4._command = patched
