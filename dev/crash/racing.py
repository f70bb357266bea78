"""Scenarios in which several work on the same at the same time."""

import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress

import psycopg2
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from .. import postgres
from .proxy import PASS
from .stage import FOLDERS, PASSWORD

FILED_WITHIN = 0.006  # seconds that the mail server takes for a MOVE
# Of the run's two sessions the one that began first.
LOCK_HOLDER = """
    SELECT activity.pid FROM pg_locks lock JOIN pg_stat_activity activity USING (pid)
     WHERE lock.relation = 'fetchmail_server'::regclass AND lock.mode = 'RowShareLock'
       AND lock.granted AND activity.state = 'idle in transaction'
  ORDER BY activity.xact_start LIMIT 1
"""
RIVALRY = (
    "UPDATE l10n_co_received_mail SET write_date = now() WHERE id IN"
    " (SELECT id FROM l10n_co_received_mail WHERE server_id = ANY(%s) ORDER BY random() LIMIT 3)",
    "UPDATE l10n_co_received_document SET write_date = now() WHERE id IN"
    " (SELECT document_id FROM l10n_co_received_document_mail_rel ORDER BY document_id DESC LIMIT 4)",
    "UPDATE res_partner SET write_date = now() WHERE id IN"
    " (SELECT partner_id FROM account_move ORDER BY id DESC LIMIT 3)",
    "UPDATE account_move SET write_date = now() WHERE id IN"
    " (SELECT id FROM account_move ORDER BY id DESC LIMIT 5)",
)


def three_on_one_mailbox(case, rounds=8):
    """Two scheduled runs and «Fetch now» begin at the same moment."""
    inbox = case.inbox()
    for _round in range(rounds):
        case.deliver(inbox, 6, 14)
        runs = [case.start("cron"), case.start("fetch", mailbox=inbox.id), case.start("cron")]
        case.finish(*runs)


def lock_lost(case, rounds=6):
    """The session that holds the mailbox' lock is ended, its work goes on, and another run begins."""
    inbox = case.inbox()
    for _round in range(rounds):
        case.deliver(inbox, 10, 16)
        first = case.start("fetch", mailbox=inbox.id)
        if _end_lock_holder(case):
            case.troubles += 1
        case.finish(case.start("fetch", mailbox=inbox.id), first)


def _end_lock_holder(case, patience=5):
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if ended := case.stage.sql(f"SELECT pg_terminate_backend(pid) FROM ({LOCK_HOLDER}) holder"):
            return ended
        time.sleep(0.005)
    return []


def same_invoices_in_two_mailboxes(case, rounds=8):
    """Both mailboxes get the same invoices of the same new supplier, and are read at the same moment."""
    inboxes = [case.inbox(), case.inbox("copy")]
    for _round in range(rounds):
        letters = case.stage.writer.invoices(5, new_supplier=True)
        for inbox in inboxes:
            case.random.shuffle(letters)
            inbox.deliver(letters)
        case.finish(*(case.start("fetch", mailbox=inbox.id) for inbox in inboxes))


def killed_in_two_mailboxes(case, kills=20):
    """The same, and each run is killed at a random moment."""
    inboxes = [case.inbox(), case.inbox("plain")]
    usual = 1.0
    while case.kills < kills:
        letters = case.stage.writer.invoices(4, new_supplier=True)
        for inbox in inboxes:
            inbox.deliver(letters)
        begin = time.monotonic()
        runs = [case.start("fetch", mailbox=inbox.id) for inbox in inboxes]
        for run in runs:
            run.kill_after(case.random.uniform(0, usual))
        if case.finish(*runs) < len(runs):
            usual = max(0.2, 0.5 * usual + 0.6 * (time.monotonic() - begin))


def rival_transactions(case, rounds=6):
    """Somebody writes the same mails, documents, suppliers and bills all the time."""
    inboxes = [case.inbox(), case.inbox("pop")]
    for _round in range(rounds):
        for inbox in inboxes:
            case.deliver(inbox, 6, 10)
        with _Meanwhile(lambda: _rivalry(case, inboxes)) as rival:
            case.run()
        case.troubles += rival.times


def _rivalry(case, inboxes):
    server = case.stage.cluster.server
    connection = psycopg2.connect(
        host=server.host, port=server.port, user=postgres.ROLE, dbname=case.stage.database
    )
    connection.autocommit = True
    ids = [inbox.id for inbox in inboxes]
    try:
        with connection.cursor() as cursor:
            while True:
                statement = case.random.choice(RIVALRY)
                cursor.execute(statement, (ids,) if "%s" in statement else ())
                yield case.random.uniform(0.002, 0.01)
    finally:
        connection.close()


