"""From an address to its servers: table, mail exchanger, SRV records, the domain's own description, guesses.

Order as Thunderbird and Delta Chat have it. The password is never here. What is found is a proposal: who answers for
the domain, or on the way to it, can have said it. A server of another domain is taken for an account only when a
person has seen it and chosen it.
"""

import concurrent.futures
import contextlib
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from . import description, probe
from .errors import AddressRefused
from .names import Names
from .transport import Encryption, Endpoint
from .way import Way, is_host_name, is_within

# Filters in front of the real mailbox: whose it is, is then only told by the domain's SPF record.
GATEWAYS = ("mimecast.com", "pphosted.com", "barracudanetworks.com", "antispamcloud.com")
# RFC 6186, RFC 8314: (service, protocol, encryption).
SERVICES = (
    ("_imaps._tcp", "imap", Encryption.SSL_STRICT),
    ("_imap._tcp", "imap", Encryption.STARTTLS_STRICT),
    ("_pop3s._tcp", "pop", Encryption.SSL_STRICT),
    ("_pop3._tcp", "pop", Encryption.STARTTLS_STRICT),
    ("_submissions._tcp", "smtp", Encryption.SSL_STRICT),
    ("_submission._tcp", "smtp", Encryption.STARTTLS_STRICT),
)
# {exchanger}: hostings that share a machine have a certificate for its name alone.
GUESSES = (
    ("imap", "imap.{domain}", 993, Encryption.SSL_STRICT),
    ("imap", "mail.{domain}", 993, Encryption.SSL_STRICT),
    ("imap", "{domain}", 993, Encryption.SSL_STRICT),
    ("imap", "{exchanger}", 993, Encryption.SSL_STRICT),
    ("imap", "mail.{domain}", 143, Encryption.STARTTLS_STRICT),
    ("pop", "pop.{domain}", 995, Encryption.SSL_STRICT),
    ("pop", "mail.{domain}", 995, Encryption.SSL_STRICT),
    ("pop", "{exchanger}", 995, Encryption.SSL_STRICT),
    ("smtp", "smtp.{domain}", 465, Encryption.SSL_STRICT),
    ("smtp", "mail.{domain}", 465, Encryption.SSL_STRICT),
    ("smtp", "{exchanger}", 465, Encryption.SSL_STRICT),
    ("smtp", "smtp.{domain}", 587, Encryption.STARTTLS_STRICT),
    ("smtp", "mail.{domain}", 587, Encryption.STARTTLS_STRICT),
)
#: For what the domain publishes: who is asked then needs time too.
DESCRIPTION_SECONDS = 3
#: Are tried, however many were named.
WAYS = 24


@dataclass(frozen=True)
class Preset:
    """What discovery has to know of a provider."""

    code: str
    domains: frozenset[str] = frozenset()
    mx_suffixes: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """A proposal: a provider of the table, or servers. `source` is one of `way.SOURCES`, or "" (nothing)."""

    source: str = ""
    provider: str = ""
    domain: str = ""
    ways: tuple[Way, ...] = ()

    def proposed(self, protocol: str) -> Way | None:
        """:return: the first server of the domain itself that speaks `protocol`"""
        for way in self.of(protocol):
            if is_within(way.endpoint.host, self.domain):
                return way
        return None

    def of(self, protocol: str) -> list[Way]:
        """:return: all the servers that speak `protocol`, those of other domains too"""
        return [way for way in self.ways if way.protocol == protocol]


def domain_of(address: str) -> str:
    """:return: the address' domain in lower case and IDNA form, or "" when it has none that could be asked for"""
    with contextlib.suppress(UnicodeError):
        domain = address.rpartition("@")[2].strip().lower().encode("idna").decode("ascii")
        return domain if is_host_name(domain) else ""
    return ""


def find_provider(address: str, presets: Collection[Preset], names: Names | None = None) -> Found:
    """Find the provider by the address' domain, or by who receives its mail.

    :param names: the DNS to ask; None asks nobody
    """
    domain = domain_of(address)
    for preset in presets:
        if domain in preset.domains:
            return Found("domain", preset.code, domain)
    if not domain or names is None:
        return Found(domain=domain)
    exchangers = names.exchangers(domain)
    found = _by_suffix(exchangers, presets)
    if found:
        return Found("mx", found, domain)
    if any(_ends(exchanger, GATEWAYS) for exchanger in exchangers):
        found = _by_suffix(names.included(domain), presets)
    return Found("spf", found, domain) if found else Found(domain=domain)


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
    return any(is_within(host, suffix) for suffix in suffixes)


