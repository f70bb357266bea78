"""What went wrong with a mail server, in words: `as_error` finds the row of an exception, `FAILURES` holds them all."""

from .answer import answer_of, scrub
from .classifier import (
    PARSER_ERRORS,
    as_error,
    classify,
    error_of,
    is_temporary,
    with_placeholders,
)
from .table import FAILURES, MAIL_REASONS

__all__ = [
    "FAILURES",
    "MAIL_REASONS",
    "PARSER_ERRORS",
    "answer_of",
    "as_error",
    "classify",
    "error_of",
    "is_temporary",
    "scrub",
    "with_placeholders",
]
