"""Taking mails out of the inbox of an IMAP server without losing or doubling one.

MOVE (RFC 6851) where the server offers it, else COPY + STORE \\Deleted + UID EXPUNGE (RFC 4315). A tagged OK proves
nothing (Dovecot answers OK when every UID has vanished): COPYUID or a search does. A bare EXPUNGE would destroy the
mails another program has marked, so without UIDPLUS it is only sent when every marked mail is ours.
"""

import contextlib
import hashlib
import re
from collections.abc import Collection
from typing import NamedTuple

from . import failures
from .base import PROTOCOL_ERRORS
from .errors import REFUSALS, MailboxError, ServerRefused
from .imap_session import ImapSession

MOVE_SET = 200  # mails in one command: 60 to 100 times faster than one by one
ATTEMPTS = 3
NEWEST = 100  # mails of a folder among which a copy is looked for, besides as many as were copied
SEARCHED_TOGETHER = 10  # mails in one SEARCH: below the 8 kB a command line may have
HEADER_BYTES = 16 * 1024  # of a header are compared

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>)", re.I | re.M)
_DELETED = (b"\\Deleted",)


class SafeMove(ImapSession):
    """Part of `ImapMailbox`: `file_away`."""

    _accepted: set[int]  # UIDs whose copy was accepted in an earlier session
    _tried: set[int]  # UIDs whose copy may have been made in an earlier session
    _unproved: set[int]  # UIDs whose copy was accepted and cannot be found

    def file_away(
        self,
        uids: Collection[str],
        folder: str,
        copied: Collection[str] = (),
        tried: Collection[str] = (),
    ) -> set[str]:
        """Move `uids` to the folder a person calls `folder`, created where it is missing.

        Safe to repeat: what an interrupted run copied is found again, not copied twice.

        :param copied, tried: see `Mailbox`
        :return: those gone from the inbox
        :raise MailboxError: `filed` holds the UIDs that were gone before the failure, `unproved` those whose copy
            cannot be found
        """
        self._select_inbox()
        pending = sorted(map(int, uids))
        self._accepted = {int(uid) for uid in copied}
        self._tried = {int(uid) for uid in tried}
        self._unproved = set()
        gone: set[str] = set()
        for start in range(0, len(pending), MOVE_SET):
            try:
                gone |= self._file_set(pending[start : start + MOVE_SET], folder)
            except MailboxError as error:
                error.filed = frozenset(gone | error.filed)
                error.unproved = frozenset(_as_text(self._unproved))
                raise
        if self._unproved:
            raise self._unproved_error(gone, folder)
        return gone

    def _unproved_error(self, gone, folder):
        facts = {**self.endpoint.facts, "folder": folder}
        error = failures.error_of("move_unproved", data=facts)
        error.filed, error.unproved = frozenset(gone), frozenset(_as_text(self._unproved))
        return error

    def _file_set(self, uids, folder):
        pending = set(uids)
        for attempt in range(ATTEMPTS):
            destination = None
            try:
                destination = self.ensure_folder(folder)
                # They lie there already; as copies of themselves they would be deleted.
                if destination == self.inbox:
                    return _as_text(pending)
                self._file_once(sorted(pending), destination)
            except ServerRefused as error:
                is_repaired = destination and self._recover(error, pending, destination)
                pending &= self._present_numbers(pending)
                if pending and (attempt == ATTEMPTS - 1 or not is_repaired):
                    error.filed = _as_text(set(uids) - pending - self._unproved)
                    raise
            else:
                present = self._present_numbers(uids)
                self._unproved -= set(uids) - present
                pending = (pending & present) - self._unproved
            if not pending:
                break
        return _as_text(set(uids) - pending - self._unproved)

    def _file_once(self, uids, destination):
        with self.translated("file", folder=destination):
            if "MOVE" in self.capabilities:
                self._client.move(uids, destination)
            else:
                self._copy_and_delete(uids, destination)

    def _recover(self, error, uids, destination):
        """Repair what a retry can repair: the folder that somebody deleted or renamed, the mails somebody moved."""
        if error.code == "messages_vanished":
            with self.translated("file"):
                self._client.noop()
            return True
        appeared = self.new_folders()
        if any(folder.name == destination for folder in self.folders()):
            return error.code == "folder_missing"
        self._accept_copies(uids, appeared)
        return True

    def _accept_copies(self, uids, folders):
        """Delete those of `uids` whose copies lie in one of `folders`, which were not there before.

        When a folder is renamed while mails come into it, Dovecot answers NO and yet leaves their copies in it
        (RFC 3501 §6.4.7 forbids that). The mails are where they would be had it been renamed a moment later.
        """
        self._select_inbox()
        with self.translated("file"):
            identities = self._identities(sorted(uids))
        for folder in folders:
            # One that cannot be opened holds nothing of ours: it is not waited for.
            with contextlib.suppress(ServerRefused), self.translated("file", folder=folder.name):
                copied = self._copies(folder.name, identities)
                self._delete(copied)
                identities = {uid: found for uid, found in identities.items() if uid not in copied}

    def _present_numbers(self, uids):
        return {int(uid) for uid in self.present(uids)}

    # -- without MOVE -------------------------------------------------------------------------------

    def _copy_and_delete(self, uids, destination):
        identities = {uid: found for uid, found in self._identities(uids).items() if uid in uids}
        # By a run that did not come as far as the STORE.
        copied = self._copies(destination, identities)
        accepted = (self._accepted & identities.keys()) - copied
        if doubtful := ((self._accepted | self._tried) & identities.keys()) - copied:
            copied |= self._newest_copies(destination, _some(identities, doubtful))
        missing = sorted(identities.keys() - copied - accepted)
        if missing:
            copied |= self._copy(missing, destination, identities)
        self._unproved |= identities.keys() - copied
        self._delete(copied)

    def _identities(self, uids):
        """:return: {uid: _Identity} of those of `uids` that the selected folder holds"""
        header = f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>"
        answers = self._client.fetch(uids, ["RFC822.SIZE", header]) if uids else {}
        return {uid: _identity(answer) for uid, answer in answers.items()}

    def _copies(self, destination, identities):
        """:return: the UIDs of `identities` whose copy, with the same header and size, is found in `destination`"""
        known = {uid: identity for uid, identity in identities.items() if identity.header_digest}
        wanted = sorted({identity.criteria for identity in known.values()})
        self._select(destination, readonly=True)
        there = set()
        for start in range(0, len(wanted), SEARCHED_TOGETHER):
            # Not every server searches in headers.
            with contextlib.suppress(*REFUSALS), self.translated("file", folder=destination):
                found = self._client.search(_any_of(wanted[start : start + SEARCHED_TOGETHER]))
                there |= set(self._identities(found).values())
        self._select_inbox()
        return {uid for uid, identity in known.items() if identity in there}

    def _newest_copies(self, destination, identities, above=0):
        """:param above: the UID that the next mail of `destination` should have before they were copied; 0: the
            server did not tell it
        :return: the UIDs of `identities` whose header is that of one of the newest mails in `destination`: a copy's
            size need not be that of the mail
        """
        self._select(destination, readonly=True)
        found = sorted(self._client.search(["UID", f"{above or 1}:*"]))
        newest = [uid for uid in found if uid >= above][-NEWEST - len(identities) :]
        there = {identity.header_digest for identity in self._identities(newest).values()}
        self._select_inbox()
        return {uid for uid, known in identities.items() if known.header_digest in there - {b""}}

    def _copy(self, uids, destination, identities):
        """Copy `uids`.

        :return: those whose copy is proved: by COPYUID, or because it is found
        """
        above = self._next_uid(destination)
        untagged = self._client._imap.untagged_responses
        untagged.pop("COPYUID", None)
        self._client.copy(uids, destination)
        proved = _sources(untagged.pop("COPYUID", ()), uids)
        if unproved := set(uids) - proved:
            proved |= self._copies(destination, _some(identities, unproved))
        if unproved := set(uids) - proved:
            proved |= self._newest_copies(destination, _some(identities, unproved), above)
        return proved

    def _next_uid(self, destination):
        """:return: the UID of the next mail in `destination`; 0 when the server does not tell"""
        with contextlib.suppress(*PROTOCOL_ERRORS):
            return int(self._client.folder_status(destination, ["UIDNEXT"])[b"UIDNEXT"])
        return 0

    def _delete(self, uids):
        """Delete mails of the inbox, of which copies were seen."""
        if uids:
            self._client.add_flags(sorted(uids), _DELETED, silent=True)
            self._marked |= uids
            self._expunge(uids)

    def _expunge(self, uids):
        if "UIDPLUS" in self.capabilities:
            self._client.uid_expunge(sorted(uids))
        elif set(self._client.search(["DELETED"])) <= self._marked:
            self._client.expunge()


