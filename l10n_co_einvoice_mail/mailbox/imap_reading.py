"""The inbox of an IMAP mailbox: what is new in it, and its mails."""

import datetime
from collections.abc import Collection, Iterator, Sequence

from .base import BATCH_BYTES, LIMIT_BYTES, Entry, batches
from .errors import REFUSALS, ServerRefused
from .imap_session import ImapSession
from .whole import is_whole

HEADER_BYTES = 64 * 1024
UID_SET = 500  # UIDs named in one command: about 5 kB of command line, below the 8 kB servers accept (RFC 7162 §4)


class Reading(ImapSession):
    """Part of `ImapMailbox`: UIDs only, sizes first, batches by bytes."""

    def list_new(self, last_uid: str = "", limit: int | None = None) -> list[Entry]:
        """See `Mailbox`; `last_uid` is the highest UID already known under this UIDVALIDITY."""
        last = int(last_uid or 0)
        if self._select_inbox() == 0:
            return []  # each question costs a round trip, and most mailboxes are empty most of the time
        with self.translated("read"):
            found = self._client.search(["UID", f"{last + 1}:*"])
            # `n:*` also returns the last message when n is above it (RFC 3501 §6.4.8).
            uids = sorted(uid for uid in found if uid > last)[:limit]
        return [entry for some in _sets(uids) for entry in self._sized(some)]

    def list_carefully(self) -> list[Entry]:
        """See `Mailbox`: a damaged mail has no size, and a server may hang up when it looks for it."""
        self._select_inbox()
        with self.translated("read"):
            found = self._client.search(["UID", "1:*"])
        return [Entry(str(uid), 0, is_sized=False) for uid in sorted(found)]

    def _sized(self, uids: list[int]) -> list[Entry]:
        """:return: entries of these mails; not `is_sized` where the server does not tell"""
        answers = self._asked_in_parts(uids, "RFC822.SIZE")
        sizes = {uid: answers.get(uid, {}).get(b"RFC822.SIZE") for uid in uids}
        return [
            Entry(str(uid), size) if isinstance(size, int) else Entry(str(uid), 0, is_sized=False)
            for uid, size in sizes.items()
        ]

    def arrived_since(self, entries: Sequence[Entry], day: datetime.date) -> list[Entry]:
        """See `Mailbox`; the server's own date of arrival counts."""
        self._select_inbox()
        try:
            with self.translated("read"):
                recent = set(self._client.search(["SINCE", day]))
        except REFUSALS:
            recent = self._dated_since(entries, day)
        return [entry for entry in entries if int(entry.uid) in recent]

    def _dated_since(self, entries: Sequence[Entry], day: datetime.date) -> set[int]:
        recent = set()
        for some in _sets([int(entry.uid) for entry in entries]):
            answers = self._asked_in_parts(some, "INTERNALDATE")
            for uid in some:
                arrived = answers.get(uid, {}).get(b"INTERNALDATE")
                if arrived is None:
                    self._refuse(Entry(str(uid), 0), "fetch_missing")
                elif arrived.date() >= day:
                    recent.add(uid)
        return recent

    def present(self, uids: Collection[str]) -> set[str]:
        """See `Mailbox`; a mail that is marked as deleted, and only waits for somebody's expunge, counts as gone."""
        self._select_inbox()
        with self.translated("read"):
            return {
                str(uid)
                for some in _sets(sorted(map(int, uids)))
                for uid in self._still_there(some)
            }

    def _still_there(self, uids):
        return self._client.search(["UNDELETED", "UID", ",".join(map(str, uids))])

    def fetch(
        self, entries: Sequence[Entry], max_bytes: int = BATCH_BYTES, *, limit: int = LIMIT_BYTES
    ) -> Iterator[tuple[Entry, bytes]]:
        """See `Mailbox`; a mail whose size is not known is asked for alone."""
        sized = [entry for entry in entries if entry.is_sized]
        for batch in batches(sized, max_bytes=max_bytes):
            for entry, raw in self._fetch(batch, "BODY.PEEK[]", b"BODY[]"):
                yield from self._whole(entry, raw)
        for entry in entries:
            if not entry.is_sized:
                for _entry, raw in self._fetch([entry], f"BODY.PEEK[]<0.{limit + 1}>", b"BODY[]"):
                    yield from self._whole(entry, raw)

    def _whole(self, entry, raw):
        # Of literals the length is told twice: what is as long as announced is the mail, however odd it looks.
        if is_whole(raw, entry.size) or (entry.is_sized and len(raw) == entry.size):
            yield entry, raw
        else:
            self._refuse(entry, "fetch_incomplete", size=entry.size, received=len(raw))

    def fetch_headers(self, entries: Sequence[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """See `Mailbox`; at most `HEADER_BYTES` of each."""
        for batch in batches([Entry(entry.uid, HEADER_BYTES) for entry in entries]):
            yield from self._fetch(batch, f"BODY.PEEK[HEADER]<0.{HEADER_BYTES}>", b"BODY[HEADER]")

    def _fetch(self, batch, asked, key):
        """Yield (entry, bytes) of the mails of which the server answers an item that begins with `key`."""
        self._select_inbox()
        try:
            with self.asking_for(batch), self.translated("read"):
                answers = self._client.fetch([int(entry.uid) for entry in batch], [asked])
        except ServerRefused as error:  # of all, because of one: Exchange does so
            if len(batch) == 1:
                self.refused[batch[0].uid] = error
                return
            for entry in batch:
                yield from self._fetch([entry], asked, key)
            return
        missing = {}
        for entry in batch:
            answer = answers.pop(int(entry.uid), {})
            raw = next((value for name, value in answer.items() if name.startswith(key)), None)
            if isinstance(raw, bytes):
                yield entry, raw
            else:
                missing[entry.uid] = entry
        for uid in self.present(missing) if missing else ():
            self._refuse(missing[uid], "fetch_missing")


def _sets(uids):
    return [uids[start : start + UID_SET] for start in range(0, len(uids), UID_SET)]
