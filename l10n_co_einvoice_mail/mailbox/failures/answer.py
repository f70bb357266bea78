"""A server's own words: taken out of an exception, and made fit to be stored and shown."""

import base64
import re
import urllib.parse
from collections.abc import Iterable, Iterator

from ...vocabulary.text import one_line
from ..errors import MailboxError

ANSWER_LENGTH = 500
HIDDEN = "***"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_REPR_OF_BYTES = re.compile(r"""\bb(['"])(.*)\1""", re.DOTALL)


def answer_of(exception: BaseException) -> str:
    """Return the server's own words out of an exception of imaplib, poplib or smtplib."""
    if isinstance(exception, MailboxError):
        return exception.server_answer
    recipients = getattr(exception, "recipients", None)
    if isinstance(recipients, dict) and recipients:
        return _smtp_answer(*next(iter(recipients.values())))
    if hasattr(exception, "smtp_code"):
        return _smtp_answer(exception.smtp_code, getattr(exception, "smtp_error", ""))
    words = exception.args[0] if len(exception.args) == 1 else str(exception)
    return _REPR_OF_BYTES.sub(r"\2", _text(words)).strip()


def _smtp_answer(code, words):
    return f"{code} {_text(words)}"


def _text(words):
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """Return a server's answer fit to be stored and shown: one line, bounded, without any of
    `secrets`.

    A secret is also found as base64 (alone, and as the SASL PLAIN string some servers echo) and
    percent-encoded.
    """
    for form in sorted(set(_forms(secrets)), key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    text = re.sub(r"(?i)\bbearer\s+[\w.~+/=-]+", f"Bearer {HIDDEN}", text)
    return one_line(_CONTROL.sub(" ", text), ANSWER_LENGTH)


def _forms(secrets: Iterable[str]) -> Iterator[str]:
    for secret in secrets:
        if secret:
            yield secret
            yield base64.b64encode(secret.encode()).decode()
            yield urllib.parse.quote(secret, safe="")
