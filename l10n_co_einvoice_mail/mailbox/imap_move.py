"""Taking mails out of the inbox of an IMAP server without losing or doubling one.

MOVE (RFC 6851) where the server offers it, else COPY + STORE \\Deleted + UID EXPUNGE (RFC 4315). A tagged OK proves
nothing (Dovecot answers OK when every UID has vanished): COPYUID or a search does. A bare EXPUNGE would destroy the
mails another program has marked, so without UIDPLUS it is only sent when every marked mail is ours.
"""

import re

from .errors import MailboxError, ServerRefused

MOVE_SET = 200  # mails in one command: 60 to 100 times faster than one by one
ATTEMPTS = 3
SEARCHED_TOGETHER = 10  # Message-IDs in one SEARCH: below the 8 kB a command line may have

_MESSAGE_ID = re.compile(rb"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")
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
            try:
                self._file_once(sorted(pending), self.ensure_folder(folder))
            except ServerRefused as error:
                pending &= self._present_numbers(pending)
                if attempt == ATTEMPTS - 1 or not self._recover(error):
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

    def _recover(self, error):
        """Repair what a retry can repair: the folder that somebody deleted, the mails that somebody moved."""
        if error.code == "folder_missing":
            self._listed = None
        elif error.code == "messages_vanished":
            with self.translated("file"):
                self._client.noop()
        else:
            return False
        return True

    def _present_numbers(self, uids):
        return {int(uid) for uid in self.present(uids)}

    # -- without MOVE -------------------------------------------------------------------------------

    def _copy_and_delete(self, uids, destination):
        identities = self._identities(uids)
        copied = self._copies(
            destination, identities
        )  # by a run that did not come as far as the STORE
        missing = sorted(identities.keys() - copied)
        if missing:
            copied |= self._copy(missing, destination, identities)
        if copied:
            self._client.add_flags(sorted(copied), _DELETED, silent=True)
            self._expunge(copied)

    def _identities(self, uids):
        """Return {uid: (Message-ID or b"", size)} of those of `uids` that the selected folder holds."""
        answers = self._client.fetch(uids, ["RFC822.SIZE", "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
        return {uid: _identity(answer) for uid, answer in answers.items()}

    def _copies(self, destination, identities):
        """Return the UIDs of `identities` whose copy, with the same Message-ID and size, lies in `destination`."""
        wanted = sorted({message_id for message_id, _size in identities.values() if message_id})
        self._select(destination, readonly=True)
        there = set()
        for start in range(0, len(wanted), SEARCHED_TOGETHER):
            found = self._client.search(_any_message_id(wanted[start : start + SEARCHED_TOGETHER]))
            there |= set(self._identities(found).values())
        self._select_inbox()
        return {uid for uid, identity in identities.items() if identity in there and identity[0]}

    def _copy(self, uids, destination, identities):
        """Copy `uids`; return those whose copy is proved."""
        untagged = self._client._imap.untagged_responses
        untagged.pop("COPYUID", None)
        self._client.copy(uids, destination)
        if "UIDPLUS" in self.capabilities:
            return _sources(untagged.pop("COPYUID", ()), uids)
        # COPY is all or nothing (RFC 3501 §6.4.7): where there is no Message-ID to look for, that has to do.
        nameless = {uid for uid in uids if not identities[uid][0]}
        return nameless | (self._copies(destination, identities) & set(uids))

    def _expunge(self, uids):
        if "UIDPLUS" in self.capabilities:
            self._client.uid_expunge(sorted(uids))
        elif set(self._client.search(["DELETED"])) <= uids:
            self._client.expunge()


def _identity(answer):
    header = next((value for key, value in answer.items() if key.startswith(b"BODY[HEADER")), None)
    found = _MESSAGE_ID.search(header or b"")
    return (found[0] if found else b"", answer.get(b"RFC822.SIZE", 0))


def _any_message_id(message_ids):
    criteria = ["HEADER", "Message-ID", message_ids[0]]
    for message_id in message_ids[1:]:
        criteria = ["OR", ["HEADER", "Message-ID", message_id], criteria]
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
