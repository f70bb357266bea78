"""Remarks: what is said of a document that is accepted all the same."""

from ...vocabulary.reason import _
from . import checks
from .rule import Outcome, Rule, Scope

TELL_SUPPLIER = _("The document can be booked; tell the supplier so that he corrects it.")
CHECK_SUPPLIER = _("Make sure that you know the supplier and the purchase before you pay.")
NOTHING = _("Nothing needs to be done.")

REMARKS = (
    Rule(
        "dian_answer_pending",
        _("Contingency, DIAN's answer to come"),
        _("%(number)s was issued in contingency (type %(type)s) and came without DIAN's answer."),
        _("Book it, and look it up on DIAN's page some days later."),
        checks.dian_answer_pending,
        Scope.DOCUMENT,
        outcome=Outcome.WARN,
    ),
    Rule(
        "event_answer_missing",
        _("Event without DIAN's answer"),
        _("The event %(number)s came without DIAN's answer: nothing proves that it is registered."),
        _("Look the invoice up on DIAN's page: it shows the registered events."),
        checks.event_answer_missing,
        Scope.EVENT,
        outcome=Outcome.WARN,
    ),
    Rule(
        "event_unusual",
        _("Event about the invoice as a title"),
        _("The event %(number)s (code %(type)s) concerns the invoice as a negotiable title."),
        _("Have whoever manages the company's receivables look at it."),
        checks.event_unusual,
        Scope.EVENT,
        outcome=Outcome.WARN,
    ),
    Rule(
        "document_signer_other",
        _("Signed by somebody else"),
        _(
            "%(number)s is signed neither by %(supplier)s nor by the software provider that it"
            " names. Signer: %(signer)s."
        ),
        CHECK_SUPPLIER,
        checks.document_signer_other,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "document_signer_unnamed",
        _("Signer's NIT not checked"),
        _(
            "The certificate that signed %(number)s does not say in a known way whose it is, so it was"
            " not compared with %(supplier)s. Signer: %(signer)s."
        ),
        CHECK_SUPPLIER,
        checks.document_signer_unnamed,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "document_signer_unchecked",
        _("Signer's authority not checked"),
        _(
            "The signature of %(number)s is intact, but who issued its certificate was not checked:"
            " no authorities are loaded."
        ),
        _("Ask the administrator to load the authorities' certificates (trusted certificates)."),
        checks.document_signer_unchecked,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "certificate_expired",
        _("Certificate out of its period"),
        _(
            "%(number)s was signed on %(signed)s with a certificate that was not valid then (until"
            " %(valid_to)s). Signer: %(signer)s."
        ),
        CHECK_SUPPLIER,
        checks.certificate_expired,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "totals_differ",
        _("Totals do not add up"),
        _("The amounts of %(number)s do not add up: %(differences)s."),
        _("Compare the bill with the PDF before you confirm it."),
        checks.totals_differ,
        Scope.DOCUMENT,
        outcome=Outcome.WARN,
    ),
    Rule(
        "values_malformed",
        _("Unreadable values"),
        _("Some values of %(number)s are not written as DIAN asks and were left out: %(fields)s."),
        _("Compare the bill with the PDF before you confirm it."),
        checks.values_malformed,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "reference_missing",
        _("Note without its invoice"),
        _("The note %(number)s does not name the invoice that it corrects by its CUFE."),
        _("Find out which invoice it corrects before you confirm it."),
        checks.reference_missing,
        Scope.DOCUMENT,
        outcome=Outcome.WARN,
    ),
    Rule(
        "reference_unknown",
        _("Corrected invoice not received"),
        _("The note %(number)s corrects %(references)s, which was not received here."),
        _("Ask the supplier for that invoice, or check that it was entered by hand."),
        checks.reference_unknown,
        Scope.DOCUMENT,
        outcome=Outcome.WARN,
    ),
    Rule(
        "dian_remarks",
        _("Validated with remarks"),
        _("DIAN validated %(number)s with remarks: %(remarks)s."),
        NOTHING,
        checks.dian_remarks,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "date_outside_authorization",
        _("Date outside the authorization"),
        _(
            "%(number)s was issued on %(issued)s, outside the period of its numbering authorization"
            " (%(start)s to %(end)s)."
        ),
        TELL_SUPPLIER,
        checks.date_outside_authorization,
        Scope.DOCUMENT,
        outcome=Outcome.WARN,
    ),
    Rule(
        "number_outside_authorization",
        _("Number outside the authorization"),
        _("%(number)s is outside its numbering authorization (%(first)s to %(last)s)."),
        TELL_SUPPLIER,
        checks.number_outside_authorization,
        Scope.DOCUMENT,
        outcome=Outcome.WARN,
    ),
    Rule(
        "qr_mismatch",
        _("QR code of another document"),
        _("The QR code of %(number)s leads to another CUFE than the document's own."),
        CHECK_SUPPLIER,
        checks.qr_mismatch,
        Scope.DOCUMENT,
        outcome=Outcome.WARN,
    ),
    Rule(
        "cufe_scheme",
        _("CUFE wrongly named"),
        _("The unique code of %(number)s is called %(scheme)s; its type asks for %(expected)s."),
        TELL_SUPPLIER,
        checks.cufe_scheme,
        Scope.DOCUMENT,
        outcome=Outcome.WARN,
    ),
    Rule(
        "check_digit_wrong",
        _("Wrong check digit"),
        _("The supplier's NIT %(supplier_nit)s has the check digit %(written)s, not %(expected)s."),
        TELL_SUPPLIER,
        checks.check_digit_wrong,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "policy_unknown",
        _("Signature policy not named"),
        _("The signature of %(number)s does not name DIAN's signature policy v2."),
        TELL_SUPPLIER,
        checks.policy_unknown,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "container_broken",
        _("Container's signature not valid"),
        _(
            "The signature of the container of %(number)s is not valid. The document's own"
            " signature is what counts."
        ),
        NOTHING,
        checks.container_broken,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "container_unsigned",
        _("Container not signed"),
        _(
            "The container of %(number)s is not signed, as is often the case. The document's own"
            " signature is what counts."
        ),
        NOTHING,
        checks.container_unsigned,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "container_mismatch",
        _("Container of another number"),
        _("The container of %(number)s says that it holds another document (%(other)s)."),
        TELL_SUPPLIER,
        checks.container_mismatch,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "subject_mismatch",
        _("Subject not as DIAN asks"),
        _("The mail's subject does not name %(number)s as DIAN asks: %(subject)s."),
        NOTHING,
        checks.subject_mismatch,
        Scope.BOTH,
        outcome=Outcome.WARN,
    ),
    Rule(
        "pdf_missing",
        _("Without PDF"),
        _("%(number)s came without its PDF."),
        _("Ask the supplier for it if you need it; the XML is what has fiscal value."),
        checks.pdf_missing,
        Scope.DOCUMENT,
        outcome=Outcome.WARN,
    ),
)