def database_restarted(case, rounds=8):
    """PostgreSQL is restarted, orderly or by a crash, while a run works."""
    inboxes = [case.inbox(), case.inbox("copy"), case.inbox("pop")]
    for number in range(rounds):
        for inbox in inboxes:
            case.deliver(inbox, 3, 6)
        run = case.start("cron")
        time.sleep(case.random.uniform(0.05, 1.0))
        case.stage.cluster.restart("immediate" if number % 2 else "fast")
        case.troubles += 1
        case.finish(run)


# ---- other mail programs -------------------------------------------------------------------------


def folders_renamed_and_deleted(case, rounds=12):
    """A person renames the folders, and deletes every other renamed one, just when mails are filed into them.

    Dovecot then refuses the command, and may leave copies of the mails in the renamed folder.
    """
    with case.proxied("move") as one, case.proxied("copy") as other:
        for _round in range(rounds):
            for inbox, proxy in (one, other):
                case.deliver(inbox, 6, 10)
                with _Meanwhile(lambda i=inbox, p=proxy: _tidy_up_in_time(case, i, p)):
                    case.run("fetch", mailbox=inbox.id)


def _tidy_up_in_time(case, inbox, proxy):
    filing = threading.Event()

    def rule(_count, line):
        if b" MOVE " in line or b" COPY " in line:
            filing.set()
        return PASS

    with program(inbox) as client:
        proxy.obey(rule)
        while True:
            if filing.wait(0.05):
                filing.clear()
                time.sleep(case.random.uniform(0, FILED_WITHIN))
                # What it wanted to work on has just gone.
                with suppress(IMAPClientError):
                    _tidy_up(case, inbox, client)
            yield 0


def _tidy_up(case, inbox, client):
    for folder in FOLDERS.values():
        if not client.folder_exists(folder):
            continue
        old = f"Viejos {time.monotonic_ns()}"
        client.rename_folder(folder, old)
        case.troubles += 1
        if case.random.random() < 0.5:
            case.gone.update(inbox.lying_in(old))
            client.delete_folder(old)
        else:
            case.aliases.setdefault(folder, set()).add(old)


def moved_by_another_program(case, rounds=8):
    """Another program takes mails out of the inbox while they are received, and puts them back later."""
    inboxes = [case.inbox(), case.inbox("copy")]
    for inbox in inboxes:
        with program(inbox) as client:
            client.create_folder("Otra")
    for _round in range(rounds):
        for inbox in inboxes:
            case.deliver(inbox, 8, 12)
            _run_beside(case, inbox, lambda client: _transfer(case, client, "INBOX", "Otra", 1))
    for inbox in inboxes:
        case.run("fetch", mailbox=inbox.id)
        case.copies.update(_in_two_places(inbox))
        with program(inbox) as client:
            _transfer(case, client, "Otra", "INBOX")


def _in_two_places(inbox):
    """Digests of the mails that the other program copied while they were filed, each of them for one copy."""
    folders = {name: Counter(digests) for name, digests in inbox.folders().items()}
    present = sum(folders.values(), Counter())
    return folders["Otra"] & (present - Counter(letter.digest for letter in inbox.letters))


def _transfer(case, client, source, target, count=None):
    """Copy mails into another folder and delete them, as old mail programs do."""
    client.select_folder(source)
    there = client.search("ALL")
    if chosen := case.random.sample(there, min(count or len(there), len(there))):
        client.add_flags(chosen, b"\\Seen")
        client.copy(chosen, target)
        client.delete_messages(chosen)
        client.uid_expunge(chosen)


def _run_beside(case, inbox, action):
    """Receive while another mail program does something again and again."""

    def steps():
        with program(inbox) as client:
            while True:
                # What it wanted to work on has just gone: it looks again.
                with suppress(IMAPClientError):
                    action(client)
                yield case.random.uniform(0.02, 0.1)

    with _Meanwhile(steps) as person:
        case.run("fetch", mailbox=inbox.id)
    case.troubles += person.times


@contextmanager
def program(inbox):
    """Another mail program that is logged in to a mailbox."""
    with IMAPClient("127.0.0.1", inbox.bed.imap, ssl=False) as client:
        client.login(inbox.address, PASSWORD)
        yield client


class _Meanwhile:
    """Does steps in a thread while the block lasts: `steps()` yields the seconds to wait between them."""

    def __init__(self, steps):
        self._steps = steps
        self._stop = threading.Event()
        self.times = 0
        self.failure = None
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        self._stop.set()
        self._thread.join()
        if self.failure:
            raise self.failure

    def _work(self):
        steps = self._steps()
        try:
            for pause in steps:
                self.times += 1
                if self._stop.wait(pause):
                    break
        except Exception as failure:  # noqa: BLE001 - raised where the block ends
            self.failure = failure
        finally:
            steps.close()
