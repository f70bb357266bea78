"""The table behind `failures`: sign -> cause, the datum that is wrong, what to do. Order is priority: telling signs come first.

Sources of the signs: the transcripts of the providers, RFC 5530 (IMAP response codes), RFC 2449 and RFC 3206 (POP3 response
codes), RFC 3463 (SMTP enhanced status codes).
"""

import re
from dataclasses import dataclass

from .errors import (
    AddressRefused,
    ArgumentRefused,
    ConnectionFailed,
    ConnectionLost,
    FolderFailed,
    LoginFailed,
    MailboxError,
    MessageRefused,
    QuotaExceeded,
    ServerRefused,
    Throttled,
    TlsFailed,
)


def _(text):
    """Mark a text for Odoo's translation exporter, which looks for `_(...)`; the Odoo layer translates it when it is shown."""
    return text


@dataclass(frozen=True)
class Failure:
    """One cause. `datum` names what has to be changed: server, port, encryption, certificate, auth, login, password, sender,
    recipient, folder, provider. `stages` and `providers` limit where the patterns count; empty means everywhere.
    """

    code: str
    error: type[MailboxError]
    datum: str
    title: str
    sentence: str
    remedy: str
    patterns: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    temporary: bool = False
    hides_answer: bool = False  # what a service that is no mail server says is not for a mail form to show

    def matches(self, sign, provider, stage):
        """Tell whether a server's answer (or a socket's error), seen at `stage`, is a sign of this row."""
        if (self.stages and stage not in self.stages) or (self.providers and provider not in self.providers):
            return False
        return any(re.search(pattern, sign, re.IGNORECASE) for pattern in self.patterns)


@dataclass(frozen=True)
class MailReason:
    """One thing that can be wrong with a mail itself, whoever sent it."""

    code: str
    title: str
    sentence: str
    remedy: str


_LOGIN = ("login",)

