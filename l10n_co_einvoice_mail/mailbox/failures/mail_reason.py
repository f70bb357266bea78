"""What can be wrong with a mail itself, whoever sent it: the second table behind `failures`."""

from ...vocabulary.reason import Reason, _

ROWS = (
    Reason(
        "no_edocument",
        _("No e-invoice in it"),
        _("The mail holds no electronic document of DIAN."),
        _(
            "If it is a bill of somebody who is not obliged to invoice (cuenta de cobro), make a support document for "
            "it. If the supplier is obliged, ask for the ZIP with the XML that DIAN's rules require; the PDF alone is "
            "no invoice."
        ),
    ),
    Reason(
        "mail_too_big",
        _("The mail is too big"),
        _("The mail has %(size)s bytes, more than is read."),
        _("Ask the supplier to send the invoice without the other attachments."),
    ),
    Reason(
        "mail_refused",
        _("Not handed out"),
        _("The mail server lists the mail and does not hand it out: %(answer)s"),
        _("Open the mail in your mail program and send it to this mailbox again."),
    ),
    Reason(
        "mail_incomplete",
        _("Not handed out whole"),
        _(
            "The mail server announced %(size)s bytes of the mail and handed out %(received)s, so it was neither "
            "read nor taken out of the inbox."
        ),
        _(
            "It is asked for again by itself. If it goes on, open the mail in your mail program and send it to this "
            "mailbox again; your mail provider can repair the mailbox."
        ),
    ),
    Reason(
        "mail_missing",
        _("Not handed out"),
        _("The mail server lists the mail and answers nothing when it is asked for it."),
        _(
            "It is asked for again by itself. If it goes on, open the mail in your mail program and send it to this "
            "mailbox again; your mail provider can repair the mailbox."
        ),
    ),
    Reason(
        "mail_breaks_off",
        _("The server breaks off at it"),
        _(
            "The conversation with the mail server broke off when it was asked for the mail: %(answer)s"
        ),
        _(
            "It is asked for again by itself. If it goes on, open the mail in your mail program and send it to this "
            "mailbox again; your mail provider can repair the mailbox."
        ),
    ),
    Reason(
        "mail_empty",
        _("The mail is empty"),
        _("The mail server delivered a mail without any content."),
        _("Ask the supplier to send the invoice again."),
    ),
    Reason(
        "mail_too_many_parts",
        _("Too many parts"),
        _("The mail is made of more than %(limit)s parts; the rest was not read."),
        _("If an invoice is missing, ask the supplier to send it in a mail of its own."),
    ),
    Reason(
        "mail_too_deep",
        _("Nested too deep"),
        _(
            "The mail holds mails within mails, more than %(limit)s deep; the innermost were not read."
        ),
        _("If an invoice is missing, ask the supplier to send it directly."),
    ),
    Reason(
        "mail_too_many_attachments",
        _("Too many attachments"),
        _("The mail has more than %(limit)s attachments; pictures and the like were left out."),
        _("If an invoice is missing, ask the supplier to send it in a mail of its own."),
    ),
    Reason(
        "mail_encrypted",
        _("Encrypted mail"),
        _("The mail is encrypted (%(name)s, S/MIME), so that nothing in it can be read."),
        _(
            "Ask the supplier to send the invoice without encrypting the mail; a signature does no harm."
        ),
    ),
    Reason(
        "attachment_damaged",
        _("Attachment cut off"),
        _("The attachment %(name)s arrived incomplete."),
        _("Ask the supplier to send it again."),
    ),
    Reason(
        "mail_bounce",
        _("Delivery report"),
        _("The mail is a report that another mail could not be delivered."),
        _("Nothing to do for the invoices received; see which mail of yours did not arrive."),
    ),
    Reason(
        "mail_automatic",
        _("Automatic answer"),
        _("The mail is an automatic answer or a receipt."),
        _("Nothing to do."),
    ),
    Reason(
        "mail_is_backup",
        _("Backup copy of ours"),
        _("The mail is a backup copy that this system sent itself."),
        _("Use a backup address that does not lead back into this mailbox."),
    ),
    Reason(
        "too_many_attempts",
        _("Set aside"),
        _("Reading the mail broke off %(attempts)s times, so it was set aside; it is kept whole."),
        _("Report it to your system administrator; it can be read again at any time."),
    ),
    Reason(
        "read_error",
        _("Could not be read"),
        _("Reading the mail failed in a way that was not foreseen; the mail is kept whole."),
        _("Report it to your system administrator; it can be read again at any time."),
    ),
)
