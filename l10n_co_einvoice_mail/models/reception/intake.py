import functools
import hashlib
from collections import defaultdict
from dataclasses import dataclass

from odoo.tools import SQL

from ...mailbox import whole
from ...mailbox.errors import MailboxError
from ...mailbox.message import parse_message
from ..ledger.received_mail import facts_of
from ..shared import transactions
from ..shared.ir_attachment import WHOLE_FILES, Files
from ..shared.limits import limits_of

# Mails in one transaction, and read together. More gain nothing and lose more work to a crash.
STORE_BATCH = 400
STORE_BYTES = 8 * 1024 * 1024


@dataclass
class Fetched:
    """A mail as the server handed it out."""

    entry: object  # mailbox.base.Entry
    raw: bytes

    @functools.cached_property
    def sha256(self):
        return hashlib.sha256(self.raw).hexdigest()


class Intake:
    """Writes down what is new in a mailbox: the exact bytes of each mail and its row in the ledger, committed before
    anything of it is understood. That it is read next is committed with them, as its first attempt.

    :ivar stored: list of batches that were stored and are to be read: {mail: its bytes}
    :ivar alone: UIDs of mails that are asked for one by one, and after the others
    :ivar done: UIDs of the mails that need not be asked for again
    """

    def __init__(self, server, mailbox, report):
        self.server = server
        self.env = server.env
        self.mailbox = mailbox
        self.report = report
        self.alone, self.done, self.stored = set(), set(), []
        self.Mail = self.env["l10n_co.received.mail"]
        # The run holds the mailbox's row: it does not change meanwhile.
        self.company_id = server.l10n_co_company_id.id
        self.filing = server._l10n_co_filing()

    # ---- the inbox and the ledger ----------------------------------------------------------------

    def _known(self, uids):
        return self.Mail.search(
            [
                ("server_id", "=", self.server.id),
                ("uidvalidity", "=", self.mailbox.uidvalidity),
                ("uid", "in", list(uids)),
            ]
        )

    def doubtful(self, present):
        """Servers may give a UIDL again to another mail, although RFC 1939 §7 forbids it, or a UID when their folders
        were restored under the old UIDVALIDITY. A mail that should be gone, for which another size is announced, or
        that came cut, is looked at before it counts as the one of the ledger.

        :param dict present: {uid: entry} of the inbox
        :return: list of the entries that are to be looked at again
        """
        leaves = self.filing == "leave"
        return [
            present[mail.uid]
            for mail in self._known(present).filtered("raw_attachment_id")
            if mail._is_due()
            and (
                _is_other_size(mail, present[mail.uid])
                or mail.is_cut
                or (mail.filed == "filed" and not leaves)
            )
        ]

    def look_again(self, entries):
        """Fetch these mails of the ledger again. A row whose UID belongs to another mail now gives it up."""
        rows = {mail.uid: mail for mail in self._known(entry.uid for entry in entries)}
        for entry, raw in self.mailbox.fetch(entries):
            mail = rows.pop(entry.uid)
            if hashlib.sha256(raw).hexdigest() != mail.sha256:
                mail.uid = f"{mail.uid} #{mail.id}"
            else:
                mail.announced_size = entry.size
                mail.filtered("is_cut")._note_vain()
            self.done.add(entry.uid)
        for uid in rows.keys() & self.mailbox.refused.keys():
            rows[uid]._note_vain()
        transactions.commit(self.env)

    def reconcile(self, present):
        """Compare the inbox with the ledger.

        :param dict present: {uid: entry} of the inbox
        :return: list of the entries that are to be fetched; those that were asked for in vain are the last
        """
        known = self._known(present)
        if self.filing != "leave":
            # In the inbox in spite of what was noted: it is filed again.
            back = known.filtered(lambda mail: mail.filed == "filed" or mail.filed_folder)
            back._step("find")
            back._note_vain()
            self._note_missing(known)
        unfetched = self.Mail._unfetched(self.server)
        (unfetched - known).unlink()
        tried = unfetched & known
        self.alone.update(tried.mapped("uid"))
        passed_over = set((known - tried.filtered(lambda mail: mail._is_due())).mapped("uid"))
        new = [entry for uid, entry in present.items() if uid not in passed_over]
        return sorted(new, key=lambda entry: entry.uid in self.alone)

    def _note_missing(self, present):
        """Note the mails that are not in the inbox any more: the move was done and its answer lost, or a person moved
        them.
        """
        missing = self.Mail.search(
            [
                ("server_id", "=", self.server.id),
                ("filed", "=", "pending"),
                ("uidvalidity", "=", self.mailbox.uidvalidity),
                ("filed_folder", "=", False),
                ("id", "not in", present.ids),
            ]
        )
        if self.filing == "backup":
            # Gmail forgets a mail that was read; its backup is sent all the same.
            missing = missing.filtered(lambda mail: mail.backed_up_on or not mail.raw_attachment_id)
        missing._step("miss")

    # ---- fetching --------------------------------------------------------------------------------

    def fetch(self, entries):
        """Store the exact bytes of these mails, each with a row of the ledger, and commit them; what came before the
        conversation broke off too.

        :raise MailboxError: it broke off
        """
        limit = limits_of(self.env).message.raw_bytes
        fitting = [entry for entry in entries if entry.size <= limit]
        for entry in entries:
            if entry.size > limit:
                for _entry, header in self.mailbox.fetch_headers([entry]):
                    self._store_oversized(entry, header, entry.size, limit)
        self._fetch([entry for entry in fitting if entry.uid not in self.alone], limit)
        for entry in fitting:
            if entry.uid in self.alone:
                self._fetch([entry], limit)
        self.store_refused(entries)

    def _fetch(self, entries, limit):
        batch, batch_bytes = [], 0
        try:
            for entry, raw in self.mailbox.fetch(entries, limit=limit):
                if len(raw) > limit:
                    self._store_oversized(entry, raw, len(raw), limit)
                    continue
                batch.append(Fetched(entry, raw))
                batch_bytes += len(raw)
                if len(batch) >= STORE_BATCH or batch_bytes >= STORE_BYTES:
                    self.store(batch)
                    batch, batch_bytes = [], 0
        except MailboxError:
            self.store(batch)
            raise
        self.store(batch)

    def store(self, batch):
        """:param list batch: of `Fetched`, may be empty"""
        if not batch:
            return
        uids = {fetched.entry.uid for fetched in batch}
        self.done |= uids
        # Refused before: the row of the mail itself takes the place of the note.
        self.Mail._unfetched(self.server).filtered(
            lambda mail: mail.uidvalidity == self.mailbox.uidvalidity and mail.uid in uids
        ).unlink()
        new = self._adopt_moved(batch)
        mails = self._create(new) if new else self.Mail
        transactions.commit(self.env)
        if new:
            self.stored.append({mail: one.raw for mail, one in zip(mails, new, strict=True)})
        self.report.fetched += len(mails)

    def _create(self, batch):
        is_deleted = self.filing == "backup"
        originals = self._keep_bytes(batch)
        mails = self.Mail.create(
            [
                {
                    **self._position(fetched.entry),
                    "size": len(fetched.raw),
                    "announced_size": fetched.entry.size,
                    "sha256": fetched.sha256,
                    "is_cut": is_deleted and whole.is_cut(fetched.raw),
                    "attempts": 1,
                    "raw_attachment_id": original.id,
                }
                for fetched, original in zip(batch, originals, strict=True)
            ]
        )
        self._give(originals, mails)
        return mails

    def _keep_bytes(self, batch):
        """:return: an attachment of each, in the same order, which is no mail's yet"""
        files = Files()
        Attachment = self.env["ir.attachment"].with_context(**{WHOLE_FILES: files})
        originals = Attachment.create(
            [
                {
                    "name": f"{fetched.sha256[:16]}.eml",
                    "raw": fetched.raw,
                    "mimetype": "message/rfc822",
                    "res_model": self.Mail._name,
                    "company_id": self.company_id,
                }
                for fetched in batch
            ]
        )
        files.place()
        return originals

    def _give(self, originals, mails):
        """Make each attachment that of its mail, in one statement: rows of mails have many indexes, and are written
        once less when they are created with their attachment.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE ir_attachment SET res_id = mail.id FROM l10n_co_received_mail mail"
                " WHERE mail.id IN %s AND ir_attachment.id = mail.raw_attachment_id",
                tuple(mails.ids),
            )
        )
        originals.invalidate_recordset(["res_id"], flush=False)

    def _store_oversized(self, entry, header, size, limit):
        """Note a mail that is too large to be fetched, with what its header says."""
        self.done.add(entry.uid)
        self._known([entry.uid]).unlink()
        mail = self.Mail.create(
            {
                **self._position(entry),
                "size": size,
                "announced_size": entry.size,
                **facts_of(parse_message(header)),
            }
        )
        mail._fail("mail_too_big", {"size": str(size), "limit": str(limit)})
        transactions.commit(self.env)

    def store_refused(self, entries):
        """Note those of these mails that the server lists and does not hand out, or not whole."""
        for entry in entries:
            if error := self.mailbox.refused.pop(entry.uid, None):
                self._note_refused(entry, error)

    def _note_refused(self, entry, error):
        self.done.add(entry.uid)
        self.Mail._note_refused(self._position(entry), entry, error)
        transactions.commit(self.env)

    def blame(self, error, entries):
        """Note at which mail the conversation broke off; one of several is found when they are asked for alone.

        :param MailboxError error: what broke it off; its `asked` names the mails that were asked for
        :param list entries: among which they are
        """
        self.store_refused(entries)
        asked = set(error.asked) - self.done
        suspects = [entry for entry in entries if entry.uid in asked]
        self.alone.update(entry.uid for entry in suspects)
        if len(suspects) == 1:
            known = self._known([suspects[0].uid]).filtered("raw_attachment_id")
            if known:
                known._note_vain()
                self.done.add(suspects[0].uid)
                transactions.commit(self.env)
            else:
                self._note_refused(suspects[0], error)

    def _position(self, entry):
        return {
            "server_id": self.server.id,
            "company_id": self.company_id,
            "uidvalidity": self.mailbox.uidvalidity,
            "uid": entry.uid,
        }

    def _adopt_moved(self, batch):
        """Recognise mails that are in the ledger under another position: the server renumbered its
        folder, or a person put a mail back into the inbox to have it tried again.

        :return: the mails of `batch` that are really new
        """
        arrived = defaultdict(list)
        for fetched in batch:
            arrived[fetched.sha256].append(fetched.entry)
        moved = self.Mail.search(
            [
                ("server_id", "=", self.server.id),
                ("sha256", "in", list(arrived)),
                "|",
                ("filed", "=", "filed"),
                ("uidvalidity", "!=", self.mailbox.uidvalidity),
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
            mail._step("find", **self._position(entry), announced_size=entry.size)
            mail._note_done()
            if mail.state == "failed":
                mail._step("try anew")
        return [fetched for fetched in batch if fetched.entry.uid not in adopted]


def _is_other_size(mail, entry):
    """:return: whether the server announces another size than when the mail was fetched; rows of former versions know
    the size of what came only
    """
    return entry.is_sized and entry.size != (mail.announced_size or mail.size)
