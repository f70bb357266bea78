"""From an address to its servers: table, mail exchanger, SRV records, the provider's own description, guesses.

Order as Thunderbird and Delta Chat have it. The password is never here; what is found is a proposal a person sees.
DNS needs dnspython; without it the table, the description and the guesses still work.
"""

import concurrent.futures
import contextlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from . import probe, web
from .errors import MailboxError
from .transport import Encryption, Endpoint

try:
    import dns.exception
    import dns.resolver
except ImportError:
    dns = None

DNS_SECONDS = 3
DESCRIPTION_BYTES = 32 * 1024

_DOMAIN = re.compile(r"^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$")
# Filters in front of the real mailbox: whose it is, is then only told by the domain's SPF record.
GATEWAYS = ("mimecast.com", "pphosted.com", "barracudanetworks.com", "antispamcloud.com")
# RFC 6186, RFC 8314: (service, protocol, encryption).
SERVICES = (
    ("_imaps._tcp", "imap", Encryption.SSL_STRICT),
    ("_imap._tcp", "imap", Encryption.STARTTLS_STRICT),
    ("_pop3s._tcp", "pop", Encryption.SSL_STRICT),
    ("_submissions._tcp", "smtp", Encryption.SSL_STRICT),
    ("_submission._tcp", "smtp", Encryption.STARTTLS_STRICT),
)
DESCRIPTIONS = (
    ("autoconfig.{domain}", "/mail/config-v1.1.xml"),
    ("{domain}", "/.well-known/autoconfig/mail/config-v1.1.xml"),
)
SOCKET_TYPES = {"SSL": Encryption.SSL_STRICT, "STARTTLS": Encryption.STARTTLS_STRICT}
KINDS = {"imap": "imap", "pop3": "pop", "smtp": "smtp"}
GUESSES = (
    ("imap", "imap.{domain}", 993, Encryption.SSL_STRICT),
    ("imap", "mail.{domain}", 993, Encryption.SSL_STRICT),
    ("imap", "{domain}", 993, Encryption.SSL_STRICT),
    ("imap", "mail.{domain}", 143, Encryption.STARTTLS_STRICT),
    ("smtp", "smtp.{domain}", 465, Encryption.SSL_STRICT),
    ("smtp", "mail.{domain}", 465, Encryption.SSL_STRICT),
    ("smtp", "smtp.{domain}", 587, Encryption.STARTTLS_STRICT),
    ("smtp", "mail.{domain}", 587, Encryption.STARTTLS_STRICT),
)


@dataclass(frozen=True)
class Preset:
    """What discovery has to know of a provider."""

    code: str
    domains: frozenset[str] = frozenset()
    mx_suffixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A proposal: a provider of the table, or servers by protocol. `source` is domain, mx, spf, srv, autoconfig, guess
    or "" (nothing).
    """

    source: str = ""
    provider: str = ""
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)  # protocol -> "address" or "local"


class Names:
    """DNS within a few seconds; nothing found and no answer are the same here."""

    def __init__(self, seconds: float = DNS_SECONDS):
        """Give all the questions together `seconds`."""
        self._deadline = time.monotonic() + seconds

    def exchangers(self, domain: str) -> tuple[str, ...]:
        """Return the names of the mail exchangers, the preferred first."""
        records = sorted(self._ask(domain, "MX"), key=lambda record: record.preference)
        return tuple(_host(record.exchange) for record in records)

    def service(self, name: str) -> tuple[str, int] | None:
        """Return (host, port) of a SRV record, or None; the target "." says that there is no such service."""
        records = sorted(
            self._ask(name, "SRV"), key=lambda record: (record.priority, -record.weight)
        )
        hosts = [(_host(record.target), record.port) for record in records]
        return hosts[0] if hosts and hosts[0][0] else None

    def included(self, domain: str) -> tuple[str, ...]:
        """Return the domains that the SPF record includes (RFC 7208 §5.2)."""
        texts = [
            b"".join(record.strings).decode("ascii", "replace")
            for record in self._ask(domain, "TXT")
        ]
        policies = [text.lower().split() for text in texts if text.lower().startswith("v=spf1")]
        return tuple(
            word.removeprefix("include:")
            for words in policies
            for word in words
            if word.startswith("include:")
        )

    def _ask(self, name, kind):
        left = self._deadline - time.monotonic()
        if dns is None or left <= 0:
            return ()
        try:
            return tuple(dns.resolver.resolve(name, kind, lifetime=left))
        except (dns.exception.DNSException, OSError, ValueError):
            return ()


def _host(name):
    return str(name).rstrip(".").lower()


def domain_of(address: str) -> str:
    """Return the address' domain in lower case and IDNA form, or "" when it has none that could be asked for."""
    with contextlib.suppress(UnicodeError):
        domain = address.rpartition("@")[2].strip().lower().encode("idna").decode("ascii")
        return domain if _DOMAIN.match(domain) else ""
    return ""


