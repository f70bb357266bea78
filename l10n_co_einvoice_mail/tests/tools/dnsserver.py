"""A DNS server on loopback with a zone of one's own: discovery is tried with real questions and answers.

with DnsServer({("x.co", "MX"): ["10 aspmx.l.google.com."]}) as server:
    Names(resolver=server.resolver()).exchangers("x.co")
"""

import socket
import threading

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

TTL = 300


class DnsServer:
    """Answers out of `zone`: {(name without the last dot, "MX"): [texts of records, as a zone file has them]}; what is
    not there does not exist. Where `is_mute`, it hears and says nothing. `asked` holds the questions.
    """

    def __init__(self, zone=(), is_mute=False):
        self.zone = dict(zone)
        self.is_mute = is_mute
        self.asked = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        # A datagram ends the wait; closing the socket alone does not.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
            stop.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()

    def resolver(self):
        """:return: dns.resolver.Resolver that asks this server alone, and keeps what it is told"""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = self.port
        resolver.cache = dns.resolver.LRUCache()
        return resolver

    def _serve(self):
        while True:
            raw, client = self._socket.recvfrom(4096)
            if not raw:
                return
            if reply := self._reply(dns.message.from_wire(raw)):
                self._socket.sendto(reply.to_wire(), client)

    def _reply(self, query):
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((question.name.to_text(omit_final_dot=True), kind))
        if self.is_mute:
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        records = self.zone.get(self.asked[-1])
        if records:
            reply.answer.append(dns.rrset.from_text(question.name, TTL, "IN", kind, *records))
        else:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply
