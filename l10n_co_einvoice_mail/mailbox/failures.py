"""From what a server, or the way to it, answered: the cause, the datum that is wrong, what to do.

`classify` walks the tables of `failure_*` from the most telling sign to the most general one: the
exception's type, the provider's own words, the response codes of RFC 5530, RFC 2449 and RFC 3463,
and at last what was being done when it happened. An answer that is marked as temporary is only ever
matched with temporary rows, so that a busy server never looks like a wrong password.
"""

import base64
import imaplib
import re
import urllib.parse

from ..vocabulary.text import one_line
from . import (
    failure_account,
    failure_backup,
    failure_connection,
    failure_provider,
    failure_sending,
    failure_server,
    mail_reason,
)
from .errors import MailboxError
from .providers import provider_of

# Order is priority: telling signs come first.
ROWS = (
    *failure_connection.ROWS,
    *failure_provider.ROWS,
    *failure_server.CODE_ROWS,
    *failure_server.GENERAL_ROWS,
)
FAILURES = {
    row.code: row
    for row in (*ROWS, *failure_account.ROWS, *failure_backup.ROWS, *failure_sending.ROWS)
}
MAIL_REASONS = {row.code: row for row in mail_reason.ROWS}

# What was being done: decides between rows whose signs look alike, and what is said when no row
# matches.
STAGES = tuple(failure_server.DEFAULTS)

# What a library's parser raises on an answer that is against the protocol.
PARSER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, RecursionError)

ANSWER_LENGTH = 500
HIDDEN = "***"

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_REPR_OF_BYTES = re.compile(r"""\bb(['"])(.*)\1""", re.DOTALL)
_TEMPORARY = re.compile(
    r"^4\d\d\b|^\* BYE\b|\[(UNAVAILABLE|INUSE|LIMIT|THROTTLED|IN-USE|LOGIN-DELAY|SYS/TEMP)\b",
    re.IGNORECASE,
)
_BACKOFF = re.compile(r"Backoff Time:\s*(\d{1,9})\s*milliseconds", re.IGNORECASE)


def classify(exception, provider=None, stage=""):
    """Return the row of `FAILURES` that tells what `exception` means.

    :param Exception exception: what socket, ssl, imaplib, poplib or smtplib raised, or a
        `MailboxError`
    :param str provider: what `provider_of` says of the server
    :param str stage: one of `STAGES`
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
    return FAILURES[failure_server.DEFAULTS.get(stage, "server_refused")]


def is_temporary(error):
    """Tell whether a `MailboxError` passes by itself: it is tried again, and nothing has to be changed."""
    return FAILURES[error.code].temporary


def as_error(exception, stage, data=None, secrets=()):
    """Return the `MailboxError` that says what `exception` means; the caller raises it.

    :param str stage: one of `STAGES`
    :param dict data: host, port, user, folder... of the account in question
    :param secrets: texts to be hidden in the server's answer
    """
    data = dict(data or {})
    row = classify(exception, provider_of(data.get("host", "")), stage)
    answer = "" if row.hides_answer else scrub(answer_of(exception), secrets)
    data.setdefault("answer", answer)
    delay = _BACKOFF.search(answer)
    if delay:
        data["seconds"] = str(int(delay[1]) // 1000 + 1)
    return row.error(row.code, answer, with_placeholders(row, data))


def error_of(code, server_answer="", data=None):
    """:param str code: a key of `FAILURES`
    :param dict data: texts for the placeholders of its sentences
    :return: the `MailboxError` of that row
    """
    row = FAILURES[code]
    return row.error(code, server_answer, with_placeholders(row, data or {}))


def with_placeholders(row, data):
    """Return `data` with a text for every placeholder that the row's sentences name; "?" where nobody knows."""
    names = _PLACEHOLDER.findall(row.sentence + row.remedy)
    return {**dict.fromkeys(names, "?"), **data}


def answer_of(exception):
    """Return the server's own words out of an exception of imaplib, poplib or smtplib (text)."""
    if isinstance(exception, MailboxError):
        return exception.server_answer
    recipients = getattr(exception, "recipients", None)
    if isinstance(recipients, dict) and recipients:
        return _smtp_answer(*next(iter(recipients.values())))
    if hasattr(exception, "smtp_code"):
        return _smtp_answer(exception.smtp_code, exception.smtp_error)
    words = exception.args[0] if len(exception.args) == 1 else str(exception)
    return _REPR_OF_BYTES.sub(r"\2", _text(words)).strip()


def _is_cut(exception, sign):
    """BYE, or no answer at all; but what is no IMAP, or may only be read, is not going to be another thing later."""
    is_abort = isinstance(exception, imaplib.IMAP4.abort)
    return (
        is_abort
        and not isinstance(exception, imaplib.IMAP4.readonly)
        and "unexpected response" not in sign
    )


def _smtp_answer(code, words):
    return f"{code} {_text(words)}"


def _text(words):
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def _sign(exception):
    """What the patterns of the rows are matched with: a socket's error begins with its class, a
    server's answer is as it came.
    """
    is_answer = hasattr(exception, "smtp_code") or hasattr(exception, "recipients")
    if isinstance(exception, OSError) and not is_answer:
        return f"{type(exception).__name__}: {exception}"
    if isinstance(exception, imaplib.IMAP4.readonly):
        return f"readonly: {exception}"
    if isinstance(exception, PARSER_ERRORS):
        return f"unreadable: {exception}"
    return answer_of(exception)


def scrub(text, secrets=()):
    """Return a server's answer fit to be stored and shown: one line, bounded, without any of
    `secrets`.

    A secret is also found as base64 (alone, and as the SASL PLAIN string some servers echo) and
    percent-encoded.
    """
    for form in sorted(set(_forms(secrets)), key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    text = re.sub(r"(?i)\bbearer\s+[\w.~+/=-]+", f"Bearer {HIDDEN}", text)
    return one_line(_CONTROL.sub(" ", text), ANSWER_LENGTH)


def _forms(secrets):
    for secret in secrets:
        if secret:
            yield secret
            yield base64.b64encode(secret.encode()).decode()
            yield urllib.parse.quote(secret, safe="")