_WAY_ROWS = (
    Failure(
        "argument_control", ArgumentRefused, "login", _("Forbidden characters"),
        _("A value of this account holds a line break or another character that mail servers forbid."),
        _("Type server, user, password and folder names again, without line breaks."),
    ),
    Failure(
        "server_missing", ConnectionFailed, "server", _("No server"),
        _("The account has no server."),
        _("Type the server's name, for example imap.gmail.com."),
    ),
    Failure(
        "port_refused", AddressRefused, "port", _("Not a mail port"),
        _("Port %(port)s is not one that mail servers use."),
        _("Use 993 or 143 for IMAP, 995 or 110 for POP3, 465 or 587 for sending. For an internal server on another port, the "
          "system administrator can allow internal servers."),
    ),
    Failure(
        "address_internal", AddressRefused, "server", _("Internal address"),
        _("%(host)s is an address inside a private network."),
        _("Use the public name of your mail server. If the server really is in your own network, the system administrator can "
          "allow internal servers."),
    ),
    Failure(
        "dns_temporary", ConnectionFailed, "server", _("Name service does not answer"),
        _("The name %(host)s cannot be looked up at the moment."),
        _("It is tried again by itself. If it goes on, check the network of the Odoo server."),
        patterns=(r"^gaierror: \[Errno -3\]", r"^gaierror:.*temporary failure"), temporary=True,
    ),
    Failure(
        "dns_unknown", ConnectionFailed, "server", _("The server does not exist"),
        _("There is no server called %(host)s."),
        _("Check how the name is written, for example imap.gmail.com."),
        patterns=(r"^gaierror:", r"^unreadable:.*(idna|label)"), stages=("connect",),
    ),
    Failure(
        "port_closed", ConnectionFailed, "port", _("Nobody listens on that port"),
        _("%(host)s answers, but not on port %(port)s."),
        _("Use 993 (SSL) or 143 (STARTTLS) for IMAP, 995 or 110 for POP3, 465 (SSL) or 587 (STARTTLS) for sending."),
        patterns=(r"^ConnectionRefusedError:",),
    ),
    Failure(
        "no_answer", ConnectionFailed, "port", _("No answer"),
        _("%(host)s does not answer on port %(port)s."),
        _("A firewall of the Odoo server or of the provider blocks the port: ask for outgoing connections to 465, 587, 993 and "
          "995 to be allowed."),
        patterns=(r"^TimeoutError:",), stages=("connect",), temporary=True,
    ),
    Failure(
        "no_route", ConnectionFailed, "server", _("The server cannot be reached"),
        _("There is no way from the Odoo server to %(host)s."),
        _("Check the network of the Odoo server."),
        patterns=(r"^OSError: \[Errno (101|113)\]", r"network is unreachable", r"no route to host"), temporary=True,
    ),
    Failure(
        "tls_on_plain_port", TlsFailed, "encryption", _("The port does not speak SSL"),
        _("Port %(port)s of %(host)s does not use SSL from the first byte."),
        _("Choose STARTTLS, or port 993 (IMAP), 995 (POP3) or 465 (sending)."),
        patterns=(r"WRONG_VERSION_NUMBER", r"RECORD_LAYER_FAILURE", r"PACKET_LENGTH_TOO_LONG"),
    ),
    Failure(
        "certificate_host", TlsFailed, "server", _("The certificate is of another name"),
        _("The certificate that %(host)s shows is made out for other names: %(names)s."),
        _("Use one of those names as the server."),
        patterns=(r"Hostname mismatch", r"IP address mismatch"),
    ),
    Failure(
        "certificate_expired", TlsFailed, "certificate", _("The certificate has expired"),
        _("The certificate of %(host)s has expired."),
        _("Tell your mail provider; check the date of the Odoo server too."),
        patterns=(r"certificate has expired",),
    ),
    Failure(
        "certificate_future", TlsFailed, "certificate", _("The certificate is not valid yet"),
        _("The certificate of %(host)s is not valid yet."),
        _("Check the date of the Odoo server; if it is right, tell your mail provider."),
        patterns=(r"certificate is not yet valid",),
    ),
    Failure(
        "certificate_untrusted", TlsFailed, "certificate", _("The certificate is not trusted"),
        _("Nobody the Odoo server trusts vouches for the certificate of %(host)s."),
        _("Ask your mail provider for a valid certificate, or for the name the certificate is made out for."),
        patterns=(r"CERTIFICATE_VERIFY_FAILED",),
    ),
    Failure(
        "tls_old", TlsFailed, "provider", _("Encryption too old"),
        _("%(host)s offers only encryption that is no longer safe."),
        _("Tell your mail provider that TLS 1.2 is needed."),
        patterns=(r"UNSUPPORTED_PROTOCOL", r"NO_PROTOCOLS_AVAILABLE", r"DH_KEY_TOO_SMALL", r"TLSV1_ALERT_PROTOCOL_VERSION"),
    ),
    Failure(
        "tls_failed", TlsFailed, "encryption", _("The encryption could not be set up"),
        _("%(host)s broke the encrypted connection off on port %(port)s."),
        _("Check port and encryption: 993 (SSL) or 143 (STARTTLS) for IMAP, 995 or 110 for POP3, 465 or 587 for sending."),
        patterns=(r"^SSL\w*Error:", r"^TimeoutError:"), stages=("tls",),
    ),
    Failure(
        "greeting_missing", ConnectionFailed, "encryption", _("The port waits for SSL"),
        _("%(host)s accepts the connection on port %(port)s and says nothing."),
        _("The port probably expects SSL: choose SSL/TLS."),
        patterns=(r"^TimeoutError:",), stages=("greeting",),
    ),
    Failure(
        "connection_stalled", ConnectionLost, "server", _("The server fell silent"),
        _("%(host)s stopped answering in the middle of the work."),
        _("Nothing to do: it goes on at the next run."),
        patterns=(r"^TimeoutError:", r"timed out"), temporary=True,
    ),
    Failure(
        "not_mail_server", ConnectionFailed, "port", _("Not a mail server"),
        _("What answers at %(host)s on port %(port)s does not speak the protocol of this account."),
        _("Check server and port, and whether the account is IMAP or POP3."),
        patterns=(r"unexpected response", r"not IMAP4 compliant", r"^unreadable:", r"^(?!-ERR|\[|BYE)\S+ .*HTTP/"),
        stages=("greeting",), temporary=True, hides_answer=True,
    ),
)

