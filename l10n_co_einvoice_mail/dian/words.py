"""Words for the names of UBL and DIAN that findings list: a bookkeeper reads no XML.

A finding keeps the names, which know no language; whoever shows it to a person puts the words in.
"""

from collections.abc import Callable

from .rule import _

#: Placeholders whose value is a list of such names, each perhaps followed by amounts.
LISTS = frozenset({"contradictions", "differences", "fields"})
SEPARATOR = ", "
WORDS = {
    "AttachedDocument": _("the container holds another document"),
    "DocumentTypeCode": _("the answer is about another type of document"),
    "ReceiverParty": _("the answer is addressed to somebody else than the supplier"),
    "CompanyID": _("the supplier's NIT"),
    "ID": _("the number"),
    "IssueDate": _("the issue date"),
    "LineExtensionAmount": _("the total before taxes"),
    "PayableAmount": _("the amount to pay"),
    "QRCode": _("the QR code is another document's"),
    "TaxInclusiveAmount": _("the total with taxes"),
}


def worded(data: dict, translate: Callable[[str], str]) -> dict:
    """A finding's `data` with words for the names in its lists; other values stay as they are."""
    return {
        name: _in_words(value, translate) if name in LISTS else value
        for name, value in data.items()
    }


def _in_words(listed, translate):
    return SEPARATOR.join(_word(item, translate) for item in listed.split(SEPARATOR))


def _word(item, translate):
    name, space, amounts = item.partition(" ")
    return f"{translate(WORDS[name])}{space}{amounts}" if name in WORDS else item
