"""What sending servers answer that refuse us, the login or the sender, and the cause each tells: see `transcripts`."""

from .refusals import connected, data, hello, imap_login, recipient, sender

SENDING = [
    ("address_blocked", "greeting", connected("554 5.7.1 blocked using zen.spamhaus.org")),
    ("address_blocked", "greeting", connected("554 mail.x.co: no PTR record for your address")),
    (
        "address_blocked",
        "recipient",
        recipient("550 Client host [192.0.2.1] rejected: cannot find your hostname"),
    ),
    ("address_blocked", "login", imap_login("LOGOUT Intrusion prevention active for [192.0.2.1]")),
    (
        "name_refused",
        "helo",
        hello("550 5.7.1 Helo command rejected: need fully-qualified hostname"),
    ),
    ("name_refused", "helo", hello("501 5.5.4 Invalid domain name")),
    ("not_mail_server", "helo", hello("500 unknown command")),
    ("not_mail_server", "greeting", connected("-1 * OK ready")),
    ("greeting_refused", "greeting", connected("554 no")),
    ("throttled", "greeting", connected("421 too many connections from your host")),
    (
        "login_missing",
        "recipient",
        recipient("550 please turn on SMTP Authentication in your mail client"),
    ),
    ("relay_denied", "recipient", recipient("554 5.7.1 Relay access denied")),
    (
        "sender_domain",
        "message",
        data("550 5.7.509 Access denied, sending domain x.co does not pass DMARC"),
    ),
    (
        "send_as_denied",
        "sender",
        sender("553 5.7.1 Sender address rejected: not owned by user u@x.co"),
    ),
    ("sending_limit", "message", data("550 5.4.5 Daily user sending limit exceeded.")),
    (
        "sending_limit",
        "recipient",
        recipient("550 Domain x.co has exceeded the max emails per hour (2/2 (100%)) allowed."),
    ),
    (
        "sending_blocked",
        "message",
        data("550 5.4.6 Unusual sending activity detected. Please try after sometime UnblockMe"),
    ),
    ("recipient_full", "recipient", recipient("452 4.2.2 The email account is over quota")),
    ("recipient_full", "recipient", recipient("552 5.2.2 Mailbox full")),
    ("message_too_big", "message", data("552 5.3.4 Message size exceeds fixed limit")),
    ("recipient_refused", "recipient", recipient("550 5.1.1 User unknown")),
]
