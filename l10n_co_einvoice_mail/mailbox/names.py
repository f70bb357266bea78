"""What the DNS says of a mail domain: who receives its mail, which servers it names, who sends for it.

The answers are anybody's who can answer for the domain: they propose, and prove nothing.
"""

import time

import dns.exception
import dns.resolver

DNS_SECONDS = 3.0
#: Of one answer are looked at: a domain needs fewer, and an answer may be as long as its owner likes.
RECORDS = 20
# Answers are kept as long as their owners allow (TTL), for all the accounts of a list at once.
_CACHE = dns.resolver.LRUCache(1000)


def system_resolver() -> dns.resolver.Resolver:
    """
    :return: one that asks the servers this machine asks
    :raise dns.exception.DNSException: the machine has none
    """
    resolver = dns.resolver.Resolver()
    resolver.cache = _CACHE
    return resolver


class Names:
    """DNS within a few seconds; nothing found and no answer are the same here."""

    def __init__(
        self, seconds: float = DNS_SECONDS, resolver: dns.resolver.Resolver | None = None
    ) -> None:
        """
        :param seconds: for all the questions together
        :param resolver: whom to ask; None: whom this machine asks
        """
        self._deadline = time.monotonic() + seconds
        self._resolver = resolver

    def exchangers(self, domain: str) -> tuple[str, ...]:
        """:return: names of the mail exchangers, the preferred first; none of a domain without mail (RFC 7505)"""
        records = sorted(self._ask(domain, "MX"), key=lambda record: record.preference)
        return tuple(filter(None, (_host(record.exchange) for record in records)))

    def service(self, name: str) -> tuple[str, int] | None:
        """:return: (host, port) of a SRV record; None without one, and where "." says that there is no such service"""
        records = sorted(
            self._ask(name, "SRV"), key=lambda record: (record.priority, -record.weight)
        )
        hosts = [(_host(record.target), record.port) for record in records]
        return hosts[0] if hosts and hosts[0][0] else None

    def included(self, domain: str) -> tuple[str, ...]:
        """:return: domains that the SPF record includes (RFC 7208 §5.2)"""
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
        if left <= 0:
            return ()
        try:
            self._resolver = self._resolver or system_resolver()
            answer = self._resolver.resolve(name, kind, lifetime=left, search=False)
        except (dns.exception.DNSException, OSError, ValueError):
            return ()
        return tuple(answer)[:RECORDS]


def _host(name):
    return str(name).rstrip(".").lower()