def discover(
    address: str,
    presets: Collection[Preset],
    *,
    names: Names | None = None,
    allow_internal: bool = False,
    seconds: float = 10,
) -> Found:
    """
    :param seconds: how long all of it may take
    :return: what was found for an address; at worst nothing
    """
    deadline = time.monotonic() + seconds
    names = names or Names()
    found = find_provider(address, presets, names)
    if found.source or not found.domain:
        return found
    named = _named(found.domain, names, allow_internal, deadline)
    guessed = [] if _are_enough(named) else _guessed(found.domain, names)
    ways = _tried([*named, *guessed], allow_internal, deadline)
    return _owned(replace(found, ways=ways, source=ways[0].source if ways else ""), presets)


def _owned(found, presets):
    """A domain that names servers of the table's has that provider, sign-in and all."""
    hosts = {way.endpoint.host for way in found.ways if way.source != "guess"}
    for preset in presets:
        if hosts and hosts <= preset.hosts:
            return replace(found, provider=preset.code, ways=())
    return found


def _are_enough(ways):
    protocols = {way.protocol for way in ways}
    return "smtp" in protocols and bool(protocols & {"imap", "pop"})


def _named(domain, names, allow_internal, deadline):
    """:return: list of the `Way`s that the domain itself names, in its DNS or else in its description"""
    ways = []
    for service, protocol, encryption in SERVICES:
        target = names.service(f"{service}.{domain}")
        if target and is_host_name(target[0]):
            ways.append(Way(protocol, Endpoint(*target, encryption), "srv"))
    if _are_enough(ways):
        return ways
    until = min(deadline, time.monotonic() + DESCRIPTION_SECONDS)
    return ways + _until(until, description.ask, domain, allow_internal, until)


def _until(deadline, call, *arguments):
    """:return: the list that `call` returns; an empty one when it takes longer, as where nobody answers at all"""
    pool = concurrent.futures.ThreadPoolExecutor(1)
    try:
        return pool.submit(call, *arguments).result(max(0, deadline - time.monotonic()))
    except concurrent.futures.TimeoutError:
        return []
    finally:
        pool.shutdown(wait=False)


def _guessed(domain, names):
    exchanger = next(filter(is_host_name, names.exchangers(domain)), domain)
    return [
        Way(
            protocol,
            Endpoint(host.format(domain=domain, exchanger=exchanger), port, encryption),
            "guess",
        )
        for protocol, host, port, encryption in GUESSES
    ]


# -- who answers --------------------------------------------------------------------------------------


def _tried(ways: Iterable[Way], allow_internal: bool, deadline: float) -> tuple[Way, ...]:
    """Say the first words with all of them at once, nothing that is secret.

    :return: those where a mail server answers, encrypted and under its own name; then those that the domain names and
        that do not answer now. What lies inside a network, and what was only guessed, is not among these.
    """
    candidates = list({(way.protocol, way.endpoint): way for way in reversed([*ways])}.values())
    candidates = candidates[::-1][:WAYS]
    if not candidates:
        return ()
    pool = concurrent.futures.ThreadPoolExecutor(len(candidates))
    asked = [
        (way, pool.submit(probe.answers, way.protocol, way.endpoint, allow_internal))
        for way in candidates
    ]
    concurrent.futures.wait(
        [future for _way, future in asked], timeout=max(0, deadline - time.monotonic())
    )
    pool.shutdown(wait=False, cancel_futures=True)
    answers = [(way, _answer(future)) for way, future in asked]
    sound = [way for way, answer in answers if answer]
    silent = [way for way, answer in answers if answer is False and way.source != "guess"]
    return (*sound, *silent)


def _answer(future):
    """:return: True when a mail server answered, False when none did in time, None when nobody may be asked there"""
    if future.cancelled() or not future.done():
        return False
    return None if isinstance(future.exception(), AddressRefused) else bool(future.result())
