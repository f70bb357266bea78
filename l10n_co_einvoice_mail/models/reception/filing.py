import contextlib
import hashlib

from ...mailbox.errors import (
    REFUSALS,
    ConnectionLost,
    FolderFailed,
    MailboxError,
    QuotaExceeded,
    ServerRefused,
)
from ..ledger.mail_states import FINISHED
from ..shared import transactions
from .backup import Backup
from .received_mail import TRIES_AT_ONCE

# Mails that the server refuses to move, one by one, before all are taken for refused.
MAX_REFUSALS = 5


class Filing:
    """What becomes of a finished mail in the mailbox: moved into a folder, deleted after a backup was
    accepted, or left.

    Only after what the mail brought is committed. Every step can be repeated: what an interrupted run left is
    done again.
    """

    def __init__(self, server, mailbox, report):
        self.server = server
        self.env = server.env
        self.mailbox = mailbox
        self.report = report
        self.Mail = self.env["l10n_co.received.mail"]
        self._way = server._l10n_co_filing()
        # {UIDL marked as deleted: mail}; gone when the server has accepted the end of the session.
        self._deleting = {}
        self._refusals = 0

    def file_away(self):
        """File the mails that are finished.

        :raise MailboxError: the mail server, or the way to it, failed
        """
        finished = self.Mail.search(
            [
                *self._pending(),
                ("uidvalidity", "=", self.mailbox.uidvalidity),
                ("filed_folder", "=", False),
            ],
            order="tries, id",
        ).filtered(lambda mail: mail._is_due())
        getattr(self, f"_file_{self._way}")(finished)

    def _pending(self):
        return [
            ("server_id", "=", self.server.id),
            ("filed", "=", "pending"),
            ("state", "in", FINISHED),
        ]

    def forget_positions(self):
        """The server has renumbered its inbox, and all of it was read since: mails that were not met again are
        not in it.
        """
        self.Mail.search(
            [
                *self._pending(),
                ("uidvalidity", "!=", self.mailbox.uidvalidity),
                ("filed_folder", "=", False),
            ]
        )._step("miss")
        transactions.commit(self.env)

    def _file_leave(self, mails):
        """The mails stay; the ledger knows their UIDL."""
        mails._step("file")
        transactions.commit(self.env)

    # ---- folders ---------------------------------------------------------------------------------

    def _file_folders(self, mails):
        for state, alike in mails.grouped("state").items():
            self._move(self.mailbox, {m.uid: m for m in alike}, self.server._l10n_co_folder(state))

    def file_anew(self):
        """Move the mails that were filed before they were read again with another end, which needs
        no mailbox. They are known by their bytes: their UID in that folder was never asked for.

        :raise MailboxError: the mail server, or the way to it, failed
        """
        moved = self.Mail.search([*self._pending(), ("filed_folder", "!=", False)])
        moved = moved.filtered(lambda mail: mail._is_due())
        for (source, state), mails in moved.grouped(lambda m: (m.filed_folder, m.state)).items():
            with self.server._l10n_co_mailbox(inbox=self.mailbox.ensure_folder(source)) as folder:
                by_uid = _found_in(folder, mails)
                self._move(folder, by_uid, self.server._l10n_co_folder(state))
            missing = mails - mails.browse().union(*by_uid.values())
            missing._note_vain()
            # A person has put them somewhere else.
            missing.filtered(lambda mail: mail.tries >= TRIES_AT_ONCE)._step("file")
            transactions.commit(self.env)

    def _move(self, mailbox, by_uid, folder):
        """Move mails; those at which it was given up before one by one, after the others.

        :param mailbox: open, the mails lie in its inbox
        :param dict by_uid: {UID: mail}
        :param str folder: as a person calls it
        """
        fresh = {uid: mail for uid, mail in by_uid.items() if not mail.tries}
        sets = [fresh, *({uid: mail} for uid, mail in by_uid.items() if mail.tries)]
        for some in filter(None, sets):
            self._move_set(mailbox, some, folder)

    def _move_set(self, mailbox, by_uid, folder):
        copied = {uid for uid, mail in by_uid.items() if mail.copied_to == folder}
        tried = {uid for uid, mail in by_uid.items() if mail.tries}
        try:
            gone = mailbox.file_away(list(by_uid), folder, copied, tried)
        except MailboxError as error:
            left = self._note_end(by_uid, error.filed, error.unproved, folder)
            if error.unproved:
                return
            if not self._is_of_one_mail(error):
                # «Try again later» may be said of one mail for ever: next time each is asked for alone.
                if isinstance(error, ConnectionLost) or error.code == "server_busy":
                    self._note_vain(left.values())
                raise
            if len(left) > 1:
                for uid, mail in left.items():
                    self._move_set(mailbox, {uid: mail}, folder)
                return
            self._note_vain(left.values())
            self._refusals += bool(left)
            if self._refusals > MAX_REFUSALS:
                raise
        else:
            self._note_vain(self._note_end(by_uid, gone, (), folder).values())

    def _is_of_one_mail(self, error):
        """:return: whether the server may have refused a set of mails because of one of them"""
        return isinstance(error, ServerRefused) and not isinstance(
            error, (FolderFailed, QuotaExceeded)
        )

    def _note_end(self, by_uid, gone, unproved, folder):
        """:return: {uid: mail} of those that are neither gone nor copied"""
        self._note_filed(by_uid, gone, folder)
        for uid in unproved:
            by_uid[uid].copied_to = folder
        self._note_vain(by_uid[uid] for uid in unproved)
        return {uid: m for uid, m in by_uid.items() if uid not in gone and uid not in unproved}

    def _note_vain(self, mails):
        self.Mail.union(*mails)._note_vain()
        transactions.commit(self.env)

    def _note_filed(self, by_uid, uids, folder):
        filed = self.Mail.union(*(by_uid[uid] for uid in uids))

        def note():
            still = filed.filtered(lambda mail: mail.filed == "pending")
            still._step("file", filed_folder=folder)
            filed._note_done()
            # A person had them read again while they were moved, and their end is another one now.
            filed.filtered(
                lambda mail: folder and mail.server_id._l10n_co_folder(mail.state) != folder
            )._step("move on")

        transactions.retried(self.env, note)
        self.report.filed += len(filed)

    # ---- POP3 ------------------------------------------------------------------------------------

    def _file_backup(self, mails):
        """Send each mail to the backup address and, once that is accepted, mark it as deleted. A
        mail of which nothing was fetched, or not the end, stays on the server.
        """
        fetched = mails.filtered(lambda mail: mail.raw_attachment_id and not mail.is_cut)
        Backup(self.server).send(fetched, self.report)
        by_uid = {mail.uid: mail for mail in fetched if mail.backed_up_on}
        present = self.mailbox.present(list(by_uid))
        try:
            self.mailbox.file_away(present, "")
        except MailboxError as error:
            self._note_vain(by_uid[uid] for uid in error.asked)
            raise
        self._deleting.update((uid, by_uid[uid]) for uid in present)
        self._note_filed(by_uid, by_uid.keys() - present, False)

    def forget_deletions(self):
        """The session has ended before its time: nothing that was marked in it is deleted (RFC 1939 §6)."""
        self._deleting.clear()

    def confirm_deleted(self):
        """POP3 deletes when the session ends: only what the server then accepts is gone (RFC 1939 §6)."""
        if self._deleting and self.mailbox.close():
            self._note_filed(self._deleting, list(self._deleting), False)


def _found_in(folder, mails):
    """:param folder: open mailbox, whose inbox is the folder in which the mails lie
    :return: {uid: mail} of those that are found there, by their bytes
    """
    by_hash = {mail.sha256: mail for mail in mails}
    uids = set()
    for mail in mails.filtered("message_id"):
        with contextlib.suppress(*REFUSALS):  # not every server searches for it
            uids.update(folder.search_message_id(folder.inbox, mail.message_id))
    sizes = {*mails.mapped("announced_size"), *mails.mapped("size")}
    alike = [entry for entry in folder.list_new() if entry.uid in uids or entry.size in sizes]
    found = {entry.uid: hashlib.sha256(raw).hexdigest() for entry, raw in folder.fetch(alike)}
    return {uid: by_hash[digest] for uid, digest in found.items() if digest in by_hash}
