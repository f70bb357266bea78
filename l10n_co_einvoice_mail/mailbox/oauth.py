"""A new access token for an old permission (RFC 6749 §6), at the provider's token server."""

import time
from dataclasses import dataclass, field

import requests

from . import failures
from .errors import Throttled

REQUEST_SECONDS = 10
# A token is renewed when it lives no longer than this, so that it outlives a run on a mailbox.
MARGIN_SECONDS = 300


@dataclass(frozen=True)
class Client:
    """How this Odoo is registered at a provider."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""


@dataclass(frozen=True)
class Grant:
    """What the token server gave; `refresh_token` is a new one where the provider rotates it.
    `expires_at` is a Unix time.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: int


def is_fresh(expires_at: int) -> bool:
    """Tell whether a token that expires then (Unix time, 0 for none) outlives a run."""
    return bool(expires_at) and expires_at - MARGIN_SECONDS > time.time()


def login_string(user: str, access_token: str) -> str:
    """Return the SASL XOAUTH2 string."""
    return f"user={user}\1auth=Bearer {access_token}\1\1"


def refresh(client: Client, refresh_token: str, user: str = "") -> Grant:
    """Return a new `Grant`.

    :param user: whose it is, for the sentence about a failure
    :raise LoginFailed: the permission has expired or was withdrawn, or the provider does not know this client
    :raise Throttled, ConnectionFailed: the token server cannot be asked now
    """
    form = {
        "grant_type": "refresh_token",
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "refresh_token": refresh_token,
    }
    facts = {"host": client.token_url.split("/")[2], "port": "443", "user": user}
    secrets = (refresh_token, client.client_secret)
    try:
        response = requests.post(
            client.token_url,
            data=form | ({"scope": client.scope} if client.scope else {}),
            timeout=REQUEST_SECONDS,
            allow_redirects=False,
        )
        answer = response.json() if response.ok else {}
    except requests.exceptions.ProxyError:
        raise failures.error_of("proxy_refused", data=facts) from None
    except (requests.RequestException, ValueError) as error:
        raise Throttled("server_busy", failures.scrub(type(error).__name__), facts) from None
    if response.status_code == 407:
        raise failures.error_of("proxy_refused", data=facts)
    if response.status_code >= 500 or response.status_code == 429:
        raise Throttled("server_busy", failures.scrub(response.reason or "", secrets), facts)
    if not answer.get("access_token"):
        raise failures.as_error(RuntimeError(response.text[:2000]), "oauth", facts, secrets)
    expires_at = int(time.time()) + int(answer.get("expires_in") or 3600)
    return Grant(answer["access_token"], answer.get("refresh_token") or refresh_token, expires_at)
