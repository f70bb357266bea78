import hashlib

from odoo import api, models

from ...mailbox.errors import MailboxError
from ..shared import transactions

FINISHED = ("processed", "failed")


class Filing(models.AbstractModel):
    """What becomes of a finished mail in the mailbox: moved into a folder, deleted after a backup was
    accepted, or left.

    Only after what the mail brought is committed. Every step can be repeated: what an interrupted run left is
    done again.
    """

    _name = "l10n_co.filing"
    _description = "Filing of finished mails (Colombian e-invoice mail)"

    @api.model
    def _file_away(self, server, mailbox, report):
        """File the mails that are finished.

        :param server: fetchmail.server
        :param mailbox: the open mailbox.base.Mailbox
        :param report: reception.Report, counts what was filed
        :raise MailboxError: the mail server, or the way to it, failed
        """
        finished = self.env["l10n_co.received.mail"].search(
            [
                *self._pending(server),
                ("uidvalidity", "=", mailbox.uidvalidity),
                ("filed_folder", "=", False),
            ],
            order="id",
        )
        getattr(self, f"_file_{server._l10n_co_filing()}")(server, mailbox, finished, report)

    def _pending(self, server):
        return [
            ("server_id", "=", server.id),
            ("filed", "=", "pending"),
            ("state", "in", FINISHED),
        ]

    def _note_gone(self, server, uidvalidity, present):
        """Note the mails that are not in the inbox any more: the move was done and its answer lost, or a
        person moved them.
        """
        gone = self.env["l10n_co.received.mail"].search(
            [
                ("server_id", "=", server.id),
                ("filed", "=", "pending"),
                ("uidvalidity", "=", uidvalidity),
                ("filed_folder", "=", False),
                ("id", "not in", present.ids),
            ]
        )
        if server._l10n_co_filing() == "backup":
            # Gmail forgets a mail that was read; its backup is sent all the same.
            gone = gone.filtered(lambda mail: mail.backed_up_on or not mail.raw_attachment_id)
        gone.filed = "filed"

    def _forget_positions(self, server, uidvalidity):
        """The server has renumbered its inbox, and all of it was read since: mails that were not met again are
        not in it.
        """
        self.env["l10n_co.received.mail"].search(
            [
                *self._pending(server),
                ("uidvalidity", "!=", uidvalidity),
                ("filed_folder", "=", False),
            ]
        ).filed = "filed"
        transactions.commit(self.env)

    # ---- folders ---------------------------------------------------------------------------------

    def _file_folders(self, server, mailbox, mails, report):
        for state, alike in mails.grouped("state").items():
            by_uid = {mail.uid: mail for mail in alike}
            self._move(mailbox, by_uid, server._l10n_co_folder(state), report)

    @api.model
    def _file_anew(self, server, mailbox, report):
        """Move the mails that were filed before they were read again with another end, which needs
        no mailbox. They are known by their bytes: their UID in that folder was never asked for.

        :raise MailboxError: the mail server, or the way to it, failed
        """
        moved = self.env["l10n_co.received.mail"].search(
            [*self._pending(server), ("filed_folder", "!=", False)]
        )
        for (source, state), mails in moved.grouped(lambda m: (m.filed_folder, m.state)).items():
            by_hash = {mail.sha256: mail for mail in mails}
            sizes = set(mails.mapped("size"))
            with server._l10n_co_mailbox(inbox=mailbox.ensure_folder(source)) as folder:
                alike = [entry for entry in folder.list_new() if entry.size in sizes]
                digests = {
                    entry.uid: hashlib.sha256(raw).hexdigest() for entry, raw in folder.fetch(alike)
                }
                by_uid = {uid: by_hash[d] for uid, d in digests.items() if d in by_hash}
                self._move(folder, by_uid, server._l10n_co_folder(state), report)
            # A person has put the others somewhere else.
            (mails - mails.union(*by_uid.values())).filed = "filed"
            transactions.commit(self.env)

    def _move(self, mailbox, by_uid, folder, report):
        """:param dict by_uid: {UID: mail}, all in the mailbox' inbox"""
        try:
            gone = mailbox.file_away(list(by_uid), folder)
        except MailboxError as error:
            self._note_filed(by_uid, error.filed, folder, report)
            raise
        self._note_filed(by_uid, gone, folder, report)

    def _note_filed(self, by_uid, uids, folder, report):
        filed = self.env["l10n_co.received.mail"].union(*(by_uid[uid] for uid in uids))

        def note():
            filed.write({"filed": "filed", "filed_folder": folder})
            # A person had them read again while they were moved, and their end is another one now.
            filed.filtered(
                lambda mail: folder and mail.server_id._l10n_co_folder(mail.state) != folder
            ).filed = "pending"

        transactions.retried(self.env, note)
        report.filed += len(filed)

    # ---- POP3 ------------------------------------------------------------------------------------

    def _file_backup(self, server, mailbox, mails, report):
        """Send each mail to the backup address and, once that is accepted, mark it as deleted. A
        mail of which nothing was fetched stays on the server.
        """
        fetched = mails.filtered("raw_attachment_id")
        self.env["l10n_co.mail.backup"]._back_up(server, fetched, report)
        by_uid = {mail.uid: mail for mail in fetched if mail.backed_up_on}
        present = mailbox.present(list(by_uid))
        mailbox.file_away(present, None)
        report.deleting.update((uid, by_uid[uid]) for uid in present)
        self._note_filed(by_uid, by_uid.keys() - present, False, report)

    @api.model
    def _confirm_deleted(self, mailbox, report):
        """POP3 deletes when the session ends: only what the server then accepts is gone (RFC 1939 §6)."""
        if report.deleting and mailbox.close():
            self._note_filed(report.deleting, list(report.deleting), False, report)

    def _file_leave(self, server, mailbox, mails, report):
        """The mails stay; the ledger knows their UIDL."""
        mails.filed = "filed"
        transactions.commit(self.env)
