"""The folders of an IMAP mailbox: finding, creating and appending to them."""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from .errors import REFUSALS, FolderFailed, MessageRefused, ServerRefused
from .imap_session import ImapSession
from .transport import clean

# Names of special folders at servers that do not mark them (Exchange Online announces no SPECIAL-USE and localizes the
# names).
SPECIAL_NAMES = {
    "\\Sent": (
        "Sent",
        "Sent Items",
        "Sent Messages",
        "Sent Mail",
        "Enviados",
        "Elementos enviados",
        "Mensajes enviados",
        "Correo enviado",
        "Correos enviados",
        "Bandeja de enviados",
        "Itens enviados",
    ),
    "\\Trash": ("Trash", "Deleted Items", "Deleted Messages", "Papelera", "Elementos eliminados"),
    "\\Junk": ("Junk", "Spam", "Junk Email", "Correo no deseado"),
    "\\Drafts": ("Drafts", "Borradores"),
}
NEWEST = 50  # mails of a folder that are looked at by their Message-ID
_UNUSABLE = frozenset({"\\noselect", "\\nonexistent"})
_APPENDED = re.compile(rb"^\d+ (\d+)$")


@dataclass(frozen=True)
class Folder:
    """A folder as the server lists it; `flags` are lower case (RFC 3501 §7.2.2, RFC 6154)."""

    name: str
    delimiter: str
    flags: frozenset[str]

    @property
    def is_usable(self) -> bool:
        """False for a name that only groups other folders."""
        return not self.flags & _UNUSABLE


