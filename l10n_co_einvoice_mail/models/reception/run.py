"""One run on one mailbox: fetch, read, book, file away.

Every step works on what the step before it has committed, and each can be repeated: a process killed at any point
loses and doubles nothing. The database is written exactly once; the mail server's folders at least once. Which states
a mail goes through, and who takes it from one to the next, is the table of `ledger.mail_states`.

One bad thing stops nothing else:

* A mail that the server refuses, or hands out in part, is noted by itself (`Intake`).
* Where the conversation breaks off, what has come is stored; the mails that were asked for then are asked for one by
  one in a new session, until the one is found at which it breaks off. It is noted, and asked for later and last.
* A mail whose reading fails, or whose document cannot be booked, fails alone.
"""

import collections
import logging
import math
import threading
import time
from dataclasses import dataclass

import psycopg2
from odoo.exceptions import UserError
from odoo.tools import config

from ...mailbox import failures
from ...mailbox.base import BATCH_COUNT
from ...mailbox.errors import ConnectionLost, MailboxError, Throttled
from ..ledger.read_ahead import READ_AHEAD, ReadAhead
from ..shared import transactions
from ..shared.ir_attachment import WHOLE_FILES
from .filing import Filing
from .intake import Intake

_logger = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
# One round of fetch, read, book and file away: large enough for sets of server commands, small enough to stop in time.
ROUND_MAILS = 400
ROUND_BYTES = 32 * MEBIBYTE
# Mails and documents in one transaction. More gain nothing and lose more work to a crash.
READ_BATCH = 400
READ_BYTES = 16 * MEBIBYTE
BOOK_BATCH = 60
# Of one conversation with a mail server, where Odoo sets its processes no limit.
SESSION_SECONDS = 3600
# What is left of Odoo's limit when the conversation is ended, to store and understand what has come.
MARGIN_SECONDS = 20
# New sessions in a run: servers count logins.
MAX_BREAKS = 5


class MailboxBusy(UserError):
    """Somebody else is reading this mailbox now."""


@dataclass
class Report:
    """What one run on one mailbox did."""

    fetched: int = 0
    processed: int = 0
    failed: int = 0
    bills: int = 0
    filed: int = 0
    has_more: bool = False
    error: MailboxError | None = None


def receive(server, seconds, error=None, opening=None):
    """Receive what is in a mailbox.

    The mailbox's row is locked by this transaction until its end; the work is committed by another one, batch by
    batch.

    :param server: one fetchmail.server, sudo
    :param float seconds: when to stop beginning new rounds
    :param MailboxError error: why the mail server is known not to answer now; what was fetched is still read and
        booked
    :param Opening opening: its connection, where that was begun before
    :return: Report
    :raise MailboxBusy: another run holds the mailbox
    """
    env = server.env
    busy = env._("%s is being read right now.", server.name)
    if not server.try_lock_for_update(allow_referencing=True):
        raise MailboxBusy(busy)
    report = Report()
    # What the run writes down is for the company's people, whoever started it.
    context = {
        "ir_cron_progress_id": None,
        "lang": server.l10n_co_company_id.partner_id.lang or env.lang,
        WHOLE_FILES: True,
        READ_AHEAD: ReadAhead(),
    }
    session_seconds = _session_seconds(is_cron="cron_id" in env.context)
    try:
        with env.registry.cursor() as cr:
            worker = server.with_env(env(cr=cr)).with_context(**context)
            Run(worker, report, time.monotonic() + seconds).work(session_seconds, error, opening)
    except psycopg2.errors.UniqueViolation as twice:
        # The session that holds the lock was lost: another run has begun, and stores the same mails.
        raise MailboxBusy(busy) from twice
    server._l10n_co_note_run(report)
    return report


