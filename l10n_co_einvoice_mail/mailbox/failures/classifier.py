"""From what a server, or the way to it, answered: the cause, the datum that is wrong, what to do.

`classify` walks the table from the most telling sign to the most general one: the exception's type, the provider's own
words, the response codes of RFC 5530, RFC 2449 and RFC 3463, and at last what was being done when it happened. An
answer that is marked as temporary is only ever matched with temporary rows, so that a busy server never looks like a
wrong password.
"""

import imaplib
import re
from collections.abc import Iterable, Mapping

from ..errors import MailboxError
from ..providers import provider_of
from .answer import answer_of, scrub
from .failure import Failure
from .general import DEFAULTS
from .table import FAILURES, ROWS

# What a library's parser raises on an answer that is against the protocol.
PARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, RecursionError)

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_TEMPORARY = re.compile(
    r"^4\d\d\b|^\* BYE\b|\[(UNAVAILABLE|INUSE|LIMIT|THROTTLED|IN-USE|LOGIN-DELAY|SYS/TEMP)\b",
    re.IGNORECASE,
)
_BACKOFF = re.compile(r"Backoff Time:\s*(\d{1,9})\s*milliseconds", re.IGNORECASE)

_SEND_AS = re.compile(r"send as <?([^\s;,<>]+@[^\s;,<>]+[^\s;,<>.])", re.IGNORECASE)


def classify(exception: BaseException, provider: str | None = None, stage: str = "") -> Failure:
    """Return the row of `FAILURES` that tells what `exception` means.

    :param exception: what socket, ssl, imaplib, poplib or smtplib raised, or a `MailboxError`
    :param provider: what `provider_of` says of the server
    :param stage: a key of `general.DEFAULTS`
    """
    if isinstance(exception, MailboxError):
        return FAILURES[exception.code]
    sign = _sign(exception)
    is_cut = _is_cut(exception, sign)
    is_temporary = is_cut or bool(_TEMPORARY.search(sign))
    for row in ROWS:
        if (row.temporary or not is_temporary) and row.matches(sign, provider or "", stage):
            return row
    if is_temporary:
        return FAILURES["connection_lost" if is_cut else "server_busy"]
    return FAILURES[DEFAULTS.get(stage, "server_refused")]


def is_temporary(error: MailboxError) -> bool:
    """Tell whether it passes by itself: it is tried again, and nothing has to be changed."""
    return FAILURES[error.code].temporary


def as_error(
    exception: BaseException,
    stage: str,
    data: Mapping[str, str] | None = None,
    secrets: Iterable[str] = (),
) -> MailboxError:
    """Return the `MailboxError` that says what `exception` means; the caller raises it.

    :param stage: a key of `general.DEFAULTS`
    :param data: host, port, user, folder... of the account in question
    :param secrets: texts to be hidden in the server's answer
    """
    facts = dict(data or {})
    row = classify(exception, provider_of(facts.get("host", "")), stage)
    answer = "" if row.hides_answer else scrub(answer_of(exception), secrets)
    if answer:
        facts.setdefault("answer", answer)
    if delay := _BACKOFF.search(answer):
        facts["seconds"] = str(int(delay[1]) // 1000 + 1)
    if row.code == "send_as_denied" and (denied := _SEND_AS.search(answer)):
        facts["sender"] = denied[1]  # the From of the mail need not be the envelope's
    return row.error(row.code, answer, with_placeholders(row, facts))


def error_of(
    code: str, server_answer: str = "", data: Mapping[str, str] | None = None
) -> MailboxError:
    """Return the `MailboxError` of a row.

    :param code: a key of `FAILURES`
    :param data: texts for the placeholders of its sentences
    """
    row = FAILURES[code]
    return row.error(code, server_answer, with_placeholders(row, data or {}))


def with_placeholders(row: Failure, data: Mapping[str, str]) -> dict[str, str]:
    """Return `data` with a text for every placeholder that the row's sentences name; "?" where nobody knows."""
    names = _PLACEHOLDER.findall(row.sentence + row.remedy)
    return {**dict.fromkeys(names, "?"), **data}


def _is_cut(exception, sign):
    """BYE, or no answer at all; but what is no IMAP, or may only be read, is not going to be another thing later."""
    is_abort = isinstance(exception, imaplib.IMAP4.abort)
    return (
        is_abort
        and not isinstance(exception, imaplib.IMAP4.readonly)
        and "unexpected response" not in sign
    )


def _sign(exception):
    """What the patterns of the rows are matched with: a socket's error begins with its class, a
    server's answer is as it came.
    """
    is_answer = hasattr(exception, "smtp_code") or hasattr(exception, "recipients")
    if isinstance(exception, OSError) and not is_answer:
        return f"{type(exception).__name__}: {exception}"
    if isinstance(exception, imaplib.IMAP4.readonly):
        return f"readonly: {exception}"
    if isinstance(exception, UnicodeEncodeError):  # what we would say, not what was said
        return f"unsendable: {exception}"
    if isinstance(exception, PARSER_ERRORS):
        return f"unreadable: {exception}"
    return answer_of(exception)
