"""Causes that a sending server tells: of our address and name, of the login, of sender and recipients.

RFC 5321, RFC 3463.
"""

from ...vocabulary.reason import _
from ..errors import ConnectionFailed, LoginFailed, MessageRefused, QuotaExceeded, ServerRefused
from .failure import Failure

_ENVELOPE = ("sender", "recipient", "message")

ROWS = (
    Failure(
        "address_blocked",
        _("The server refuses the address of this Odoo"),
        _("%(host)s refuses the internet address that the Odoo server has: %(answer)s"),
        _(
            "Nothing is wrong with the account. Ask whoever runs the Odoo server to have its address "
            "taken off that list, or given a name; until then another provider may take the mails."
        ),
        error=ServerRefused,
        datum="provider",
        patterns=(
            r"(block|black|deny)[ -]?list",
            r"spamhaus|spamcop|barracuda|sorbs|abuseat",
            r"\b(DNSBL|RBL)\b",
            r"(reverse|PTR|rDNS)\b.{0,40}\b(name|DNS|lookup|hostname|record|not found|fail|missing)",
            r"\bno (PTR|rDNS|reverse)",
            r"client host .{0,80}(rejected|blocked|refused)",
            r"your (ip|host|address)\b.{0,60}(blocked|rejected|banned|denied)",
            r"intrusion prevention",
        ),
        stages=("greeting", "helo", "login", "sender", "recipient"),
    ),
    Failure(
        "name_refused",
        _("The server refuses the name of this Odoo"),
        _("%(host)s does not accept the name with which the Odoo server greets it: %(answer)s"),
        _(
            "Ask whoever runs the Odoo server to give it a complete name, or type the name that the "
            "mail provider wants as «Name in the greeting» of the sending account."
        ),
        error=ConnectionFailed,
        datum="server",
        patterns=(r"\b(helo|ehlo)\b.{0,60}(reject|invalid|refused|denied|fully|need|name)",),
        stages=("greeting", "helo", "sender", "recipient"),
    ),
    Failure(
        "login_missing",
        _("The server wants a login"),
        _("%(host)s only accepts mails after a login."),
        _("Type user and password, and choose STARTTLS or SSL."),
        error=LoginFailed,
        datum="auth",
        patterns=(
            r"\b5\.7\.57\b",
            r"client not authenticated",
            r"authentication (is )?required",
            r"(turn on|enable|use) SMTP auth",
            r"must (first )?(authenticate|log ?in)",
        ),
        stages=_ENVELOPE,
    ),
    Failure(
        "relay_denied",
        _("The server does not forward this mail"),
        _("%(host)s does not forward mails of %(sender)s to other domains: %(answer)s"),
        _(
            "Check that user and password are those of the account, that the port is 587 or 465, and "
            "that the sender is an address of this account."
        ),
        error=MessageRefused,
        datum="auth",
        patterns=(
            r"relay(ing)? (access )?(is )?(denied|not permitted|not allowed|prohibited)",
            r"(unable|not permitted|not allowed) to relay",
        ),
        stages=_ENVELOPE,
    ),
    Failure(
        "sender_domain",
        _("The sender's domain does not allow it"),
        _(
            "%(host)s does not take the mail of %(sender)s, because of what the sender's domain says "
            "of itself: %(answer)s"
        ),
        _(
            "Ask whoever looks after your domain to enter this mail provider in its SPF, DKIM and DMARC records."
        ),
        error=MessageRefused,
        datum="sender",
        patterns=(r"\bDMARC\b", r"\bSPF\b", r"\bDKIM\b", r"\b5\.7\.(509|2[0-7])\b"),
        stages=_ENVELOPE,
    ),
    Failure(
        "send_as_denied",
        _("Not allowed to send as this address"),
        _("%(user)s may not send as %(sender)s."),
        _("Use %(user)s as the sender, or ask the administrator for the «Send as» permission."),
        error=MessageRefused,
        datum="sender",
        patterns=(
            r"SendAsDenied",
            r"not allowed to send as",
            r"\b5\.7\.60\b",
            r"relaying disallowed as",
            r"not owned by (the )?(user|auth)",
        ),
        stages=_ENVELOPE,
    ),
    Failure(
        "recipient_full",
        _("The recipient's mailbox is full"),
        _("The mailbox of %(recipient)s is full."),
        _("It is tried again by itself. Tell the recipient, who has to make room."),
        error=QuotaExceeded,
        datum="recipient",
        patterns=(
            r"\b[45]\.2\.2\b",
            r"(quota exceeded|over quota|mailbox (is )?full)",
        ),
        stages=("recipient", "message"),
        temporary=True,
    ),
)