_PROVIDER_ROWS = (
    Failure(
        "throttled", Throttled, "provider", _("Too many connections or commands"),
        _("%(host)s asks us to slow down. Nothing in your data is wrong."),
        _("It is tried again by itself after a while. Close other programs that read the same mailbox."),
        patterns=(
            r"too many simultaneous connections", r"exceeded command or bandwidth limits", r"\[THROTTLED\]",
            r"request is throttled", r"too many login attempts", r"concurrent connections limit", r"thread limit exceeded",
            r"rate limit hit", r"\[LIMIT\]", r"maximum number of connections", r"\[LOGIN-DELAY\]", r"too many connections",
        ),
        temporary=True,
    ),
    Failure(
        "sending_limit", Throttled, "provider", _("Sending limit reached"),
        _("The provider lets %(user)s send only so many mails in a day or an hour, and that number is reached."),
        _("Wait until the provider counts anew (an hour to a day), or ask it for a higher limit."),
        patterns=(r"5\.4\.5\b.*sending limit", r"exceeded the max emails per hour", r"daily .*sending (limit|quota)"),
        temporary=True,
    ),
    Failure(
        "sending_blocked", MessageRefused, "provider", _("Sending was blocked"),
        _("The provider saw unusual activity and blocked sending for %(user)s."),
        _("Log in to the provider's web page and unblock the account there."),
        patterns=(r"5\.4\.6\b.*unusual sending activity", r"UnblockMe"),
    ),
    Failure(
        "mailbox_locked", Throttled, "provider", _("The mailbox is in use"),
        _("Another program is reading the mailbox of %(user)s at this moment."),
        _("It is tried again by itself. If it goes on, close the other program."),
        patterns=(r"\[IN-?USE\]", r"(mailbox|maildrop) .*(locked|in use)"), temporary=True,
    ),
    Failure(
        "microsoft_not_connected", LoginFailed, "login", _("Logged in, but not to this mailbox"),
        _("Microsoft knows the user, but does not open the mailbox: it is another user's, IMAP is switched off for it, or there "
          "were too many attempts."),
        _("Sign in with the account of the mailbox itself, ask the administrator to switch IMAP on for it, and wait some minutes."),
        patterns=(r"authenticated but not connected",),
    ),
    Failure(
        "smtp_auth_disabled", LoginFailed, "provider", _("Sending with password is switched off"),
        _("The organization's Microsoft 365 does not let %(user)s send from other programs."),
        _("Ask the Microsoft 365 administrator to switch «Authenticated SMTP» on for this mailbox, or connect with Microsoft "
          "instead of a password."),
        patterns=(
            r"SmtpClientAuthentication is disabled", r"security defaults policy", r"did not meet the criteria",
            r"\b535 5\.7\.3\b",
        ),
    ),
    Failure(
        "oauth_required", LoginFailed, "auth", _("Passwords are not accepted any more"),
        _("%(host)s no longer accepts a password from other programs."),
        _("Use «Connect with Microsoft» (or Google) instead of a password."),
        patterns=(r"basic authentication is (disabled|not supported)", r"\b5\.7\.139\b", r"\b5\.7\.30\b"),
    ),
    Failure(
        "login_missing", LoginFailed, "auth", _("The server wants a login"),
        _("%(host)s only accepts mails after a login."),
        _("Type user and password, and choose STARTTLS or SSL."),
        patterns=(r"\b5\.7\.57\b", r"client not authenticated", r"authentication required"),
        stages=("sender", "recipient", "message"),
    ),
    Failure(
        "send_as_denied", MessageRefused, "sender", _("Not allowed to send as this address"),
        _("%(user)s may not send as %(sender)s."),
        _("Use %(user)s as the sender, or ask the administrator for the «Send as» permission."),
        patterns=(r"SendAsDenied", r"\b5\.7\.60\b", r"relaying disallowed as"),
    ),
    Failure(
        "pop_disabled", LoginFailed, "provider", _("POP is switched off"),
        _("POP is switched off for the mailbox of %(user)s."),
        _("Switch POP on in the settings of the mailbox, or use IMAP."),
        patterns=(r"command is not valid in this state", r"not enabled for POP"),
    ),
    Failure(
        "imap_disabled", LoginFailed, "provider", _("IMAP is switched off"),
        _("IMAP is switched off for the mailbox of %(user)s."),
        _("Switch IMAP on in the settings of the mailbox, or ask the administrator of your domain to do it."),
        patterns=(r"not enabled for IMAP", r"IMAP access is disabled", r"yet to enable IMAP"),
    ),
    Failure(
        "app_password_required", LoginFailed, "password", _("An app password is needed"),
        _("Google does not accept the normal password of %(user)s here."),
        _("Create an app password of 16 letters at https://myaccount.google.com/apppasswords and type it here, without spaces."),
        patterns=(r"application-specific password required", r"InvalidSecondFactor", r"\b534 5\.7\.9\b"),
    ),
    Failure(
        "web_login_required", LoginFailed, "provider", _("The provider wants to see you first"),
        _("The provider blocked the access until you confirm that it was you."),
        _("Log in to %(user)s in a web browser, confirm the access, and try again."),
        patterns=(r"WEBALERT", r"web login required", r"log ?in via your web browser", r"\b534 5\.7\.14\b"),
    ),
    Failure(
        "google_login", LoginFailed, "password", _("User or password is wrong"),
        _("Google does not know the user %(user)s with this password."),
        _("The user is the complete address; the password is an app password of 16 letters, typed without spaces: "
          "https://myaccount.google.com/apppasswords"),
        patterns=(r"invalid credentials \(failure\)", r"username and password not accepted", r"BadCredentials"), stages=_LOGIN,
    ),
    Failure(
        "yahoo_login", LoginFailed, "password", _("User or password is wrong"),
        _("Yahoo and AOL do not accept this user and password."),
        _("Yahoo and AOL want an app password: create one in the security page of the account. After many attempts, wait an hour."),
        patterns=(
            r"(LOGIN|AUTHENTICATE) invalid credentials", r"#MBR1212", r"incorrect username or password", r"#AUTH005",
        ),
        stages=_LOGIN,
    ),
    Failure(
        "microsoft_login", LoginFailed, "auth", _("Microsoft refused the login"),
        _("Microsoft refused %(user)s and does not say why: usually because it no longer accepts passwords here."),
        _("Use «Connect with Microsoft», with the account of the mailbox itself; check that IMAP is switched on for it. After many "
          "attempts, wait some minutes."),
        patterns=(r"(LOGIN|AUTHENTICATE) failed", r"logon failure", r"authentication unsuccessful"),
        stages=_LOGIN, providers=("microsoft",),
    ),
    Failure(
        "zoho_login", LoginFailed, "password", _("User or password is wrong"),
        _("Zoho does not accept this user and password at %(host)s."),
        _("With two-step verification create an app password in Zoho's security page. Check that the server is the one of your data "
          "centre (.com, .eu, .in) and that your plan includes IMAP and POP."),
        patterns=(r"authentication failed", r"invalid credentials"), stages=_LOGIN, providers=("zoho",),
    ),
)

