"""Objections: the rules by which a document is rejected, or left to a person.

Sources: Anexo Técnico 1.9, numeral 9.1 (what a receiver gets) and chapter 6 (signature, answers);
what each row does to a document is the product's own decision. The gravest stand first.
"""

from ...vocabulary.reason import _
from . import checks
from .rule import Outcome, Rule, Scope

ASK_CORRECT = _("Ask the supplier to correct the document and send it again.")
LOOK_UP = _(
    "Look the document up on DIAN's page by its CUFE and compare supplier and total; accept it if"
    " they agree."
)
NOTHING = _("Nothing needs to be done.")

REJECTING = (
    Rule(
        "test_environment",
        _("Test document"),
        _("%(number)s was issued in DIAN's test environment and has no fiscal value."),
        _("Ask the supplier for the real document."),
        checks.test_environment,
        Scope.BOTH,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "type_unsupported",
        _("Unknown type of document"),
        _("%(number)s is of type %(type)s, which a supplier does not send to a buyer."),
        _("Ask the supplier what it is; enter it by hand if it is to be booked."),
        checks.type_unsupported,
        Scope.DOCUMENT,
        outcome=Outcome.REJECT,
        overridable=True,
    ),
    Rule(
        "event_unsupported",
        _("Unknown event"),
        _("%(number)s is an ApplicationResponse of code %(type)s, which is no event of DIAN's."),
        _("Ask the sender what it is."),
        checks.event_unsupported,
        Scope.EVENT,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "final_consumer",
        _("Issued to the final consumer"),
        _("%(number)s was issued to the final consumer (222222222222), not to the company."),
        _("Ask the supplier to issue it to the company's NIT: it supports no cost otherwise."),
        checks.final_consumer,
        Scope.DOCUMENT,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "receiver_unknown",
        _("Another company's"),
        _("%(number)s is addressed to %(receiver)s (NIT %(receiver_nit)s), no company of yours."),
        _(
            "Tell the supplier that the document went to the wrong mailbox. If that company is"
            " yours, add it with its NIT and process the mail again."
        ),
        checks.receiver_unknown,
        Scope.DOCUMENT,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "event_unrelated",
        _("Event between others"),
        _(
            "The event %(number)s is from %(supplier)s (NIT %(supplier_nit)s) to %(receiver)s"
            " (NIT %(receiver_nit)s): neither is a company of yours."
        ),
        NOTHING,
        checks.event_unrelated,
        Scope.EVENT,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "cufe_malformed",
        _("No valid CUFE"),
        _("%(number)s has no well-formed CUFE or CUDE, so DIAN cannot have validated it."),
        ASK_CORRECT,
        checks.cufe_malformed,
        Scope.BOTH,
        outcome=Outcome.REJECT,
        overridable=True,
    ),
    Rule(
        "answer_forged",
        _("Forged DIAN answer"),
        _("What came as DIAN's answer about %(number)s is not signed by DIAN. Signer: %(signer)s."),
        _(
            "Do not pay. Check the document on DIAN's page by its CUFE and speak to the supplier by"
            " a way you know, not by the mail's data."
        ),
        checks.answer_forged,
        Scope.BOTH,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "answer_mismatch",
        _("DIAN answered about another"),
        _("DIAN's answer that came with %(number)s is about another document (%(other)s)."),
        _("Ask the supplier for this document's own answer, or to send the right document."),
        checks.answer_mismatch,
        Scope.BOTH,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "answer_contradicts",
        _("DIAN's answer does not fit"),
        _("DIAN's answer about %(number)s does not fit the document: %(contradictions)s."),
        _(
            "Do not pay. Compare with DIAN's page by its CUFE and speak to the supplier by a way"
            " you know, not by the mail's data."
        ),
        checks.answer_contradicts,
        Scope.BOTH,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "document_broken",
        _("Signature not valid"),
        _("The signature of %(number)s is not valid, so DIAN cannot have validated it as it is."),
        _("Do not book it. Ask the supplier to send the document that DIAN validated."),
        checks.document_broken,
        Scope.BOTH,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "document_altered",
        _("Altered after signing"),
        _(
            "%(number)s was altered after it was signed, and contradicts itself:"
            " %(contradictions)s."
        ),
        _(
            "Do not pay. Compare with DIAN's page by its CUFE and speak to the supplier by a way"
            " you know, not by the mail's data."
        ),
        checks.document_altered,
        Scope.BOTH,
        outcome=Outcome.REJECT,
    ),
    Rule(
        "signer_refused",
        _("Refused signer"),
        _(
            "%(number)s is signed by %(signer)s, of whom a manager decided that it does not sign for %(supplier)s."
        ),
        _(
            "Ask the supplier who signs its documents. A manager may change the decision about the signer."
        ),
        outcome=Outcome.REJECT,
    ),
    Rule(
        "dian_rejected",
        _("Rejected by DIAN"),
        _("DIAN rejected %(number)s: %(remarks)s."),
        ASK_CORRECT,
        checks.dian_rejected,
        Scope.BOTH,
        outcome=Outcome.REJECT,
    ),
)

