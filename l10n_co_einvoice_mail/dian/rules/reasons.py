"""Why a mail, or a file in it, gave no document: rules that have nothing to check here.

Their codes come from `errors` (archives, XML, containers, documents) and from whoever reads a mail.
`%(file)s` is the name of the file that the reason is about.
"""

from ...vocabulary.reason import _
from .rule import Outcome, Rule

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
        _("No electronic document"),
        _("The mail brings no electronic document: no XML of DIAN's was found in it."),
        _(
            "If it is a bill of somebody who is not obliged to invoice (cuenta de cobro), make a support document"
            " for it. If the supplier is obliged, ask for the XML: a PDF alone has no fiscal value. Otherwise"
            " nothing needs to be done."
        ),
        outcome=Outcome.REJECT,
    ),
    Rule(
        "duplicate",
        _("Received before"),
        _("Document %(number)s of %(supplier)s was received before; it was not entered again."),
        _("Nothing needs to be done."),
        outcome=Outcome.ACCEPT,
    ),
    Rule(
        "copy_differs",
        _("Other content under the same CUFE"),
        _(
            "Document %(number)s of %(supplier)s was received before with the same CUFE and other content: one of the"
            " two is false."
        ),
        _(
            "Open the document, compare the two copies, and ask the supplier by telephone which one is right."
        ),
        outcome=Outcome.REJECT,
    ),
    Rule(
        "too_many_attempts",
        _("Set aside after several attempts"),
        _("Reading the mail stopped the server %(attempts)s times, so it was set aside."),
        _(
            "Open the stored mail to see what it is, and tell the administrator. It is kept whole"
            " and can be processed again."
        ),
        outcome=Outcome.REJECT,
    ),
    Rule(
        "read_error",
        _("Could not be processed"),
        _("The mail could not be processed because of an unexpected failure."),
        _("Process it again. If it fails again, tell the administrator: the log has the details."),
        outcome=Outcome.REJECT,
    ),
    Rule(
        "files_too_many",
        _("Too many files"),
        _("The mail has more than %(limit)s files; those beyond were not looked at."),
        ASK_ADMINISTRATOR,
        outcome=Outcome.REJECT,
    ),
    # Archives
    Rule(
        "archive_encrypted",
        _("ZIP with a password"),
        _("%(file)s is protected by a password and cannot be opened."),
        _("Ask the supplier to send the document again without a password."),
        outcome=Outcome.REJECT,
    ),
    Rule(
        "archive_unsupported",
        _("Archive of another kind"),
        _("%(file)s is a %(format)s archive; DIAN asks for ZIP."),
        ASK_AGAIN,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "file_gzip",
        _("Compressed with gzip"),
        _("%(file)s is compressed with gzip and was not opened; DIAN asks for ZIP."),
        ASK_AGAIN,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "file_winmail",
        _("Packed by Outlook"),
        _(
            "The supplier's Outlook put the attachments into %(file)s, which only Outlook opens:"
            " nothing in it was read."
        ),
        _(
            "Ask the supplier to send it again with HTML or plain text as the mail's format in"
            " Outlook, not rich text (RTF)."
        ),
        outcome=Outcome.REJECT,
    ),
    Rule(
        "file_outlook",
        _("Mail saved by Outlook"),
        _("%(file)s is a mail that was saved by Outlook (.msg): the files in it were not read."),
        _("Ask for the mail itself to be forwarded, or for the ZIP that was attached to it."),
        outcome=Outcome.REJECT,
    ),
    Rule(
        "archive_broken",
        _("Damaged ZIP"),
        _("%(file)s is damaged and cannot be opened (%(detail)s)."),
        ASK_AGAIN,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "archive_too_big",
        _("ZIP too big"),
        _("The contents of %(file)s go beyond %(limit)s MB and were not read any further."),
        ASK_ADMINISTRATOR,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "archive_too_many",
        _("Too many files in the ZIP"),
        _("%(file)s holds more than %(limit)s files."),
        ASK_ADMINISTRATOR,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "archive_too_deep",
        _("ZIP inside ZIP"),
        _("%(file)s lies in more than %(limit)s archives one inside the other and was not opened."),
        ASK_AGAIN,
        outcome=Outcome.REJECT,
    ),
    # XML
    Rule(
        "xml_doctype",
        _("Dangerous XML"),
        _("%(file)s declares a DOCTYPE: no invoice needs one, and attacks use it."),
        _("Do not open the file. If you know the supplier, ask for the document by another way."),
        outcome=Outcome.REJECT,
    ),
    Rule(
        "xml_encoding",
        _("Unreadable characters"),
        _("The characters of %(file)s (%(encoding)s) cannot be read."),
        ASK_AGAIN,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "xml_malformed",
        _("Damaged XML"),
        _("%(file)s is not a well-formed XML (%(detail)s)."),
        ASK_AGAIN,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "xml_too_big",
        _("XML too big"),
        _("%(file)s is too big to be read (%(detail)s)."),
        ASK_ADMINISTRATOR,
        outcome=Outcome.REJECT,
    ),
    # Containers and documents
    Rule(
        "container_empty",
        _("Container without document"),
        _("%(file)s is a container (AttachedDocument) without any document inside."),
        ASK_AGAIN,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "container_unreadable",
        _("Unreadable document"),
        _("The document inside the container %(file)s cannot be read (%(detail)s)."),
        ASK_AGAIN,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "document_unknown",
        _("XML of another kind"),
        _("%(file)s is an XML (%(root)s) that is no electronic document of DIAN's."),
        _("If it should be an invoice, ask the supplier for the XML that DIAN validated."),
        outcome=Outcome.WARN,
    ),
    Rule(
        "document_payroll",
        _("Electronic payroll"),
        _("%(file)s is an electronic payroll document, not a purchase: no bill is made of it."),
        _(
            "Nothing needs to be done here. Tell whoever sent it that this mailbox is for purchases."
        ),
        outcome=Outcome.REJECT,
    ),
    Rule(
        "document_too_long",
        _("Document too long"),
        _("The document in %(file)s has more than %(limit)s lines, taxes and other parts."),
        ASK_ADMINISTRATOR,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "answer_unreadable",
        _("DIAN's answer cannot be read"),
        _("What %(file)s brings as DIAN's answer cannot be read (%(detail)s)."),
        _("Look the document up on DIAN's page by its CUFE."),
        outcome=Outcome.WARN,
    ),
    Rule(
        "answer_alone",
        _("Answer without document"),
        _("%(file)s is DIAN's answer about %(number)s, and that document is not in the mail."),
        _("Ask the supplier for the document itself."),
        outcome=Outcome.WARN,
    ),
)
