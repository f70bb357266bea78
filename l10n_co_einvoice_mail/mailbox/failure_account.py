"""What an account lacks before any server can be asked."""

from .errors import ArgumentRefused, LoginFailed, MessageRefused, Throttled, TlsFailed
from .failure import Failure, _

ROWS = (
    Failure(
        "user_missing",
        ArgumentRefused,
        "login",
        _("No address"),
        _("The account has no address."),
        _("Type the address of the mailbox, for example facturas@example.com."),
    ),
    Failure(
        "password_missing",
        ArgumentRefused,
        "password",
        _("No password"),
        _("The account of %(user)s has no password."),
        _("Type the password. It has to be typed again whenever the server or the user changes."),
    ),
    Failure(
        "oauth_missing",
        LoginFailed,
        "auth",
        _("Not connected yet"),
        _("%(user)s has not given its permission yet."),
        _("Press «Connect» and sign in with the account of the mailbox itself."),
    ),
    Failure(
        "oauth_waits",
        Throttled,
        "provider",
        _("The provider gives no new sign-in now"),
        _(
            "The sign-in of %(user)s has to be renewed, and the provider cannot do it at the moment."
        ),
        _("It is tried again by itself."),
        temporary=True,
    ),
    Failure(
        "password_in_clear",
        TlsFailed,
        "encryption",
        _("The password would travel in clear"),
        _("Without encryption anybody on the way to %(host)s could read the password."),
        _(
            "Choose SSL/TLS or STARTTLS. Without encryption only servers of your own network are used."
        ),
    ),
    Failure(
        "auth_not_offered",
        LoginFailed,
        "port",
        _("No login on this port"),
        _("%(host)s offers no login on port %(port)s."),
        _("Use 587 (STARTTLS) or 465 (SSL) for sending: port 25 is often for other servers only."),
    ),
    Failure(
        "owner_moved",
        LoginFailed,
        "sender",
        _("The user has another address now"),
        _("The address of the account's user in Odoo has changed to %(address)s."),
        _(
            "Type the new address of the account, or test the account again if %(user)s is still the one to send from."
        ),
    ),
    Failure(
        "mail_not_arrived",
        MessageRefused,
        "recipient",
        _("The test mail did not arrive"),
        _("The mail was sent, and has not arrived in the mailbox %(user)s yet."),
        _("Look into its junk mail folder, and again in some minutes."),
        temporary=True,
    ),
)
