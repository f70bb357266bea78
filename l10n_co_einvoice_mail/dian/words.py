"""Words for the names of UBL and DIAN that findings list: a bookkeeper reads no XML.

A finding keeps the names, which know no language; whoever shows it to a person puts the words in.
"""

from collections.abc import Callable

from ..vocabulary.reason import _

#: Placeholders whose value is a list of such names, each perhaps followed by amounts.
LISTS = frozenset({"contradictions", "differences", "fields"})
SEPARATOR = ", "
WORDS = {
    "AttachedDocument": _("the container holds another document"),
    "CompanyID": _("the supplier's NIT"),
    "DocumentTypeCode": _("the answer is about another type of document"),
    "ID": _("the number"),
    "IssueDate": _("the issue date"),
    "LineExtensionAmount": _("the total before taxes"),
    "PayableAmount": _("the amount to pay"),
    "LegalMonetaryTotal": _("the totals"),
    "Party": _("supplier or buyer"),
    "AccountingSupplierParty": _("the supplier"),
    "AccountingCustomerParty": _("the buyer"),
    "QRCode": _("the QR code is another document's"),
    "ReceiverParty": _("the answer is addressed to somebody else than the supplier"),
    "TaxInclusiveAmount": _("the total with taxes"),
}
#: Parts of the paths of `content.Difference`; what is not here is shown as it is.
PATHS = {
    "allowances": _("discount or charge"),
    "amount": _("amount"),
    "cufe": _("CUFE"),
    "currency": _("currency"),
    "customer": _("buyer"),
    "description": _("description"),
    "due_date": _("due date"),
    "id_number": _("NIT"),
    "issue_date": _("issue date"),
    "issue_time": _("issue time"),
    "line_extension": _("total before taxes"),
    "lines": _("line"),
    "name": _("name"),
    "notes": _("note"),
    "number": _("number"),
    "payable": _("amount to pay"),
    "payment_means": _("means of payment"),
    "percent": _("percent"),
    "price": _("price"),
    "quantity": _("quantity"),
    "supplier": _("supplier"),
    "tax_inclusive": _("total with taxes"),
    "taxable_amount": _("taxable amount"),
    "taxes": _("tax"),
    "totals": _("totals"),
    "withholdings": _("withholding"),
}


def path_in_words(path: str, translate: Callable[[str], str]) -> str:
    """`lines.2.price` as "line 2, price"."""
    words = []
    for part in path.split("."):
        if part.isdigit() and words:
            words[-1] += f" {part}"
        else:
            words.append(translate(PATHS[part]) if part in PATHS else part)
    return SEPARATOR.join(words)


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
