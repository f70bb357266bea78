"""The providers that do something otherwise than the rest, known by the names of their servers: one row each."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class SignIn:
    """How users give a provider's permission on its own page, instead of typing a password."""

    type: str  # of the account: value of fetchmail.server's server_type and ir.mail_server's smtp_authentication
    auth: str  # of the preset: value of l10n_co.mail.provider's auth
    prefix: str  # of core's fields for the tokens, and of its parameters for the client
    name: str  # as users know the provider
    imap_host: str
    smtp_host: str


@dataclass(frozen=True)
class Provider:
    """One provider. The same words of a server may mean something else at another one, see `failures`."""

    code: str
    hosts: re.Pattern[str]
    keeps_sent: bool = False  # puts what is sent into the Sent folder by itself
    sign_in: SignIn | None = None


PROVIDERS = (
    Provider(
        "google",
        re.compile(r"(^|\.)(gmail|googlemail|google)\.com$"),
        keeps_sent=True,
        sign_in=SignIn(
            "gmail", "oauth_google", "google_gmail", "Google", "imap.gmail.com", "smtp.gmail.com"
        ),
    ),
    Provider(
        "microsoft",
        re.compile(r"(^|\.)(office365|outlook|hotmail|live)\.com$"),
        keeps_sent=True,
        sign_in=SignIn(
            "outlook",
            "oauth_microsoft",
            "microsoft_outlook",
            "Microsoft",
            "outlook.office365.com",
            "smtp-mail.outlook.com",
        ),
    ),
    Provider("yahoo", re.compile(r"(^|\.)(yahoo|aol)\.com$")),
    Provider("zoho", re.compile(r"(^|\.)zoho(cloud)?\.(com|eu|in|jp|ca|com\.au)$")),
)
NONE = Provider("", re.compile("$^"))
# Type of an account -> how its users sign in.
SIGN_INS = {row.sign_in.type: row.sign_in for row in PROVIDERS if row.sign_in}


def at(host: str) -> Provider:
    """Return the row of the provider whose server `host` is, or `NONE`."""
    name = host.lower().rstrip(".")
    return next((row for row in PROVIDERS if row.hosts.search(name)), NONE)


def provider_of(host: str) -> str:
    """Return the code ("google", "microsoft", "yahoo", "zoho") of the provider whose server `host` is, or ""."""
    return at(host).code