REVIEWING = (
    Rule(
        "document_unsigned",
        _("Not signed"),
        _("%(number)s bears no signature: nothing proves who issued it."),
        LOOK_UP,
        checks.document_unsigned,
        Scope.BOTH,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "document_unchecked",
        _("Signature could not be checked"),
        _(
            "The signature of %(number)s is of a kind that is not known here (%(detail)s): it may be"
            " good, and nothing is proven."
        ),
        LOOK_UP,
        checks.document_unchecked,
        Scope.BOTH,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "document_changed",
        _("Changed after signing"),
        _(
            "Something in %(number)s changed after it was signed. It may be white space that a mail"
            " program re-wrapped: its amounts still add up."
        ),
        LOOK_UP,
        checks.document_changed,
        Scope.BOTH,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "answer_altered",
        _("DIAN's answer changed"),
        _("DIAN's answer about %(number)s changed after DIAN signed it and proves nothing."),
        LOOK_UP,
        checks.answer_altered,
        Scope.BOTH,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "answer_unchecked",
        _("DIAN's answer could not be checked"),
        _(
            "DIAN's answer about %(number)s is signed in a way that is not known here (%(detail)s):"
            " it may be good, and proves nothing."
        ),
        LOOK_UP,
        checks.answer_unchecked,
        Scope.BOTH,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "dian_signer_untrusted",
        _("DIAN certificate of unknown origin"),
        _(
            "The answer about %(number)s is signed in DIAN's name, but none of the authorities"
            " loaded issued the certificate. Signer: %(signer)s."
        ),
        _(
            "Check the document on DIAN's page by its CUFE. If DIAN changed its authority, the"
            " administrator loads that authority's certificate."
        ),
        checks.dian_signer_untrusted,
        Scope.BOTH,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "dian_signer_unconfirmed",
        _("New DIAN certificate"),
        _(
            "The answer about %(number)s is signed with a certificate of DIAN's that nobody has"
            " confirmed yet. Signer: %(signer)s."
        ),
        _("Confirm the certificate once: every document that waits for it is then judged again."),
        checks.dian_signer_unconfirmed,
        Scope.BOTH,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "dian_answer_unknown",
        _("Unknown answer of DIAN's"),
        _("DIAN answered about %(number)s with the code %(code)s, which is not known."),
        LOOK_UP,
        checks.dian_answer_unknown,
        Scope.BOTH,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "dian_answer_missing",
        _("Without DIAN's answer"),
        _("%(number)s came without DIAN's answer: nothing proves that DIAN validated it."),
        LOOK_UP,
        checks.dian_answer_missing,
        Scope.DOCUMENT,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "document_signer_untrusted",
        _("Signer of unknown origin"),
        _(
            "%(number)s is signed with a certificate that none of the authorities loaded issued."
            " Signer: %(signer)s; issued by %(authority)s."
        ),
        _(
            "Check the document on DIAN's page by its CUFE. If the authority is accredited, the"
            " administrator loads its certificate."
        ),
        checks.document_signer_untrusted,
        Scope.BOTH,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "signer_unknown",
        _("New signer"),
        _(
            "%(number)s is signed by %(signer)s, who has not signed for %(supplier)s before. What the"
            " document itself says of its provider proves nothing."
        ),
        _(
            "If you know that the supplier issues its documents through it, accept the document and"
            " know this signer from now on."
        ),
        checks.signer_unknown,
        Scope.DOCUMENT,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "certificate_unknown",
        _("New certificate"),
        _(
            "%(number)s is signed with a certificate in the name of %(signer)s that nobody here knows, and no authority"
            " is loaded that proves whose it is."
        ),
        _(
            "Compare the document with DIAN's page, and accept it and know this certificate from now on; or ask the"
            " administrator to load the authorities, after which nobody is asked for suppliers that sign themselves."
        ),
        checks.certificate_unknown,
        Scope.DOCUMENT,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "values_ambiguous",
        _("Values stated twice"),
        _("%(number)s states some values twice, each time otherwise: %(fields)s."),
        _("Compare it with the PDF and with DIAN's page, and accept it if the bill is right."),
        checks.values_ambiguous,
        Scope.BOTH,
        outcome=Outcome.REVIEW,
    ),
    Rule(
        "document_incomplete",
        _("Essential data missing"),
        _("%(number)s lacks %(fields)s."),
        ASK_CORRECT,
        checks.incomplete,
        Scope.DOCUMENT,
        outcome=Outcome.REVIEW,
    ),
)
