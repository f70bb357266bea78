"""What mail servers really answered, as the exceptions the protocol libraries make of it, and the cause each tells.

`TRANSCRIPTS` holds (code of `failures.FAILURES`, stage, exception[, provider]); the texts are those of the providers'
own servers.
"""

import imaplib
import poplib
import smtplib
import socket

from .refusals import (
    bye,
    certificate,
    data,
    imap,
    imap_bad,
    imap_login,
    pop,
    sender,
    smtp,
    tls,
)
from .transcripts_sending import SENDING

# What really came, from the providers' transcripts: (code, stage, exception[, provider]).
TRANSCRIPTS = [
    *SENDING,
    ("pop_disabled", "login", pop("-ERR [SYS/PERM] POP3 access is not allowed for your account")),
    ("password_not_taken", "login", imap_login("LOGINDISABLED")),
    ("oauth_required", "login", imap_login("LOGINDISABLED"), "google"),
    ("app_password_wanted", "login", imap_login("Please use an app password")),
    ("app_password_wanted", "login", smtp("534 5.7.9 Application-specific password required")),
    ("value_unsendable", "login", UnicodeEncodeError("ascii", "ñ", 0, 1, "ordinal not in range")),
    ("imap_disabled", "login", imap_login("IMAP is disabled for this user")),
    ("pop_disabled", "login", pop("-ERR POP3 not enabled")),
    ("access_closed", "login", imap_login("[AUTHENTICATIONFAILED] Account suspended")),
    ("access_closed", "login", imap_login("[ALERT] Your account has been blocked")),
    ("access_closed", "login", imap_bad("LOGIN disabled")),
    ("access_closed", "login", pop("-ERR Connection is closed. 10")),
    ("login_refused", "login", imap_login("[AUTHENTICATIONFAILED] Invalid credentials (Failure)")),
    ("folder_readonly", "folder", imaplib.IMAP4.readonly("INBOX is not writable")),
    ("folder_readonly", "file", imap("[NOPERM] Permission denied")),
    # the way
    ("dns_unknown", "connect", socket.gaierror(-2, "Name or service not known")),
    ("dns_unknown", "connect", UnicodeError("label empty or too long")),
    ("dns_temporary", "connect", socket.gaierror(-3, "Temporary failure in name resolution")),
    ("port_closed", "connect", ConnectionRefusedError(111, "Connection refused")),
    ("no_answer", "connect", TimeoutError("timed out")),
    ("no_route", "connect", OSError(101, "Network is unreachable")),
    ("no_route", "connect", OSError(113, "No route to host")),
    ("greeting_missing", "greeting", TimeoutError("The read operation timed out")),
    ("connection_stalled", "read", TimeoutError("The read operation timed out")),
    ("tls_on_plain_port", "tls", tls("WRONG_VERSION_NUMBER")),
    ("tls_on_plain_port", "tls", tls("RECORD_LAYER_FAILURE")),
    ("certificate_untrusted", "tls", certificate("self-signed certificate")),
    ("certificate_untrusted", "tls", certificate("unable to get local issuer certificate")),
    (
        "certificate_host",
        "tls",
        certificate("Hostname mismatch, certificate is not valid for 'mail.x.co'."),
    ),
    ("certificate_expired", "tls", certificate("certificate has expired")),
    ("certificate_future", "tls", certificate("certificate is not yet valid")),
    ("tls_old", "tls", tls("UNSUPPORTED_PROTOCOL")),
    ("tls_old", "tls", tls("NO_PROTOCOLS_AVAILABLE")),
    ("tls_old", "tls", tls("DH_KEY_TOO_SMALL")),
    ("tls_failed", "tls", tls("TLSV1_ALERT_INTERNAL_ERROR")),
    ("tls_failed", "tls", TimeoutError("_ssl.c:989: The handshake operation timed out")),
    ("not_mail_server", "greeting", bye("unexpected response: b'SSH-2.0-OpenSSH_9.2'")),
    ("connection_lost", "read", bye("socket error: [Errno 32] Broken pipe")),
    ("connection_lost", "read", bye("socket error: EOF")),
    ("connection_lost", "read", ConnectionResetError(104, "Connection reset by peer")),
    ("connection_lost", "read", pop("-ERR EOF")),
    (
        "connection_lost",
        "message",
        smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
    ),
    ("answer_unreadable", "read", ValueError("invalid literal for int() with base 10: b'x'")),
    ("answer_unreadable", "read", imap("got more than 1000000 bytes")),
    ("answer_unreadable", "read", poplib.error_proto("line too long")),
    ("starttls_missing", "tls", imap("Server does not support STARTTLS capability")),
    ("starttls_missing", "tls", poplib.error_proto("-ERR STLS not supported by server")),
    (
        "starttls_missing",
        "tls",
        smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."),
    ),
    ("starttls_required", "sender", sender("530 5.7.0 Must issue a STARTTLS command first")),
    (
        "starttls_required",
        "login",
        imap_login("[PRIVACYREQUIRED] Plaintext authentication disallowed"),
    ),
    # Microsoft
    (
        "oauth_required",
        "login",
        smtp("535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [X.prod]"),
        "microsoft",
    ),
    (
        "oauth_required",
        "message",
        data("550 5.7.30 Basic authentication is not supported for Client Submission"),
        "microsoft",
    ),
    (
        "smtp_auth_disabled",
        "login",
        smtp(
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
            "Tenant. Visit https://aka.ms/smtp_auth_disabled for more information."
        ),
        "microsoft",
    ),
    (
        "smtp_auth_disabled",
        "login",
        smtp(
            "535 5.7.139 Authentication unsuccessful, user is locked by your organization's "
            "security defaults policy. Contact your administrator."
        ),
        "microsoft",
    ),
    (
        "smtp_auth_disabled",
        "login",
        smtp(
            "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be "
            "authenticated successfully. Contact your administrator."
        ),
        "microsoft",
    ),
    ("smtp_auth_disabled", "login", smtp("535 5.7.3 Authentication unsuccessful"), "microsoft"),
    ("login_refused", "login", smtp("535 5.7.3 Authentication unsuccessful")),
    ("login_missing", "sender", sender("530 5.7.57 Client not authenticated to send mail.")),
    (
        "send_as_denied",
        "message",
        data(
            "554 5.2.252 SendAsDenied; u@x.co not allowed to send as f@x.co; "
            "STOREDRV.Submission.Exception:SendAsDeniedException"
        ),
    ),
    (
        "send_as_denied",
        "message",
        data("550 5.7.60 SMTP; Client does not have permissions to send as this sender"),
    ),
    ("microsoft_login", "login", imap_login("LOGIN failed."), "microsoft"),
    ("microsoft_login", "login", imap_login("AUTHENTICATE failed."), "microsoft"),
    (
        "microsoft_login",
        "login",
        pop("-ERR Logon failure: unknown user name or bad password."),
        "microsoft",
    ),
    ("login_refused", "login", imap_login("LOGIN failed.")),
    (
        "microsoft_not_connected",
        "folder",
        imap_bad("User is authenticated but not connected."),
        "microsoft",
    ),
    ("folder_refused", "folder", imap_bad("User is authenticated but not connected.")),
    ("pop_disabled", "login", pop("-ERR Command is not valid in this state")),
    # Google
    (
        "app_password_required",
        "login",
        imap_login(
            "[ALERT] Application-specific password required: "
            "https://support.google.com/accounts/answer/185833 (Failure)"
        ),
        "google",
    ),
    (
        "app_password_required",
        "login",
        smtp(
            "534 5.7.9 Application-specific password required. Learn more at "
            "https://support.google.com/mail/?p=InvalidSecondFactor x - gsmtp"
        ),
        "google",
    ),
    (
        "google_login",
        "login",
        imap_login("[AUTHENTICATIONFAILED] Invalid credentials (Failure)"),
        "google",
    ),
    (
        "google_login",
        "login",
        smtp(
            "535 5.7.8 Username and Password not accepted. Learn more at "
            "https://support.google.com/mail/?p=BadCredentials x - gsmtp"
        ),
        "google",
    ),
    (
        "web_login_required",
        "login",
        imap_login("[WEBALERT https://accounts.google.com/x] Web login required."),
    ),
    (
        "web_login_required",
        "login",
        imap_login(
            "[ALERT] Please log in via your web browser: "
            "https://support.google.com/mail/accounts/answer/78754 (Failure)"
        ),
    ),
    (
        "web_login_required",
        "login",
        smtp("534 5.7.14 <https://accounts.google.com/x> Please log in"),
    ),
    (
        "imap_disabled",
        "login",
        imap_login("[ALERT] Your account is not enabled for IMAP use. Please visit your settings"),
    ),
    ("imap_disabled", "login", imap_login("[ALERT] IMAP access is disabled for your domain.")),
    ("pop_disabled", "login", pop("-ERR [SYS/PERM] Your account is not enabled for POP access.")),
    # Yahoo, AOL, Zoho
    (
        "yahoo_login",
        "login",
        imap_login("[AUTHENTICATIONFAILED] LOGIN Invalid credentials"),
        "yahoo",
    ),
    (
        "yahoo_login",
        "login",
        imap_login("[AUTHENTICATIONFAILED] AUTHENTICATE Invalid credentials"),
        "yahoo",
    ),
    ("yahoo_login", "login", imap_login("(#MBR1212) Incorrect username or password."), "yahoo"),
    ("yahoo_login", "login", smtp("535 5.7.0 (#AUTH005) Too many bad auth attempts."), "yahoo"),
    ("zoho_login", "login", smtp("535 Authentication Failed"), "zoho"),
    ("send_as_denied", "sender", sender("553 Relaying disallowed as f@x.co")),
    ("imap_disabled", "login", imap_login("[ALERT] You are yet to enable IMAP for your account.")),
    # hosting
    ("login_refused", "login", imap_login("[AUTHENTICATIONFAILED] Authentication failed.")),
    ("login_refused", "login", pop("-ERR [AUTH] Authentication failed.")),
    (
        "login_refused",
        "login",
        smtp("535 5.7.8 Error: authentication failed: (reason unavailable)"),
    ),
    ("login_refused", "login", smtp("535 Incorrect authentication data")),
    ("password_expired", "login", imap_login("[EXPIRED] Your password has expired")),
    ("login_unauthorized", "login", imap_login("[AUTHORIZATIONFAILED] No such authorization-ID")),
    ("contact_admin", "login", imap_login("[CONTACTADMIN] Account problem")),
    ("oauth_refused", "oauth", imap_login("[AUTHENTICATIONFAILED] Invalid credentials (Failure)")),
    ("oauth_refused", "oauth", imap_login("AUTHENTICATE failed."), "microsoft"),
    ("oauth_refused", "oauth", smtp("535 5.7.3 Authentication unsuccessful [X.prod]"), "microsoft"),
    (
        "oauth_refused",
        "oauth",
        smtp("535 5.7.139 Authentication unsuccessful, the user credentials were incorrect"),
    ),
    ("oauth_refused", "oauth", smtp("535 5.7.8 Username and Password not accepted."), "google"),
    (
        "smtp_auth_disabled",
        "oauth",
        smtp(
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
        ),
        "microsoft",
    ),
    ("oauth_expired", "oauth", RuntimeError('{"error": "invalid_grant"}')),
    ("oauth_client", "oauth", RuntimeError('{"error": "invalid_client"}')),
    ("oauth_client_gone", "oauth", RuntimeError('{"error": "deleted_client"}')),
    ("oauth_client_gone", "oauth", RuntimeError('{"error": "disabled_client"}')),
    (
        "oauth_secret_expired",
        "oauth",
        RuntimeError("AADSTS7000222: client secret keys are expired"),
    ),
    ("throttled", "oauth", RuntimeError('{"error": {"code": 403, "status": "rate_limit"}}')),
    ("server_busy", "oauth", RuntimeError('{"error": "temporarily_unavailable"}')),
    (
        "proxy_refused",
        "connect",
        OSError("Tunnel connection failed: 407 Proxy Authentication Required"),
    ),
    # limits
    ("throttled", "login", imap_login("[ALERT] Too many simultaneous connections. (Failure)")),
    ("throttled", "read", imap("[OVERQUOTA] Account exceeded command or bandwidth limits. x")),
    ("throttled", "read", imap("Success [THROTTLED]")),
    ("throttled", "login", smtp("454 4.7.0 Too many login attempts, please try again later.")),
    ("throttled", "sender", sender("432 4.3.2 Concurrent connections limit exceeded.")),
    (
        "throttled",
        "message",
        data("432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded"),
    ),
    (
        "throttled",
        "read",
        imap_bad("Request is throttled. Suggested Backoff Time: 299961 milliseconds"),
    ),
    ("throttled", "greeting", imap("[LIMIT] CAPABILITY Rate limit hit.")),
    (
        "throttled",
        "login",
        imap_login(
            "[UNAVAILABLE] Maximum number of connections from user+IP exceeded "
            "(mail_max_userip_connections=16)"
        ),
    ),
    ("throttled", "login", pop("-ERR [LOGIN-DELAY] minimum time between mail checks violation")),
    ("mailbox_locked", "login", pop("-ERR [IN-USE] Do you have another POP session running?")),
    ("mailbox_locked", "login", imap_login("[INUSE] Mailbox in use")),
    ("server_busy", "folder", imap("Server Unavailable. 15")),
    ("server_busy", "login", imap_login("[UNAVAILABLE] Temporary authentication failure.")),
    ("server_busy", "login", pop("-ERR [SYS/TEMP] Internal login failure. Refer to server log")),
    ("server_busy", "login", smtp("421 4.3.0 Please come back")),
    ("mailbox_full", "file", imap("[OVERQUOTA] Quota exceeded (mailbox for user is full)")),
    ("message_too_big", "append", imap("[TOOBIG] Message too large")),
    # folders
    (
        "folder_namespace",
        "folder",
        imap(
            "Client tried to access nonexistent namespace. "
            "(Mailbox name should probably be prefixed with: INBOX.)"
        ),
    ),
    ("folder_exists", "folder", imap("[ALREADYEXISTS] Mailbox already exists")),
    ("folder_missing", "file", imap("[TRYCREATE] Mailbox doesn't exist: Procesados")),
    ("folder_missing", "folder", imap("[NONEXISTENT] Unknown Mailbox: Procesados (Failure)")),
    (
        "messages_vanished",
        "file",
        imap("[EXPUNGEISSUED] Some of the requested messages no longer exist."),
    ),
    # no sign: what was being done
    ("connection_failed", "connect", OSError(5, "Input/output error")),
    ("greeting_refused", "greeting", pop("-ERR go away")),
    ("folder_refused", "folder", imap("no")),
    ("sender_refused", "sender", sender("550 no")),
    ("message_refused", "message", data("554 no")),
    ("server_refused", "read", imap("no")),
]
