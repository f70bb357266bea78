"""What a domain itself publishes of its mail servers: the file that Thunderbird calls autoconfig."""

import time

from lxml import etree

from . import web
from .errors import MailboxError
from .transport import Encryption, Endpoint
from .way import Way, is_host_name

DESCRIPTION_BYTES = 32 * 1024
# Over https alone, and without the address: whom the mailbox belongs to is nobody's business yet.
PLACES = (
    "https://autoconfig.{domain}/mail/config-v1.1.xml",
    "https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
)
# "plain" is not among them: a password is not sent that way.
SOCKET_TYPES = {"SSL": Encryption.SSL_STRICT, "STARTTLS": Encryption.STARTTLS_STRICT}
KINDS = {"imap": "imap", "pop3": "pop", "smtp": "smtp"}
#: Of one description are looked at.
SERVERS = 10


def ask(domain: str, allow_internal: bool, deadline: float) -> list[Way]:
    """
    :param allow_internal: see `transport.resolve`
    :param deadline: of `time.monotonic()`
    :return: the servers of the first description that names any
    """
    for place in PLACES:
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            break
        try:
            content = web.download(
                place.format(domain=domain),
                limit=DESCRIPTION_BYTES,
                seconds=seconds,
                allow_internal=allow_internal,
            )
        except MailboxError:
            continue
        if ways := parse(content, domain):
            return ways
    return []


def parse(content: bytes, domain: str) -> list[Way]:
    """:return: the encrypted servers that an autoconfig document names, in its own order; none where it is no such"""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    if root.getroottree().docinfo.doctype:
        return []
    servers = list(root.iter("incomingServer", "outgoingServer"))[:SERVERS]
    return [way for server in servers if (way := _described(server, domain))]


def _described(server, domain):
    protocol = KINDS.get(server.get("type", ""))
    host = _text(server, "hostname").lower().replace("%emaildomain%", domain)
    port = _text(server, "port")
    encryption = SOCKET_TYPES.get(_text(server, "socketType"))
    is_port = port.isascii() and port.isdigit() and len(port) <= 5
    if not (protocol and encryption and is_host_name(host) and is_port):
        return None
    login = "local" if _text(server, "username") == "%EMAILLOCALPART%" else "address"
    return Way(protocol, Endpoint(host, int(port), encryption), "autoconfig", login)


def _text(server, name):
    return (server.findtext(name) or "").strip()
