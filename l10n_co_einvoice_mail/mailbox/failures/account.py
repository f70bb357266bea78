"""What an account lacks before any server can be asked."""

from ...vocabulary.reason import _
from ..errors import ArgumentRefused, LoginFailed, MessageRefused, Throttled, TlsFailed
from .failure import Failure

ROWS = (
    Failure(
        "user_missing",
        _("No address"),
        _("The account has no address."),
        _("Type the address of the mailbox, for example facturas@example.com."),
        error=ArgumentRefused,
        datum="login",
    ),
    Failure(
        "password_missing",
        _("No password"),
        _("The account of %(user)s has no password."),
        _("Type the password. It has to be typed again whenever the server or the user changes."),
        error=ArgumentRefused,
        datum="password",
    ),
    Failure(
        "oauth_missing",
        _("Not connected yet"),
        _("%(user)s has not given its permission yet."),
        _("Press «Connect» and sign in with the account of the mailbox itself."),
        error=LoginFailed,
        datum="auth",
    ),
    Failure(
        "oauth_waits",
        _("The provider gives no new sign-in now"),
        _(
            "The sign-in of %(user)s has to be renewed, and the provider cannot do it at the moment."
        ),
        _("It is tried again by itself."),
        error=Throttled,
        datum="provider",
        temporary=True,
    ),
    Failure(
        "password_in_clear",
        _("The password would travel in clear"),
        _("Without encryption anybody on the way to %(host)s could read the password."),
        _(
            "Choose SSL/TLS or STARTTLS. Without encryption only servers of your own network are used."
        ),
        error=TlsFailed,
        datum="encryption",
    ),
    Failure(
        "auth_not_offered",
        _("No login on this port"),
        _("%(host)s offers no login on port %(port)s."),
        _("Use 587 (STARTTLS) or 465 (SSL) for sending: port 25 is often for other servers only."),
        error=LoginFailed,
        datum="port",
    ),
    Failure(
        "auth_unknown",
        _("No way to log in that Odoo knows"),
        _("%(host)s offers these ways to log in only: %(methods)s."),
        _(
            "Ask your mail provider for a port where user and password are accepted (PLAIN or LOGIN)."
        ),
        error=LoginFailed,
        datum="provider",
    ),
    Failure(
        "oauth_unregistered",
        _("This Odoo is not registered at the provider"),
        _(
            "Nobody has registered this Odoo at the provider, so that it cannot renew the sign-in of %(user)s."
        ),
        _("Press «Connect»: it shows how this Odoo is registered, step by step."),
        error=LoginFailed,
        datum="auth",
    ),
    Failure(
        "owner_moved",
        _("The user has another address now"),
        _("The address of the account's user in Odoo has changed to %(address)s."),
        _(
            "Type the new address of the account, or test the account again if %(user)s is still the one to send from."
        ),
        error=LoginFailed,
        datum="sender",
    ),
    Failure(
        "mail_not_arrived",
        _("The test mail did not arrive"),
        _("The mail was sent, and has not arrived in the mailbox %(user)s yet."),
        _("Look into its junk mail folder, and again in some minutes."),
        error=MessageRefused,
        datum="recipient",
        temporary=True,
    ),
)
