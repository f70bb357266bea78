"""One server that an account could use, and where its name is from."""

import re
from dataclasses import dataclass

from ..vocabulary.reason import _
from .transport import Endpoint

# How a person reads where a server's name is from; the surest first.
SOURCES = {
    "domain": _("the address is one of this provider's own"),
    "mx": _("this provider receives the mail of the domain (MX record)"),
    "spf": _("this provider stands behind the filter of the domain's mail (SPF record)"),
    "srv": _("the domain names it as its mail server (SRV record)"),
    "autoconfig": _("the domain publishes it for mail programs (autoconfig)"),
    "guess": _("a customary name, under which a mail server answers"),
}
_DOMAIN = re.compile(
    r"^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$"
)
# Names that stay inside a machine or a network (RFC 6761, RFC 6762, RFC 8375, and ICANN's .internal).
_INSIDE = re.compile(
    r"(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp|home\.arpa|onion|invalid|test)$"
)


@dataclass(frozen=True)
class Way:
    """A proposal. `protocol` is imap, pop or smtp, `source` one of `SOURCES`, `login` what its user is called there
    ("address" or "local", the part before the @).
    """

    protocol: str
    endpoint: Endpoint
    source: str
    login: str = "address"


def is_host_name(host: str) -> bool:
    """Tell whether `host` (lower case) is a name that a server of the internet can have: no address, none of a
    private network.
    """
    return bool(_DOMAIN.match(host)) and not _INSIDE.search(host)


def is_within(host: str, domain: str) -> bool:
    """Tell whether a host has its name from `domain`, so that who owns the one gave the other."""
    host = host.lower().rstrip(".")
    return host == domain or host.endswith("." + domain)
