import dataclasses
import hashlib
import logging
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import psycopg2
from odoo import api, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError

from ...dian.limits import Limits as ContentLimits
from ...mailbox.errors import MailboxError
from ...mailbox.message import Limits as MessageLimits
from ...mailbox.message import parse_message
from ..shared.ir_attachment import WHOLE_FILES
from .read_ahead import READ_AHEAD, ReadAhead
from .received_mail import facts_of

_logger = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
# One round of fetch, read, book and file away: large enough for sets of server commands, small enough to stop in time.
ROUND_MAILS = 200
ROUND_BYTES = 32 * MEBIBYTE
# Mails and documents in one transaction. Larger batches gain nothing and lose more work to a crash.
READ_BATCH = 50
READ_BYTES = 16 * MEBIBYTE
BOOK_BATCH = 60
# Of one conversation with a mail server, however slowly it speaks.
SESSION_SECONDS = 300
# Another transaction touched the same rows: the work is sound and is simply done again.
CONCURRENCY_ERRORS = (psycopg2.OperationalError, psycopg2.errors.UniqueViolation, ConcurrencyError)
CONCURRENCY_TRIES = 4


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


class ReadingLimits(NamedTuple):
    message: MessageLimits
    content: ContentLimits


class Reception(models.AbstractModel):
    """One run on one mailbox: fetch, read, book, file away.

    Every stage works on what the stage before it has committed, and each can be repeated: a process
    killed at any point loses and doubles nothing. The database is written exactly once; the mail
    server's folders at least once.
    """

    _name = "l10n_co.reception"
    _description = "Reception run (Colombian e-invoice mail)"

    @api.model
    def _check_user(self):
        """:raise AccessError: the user may not work with received mail"""
        if not self.env.su and not self.env.user.has_group("l10n_co_einvoice_mail.group_user"):
            raise AccessError(self.env._("You need the right «E-invoice mail / User» for this."))

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
        filing = self.env["l10n_co.filing"]
        new = self._retried(lambda: self._reconcile(server, mailbox))
        since = server._l10n_co_since()
        if new and since:
            new = mailbox.arrived_since(new, since)
        for chunk in _rounds(new):
            self._fetch(server, mailbox, chunk, report)
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

    def _commit(self):
        self.env["ir.cron"]._commit_progress()

    def _retried(self, work):
        """Do `work` and commit it; begin anew, after a while, when another transaction touched the same rows.

        :return: what `work` returns
        :raise: one of CONCURRENCY_ERRORS, when that happens too often; `work` has not been done then
        """
        attempt = 1
        while True:
            try:
                result = work()
                self._commit()
            except CONCURRENCY_ERRORS:
                self.env.cr.rollback()
                if attempt == CONCURRENCY_TRIES:
                    raise
                # Two that met do not meet again.
                time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311 - no secret
                attempt += 1
            else:
                return result

    # ---- fetch -----------------------------------------------------------------------------------

    def _reconcile(self, server, mailbox):
        """Compare the inbox with the ledger.

        :return: list of the entries of the inbox that the ledger does not know
        """
        inbox = {entry.uid: entry for entry in mailbox.list_new()}
        known = self.env["l10n_co.received.mail"].search(
            [
                ("server_id", "=", server.id),
                ("uidvalidity", "=", mailbox.uidvalidity),
                ("uid", "in", list(inbox)),
            ]
        )
        filing = server._l10n_co_filing()
        known -= self._reused(mailbox, inbox, known, filing)
        if filing != "leave":
            # In the inbox in spite of what was noted: it is filed again.
            known.filtered(lambda mail: mail.filed == "filed" or mail.filed_folder).write(
                {"filed": "pending", "filed_folder": False}
            )
            self.env["l10n_co.filing"]._note_gone(server, mailbox.uidvalidity, known)
        unfetched = self.env["l10n_co.received.mail"]._unfetched(server)
        (unfetched - known).unlink()
        known_uids = set((known - unfetched).mapped("uid"))
        return [entry for uid, entry in inbox.items() if uid not in known_uids]

    def _reused(self, mailbox, inbox, known, filing):
        """Servers may give a UIDL again to another mail, although RFC 1939 §7 forbids it, or a UID
        when their folders were restored under the old UIDVALIDITY. A mail that should be gone, or
        that has another size, is looked at before it counts as the one of the ledger.

        :return: the rows whose UID belongs to another mail now; they give it up
        """
        doubtful = {
            mail.uid: mail
            for mail in known.filtered("raw_attachment_id")
            if mail.size != inbox[mail.uid].size or (mail.filed == "filed" and filing != "leave")
        }
        reused = known.browse()
        for entry, raw in mailbox.fetch([inbox[uid] for uid in doubtful]):
            if hashlib.sha256(raw).hexdigest() != doubtful[entry.uid].sha256:
                reused += doubtful[entry.uid]
        for mail in reused:
            mail.uid = f"{mail.uid} #{mail.id}"
        return reused

    def _fetch(self, server, mailbox, entries, report):
        """Store the exact bytes of these mails, each with a row of the ledger, and commit them."""
        limit = self._limits().message.raw_bytes
        fitting = [entry for entry in entries if entry.size <= limit]
        self._store_oversized(server, mailbox, [e for e in entries if e.size > limit], limit)
        batch, batch_bytes = [], 0
        for entry, raw in mailbox.fetch(fitting):
            batch.append((entry, raw))
            batch_bytes += len(raw)
            if len(batch) >= READ_BATCH or batch_bytes >= READ_BYTES:
                report.fetched += self._store(server, mailbox.uidvalidity, batch)
                batch, batch_bytes = [], 0
        report.fetched += self._store(server, mailbox.uidvalidity, batch)
        self._store_refused(server, mailbox, fitting)

    def _store(self, server, uidvalidity, batch):
        """:param list batch: (Entry, bytes)
        :return: how many of them are new
        """
        uids = {entry.uid for entry, _raw in batch}
        unfetched = self.env["l10n_co.received.mail"]._unfetched(server)
        # Refused before: the row of the mail itself takes the place of the note.
        unfetched.filtered(lambda m: m.uidvalidity == uidvalidity and m.uid in uids).unlink()
        batch = self._adopt_moved(server, uidvalidity, batch)
        mails = self.env["l10n_co.received.mail"].create(
            [
                {
                    **self._position(server, uidvalidity, entry),
                    "size": len(raw),
                    "sha256": hashlib.sha256(raw).hexdigest(),
                }
                for entry, raw in batch
            ]
        )
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{mail.sha256[:16]}.eml",
                    "raw": raw,
                    "mimetype": "message/rfc822",
                    "res_model": mail._name,
                    "res_id": mail.id,
                }
                for mail, (_entry, raw) in zip(mails, batch, strict=True)
            ]
        )
        for mail, attachment in zip(mails, attachments, strict=True):
            mail.raw_attachment_id = attachment
        self._commit()
        return len(mails)

    def _store_oversized(self, server, mailbox, entries, limit):
        """Note mails that are too large to be fetched, with what their headers say."""
        for entry, header in mailbox.fetch_headers(entries):
            position = self._position(server, mailbox.uidvalidity, entry)
            facts = facts_of(parse_message(header))
            mail = self.env["l10n_co.received.mail"].create(
                {**position, "size": entry.size, **facts}
            )
            mail._fail("mail_too_big", {"size": str(entry.size), "limit": str(limit)})
            self._commit()

    def _store_refused(self, server, mailbox, entries):
        """Note mails that the server lists and does not hand out."""
        for entry in entries:
            if error := mailbox.refused.get(entry.uid):
                position = self._position(server, mailbox.uidvalidity, entry)
                self.env["l10n_co.received.mail"]._note_refused(
                    position, entry.size, error.server_answer
                )
                self._commit()

    def _position(self, server, uidvalidity, entry):
        return {
            "server_id": server.id,
            "company_id": server.l10n_co_company_id.id,
            "uidvalidity": uidvalidity,
            "uid": entry.uid,
        }

    def _adopt_moved(self, server, uidvalidity, batch):
        """Recognise mails that are in the ledger under another position: the server renumbered its
        folder, or a person put a mail back into the inbox to have it tried again.

        :return: the mails of `batch` that are really new
        """
        arrived = defaultdict(list)
        for entry, raw in batch:
            arrived[hashlib.sha256(raw).hexdigest()].append(entry)
        moved = self.env["l10n_co.received.mail"].search(
            [
                ("server_id", "=", server.id),
                ("sha256", "in", list(arrived)),
                "|",
                ("filed", "=", "filed"),
                ("uidvalidity", "!=", uidvalidity),
            ],
            # Those that never left the inbox are met again first.
            order="filed desc, id",
        )
        adopted = set()
        for mail in moved:
            if not arrived[mail.sha256]:
                continue
            entry = arrived[mail.sha256].pop(0)
            adopted.add(entry.uid)
            mail.write(
                {
                    "uidvalidity": uidvalidity,
                    "uid": entry.uid,
                    "filed": "pending",
                    "filed_folder": False,
                }
            )
            if mail.state == "failed":
                mail.write({"state": "fetched", "attempts": 0})
        return [(entry, raw) for entry, raw in batch if entry.uid not in adopted]

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
            self._read_batch(self._retried(batch._begin_attempt))
            report.processed += len(batch.filtered(lambda mail: mail.state == "processed"))
            report.failed += len(batch.filtered(lambda mail: mail.state == "failed"))

    def _read_batch(self, mails):
        """Read and commit; when the batch fails, each mail for itself, so that one mail never stops the others."""
        try:
            self._retried(mails._read_mails)
        except CONCURRENCY_ERRORS:
            _logger.warning("Mails %s stay to be read: the database is busy", mails.ids)
            self._retried(lambda: mails.write({"attempts": 0}))
        except Exception:
            self.env.cr.rollback()
            if len(mails) > 1:
                for mail in mails:
                    self._read_batch(mail)
                return
            _logger.exception("Mail %s could not be read", mails.id)
            mails._fail("read_error")
            self._commit()

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
            report.bills += self._book_batch(self._retried(batch._begin_booking))

    def _book_batch(self, documents):
        """:return: how many bills were drafted and committed"""
        try:
            return len(self._retried(documents._book))
        except CONCURRENCY_ERRORS:
            _logger.warning("Documents %s stay to be booked: the database is busy", documents.ids)
            self._retried(lambda: documents.write({"book_attempts": 0}))
            return 0
        except Exception as error:
            self.env.cr.rollback()
            if len(documents) > 1:
                return sum(self._book_batch(document) for document in documents)
            _logger.exception("Document %s could not be booked", documents.id)
            documents._fail_booking("bill_error", {"error": type(error).__name__})
            self._commit()
            return 0

    # ---- limits ----------------------------------------------------------------------------------

    @api.model
    def _limits(self):
        """:return: Limits of a mail and of its content; a system parameter `l10n_co_einvoice_mail.limit_NAME`
        changes one
        """
        get_param = self.env["ir.config_parameter"].sudo().get_param

        def limits(kind):
            values = {
                field.name: get_param(f"l10n_co_einvoice_mail.limit_{field.name}")
                for field in dataclasses.fields(kind)
            }
            return kind(**{name: int(value) for name, value in values.items() if value})

        return ReadingLimits(message=limits(MessageLimits), content=limits(ContentLimits))


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
