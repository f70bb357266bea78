import hashlib
from collections import defaultdict

from odoo import models

from ...mailbox.message import parse_message
from ..ledger.received_mail import facts_of
from ..shared import transactions
from ..shared.limits import limits_of

# Mails in one transaction. More gain nothing and lose more work to a crash.
STORE_BATCH = 50
STORE_BYTES = 16 * 1024 * 1024


class Intake(models.AbstractModel):
    """Writes down what is new in a mailbox: the exact bytes of each mail and its row in the ledger, committed before
    anything of it is understood.
    """

    _name = "l10n_co.intake"
    _description = "Intake of received mail (Colombia)"

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
        limit = limits_of(self.env).message.raw_bytes
        fitting = [entry for entry in entries if entry.size <= limit]
        self._store_oversized(server, mailbox, [e for e in entries if e.size > limit], limit)
        batch, batch_bytes = [], 0
        for entry, raw in mailbox.fetch(fitting):
            batch.append((entry, raw))
            batch_bytes += len(raw)
            if len(batch) >= STORE_BATCH or batch_bytes >= STORE_BYTES:
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
        transactions.commit(self.env)
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
            transactions.commit(self.env)

    def _store_refused(self, server, mailbox, entries):
        """Note mails that the server lists and does not hand out."""
        for entry in entries:
            if error := mailbox.refused.get(entry.uid):
                position = self._position(server, mailbox.uidvalidity, entry)
                self.env["l10n_co.received.mail"]._note_refused(
                    position, entry.size, error.server_answer
                )
                transactions.commit(self.env)

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
