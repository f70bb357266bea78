import logging
import time
from dataclasses import dataclass, field

import psycopg2
from odoo import api, models
from odoo.exceptions import UserError

from ...mailbox.errors import MailboxError
from ..ledger.read_ahead import READ_AHEAD, ReadAhead
from ..shared import transactions
from ..shared.ir_attachment import WHOLE_FILES

_logger = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
# One round of fetch, read, book and file away: large enough for sets of server commands, small enough to stop in time.
ROUND_MAILS = 200
ROUND_BYTES = 32 * MEBIBYTE
# Mails and documents in one transaction. More gain nothing and lose more work to a crash.
READ_BATCH = 50
READ_BYTES = 16 * MEBIBYTE
BOOK_BATCH = 60
# Of one conversation with a mail server, however slowly it speaks.
SESSION_SECONDS = 300


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
    # UIDL marked as deleted, mail; gone when the server has accepted the end of the session.
    deleting: dict = field(default_factory=dict)
    error: MailboxError | None = None


class Reception(models.AbstractModel):
    """One run on one mailbox: fetch, read, book, file away.

    Every stage works on what the stage before it has committed, and each can be repeated: a process
    killed at any point loses and doubles nothing. The database is written exactly once; the mail
    server's folders at least once.
    """

    _name = "l10n_co.reception"
    _description = "Reception run (Colombian e-invoice mail)"

    # ---- the run ---------------------------------------------------------------------------------

    @api.model
    def _run(self, server, seconds, error=None):
        """Receive what is in a mailbox.

        The mailbox's row is locked by this transaction until its end; the work is committed by another one,
        batch by batch.

        :param server: one fetchmail.server, sudo
        :param float seconds: when to stop beginning new rounds
        :param MailboxError error: why the mail server is known not to answer now; what was fetched is still
            read and booked
        :return: Report
        :raise MailboxBusy: another run holds the mailbox
        """
        if not server.try_lock_for_update(allow_referencing=True):
            raise MailboxBusy(self.env._("%s is being read right now.", server.name))
        deadline = time.monotonic() + seconds
        # What the run writes down is for the company's people, whoever started it.
        language = server.l10n_co_company_id.partner_id.lang or self.env.lang
        context = {
            "ir_cron_progress_id": None,
            "lang": language,
            WHOLE_FILES: True,
            READ_AHEAD: ReadAhead(),
        }
        try:
            with self.env.registry.cursor() as cr:
                worker = self.with_env(self.env(cr=cr)).with_context(**context)
                report = worker._work(server.with_env(worker.env), deadline, error)
        except psycopg2.errors.UniqueViolation as twice:
            # The session that holds the lock was lost: another run has begun, and stores the same mails.
            raise MailboxBusy(self.env._("%s is being read right now.", server.name)) from twice
        server._l10n_co_note_run(report)
        return report

    def _work(self, server, deadline, error):
        report = Report()
        try:
            if error:
                raise error
            with server._l10n_co_mailbox() as mailbox:
                mailbox.limit_session(SESSION_SECONDS)
                self._receive(server, mailbox, deadline, report)
            self.env["l10n_co.filing"]._confirm_deleted(mailbox, report)
        except MailboxError as error:
            _logger.info("Mailbox %s: %s %s", server.id, error.code, error.server_answer)
            report.error = error
            # What was fetched is understood whether or not the mail server answers.
            self._understand(server, report)
        return report

    def _receive(self, server, mailbox, deadline, report):
        intake, filing = self.env["l10n_co.intake"], self.env["l10n_co.filing"]
        new = transactions.retried(self.env, lambda: intake._reconcile(server, mailbox))
        since = server._l10n_co_since()
        if new and since:
            new = mailbox.arrived_since(new, since)
        for chunk in _rounds(new):
            intake._fetch(server, mailbox, chunk, report)
            self._understand(server, report)
            filing._file_away(server, mailbox, report)
            if time.monotonic() > deadline:
                report.has_more = chunk[-1:] != new[-1:]
                break
        if not report.has_more:
            filing._forget_positions(server, mailbox.uidvalidity)
        filing._file_anew(server, mailbox, report)

    def _understand(self, server, report):
        self._read(server, report)
        self._book(server, report)

    # ---- read ------------------------------------------------------------------------------------

    def _read(self, server, report):
        """Read every fetched mail of the mailbox: new ones in batches, one that already ended a process alone
        and last.
        """
        Mail = self.env["l10n_co.received.mail"]
        domain = [
            ("server_id", "=", server.id),
            ("state", "=", "fetched"),
            ("raw_attachment_id", "!=", False),
        ]
        done = Mail
        while mails := Mail.search(
            [*domain, ("id", "not in", done.ids)], order="attempts, id", limit=READ_BATCH
        ):
            batch = mails._first_batch(READ_BYTES)
            done += batch
            self._read_batch(transactions.retried(self.env, batch._begin_attempt))
            report.processed += len(batch.filtered(lambda mail: mail.state == "processed"))
            report.failed += len(batch.filtered(lambda mail: mail.state == "failed"))

    def _read_batch(self, mails):
        """Read and commit; when the batch fails, each mail for itself, so that one mail never stops the others."""
        try:
            transactions.retried(self.env, mails._read_mails)
        except transactions.CONCURRENCY_ERRORS:
            _logger.warning("Mails %s stay to be read: the database is busy", mails.ids)
            transactions.retried(self.env, lambda: mails.write({"attempts": 0}))
        except Exception:
            self.env.cr.rollback()
            if len(mails) > 1:
                for mail in mails:
                    self._read_batch(mail)
                return
            _logger.exception("Mail %s could not be read", mails.id)
            mails._fail("read_error")
            transactions.commit(self.env)

    # ---- book ------------------------------------------------------------------------------------

    def _book(self, server, report):
        """Draft the bills that are still to be made of this mailbox's documents."""
        Document = self.env["l10n_co.received.document"]
        domain = [("booking", "=", "pending"), ("mail_ids.server_id", "=", server.id)]
        done = Document
        while documents := Document.search(
            [*domain, ("id", "not in", done.ids)], order="book_attempts, id", limit=BOOK_BATCH
        ):
            # One that already ended a process is booked alone.
            batch = documents if not documents[0].book_attempts else documents[:1]
            done += batch
            report.bills += self._book_batch(transactions.retried(self.env, batch._begin_booking))

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