_CODE_ROWS = (
    Failure(
        "starttls_required", TlsFailed, "encryption", _("The server wants encryption"),
        _("%(host)s accepts no login on an unencrypted connection."),
        _("Choose STARTTLS, or SSL/TLS with its own port."),
        patterns=(r"must issue a STARTTLS", r"\[PRIVACYREQUIRED\]", r"plaintext authentication disallowed", r"\b538 5\.7\.11\b"),
    ),
    Failure(
        "starttls_missing", TlsFailed, "encryption", _("The server offers no STARTTLS"),
        _("%(host)s does not offer STARTTLS on port %(port)s."),
        _("Choose SSL/TLS with port 993 (IMAP), 995 (POP3) or 465 (sending)."),
        patterns=(r"not support(ed by server)?.*\bSTARTTLS\b", r"STARTTLS .*not supported", r"STLS not supported",
                  r"CAPA not supported"),
    ),
    Failure(
        "oauth_expired", LoginFailed, "auth", _("The connection with the provider has expired"),
        _("The permission that %(user)s gave has expired or was withdrawn."),
        _("Connect the account again."),
        patterns=(r"invalid_grant",),
    ),
    Failure(
        "password_expired", LoginFailed, "password", _("The password has expired"),
        _("The password of %(user)s has expired."),
        _("Change it at your mail provider and type the new one here."),
        patterns=(r"\[EXPIRED\]", r"password (has )?expired"), stages=_LOGIN,
    ),
    Failure(
        "login_unauthorized", LoginFailed, "login", _("Not allowed to open this mailbox"),
        _("%(user)s is known, but may not open this mailbox."),
        _("Use the user of the mailbox itself, or ask your mail administrator for access."),
        patterns=(r"\[AUTHORIZATIONFAILED\]",),
    ),
    Failure(
        "contact_admin", LoginFailed, "provider", _("The provider must be asked"),
        _("%(host)s says that the administrator of the mail server must be asked about %(user)s."),
        _("Contact your mail provider."),
        patterns=(r"\[CONTACTADMIN\]",),
    ),
    Failure(
        "login_refused", LoginFailed, "password", _("User or password is wrong"),
        _("%(host)s does not accept the user %(user)s with this password."),
        _("The user has to be the complete address. Type the password again."),
        patterns=(r"\[AUTHENTICATIONFAILED\]", r"\[AUTH\]", r"^53[45]\b"), stages=_LOGIN,
    ),
    Failure(
        "oauth_refused", LoginFailed, "auth", _("The provider refused the connection"),
        _("%(host)s does not accept the permission that %(user)s gave."),
        _("Connect again, with the account of the mailbox itself."),
        patterns=(r"\[AUTHENTICATIONFAILED\]", r"AUTHENTICATE failed", r"^53[45]\b"), stages=("oauth",),
    ),
    Failure(
        "message_too_big", MessageRefused, "provider", _("The mail is too big"),
        _("%(host)s does not accept mails of this size."),
        _("Send it with smaller attachments."),
        patterns=(r"\b5\.3\.4\b", r"message (size )?(exceeds|too (large|big))", r"\[TOOBIG\]"),
        stages=("sender", "message", "append"),
    ),
    Failure(
        "mailbox_full", QuotaExceeded, "provider", _("The mailbox is full"),
        _("The mailbox is full."),
        _("Delete or archive mails, or ask the provider for more room. Nothing is lost: it goes on when there is room."),
        patterns=(r"\[OVERQUOTA\]", r"\b[45]\.2\.2\b", r"(quota exceeded|over quota|mailbox (is )?full)"), temporary=True,
    ),
    Failure(
        "recipient_refused", MessageRefused, "recipient", _("The recipient was refused"),
        _("%(host)s does not accept the recipient %(recipient)s."),
        _("Check the recipient's address."),
        patterns=(r"\b5\.1\.[1-3]\b",),
    ),
    Failure(
        "folder_namespace", FolderFailed, "folder", _("The folder lies outside the mailbox"),
        _("%(host)s does not allow a folder called %(folder)s at that place."),
        _("Use a plain name, without dots or slashes."),
        patterns=(r"nonexistent namespace", r"should probably be prefixed"),
    ),
    Failure(
        "folder_exists", FolderFailed, "folder", _("The folder exists already"),
        _("There is a folder %(folder)s already."),
        _("Choose another name."),
        patterns=(r"\[ALREADYEXISTS\]", r"(mailbox|folder) (already )?exists"), stages=("folder",),
    ),
    Failure(
        "messages_vanished", ServerRefused, "provider", _("The mails are gone"),
        _("Another program moved or deleted the mails meanwhile."),
        _("Nothing to do: the rest is filed away at the next run."),
        patterns=(r"\[EXPUNGEISSUED\]", r"requested messages no longer exist"), temporary=True,
    ),
    Failure(
        "folder_missing", FolderFailed, "folder", _("The folder does not exist"),
        _("There is no folder %(folder)s in the mailbox."),
        _("Check the folder's name."),
        patterns=(r"\[NONEXISTENT\]", r"\[TRYCREATE\]", r"(mailbox|folder) (does not|doesn't) exist", r"unknown mailbox"),
    ),
    Failure(
        "server_busy", Throttled, "provider", _("The server is busy"),
        _("%(host)s cannot do it at the moment. Nothing in your data is wrong."),
        _("It is tried again by itself."),
        patterns=(r"\[(UNAVAILABLE|SYS/TEMP)\]", r"server unavailable", r"try again later", r"temporar(y|ily)"), temporary=True,
    ),
    Failure(
        "connection_lost", ConnectionLost, "server", _("The connection broke off"),
        _("The connection to %(host)s broke off in the middle of the work."),
        _("Nothing to do: it goes on at the next run."),
        patterns=(r"^(ConnectionReset|ConnectionAborted|BrokenPipe|SSLEOF)\w*:", r"^socket error", r"^-ERR EOF$",
                  r"UNEXPECTED_EOF_WHILE_READING", r"connection unexpectedly closed"),
        temporary=True,
    ),
    Failure(
        "answer_unreadable", ServerRefused, "provider", _("The server's answer makes no sense"),
        _("%(host)s answered something that is against the protocol."),
        _("Try again; if it goes on, tell your mail provider."),
        patterns=(r"^unreadable:", r"got more than \d+ bytes", r"line too long", r"announces more bytes"), temporary=True,
    ),
)

