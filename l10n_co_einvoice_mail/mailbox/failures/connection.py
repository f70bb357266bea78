"""Causes on the way to the server: name, address, port, encryption, certificate, greeting."""

from ...vocabulary.reason import _
from ..errors import (
    AddressRefused,
    ArgumentRefused,
    ConnectionFailed,
    ConnectionLost,
    TlsFailed,
)
from .failure import Failure

ROWS = (
    Failure(
        "argument_control",
        _("Forbidden characters"),
        _(
            "A value of this account holds a line break or another character that mail servers "
            "forbid."
        ),
        _("Type server, user, password and folder names again, without line breaks."),
        error=ArgumentRefused,
        datum="login",
    ),
    Failure(
        "server_missing",
        _("No server"),
        _("The account has no server."),
        _("Type the server's name, for example imap.gmail.com."),
        error=ConnectionFailed,
        datum="server",
    ),
    Failure(
        "port_refused",
        _("Not a mail port"),
        _("Port %(port)s is not one that mail servers use."),
        _(
            "Use 993 or 143 for IMAP, 995 or 110 for POP3, 465 or 587 for sending. For an internal "
            "server on another port, the system administrator can allow internal servers."
        ),
        error=AddressRefused,
        datum="port",
    ),
    Failure(
        "address_internal",
        _("Internal address"),
        _("%(host)s is an address inside a private network."),
        _(
            "Use the public name of your mail server. If the server really is in your own network, "
            "the system administrator can allow internal servers."
        ),
        error=AddressRefused,
        datum="server",
    ),
    Failure(
        "web_refused",
        _("Nothing usable at that address"),
        _("%(host)s did not hand out the file that lies there."),
        _(
            "Try again later. If it goes on, ask whom the address belongs to for the file, and load it by hand."
        ),
        error=ConnectionFailed,
        datum="server",
        temporary=True,
    ),
    Failure(
        "proxy_refused",
        _("The proxy does not let it through"),
        _(
            "The Odoo server reaches the internet by a proxy, and that does not let it through to %(host)s."
        ),
        _("Ask whoever runs the Odoo server. It is tried again by itself."),
        error=ConnectionFailed,
        datum="server",
        patterns=(r"^ProxyError:", r"proxy authentication required", r"tunnel connection failed"),
        temporary=True,
    ),
    Failure(
        "dns_temporary",
        _("Name service does not answer"),
        _("The name %(host)s cannot be looked up at the moment."),
        _("It is tried again by itself. If it goes on, check the network of the Odoo server."),
        error=ConnectionFailed,
        datum="server",
        patterns=(r"^gaierror: \[Errno -3\]", r"^gaierror:.*temporary failure"),
        temporary=True,
    ),
    Failure(
        "dns_unknown",
        _("The server does not exist"),
        _("There is no server called %(host)s."),
        _("Check how the name is written, for example imap.gmail.com."),
        error=ConnectionFailed,
        datum="server",
        patterns=(r"^gaierror:", r"^(unreadable|unsendable):.*(idna|label)"),
        stages=("connect",),
    ),
    Failure(
        "port_closed",
        _("Nobody listens on that port"),
        _("%(host)s answers, but not on port %(port)s."),
        _(
            "Use 993 (SSL) or 143 (STARTTLS) for IMAP, 995 or 110 for POP3, 465 (SSL) or 587 "
            "(STARTTLS) for sending."
        ),
        error=ConnectionFailed,
        datum="port",
        patterns=(r"^ConnectionRefusedError:",),
    ),
    Failure(
        "no_answer",
        _("No answer"),
        _("%(host)s does not answer on port %(port)s."),
        _(
            "A firewall of the Odoo server or of the provider blocks the port: ask for outgoing "
            "connections to 465, 587, 993 and 995 to be allowed."
        ),
        error=ConnectionFailed,
        datum="port",
        patterns=(r"^TimeoutError:",),
        stages=("connect",),
        temporary=True,
    ),
    Failure(
        "no_route",
        _("The server cannot be reached"),
        _("There is no way from the Odoo server to %(host)s."),
        _("Check the network of the Odoo server."),
        error=ConnectionFailed,
        datum="server",
        patterns=(r"^OSError: \[Errno (101|113)\]", r"network is unreachable", r"no route to host"),
        temporary=True,
    ),
    Failure(
        "tls_on_plain_port",
        _("The port does not speak SSL"),
        _("Port %(port)s of %(host)s does not use SSL from the first byte."),
        _("Choose STARTTLS, or port 993 (IMAP), 995 (POP3) or 465 (sending)."),
        error=TlsFailed,
        datum="encryption",
        patterns=(r"WRONG_VERSION_NUMBER", r"RECORD_LAYER_FAILURE", r"PACKET_LENGTH_TOO_LONG"),
    ),
    Failure(
        "certificate_host",
        _("The certificate is of another name"),
        _("The certificate that %(host)s shows is made out for other names: %(names)s."),
        _("Use one of those names as the server."),
        error=TlsFailed,
        datum="server",
        patterns=(r"Hostname mismatch", r"IP address mismatch"),
    ),
    Failure(
        "certificate_expired",
        _("The certificate has expired"),
        _("The certificate of %(host)s has expired."),
        _("Tell your mail provider; check the date of the Odoo server too."),
        error=TlsFailed,
        datum="certificate",
        patterns=(r"certificate has expired",),
    ),
    Failure(
        "certificate_future",
        _("The certificate is not valid yet"),
        _("The certificate of %(host)s is not valid yet."),
        _("Check the date of the Odoo server; if it is right, tell your mail provider."),
        error=TlsFailed,
        datum="certificate",
        patterns=(r"certificate is not yet valid",),
    ),
    Failure(
        "certificate_untrusted",
        _("The certificate is not trusted"),
        _("Nobody the Odoo server trusts vouches for the certificate of %(host)s."),
        _(
            "Ask your mail provider for a valid certificate, or for the name the certificate is made out for. Only a "
            "server of your own, with a certificate that it made itself, is used with «encryption only»: dangerous, "
            "for then anybody on the way can pose as the server and read the password and the mails."
        ),
        error=TlsFailed,
        datum="certificate",
        patterns=(r"CERTIFICATE_VERIFY_FAILED",),
    ),
    Failure(
        "tls_old",
        _("Encryption too old"),
        _("%(host)s offers only encryption that is no longer safe."),
        _("Tell your mail provider that TLS 1.2 is needed."),
        error=TlsFailed,
        datum="provider",
        patterns=(
            r"UNSUPPORTED_PROTOCOL",
            r"NO_PROTOCOLS_AVAILABLE",
            r"DH_KEY_TOO_SMALL",
            r"TLSV1_ALERT_PROTOCOL_VERSION",
        ),
    ),
    Failure(
        "tls_failed",
        _("The encryption could not be set up"),
        _("%(host)s broke the encrypted connection off on port %(port)s."),
        _(
            "Check port and encryption: 993 (SSL) or 143 (STARTTLS) for IMAP, 995 or 110 for POP3, "
            "465 or 587 for sending."
        ),
        error=TlsFailed,
        datum="encryption",
        patterns=(r"^SSL\w*Error:", r"^TimeoutError:"),
        stages=("tls",),
    ),
    Failure(
        "greeting_missing",
        _("The port waits for SSL"),
        _("%(host)s accepts the connection on port %(port)s and says nothing."),
        _("The port probably expects SSL: choose SSL/TLS."),
        error=ConnectionFailed,
        datum="encryption",
        patterns=(r"^TimeoutError:",),
        stages=("greeting",),
    ),
    Failure(
        "connection_stalled",
        _("The server fell silent"),
        _("%(host)s stopped answering in the middle of the work."),
        _("Nothing to do: it goes on at the next run."),
        error=ConnectionLost,
        datum="server",
        patterns=(r"^TimeoutError:", r"timed out"),
        temporary=True,
    ),
    Failure(
        "not_mail_server",
        _("Not a mail server"),
        _("What answers at %(host)s on port %(port)s does not speak the protocol of this account."),
        _("Check server and port, and whether the account is IMAP or POP3."),
        error=ConnectionFailed,
        datum="port",
        patterns=(
            r"unexpected response",
            r"not IMAP4 compliant",
            r"^unreadable:",
            # A refusal with a code is a sending server's own; 500 and 502 are those of one that knows no EHLO.
            r"^(2\d\d[ -]|50[02] |-1 |SSH-|HTTP/|\* (OK|PREAUTH)|\+OK)",
        ),
        stages=("greeting", "helo"),
        hides_answer=True,
    ),
)
