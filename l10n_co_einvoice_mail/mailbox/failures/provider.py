"""Causes that providers tell in words of their own (transcripts of Google, Microsoft, Yahoo, AOL,
Zoho, cPanel).
"""

from ...vocabulary.reason import _
from ..errors import (
    LoginFailed,
    MessageRefused,
    ServerRefused,
    Throttled,
)
from .failure import Failure

_LOGIN = ("login",)
# What an organization's administrator has switched off at Microsoft.
_ORGANIZATION = (
    "SmtpClientAuthentication is disabled|security defaults policy|did not meet the criteria"
)

ROWS = (
    Failure(
        "throttled",
        _("Too many connections or commands"),
        _("%(host)s asks us to slow down. Nothing in your data is wrong."),
        _(
            "It is tried again by itself after a while. Close other programs that read the same "
            "mailbox."
        ),
        error=Throttled,
        datum="provider",
        patterns=(
            r"too many simultaneous connections",
            r"exceeded command or bandwidth limits",
            r"\[THROTTLED\]",
            r"rate_?limit",
            r"request is throttled",
            r"too many login attempts",
            r"concurrent connections limit",
            r"thread limit exceeded",
            r"rate limit hit",
            r"\[LIMIT\]",
            r"maximum number of connections",
            r"\[LOGIN-DELAY\]",
            r"too many connections",
        ),
        temporary=True,
    ),
    Failure(
        "sending_limit",
        _("Sending limit reached"),
        _(
            "The provider lets %(user)s send only so many mails in a day or an hour, and that "
            "number is reached."
        ),
        _("Wait until the provider counts anew (an hour to a day), or ask it for a higher limit."),
        error=Throttled,
        datum="provider",
        patterns=(
            r"5\.4\.5\b.*sending limit",
            r"exceeded the max emails per hour",
            r"daily .*sending (limit|quota)",
        ),
        temporary=True,
    ),
    Failure(
        "sending_blocked",
        _("Sending was blocked"),
        _("The provider saw unusual activity and blocked sending for %(user)s."),
        _("Log in to the provider's web page and unblock the account there."),
        error=MessageRefused,
        datum="provider",
        patterns=(r"5\.4\.6\b.*unusual sending activity", r"UnblockMe"),
    ),
    Failure(
        "mailbox_locked",
        _("The mailbox is in use"),
        _("Another program is reading the mailbox of %(user)s at this moment."),
        _("It is tried again by itself. If it goes on, close the other program."),
        error=Throttled,
        datum="provider",
        patterns=(r"\[IN-?USE\]", r"(mailbox|maildrop) .*(locked|in use)"),
        temporary=True,
    ),
    Failure(
        "microsoft_not_connected",
        _("Logged in, but not to this mailbox"),
        _(
            "Microsoft knows the user, and does not open the mailbox %(user)s now: often it does some minutes later, "
            "or IMAP is switched off for it, or who signed in may not open it."
        ),
        _(
            "Wait some minutes. If it goes on, ask the administrator to switch IMAP on for the mailbox; of a shared "
            "mailbox, to give who signed in «Read and manage» (Full Access)."
        ),
        error=ServerRefused,
        datum="login",
        patterns=(r"authenticated but not connected",),
        providers=("microsoft",),
    ),
    Failure(
        "oauth_refused",
        _("The provider refused the connection"),
        _("%(host)s does not accept the permission that %(user)s gave."),
        _("Connect again, with the account of the mailbox itself."),
        error=LoginFailed,
        datum="auth",
        patterns=(
            r"\[AUTHENTICATIONFAILED\]",
            r"AUTHENTICATE failed",
            # A token gets the same codes as a password; only what is said of the organization is true of both.
            rf"^53[45]\b(?!.*({_ORGANIZATION}))",
        ),
        stages=("oauth",),
    ),
    Failure(
        "smtp_auth_disabled",
        _("Sending with password is switched off"),
        _("The organization's Microsoft 365 does not let %(user)s send from other programs."),
        _(
            "Ask the Microsoft 365 administrator to switch «Authenticated SMTP» on for this "
            "mailbox, or connect with Microsoft instead of a password."
        ),
        error=LoginFailed,
        datum="provider",
        patterns=(_ORGANIZATION, r"\b535 5\.7\.3\b"),
        providers=("microsoft",),
    ),
    Failure(
        "oauth_required",
        _("Passwords are not accepted any more"),
        _("%(host)s no longer accepts a password from other programs."),
        _("Use «Connect with Microsoft» (or Google) instead of a password."),
        error=LoginFailed,
        datum="auth",
        patterns=(
            r"\bLOGINDISABLED$",
            r"basic authentication is (disabled|not supported)",
            r"\b5\.7\.139\b",
            r"\b5\.7\.30\b",
        ),
        providers=("google", "microsoft"),
    ),
    Failure(
        "password_not_taken",
        _("Passwords are not accepted"),
        _("%(host)s accepts no password from other programs."),
        _(
            "Ask your mail provider how other programs log in: perhaps with an app password, or by another server."
        ),
        error=LoginFailed,
        datum="auth",
        patterns=(r"\bLOGINDISABLED$", r"basic authentication is (disabled|not supported)"),
    ),
    Failure(
        "pop_disabled",
        _("POP is switched off"),
        _("POP is switched off for the mailbox of %(user)s."),
        _("Switch POP on in the settings of the mailbox, or use IMAP."),
        error=LoginFailed,
        datum="provider",
        patterns=(
            r"command is not valid in this state",
            r"not enabled for POP",
            r"POP3? (access )?(is )?(disabled|not (enabled|allowed))",
        ),
    ),
    Failure(
        "imap_disabled",
        _("IMAP is switched off"),
        _("IMAP is switched off for the mailbox of %(user)s."),
        _(
            "Switch IMAP on in the settings of the mailbox, or ask the administrator of your "
            "domain to do it."
        ),
        error=LoginFailed,
        datum="provider",
        patterns=(
            r"not enabled for IMAP",
            r"IMAP4? (access )?(is )?(disabled|not (enabled|allowed))",
            r"enable IMAP",
        ),
    ),
    Failure(
        "app_password_required",
        _("An app password is needed"),
        _("Google does not accept the normal password of %(user)s here."),
        _(
            "Create an app password of 16 letters at https://myaccount.google.com/apppasswords and "
            "type it here, without spaces."
        ),
        error=LoginFailed,
        datum="password",
        patterns=(
            r"application-specific password required",
            r"InvalidSecondFactor",
            r"\b534 5\.7\.9\b",
        ),
        providers=("google",),
    ),
    Failure(
        "app_password_wanted",
        _("An app password is needed"),
        _("%(host)s does not accept the normal password of %(user)s here."),
        _("Create an app password on the security page of your mail provider, and type it here."),
        error=LoginFailed,
        datum="password",
        patterns=(r"app(lication)?[- ](specific )?password", r"\b534 5\.7\.9\b"),
        stages=_LOGIN,
    ),
    Failure(
        "web_login_required",
        _("The provider wants to see you first"),
        _("The provider blocked the access until you confirm that it was you."),
        _("Log in to %(user)s in a web browser, confirm the access, and try again."),
        error=LoginFailed,
        datum="provider",
        patterns=(
            r"WEBALERT",
            r"web login required",
            r"log ?in via your web browser",
            r"\b534 5\.7\.14\b",
        ),
    ),
    Failure(
        "google_login",
        _("User or password is wrong"),
        _("Google does not know the user %(user)s with this password."),
        _(
            "The user is the complete address; the password is an app password of 16 letters, "
            "typed without spaces: https://myaccount.google.com/apppasswords"
        ),
        error=LoginFailed,
        datum="password",
        patterns=(
            r"invalid credentials \(failure\)",
            r"username and password not accepted",
            r"BadCredentials",
        ),
        stages=_LOGIN,
        providers=("google",),
    ),
    Failure(
        "yahoo_login",
        _("User or password is wrong"),
        _("Yahoo and AOL do not accept this user and password."),
        _(
            "Yahoo and AOL want an app password: create one in the security page of the account. "
            "After many attempts, wait an hour."
        ),
        error=LoginFailed,
        datum="password",
        patterns=(
            r"(LOGIN|AUTHENTICATE) invalid credentials",
            r"#MBR1212",
            r"incorrect username or password",
            r"#AUTH005",
        ),
        stages=_LOGIN,
        providers=("yahoo",),
    ),
    Failure(
        "microsoft_login",
        _("Microsoft refused the login"),
        _(
            "Microsoft refused %(user)s and does not say why: usually because it no longer accepts "
            "passwords here."
        ),
        _(
            "Use «Connect with Microsoft», with the account of the mailbox itself; check that IMAP "
            "is switched on for it. After many attempts, wait some minutes."
        ),
        error=LoginFailed,
        datum="auth",
        patterns=(r"(LOGIN|AUTHENTICATE) failed", r"logon failure", r"authentication unsuccessful"),
        stages=_LOGIN,
        providers=("microsoft",),
    ),
    Failure(
        "zoho_login",
        _("User or password is wrong"),
        _("Zoho does not accept this user and password at %(host)s."),
        _(
            "With two-step verification create an app password in Zoho's security page. Check that "
            "the server is the one of your data centre (.com, .eu, .in) and that your plan "
            "includes IMAP and POP."
        ),
        error=LoginFailed,
        datum="password",
        patterns=(r"authentication failed", r"invalid credentials"),
        stages=_LOGIN,
        providers=("zoho",),
    ),
)