class Folders(ImapSession):
    """Part of `ImapMailbox`: what concerns folders other than the inbox."""

    _listed: tuple[Folder, ...] | None = None
    _personal: tuple[str, str] | None = None
    _seen: frozenset[str] = (
        frozenset()
    )  # of all folders that were listed or created in this session

    def connect(self) -> None:
        """See `Mailbox`."""
        self._listed = self._personal = None
        self._seen = frozenset()
        return super().connect()

    def folders(self) -> tuple[Folder, ...]:
        """Return the folders of the mailbox, the same tuple throughout a session."""
        if self._listed is None:
            with self.translated("folder", folder=""):
                answers = self._client.list_folders()
            self._listed = tuple(_folder(*answer) for answer in answers)
            self._seen |= {folder.name for folder in self._listed}
        return self._listed

    def new_folders(self) -> tuple[Folder, ...]:
        """List the folders anew; return the usable ones that were not there before in this session."""
        seen = self._seen
        self._listed = None
        return tuple(
            folder for folder in self.folders() if folder.is_usable and folder.name not in seen
        )

    def folder_name(self, name: str) -> str:
        """Return the server's name of the folder a person calls `name` ("Procesados", "Facturas/Procesados").

        Servers of the Courier kind keep everything under a prefix and refuse bare names (RFC 2342).
        """
        if any(folder.name == name and folder.is_usable for folder in self.folders()):
            return name
        prefix, delimiter = self._namespace()
        translated = clean(name).replace("/", delimiter) if delimiter else clean(name)
        return translated if prefix and translated.startswith(prefix) else prefix + translated

    def _namespace(self):
        if self._personal is None:
            delimiter = next(
                (folder.delimiter for folder in self.folders() if folder.delimiter), "/"
            )
            self._personal = ("", delimiter)
            if "NAMESPACE" in self.capabilities:
                personal = None
                # Announced and refused: as if there were none.
                with contextlib.suppress(ServerRefused), self.translated("folder", folder=""):
                    personal = self._client.namespace().personal
                if personal:
                    prefix, separator = personal[0]
                    self._personal = (prefix, separator or delimiter)
        return self._personal

    def ensure_folder(self, name: str) -> str:
        """Return the server's name of the folder a person calls `name`, creating it when it is missing.

        :raise FolderFailed, ServerRefused: the server does not want it
        """
        server_name = self.folder_name(name)
        if not any(folder.name == server_name and folder.is_usable for folder in self.folders()):
            server_name = self._create(server_name)
        return server_name

    def _create(self, server_name):
        try:
            self._create_and_subscribe(server_name)
        except FolderFailed as error:
            inbox_prefix = "INBOX" + self._namespace()[1]
            if error.code != "folder_namespace" or server_name.startswith(inbox_prefix):
                raise
            # No NAMESPACE command, and yet everything has to lie under the inbox.
            server_name = inbox_prefix + server_name
            self._create_and_subscribe(server_name)
        return server_name

    def _create_and_subscribe(self, server_name):
        self._listed = None
        try:
            with self.translated("folder", folder=server_name):
                self._client.create_folder(clean(server_name))
        except FolderFailed as error:
            if error.code != "folder_exists":
                raise
        self._seen |= {server_name}
        # A folder that is not subscribed works; it only stays hidden in some mail programs.
        with contextlib.suppress(ServerRefused), self.translated("folder", folder=server_name):
            self._client.subscribe_folder(server_name)

    def delete_folder(self, server_name: str) -> None:
        """Delete a folder (the diagnosis' own probe folder); `server_name` is what `ensure_folder` returned."""
        self._listed = None
        with self.translated("folder", folder=server_name):
            self._client.delete_folder(clean(server_name))

    def special_folder(self, use: str) -> str | None:
        """Return the server's name of the folder for a use of RFC 6154 (such as "\\\\Sent"), or None."""
        usable = [folder for folder in self.folders() if folder.is_usable]
        marked = [folder.name for folder in usable if use.lower() in folder.flags]
        if marked:
            return marked[0]
        wanted = [name.lower() for name in SPECIAL_NAMES.get(use, ())]
        named = {_last_part(folder).lower(): folder.name for folder in reversed(usable)}
        return next((named[name] for name in wanted if name in named), None)

    def search_message_id(
        self, folder: str, message_id: str, *, newest: bool = True
    ) -> tuple[str, ...]:
        """Return the UIDs of the mails in `folder` (the server's name) that carry `message_id`.

        Not every server searches in headers, finds what came a moment ago, or names only what was asked for: what it
        names is looked at, and where it refuses, the newest mails.

        :param newest: look at them too where the server finds nothing
        """
        opened = self._select(folder, readonly=True)
        found, is_refused = [], False
        try:
            with self.translated("read", folder=folder):
                found = self._client.search(["HEADER", "Message-ID", clean(message_id)])
        except REFUSALS:
            is_refused = True
        if not found and (newest or is_refused):
            first = max(int(opened.get(b"UIDNEXT") or 1) - NEWEST, 1)
            with self.translated("read", folder=folder):
                found = self._client.search(["UID", f"{first}:*"])
        uids = sorted(found)[-NEWEST:]
        answers = (
            self._asked_in_parts(uids, "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]") if uids else {}
        )
        return tuple(str(uid) for uid in uids if _names(answers.get(uid, {}), message_id))

    def append(self, folder: str, raw: bytes, flags: Sequence[str] = ("\\Seen",)) -> str:
        """Store the mail `raw` in `folder` (the server's name); return its UID there, or "" if the server does
        not tell.

        :raise MessageRefused, QuotaExceeded, FolderFailed: the server does not want it
        """
        limits = [item[12:] for item in self.capabilities if item.startswith("APPENDLIMIT=")]
        if limits and limits[0].isdigit() and len(raw) > int(limits[0]):
            raise MessageRefused(
                "message_too_big", data={**self.endpoint.facts, "user": self.credentials.user}
            )
        self._client._imap.untagged_responses.pop("APPENDUID", None)
        with self.translated("append", folder=folder):
            self._client.append(clean(folder), raw, flags)
        told = self._client._imap.untagged_responses.pop("APPENDUID", [b""])
        match = _APPENDED.match(told[-1])
        return match[1].decode() if match else ""


def _folder(flags, delimiter, name):
    return Folder(
        name=name,
        delimiter=delimiter.decode("ascii", "replace") if delimiter else "",
        flags=frozenset(flag.decode("ascii", "replace").lower() for flag in flags),
    )


def _names(answer, message_id):
    """:return: whether a mail carries the Message-ID, as FETCH answers it"""
    fields = [value for key, value in answer.items() if key.startswith(b"BODY[HEADER.FIELDS")]
    return any(message_id.encode() in (value or b"") for value in fields)


def _last_part(folder):
    return folder.name.rpartition(folder.delimiter)[2] if folder.delimiter else folder.name
