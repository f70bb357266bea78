"""How a password is shown to a sending server: the ways of RFC 4616, of AUTH LOGIN, and of RFC 2195, in UTF-8."""

import base64
import functools
import hmac
from collections.abc import Callable

#: What is told with the command, or None; then the answers to the server's challenges, or functions of them.
Exchange = tuple[str | Callable[[bytes], str] | None, ...]


def ways(user: str, password: str) -> dict[str, Exchange]:
    """Return the ways to log in by their names, the preferred first."""
    return {
        "PLAIN": (f"\0{user}\0{password}",),
        # The server asks for both: not every one reads a user that is told with the command.
        "LOGIN": (None, user, password),
        "CRAM-MD5": (None, functools.partial(_digested, user, password)),
    }


def _digested(user, password, challenge):
    """:return: the answer to CRAM-MD5's challenge"""
    digest = hmac.new(password.encode(), base64.b64decode(challenge), "md5")
    return f"{user} {digest.hexdigest()}"


def encoded(text: str) -> str:
    """Return a text as it travels in an exchange."""
    return base64.b64encode(text.encode()).decode("ascii")
