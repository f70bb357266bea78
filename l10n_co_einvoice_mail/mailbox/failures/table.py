"""All rows: in the order in which signs are looked for, and by their codes."""

from ...vocabulary.reason import Reason
from . import (
    account,
    backup,
    connection,
    general,
    mail_reason,
    provider,
    sending,
    server,
    submission,
)
from .failure import Failure

# Order is priority: telling signs come first.
ROWS: tuple[Failure, ...] = (
    *connection.ROWS,
    *submission.ROWS,
    *provider.ROWS,
    *server.ROWS,
    *general.ROWS,
)
FAILURES: dict[str, Failure] = {
    row.code: row for row in (*ROWS, *account.ROWS, *backup.ROWS, *sending.ROWS)
}
#: Why nothing was booked of a mail.
MAIL_REASONS: dict[str, Reason] = {row.code: row for row in mail_reason.ROWS}
