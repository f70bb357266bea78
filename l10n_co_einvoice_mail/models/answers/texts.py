"""What a supplier is written for each reason: what is wrong, and what he is asked to do, as an accountant says it.

`%(document)s`, `%(company)s`, `%(nit)s` and `%(mailbox)s` are filled in, and what the reason itself names.
"""

from dataclasses import dataclass


# pylint: disable=prefer-env-translation
# What stands in a table is marked here, and translated where it is shown.
def _(text):
    """Mark a text for the translation exporter."""
    return text


@dataclass(frozen=True)
class Text:
    """:param wrong: what is wrong with the document
    :param wish: what the supplier is asked to do
    :param automatic: may it be written without a person? Only what the supplier's own signed document proves.
    """

    wrong: str
    wish: str
    automatic: bool = False


SEND_ZIP = _(
    "Please send us, to %(mailbox)s, the ZIP that your invoicing system makes, with the AttachedDocument (XML) and "
    "the PDF, without opening or packing it anew."
)
CORRECT = _(
    "Please correct it, have DIAN validate the new document, and send it to %(mailbox)s. Until then we cannot enter "
    "it in our books."
)
SEND_ANSWER = _(
    "Please send us, to %(mailbox)s, the AttachedDocument of this document: it carries DIAN's answer."
)
NOT_VALID = _(
    "The XML of %(document)s is not the one that was signed and validated by DIAN: its signature does not agree with "
    "its contents."
)
UNREADABLE = _("What came with your mail «%(document)s» cannot be opened: %(reason)s")

TEXTS = {
    "dian_rejected": Text(
        _("DIAN rejected %(document)s (%(remarks)s), so it has no fiscal value."), CORRECT, True
    ),
    "test_environment": Text(
        _("%(document)s was issued in DIAN's test environment, so it has no fiscal value."),
        _("Please send us, to %(mailbox)s, the document of the production environment."),
        True,
    ),
    "final_consumer": Text(
        _(
            "%(document)s was issued to the final consumer (222222222222), which supports neither cost nor deductible "
            "VAT."
        ),
        _(
            "Please cancel it with a credit note and issue it to %(company)s, NIT %(nit)s; send it to %(mailbox)s."
        ),
        True,
    ),
    "receiver_unknown": Text(
        _(
            "%(document)s is made out to %(receiver)s, NIT %(receiver_nit)s, and reached our mailbox for electronic "
            "invoices."
        ),
        _(
            "Please send it to its buyer. If the sale was to us, cancel it with a credit note and issue it to "
            "%(company)s, NIT %(nit)s."
        ),
        True,
    ),
    "cufe_malformed": Text(
        _("%(document)s has no well-formed CUFE or CUDE, so DIAN cannot have validated it."),
        SEND_ZIP,
    ),
    "answer_mismatch": Text(
        _("DIAN's answer that came with %(document)s is about another document (%(other)s)."),
        SEND_ZIP,
    ),
    "document_broken": Text(NOT_VALID, SEND_ZIP),
    "document_altered": Text(NOT_VALID, SEND_ZIP),
    "document_changed": Text(NOT_VALID, SEND_ZIP),
    "document_unsigned": Text(_("%(document)s came without an electronic signature."), SEND_ZIP),
    "dian_answer_missing": Text(
        _("%(document)s came without DIAN's answer, so we cannot tell that it was validated."),
        SEND_ANSWER,
    ),
    "answer_altered": Text(
        _("DIAN's answer that came with %(document)s changed after DIAN signed it."), SEND_ANSWER
    ),
    "document_incomplete": Text(_("%(document)s lacks %(fields)s."), CORRECT, True),
    "values_ambiguous": Text(
        _("%(document)s states some values twice, each time otherwise: %(fields)s."), CORRECT, True
    ),
    "no_edocument": Text(
        _(
            "Your mail «%(document)s» brought no electronic invoice: the XML that DIAN validated is missing."
        ),
        _(
            "Please send us, to %(mailbox)s, the ZIP with the AttachedDocument and the PDF. If you are not obliged to "
            "invoice electronically, answer this mail and say so: we then make the support document that DIAN asks "
            "of us."
        ),
    ),
    "mail_encrypted": Text(
        _(
            "Your mail «%(document)s» is encrypted, and our mailbox for electronic invoices cannot open it."
        ),
        _("Please send it once more to %(mailbox)s without encryption; a signature does no harm."),
    ),
    "archive_encrypted": Text(
        _("The ZIP of your mail «%(document)s» is protected by a password."),
        _("Please send it once more to %(mailbox)s without a password, as DIAN asks for."),
    ),
    "file_winmail": Text(
        _(
            "Your Outlook packed the files of your mail «%(document)s» into winmail.dat, which only Outlook opens."
        ),
        _(
            "Please send it once more to %(mailbox)s in the format HTML or plain text, not Rich Text."
        ),
    ),
}
#: Of what has no text of its own.
OTHER = Text(_("We could not take over %(document)s: %(reason)s"), CORRECT)
OTHER_MAIL = Text(UNREADABLE, SEND_ZIP)
