"""What can go wrong between us and a mail server: one exception class per kind of failure.

The class says what the caller can do about it (try again later, ask the person, leave the mail
where it is); the `code` is a row of `failures.FAILURES`, which holds the words a person reads.
"""

from collections.abc import Mapping


class MailboxError(Exception):
    """Something a mail server, or the way to it, refused.

    :param code: a key of `failures.FAILURES`
    :param server_answer: the server's own words, already scrubbed of secrets; "" when it said
        nothing
    :param data: texts for the placeholders of the row's sentence (host, port, user, folder,
        names...)
    :param filed: UIDs that had been filed away before the failure (only
        `Mailbox.file_away` knows any)

    `asked` names the UIDs of the mails at which the conversation broke off (only `Mailbox.fetch`
    knows any), and `unproved` those whose copy was accepted and cannot be found (`file_away`).
    """

    def __init__(
        self,
        code: str,
        server_answer: str = "",
        data: Mapping[str, str] | None = None,
        filed: frozenset[str] = frozenset(),
    ):
        super().__init__(code, server_answer)
        self.code = code
        self.server_answer = server_answer
        self.data = dict(data or {})
        if server_answer:
            self.data.setdefault("answer", server_answer)
        self.filed = filed
        self.asked: tuple[str, ...] = ()
        self.unproved: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.code}: {self.server_answer}" if self.server_answer else self.code


class ArgumentRefused(MailboxError):
    """A value of ours that would be a second command on the wire (CR, LF, NUL), or that no server
    can understand.
    """


class AddressRefused(MailboxError):
    """The address guard: a private or loopback address, or a port that is no mail port."""


class ConnectionFailed(MailboxError):
    """No conversation came about: name, port, route, greeting."""


class TlsFailed(MailboxError):
    """The encryption or the certificate."""


class LoginFailed(MailboxError):
    """The server knows why it does not let us in; trying again at once may lock the account."""


class ServerRefused(MailboxError):
    """The server understood and said no."""


class FolderFailed(ServerRefused):
    """A folder that is missing, cannot be opened or cannot be created."""


class MoveUnproved(MailboxError):
    """Mails were copied as the server says, and no copy is found: the originals stay where they are."""


class QuotaExceeded(ServerRefused):
    """The mailbox is full."""


class MessageRefused(ServerRefused):
    """A message, its sender or one of its recipients was refused."""


class Throttled(MailboxError):
    """Temporary: too many connections, too many commands, or a server that is busy."""


class ConnectionLost(MailboxError):
    """The conversation broke off; what was sent last may or may not have been done."""


class DeliveryLost(ConnectionLost):
    """A mail was handed over whole, and the server did not say what became of it: it may be delivered."""


#: A search that is refused is done by us, whatever the server says of later.
REFUSALS = (ServerRefused, Throttled)
