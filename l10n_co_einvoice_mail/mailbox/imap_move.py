"""Taking mails out of the inbox of an IMAP server without losing or doubling one.

MOVE (RFC 6851) where the server offers it, else COPY + STORE \\Deleted + UID EXPUNGE (RFC 4315). A tagged OK proves
nothing (Dovecot answers OK when every UID has vanished): COPYUID or a search does. A bare EXPUNGE would destroy the
mails another program has marked, so without UIDPLUS it is only sent when every marked mail is ours.
"""

import contextlib
import hashlib
import re
from typing import NamedTuple

from .errors import MailboxError, ServerRefused

MOVE_SET = 200  # mails in one command: 60 to 100 times faster than one by one
ATTEMPTS = 3
SEARCHED_TOGETHER = 10  # mails in one SEARCH: below the 8 kB a command line may have
HEADER_BYTES = 16 * 1024  # of a header are compared

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>)", re.I | re.M)
_DELETED = (b"\\Deleted",)


class SafeMove:
    """Part of `ImapMailbox`: `file_away`."""

    def file_away(self, uids, folder):
        """Move `uids` to the folder a person calls `folder`, created where it is missing; return those gone from the
        inbox.

        Safe to repeat: what an interrupted run copied is found again, not copied twice.

        :raises MailboxError: `filed` holds the UIDs that were gone before the failure
        """
        self._select_inbox()
        pending = sorted(map(int, uids))
        gone = set()
        for start in range(0, len(pending), MOVE_SET):
            try:
                gone |= self._file_set(pending[start : start + MOVE_SET], folder)
            except MailboxError as error:
                error.filed = frozenset(gone | error.filed)
                raise
        return gone

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
                    error.filed = _as_text(set(uids) - pending)
                    raise
            else:
                pending &= self._present_numbers(pending)
            if not pending:
                break
        return _as_text(set(uids) - pending)

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
        identities = self._identities(uids)
        # By a run that did not come as far as the STORE.
        copied = self._copies(destination, identities)
        missing = sorted(identities.keys() - copied)
        if missing:
            copied |= self._copy(missing, destination, identities)
        self._delete(copied)

    def _identities(self, uids):
        """Return {uid: _Identity} of those of `uids` that the selected folder holds."""
        header = f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>"
        answers = self._client.fetch(uids, ["RFC822.SIZE", header]) if uids else {}
        return {uid: _identity(answer) for uid, answer in answers.items()}

    def _copies(self, destination, identities):
        """Return the UIDs of `identities` whose copy, with the same header and size, lies in `destination`."""
        known = {uid: identity for uid, identity in identities.items() if identity.header_digest}
        wanted = sorted({identity.criteria for identity in known.values()})
        self._select(destination, readonly=True)
        there = set()
        for start in range(0, len(wanted), SEARCHED_TOGETHER):
            found = self._client.search(_any_of(wanted[start : start + SEARCHED_TOGETHER]))
            there |= set(self._identities(found).values())
        self._select_inbox()
        return {uid for uid, identity in known.items() if identity in there}

    def _copy(self, uids, destination, identities):
        """Copy `uids`; return those whose copy is proved."""
        untagged = self._client._imap.untagged_responses
        untagged.pop("COPYUID", None)
        self._client.copy(uids, destination)
        if "UIDPLUS" in self.capabilities:
            return _sources(untagged.pop("COPYUID", ()), uids)
        return self._copies(destination, {uid: identities[uid] for uid in uids})

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