class _Identity(NamedTuple):
    """What a mail has in common with its copies; without a digest it cannot be recognised."""

    message_id: bytes
    size: int
    header_digest: bytes

    @property
    def criteria(self):
        """Where to look for copies: not every mail has a Message-ID, or one that can be searched for."""
        if self.message_id:
            return ("HEADER", "Message-ID", self.message_id)
        return ("LARGER", max(self.size - 1, 0), "SMALLER", self.size + 1)


def _identity(answer):
    header = next((value for key, value in answer.items() if key.startswith(b"BODY[HEADER")), None)
    found = _MESSAGE_ID.search(header or b"")
    digest = hashlib.sha256(header).digest() if header else b""
    return _Identity(found[1] if found else b"", answer.get(b"RFC822.SIZE", 0), digest)


def _some(identities, uids):
    return {uid: identities[uid] for uid in uids}


def _any_of(wanted):
    criteria = list(wanted[0])
    for other in wanted[1:]:
        criteria = ["OR", list(other), criteria]
    return criteria


def _sources(copyuids, uids):
    """Return those of `uids` that COPYUID answers (`uidvalidity sources destinations`, RFC 4315 §3) name as sources."""
    proved = set()
    for answer in copyuids:
        _validity, sources, _destinations = answer.split(b" ", 2)
        for part in sources.split(b","):
            first, _colon, last = part.partition(b":")
            low, high = sorted((int(first), int(last or first)))
            proved |= {uid for uid in uids if low <= uid <= high}
    return proved


def _as_text(uids):
    return {str(uid) for uid in uids}
