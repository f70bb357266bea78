"""Why a mail, or a file in it, gave no document: rules that have nothing to check here.

Their codes come from `errors` (archives, XML, containers, documents) and from whoever reads a mail.
`%(file)s` is the name of the file that the reason is about.
"""

from .rule import Outcome, Rule, _

ASK_AGAIN = _(
    "Ask the supplier to send the document again as DIAN asks for it: one ZIP with the XML."
)
ASK_ADMINISTRATOR = _(
    "Ask the administrator to raise the limit if the mail is legitimate, then process it again."
)

READING_RULES = (
    # Mails
    Rule(
        "no_edocument",
        Outcome.REJECT,
        _("No electronic document"),
        _("The mail brings no electronic document: no XML of DIAN's was found in it."),
        _(
            "If it is a bill of somebody who is not obliged to invoice (cuenta de cobro), make a support document"
            " for it. If the supplier is obliged, ask for the XML: a PDF alone has no fiscal value. Otherwise"
            " nothing needs to be done."
        ),
    ),
    Rule(
        "duplicate",
        Outcome.ACCEPT,
        _("Received before"),
        _("Document %(number)s of %(supplier)s was received before; it was not entered again."),
        _("Nothing needs to be done."),
    ),
    Rule(
        "too_many_attempts",
        Outcome.REJECT,
        _("Set aside after several attempts"),
        _("Reading the mail stopped the server %(attempts)s times, so it was set aside."),
        _(
            "Open the stored mail to see what it is, and tell the administrator. It is kept whole"
            " and can be processed again."
        ),
    ),
    Rule(
        "read_error",
        Outcome.REJECT,
        _("Could not be processed"),
        _("The mail could not be processed because of an unexpected failure."),
        _("Process it again. If it fails again, tell the administrator: the log has the details."),
    ),
    Rule(
        "files_too_many",
        Outcome.REJECT,
        _("Too many files"),
        _("The mail has more than %(limit)s files; those beyond were not looked at."),
        ASK_ADMINISTRATOR,
    ),
    # Archives
    Rule(
        "archive_encrypted",
        Outcome.REJECT,
        _("ZIP with a password"),
        _("%(file)s is protected by a password and cannot be opened."),
        _("Ask the supplier to send the document again without a password."),
    ),
    Rule(
        "archive_unsupported",
        Outcome.REJECT,
        _("Archive of another kind"),
        _("%(file)s is a %(format)s archive; DIAN asks for ZIP."),
        ASK_AGAIN,
    ),
    Rule(
        "file_gzip",
        Outcome.REJECT,
        _("Compressed with gzip"),
        _("%(file)s is compressed with gzip and was not opened; DIAN asks for ZIP."),
        ASK_AGAIN,
    ),
    Rule(
        "file_winmail",
        Outcome.REJECT,
        _("Packed by Outlook"),
        _(
            "The supplier's Outlook put the attachments into %(file)s, which only Outlook opens:"
            " nothing in it was read."
        ),
        _(
            "Ask the supplier to send it again with HTML or plain text as the mail's format in"
            " Outlook, not rich text (RTF)."
        ),
    ),
    Rule(
        "file_outlook",
        Outcome.REJECT,
        _("Mail saved by Outlook"),
        _("%(file)s is a mail that was saved by Outlook (.msg): the files in it were not read."),
        _("Ask for the mail itself to be forwarded, or for the ZIP that was attached to it."),
    ),
    Rule(
        "archive_broken",
        Outcome.REJECT,
        _("Damaged ZIP"),
        _("%(file)s is damaged and cannot be opened (%(detail)s)."),
        ASK_AGAIN,
    ),
    Rule(
        "archive_too_big",
        Outcome.REJECT,
        _("ZIP too big"),
        _("The contents of %(file)s go beyond %(limit)s MB and were not read any further."),
        ASK_ADMINISTRATOR,
    ),
    Rule(
        "archive_too_many",
        Outcome.REJECT,
        _("Too many files in the ZIP"),
        _("%(file)s holds more than %(limit)s files."),
        ASK_ADMINISTRATOR,
    ),
    Rule(
        "archive_too_deep",
        Outcome.REJECT,
        _("ZIP inside ZIP"),
        _("%(file)s lies in more than %(limit)s archives one inside the other and was not opened."),
        ASK_AGAIN,
    ),
    # XML
    Rule(
        "xml_doctype",
        Outcome.REJECT,
        _("Dangerous XML"),
        _("%(file)s declares a DOCTYPE: no invoice needs one, and attacks use it."),
        _("Do not open the file. If you know the supplier, ask for the document by another way."),
    ),
    Rule(
        "xml_encoding",
        Outcome.REJECT,
        _("Unreadable characters"),
        _("The characters of %(file)s (%(encoding)s) cannot be read."),
        ASK_AGAIN,
    ),
    Rule(
        "xml_malformed",
        Outcome.REJECT,
        _("Damaged XML"),
        _("%(file)s is not a well-formed XML (%(detail)s)."),
        ASK_AGAIN,
    ),
    Rule(
        "xml_too_big",
        Outcome.REJECT,
        _("XML too big"),
        _("%(file)s is too big to be read (%(detail)s)."),
        ASK_ADMINISTRATOR,
    ),
    # Containers and documents
    Rule(
        "container_empty",
        Outcome.REJECT,
        _("Container without document"),
        _("%(file)s is a container (AttachedDocument) without any document inside."),
        ASK_AGAIN,
    ),
    Rule(
        "container_unreadable",
        Outcome.REJECT,
        _("Unreadable document"),
        _("The document inside the container %(file)s cannot be read (%(detail)s)."),
        ASK_AGAIN,
    ),
    Rule(
        "document_unknown",
        Outcome.WARN,
        _("XML of another kind"),
        _("%(file)s is an XML (%(root)s) that is no electronic document of DIAN's."),
        _("If it should be an invoice, ask the supplier for the XML that DIAN validated."),
    ),
    Rule(
        "document_payroll",
        Outcome.REJECT,
        _("Electronic payroll"),
        _("%(file)s is an electronic payroll document, not a purchase: no bill is made of it."),
        _(
            "Nothing needs to be done here. Tell whoever sent it that this mailbox is for purchases."
        ),
    ),
    Rule(
        "document_too_long",
        Outcome.REJECT,
        _("Document too long"),
        _("The document in %(file)s has more than %(limit)s lines, taxes and other parts."),
        ASK_ADMINISTRATOR,
    ),
    Rule(
        "answer_unreadable",
        Outcome.WARN,
        _("DIAN's answer cannot be read"),
        _("What %(file)s brings as DIAN's answer cannot be read (%(detail)s)."),
        _("Look the document up on DIAN's page by its CUFE."),
    ),
    Rule(
        "answer_alone",
        Outcome.WARN,
        _("Answer without document"),
        _("%(file)s is DIAN's answer about %(number)s, and that document is not in the mail."),
        _("Ask the supplier for the document itself."),
    ),
)
