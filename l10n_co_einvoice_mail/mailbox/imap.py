"""An IMAP mailbox: UIDs only, sizes first, batches by bytes, and a move that never loses or doubles a mail."""

from .imap_folders import Folders
from .imap_move import SafeMove
from .imap_reading import Reading


class ImapMailbox(Folders, SafeMove, Reading):
    """A mailbox on an IMAP4rev1 server (RFC 3501)."""