def _session_seconds(is_cron):
    """:return: how long a conversation may last before Odoo ends the process it is in"""
    limit = config["limit_time_real"]
    if is_cron and config["limit_time_real_cron"] >= 0:
        limit = config["limit_time_real_cron"]
    if not limit:
        return SESSION_SECONDS
    started = getattr(threading.current_thread(), "start_time", None) or time.time()
    return max(limit - (time.time() - started) - MARGIN_SECONDS, MARGIN_SECONDS)


class Run:
    """One run on a mailbox.

    :ivar server: fetchmail.server, sudo, in the environment that is committed
    :ivar report: Report, written as the work goes on
    :ivar mailbox: the open mailbox.base.Mailbox; None before it is
    """

    def __init__(self, server, report, deadline):
        """:param float deadline: monotonic time after which no new round begins"""
        self.server = server
        self.env = server.env
        self.report = report
        self.deadline = deadline
        self.mailbox = self.intake = self.filing = None
        self._breaks = 0

    def work(self, session_seconds, error=None, opening=None):
        """Do all the steps; what the mail server, or the way to it, refuses is told in the report.

        :param float session_seconds: how long the conversation may last
        :param MailboxError error: why there is none
        :param Opening opening: the connection, where that was begun before
        """
        try:
            if error:
                raise error
            wanted = self.server._l10n_co_mailbox()
            with opening.mailbox_for(wanted) if opening else wanted as mailbox:
                mailbox.limit_session(session_seconds)
                self._receive(mailbox)
            self.filing.confirm_deleted()
        except MailboxError as error:
            _logger.info("Mailbox %s: %s %s", self.server.id, error.code, error.server_answer)
            self.report.error = error
            # What was fetched is understood whether or not the mail server answers.
            self.understand()

    def _receive(self, mailbox):
        self.mailbox = mailbox
        self.intake = Intake(self.server, mailbox, self.report)
        self.filing = Filing(self.server, mailbox, self.report)
        new = self._list()
        for chunk in _rounds(new):
            self.fetch(chunk)
            self.understand()
            self.filing.file_away()
            if time.monotonic() > self.deadline:
                self.report.has_more = chunk[-1:] != new[-1:]
                break
        if not self.report.has_more:
            self.filing.forget_positions()
        self.filing.file_anew()

    # ---- fetch -----------------------------------------------------------------------------------

    def _list(self):
        """:return: entries of the mails that are to be fetched; those that were asked for in vain are the last"""
        try:
            inbox = self.mailbox.list_new()
        except (ConnectionLost, Throttled):
            self._reopen()
            inbox = self.mailbox.list_carefully()
        present = {entry.uid: entry for entry in inbox}
        self._surviving(self.intake.look_again, self.intake.doubtful(present))
        new = transactions.retried(self.env, lambda: self.intake.reconcile(present))
        if self._broke_off_before():
            self.intake.alone.update(entry.uid for entry in new[:BATCH_COUNT])
        since = self.server._l10n_co_since()
        if new and since:
            new = self._surviving(lambda entries: self.mailbox.arrived_since(entries, since), new)
            self.intake.store_refused(present.values())
        return new

    def _broke_off_before(self):
        failure = failures.FAILURES.get(self.server.l10n_co_failure_code)
        return failure and issubclass(failure.error, (ConnectionLost, Throttled))

    def fetch(self, entries):
        """Store these mails, committed; those that are not handed out are noted."""
        self._surviving(self.intake.fetch, entries)

    def _surviving(self, ask, entries):
        """Ask for some mails, in new sessions as often as the conversation breaks off at one of them.

        :param ask: function of a list of entries
        :return: what it returns
        :raise MailboxError: it broke off for another reason, or too often
        """
        self.intake.done.clear()
        while True:
            try:
                return ask(entries)
            except MailboxError as error:
                self.filing.forget_deletions()
                self.intake.blame(error, entries)
                if not error.asked or error.data.get("seconds") or not self._may_go_on():
                    raise
                entries = [entry for entry in entries if entry.uid not in self.intake.done]
                self._reopen()

    def _may_go_on(self):
        self._breaks += 1
        return self._breaks <= MAX_BREAKS and time.monotonic() < self.deadline

    def _reopen(self):
        self.filing.forget_deletions()
        self.mailbox.reopen()

    # ---- read ------------------------------------------------------------------------------------

    def understand(self):
        """Read and book all that was fetched."""
        self.read()
        if self.server._l10n_co_books_at_once():
            self.book()

    def read(self):  # pylint: disable=method-required-super
        """Read every fetched mail of the mailbox: what this run has stored, then what others left, in batches; one
        that already ended a process alone and last.
        """
        Mail = self.env["l10n_co.received.mail"]
        while self.intake and self.intake.stored:
            contents = self.intake.stored.pop(0)
            self.read_batch(Mail.union(*contents), contents)
        domain = [
            ("server_id", "=", self.server.id),
            ("state", "=", "fetched"),
            ("raw_attachment_id", "!=", False),
        ]
        done = Mail
        while mails := Mail.search(
            [*domain, ("id", "not in", done.ids)], order="attempts, id", limit=READ_BATCH
        ):
            batch = mails._first_batch(READ_BYTES)
            done += batch
            self.read_batch(transactions.retried(self.env, batch._begin_attempt))

    def read_batch(self, mails, contents=None):
        """Read and commit; when the batch fails, each mail for itself, so that one mail never stops the others.

        :param mails: whose attempt is counted and committed
        :param dict contents: {mail: its stored bytes} of those whose bytes are still in memory
        """

        def read():
            mails._read_mails(contents)
            return collections.Counter(mails.mapped("state"))

        try:
            ends = transactions.retried(self.env, read)
            self.report.processed += ends["processed"]
            self.report.failed += ends["failed"]
        except transactions.CONCURRENCY_ERRORS:
            _logger.warning("Mails %s stay to be read: the database is busy", mails.ids)
            transactions.retried(self.env, lambda: mails._step("put off"))
        except Exception:
            self.env.cr.rollback()
            if len(mails) > 1:
                for mail in mails:
                    self.read_batch(mail, contents)
                return
            _logger.exception("Mail %s could not be read", mails.id)
            mails._fail("read_error")
            transactions.commit(self.env)
            self.report.failed += 1

    # ---- book ------------------------------------------------------------------------------------

    def book(self, deadline=math.inf):
        """Draft the bills that are still to be made of this mailbox's documents.

        :param float deadline: monotonic time after which no further ones begin
        """
        Document = self.env["l10n_co.received.document"]
        domain = [("booking", "=", "pending"), ("mail_ids.server_id", "=", self.server.id)]
        done = Document
        while time.monotonic() < deadline and (
            documents := Document.search(
                [*domain, ("id", "not in", done.ids)], order="book_attempts, id", limit=BOOK_BATCH
            )
        ):
            # One that already ended a process is booked alone.
            batch = documents if not documents[0].book_attempts else documents[:1]
            done += batch
            begun = transactions.retried(self.env, batch._begin_booking)
            self.report.bills += self._book_batch(begun)

    def _book_batch(self, documents):
        """:return: how many bills were drafted and committed"""
        try:
            return len(transactions.retried(self.env, documents._book))
        except transactions.CONCURRENCY_ERRORS:
            _logger.warning("Documents %s stay to be booked: the database is busy", documents.ids)
            transactions.retried(self.env, lambda: documents.write({"book_attempts": 0}))
            return 0
        except Exception as error:
            self.env.cr.rollback()
            if len(documents) > 1:
                return sum(self._book_batch(document) for document in documents)
            _logger.exception("Document %s could not be booked", documents.id)
            documents._fail_booking("bill_error", {"error": type(error).__name__})
            transactions.commit(self.env)
            return 0


def _rounds(entries):
    """Cut the list of new mails into rounds; at least one, so that what an earlier run left is finished too."""
    chunk, size = [], 0
    for entry in entries:
        if chunk and (len(chunk) >= ROUND_MAILS or size + entry.size > ROUND_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(entry)
        size += entry.size
    yield chunk