def find_provider(address: str, presets: Sequence[Preset], names: Names | None = None) -> Found:
    """Return `Found` with the provider's code, by the address' domain or by who receives its mail.

    :param names: the DNS to ask; None asks nobody
    """
    domain = domain_of(address)
    for preset in presets:
        if domain in preset.domains:
            return Found("domain", preset.code)
    if not domain or names is None:
        return Found()
    exchangers = names.exchangers(domain)
    found = _by_suffix(exchangers, presets)
    if found:
        return Found("mx", found)
    if any(_ends(exchanger, GATEWAYS) for exchanger in exchangers):
        found = _by_suffix(names.included(domain), presets)
    return Found("spf", found) if found else Found()


def _by_suffix(hosts, presets):
    """Return the code of the preset with the longest suffix of the first host that has any, or ""."""
    for host in hosts:
        matches = [
            (len(suffix), preset.code)
            for preset in presets
            for suffix in preset.mx_suffixes
            if _ends(host, (suffix,))
        ]
        if matches:
            return max(matches)[1]
    return ""


def _ends(host, suffixes):
    return any(host == suffix or host.endswith("." + suffix) for suffix in suffixes)


def discover(
    address: str,
    presets: Sequence[Preset],
    *,
    names: Names | None = None,
    allow_internal: bool = False,
    seconds: float = 10,
) -> Found:
    """Return the `Found` for an address; at worst an empty one.

    :param seconds: how long all of it may take
    """
    deadline = time.monotonic() + seconds
    names = names or Names()
    found = find_provider(address, presets, names)
    domain = domain_of(address)
    if found.source or not domain:
        return found
    return (
        _from_services(domain, names)
        or _from_descriptions(domain, allow_internal, deadline)
        or _from_guesses(domain, allow_internal, deadline)
        or Found()
    )


def _from_services(domain, names):
    endpoints = {}
    for service, protocol, encryption in SERVICES:
        if protocol not in endpoints:
            target = names.service(f"{service}.{domain}")
            if target and _DOMAIN.match(target[0]):
                endpoints[protocol] = Endpoint(*target, encryption)
    return Found("srv", endpoints=endpoints) if "imap" in endpoints or "pop" in endpoints else None


# -- the provider's own description -------------------------------------------------------------------


def _from_descriptions(domain, allow_internal, deadline):
    for host, path in DESCRIPTIONS:
        if time.monotonic() > deadline:
            return None
        try:
            content = web.download(
                f"https://{host.format(domain=domain)}{path}",
                limit=DESCRIPTION_BYTES,
                seconds=deadline - time.monotonic(),
                allow_internal=allow_internal,
            )
        except MailboxError:
            continue
        found = parse_description(content, domain)
        if found:
            return found
    return None


def parse_description(content: bytes, domain: str) -> Found | None:
    """Return the `Found` of an autoconfig document, or None when it is none or offers nothing encrypted."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.getroottree().docinfo.doctype:
        return None
    endpoints, logins = {}, {}
    for server in root.iter("incomingServer", "outgoingServer"):
        protocol = KINDS.get(server.get("type", ""))
        endpoint = _described(server, domain)
        if protocol and endpoint and protocol not in endpoints:
            endpoints[protocol] = endpoint
            is_local = server.findtext("username", "").strip() == "%EMAILLOCALPART%"
            logins[protocol] = "local" if is_local else "address"
    return Found("autoconfig", endpoints=endpoints, logins=logins) if endpoints else None


def _described(server, domain):
    host = server.findtext("hostname", "").strip().lower().replace("%emaildomain%", domain)
    port = server.findtext("port", "").strip()
    encryption = SOCKET_TYPES.get(server.findtext("socketType", "").strip())
    if encryption and _DOMAIN.match(host) and port.isascii() and port.isdigit() and len(port) <= 5:
        return Endpoint(host, int(port), encryption)
    return None


# -- guesses ------------------------------------------------------------------------------------------


def _from_guesses(domain, allow_internal, deadline):
    candidates = [
        (protocol, Endpoint(host.format(domain=domain), port, encryption))
        for protocol, host, port, encryption in GUESSES
    ]
    pool = concurrent.futures.ThreadPoolExecutor(len(candidates))
    asked = [
        (protocol, endpoint, pool.submit(probe.answers, protocol, endpoint, allow_internal))
        for protocol, endpoint in candidates
    ]
    concurrent.futures.wait(
        [future for *_rest, future in asked], timeout=max(0, deadline - time.monotonic())
    )
    pool.shutdown(wait=False, cancel_futures=True)
    endpoints = {}
    for protocol, endpoint, future in asked:
        if future.done() and not future.cancelled() and future.result():
            endpoints.setdefault(protocol, endpoint)
    return Found("guess", endpoints=endpoints) if endpoints else None