_GENERAL_ROWS = (
    Failure(
        "connection_failed", ConnectionFailed, "server", _("No connection"),
        _("No connection to %(host)s on port %(port)s came about."),
        _("Check server and port."),
    ),
    Failure(
        "greeting_refused", ConnectionFailed, "server", _("The server refused us"),
        _("%(host)s refused the conversation at its first word."),
        _("Check server and port; read what the server says."),
    ),
    Failure(
        "folder_refused", FolderFailed, "folder", _("The folder was refused"),
        _("%(host)s refused the folder %(folder)s."),
        _("Read what the server says, or choose another folder name."),
    ),
    Failure(
        "inbox_changed", FolderFailed, "folder", _("The inbox was replaced"),
        _("The inbox was replaced by another one while it was being read."),
        _("Nothing to do: it is read from the start at the next run, and nothing is entered twice."),
        temporary=True,
    ),
    Failure(
        "uidl_missing", ServerRefused, "provider", _("The server does not number its mails"),
        _("%(host)s does not offer UIDL, without which a mail cannot be told from another."),
        _("Use IMAP."),
    ),
    Failure(
        "sender_refused", MessageRefused, "sender", _("The sender was refused"),
        _("%(host)s does not accept %(sender)s as the sender."),
        _("Use the address of the account as the sender."),
    ),
    Failure(
        "message_refused", MessageRefused, "provider", _("The mail was refused"),
        _("%(host)s does not accept the mail."),
        _("Read what the server says."),
    ),
    Failure(
        "server_refused", ServerRefused, "provider", _("The server refused"),
        _("%(host)s refused what we asked for."),
        _("Read what the server says, and ask your mail provider."),
    ),
)

ROWS = _WAY_ROWS + _PROVIDER_ROWS + _CODE_ROWS + _GENERAL_ROWS

# What was being done when no sign matched -> what is said.
DEFAULTS = {
    "connect": "connection_failed",
    "tls": "tls_failed",
    "greeting": "greeting_refused",
    "login": "login_refused",
    "oauth": "oauth_refused",
    "folder": "folder_refused",
    "read": "server_refused",
    "file": "server_refused",
    "append": "message_refused",
    "sender": "sender_refused",
    "recipient": "recipient_refused",
    "message": "message_refused",
}

MAIL_REASON_ROWS = ()
