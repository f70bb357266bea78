"""What a bookkeeper is told about a draft bill, and why a bill could not be drafted: one table, one
row a case."""

from dataclasses import dataclass

from ..vocabulary.reason import Reason, _


@dataclass(frozen=True)
class Notice(Reason):
    """Something that is told about a bill.

    :param blocking: a person has to look at the bill before it is posted.
    """

    blocking: bool = True


class BillFailure(Exception):
    """A bill that could not be drafted. `code` is a key of `NOTICES`, `data` the values of its
    placeholders."""

    def __init__(self, code: str, **data: str | None) -> None:
        super().__init__(code, data)
        self.code = code
        self.data = data


ROWS = (
    Notice(
        "bill_no_journal",
        _("No purchase journal"),
        _("The company %(company)s has no purchase journal."),
        _("Install a chart of accounts or create a purchase journal, then create the bill."),
    ),
    Notice(
        "bill_files_missing",
        _("Its files are gone"),
        _("The mail or file that brought the document can no longer be read."),
        _("Upload the document's XML or ZIP again."),
    ),
    Notice(
        "bill_not_a_bill",
        _("Not a document to pay"),
        _("This is an answer or an event about a document, nothing that is paid."),
    ),
    Notice(
        "bill_error",
        _("The bill could not be created"),
        _("Odoo refused the bill: %(error)s"),
        _("Remove the cause and create the bill again."),
    ),
    Notice(
        "bill_attempts",
        _("Drafting the bill stopped the program"),
        _(
            "Drafting this bill ended the program %(attempts)s times, so it is not tried by itself any more."
        ),
        _("Type the bill by hand from the PDF and tell whoever maintains this program."),
    ),
    Notice(
        "bill_lines_failed",
        _("The lines could not be entered"),
        _("The document was attached, but its lines were refused: %(error)s"),
        _("Remove the cause and press Rebuild from XML, or type the lines from the PDF."),
    ),
    Notice(
        "bill_no_lines",
        _("A document without lines"),
        _("The XML has no lines."),
        _("Type the lines from the PDF, or ask the supplier for a complete document."),
    ),
    Notice(
        "bill_tax_unmapped",
        _("A tax without a purchase tax"),
        _("No purchase tax is known for %(tax)s: its %(amount)s are on a line of their own."),
        _("Map it in the table of DIAN taxes, then press Rebuild from XML."),
    ),
    Notice(
        "bill_unreadable_values",
        _("Values that cannot be read"),
        _("The XML has values that are not written as they must be: %(fields)s"),
        _("Compare the bill with the PDF."),
    ),
    Notice(
        "bill_supplier_unknown",
        _("No supplier"),
        _("The XML does not say who issued the document."),
        _("Choose the supplier."),
    ),
    Notice(
        "bill_currency_unknown",
        _("Unknown currency"),
        _("There is no currency %(currency)s: the bill is in %(used)s."),
        _("Create the currency, then press Rebuild from XML."),
    ),
    Notice(
        "bill_no_exchange_rate",
        _("No exchange rate"),
        _("The XML gives no exchange rate of %(currency)s: Odoo's own rate of the day is used."),
        _("Check the rate."),
        blocking=False,
    ),
    Notice(
        "bill_note_without_reference",
        _("A note without its invoice"),
        _("The note names no invoice that it corrects."),
        _("Ask the supplier which invoice it belongs to, or reconcile it by hand."),
    ),
    Notice(
        "bill_note_reference_unknown",
        _("The note's invoice is not here"),
        _(
            "The note corrects %(number)s, which is not among the bills; it is linked when it arrives."
        ),
        blocking=False,
    ),
    Notice(
        "bill_prepaid",
        _("Paid in advance"),
        _(
            "%(amount)s were paid in advance; they are on a line of their own, on account %(account)s."
        ),
        _("Check that the advance was booked on that account."),
    ),
    Notice(
        "bill_withholdings",
        _("Withholdings"),
        _(
            "The supplier states withholdings: %(taxes)s. They are not booked: withholding is the buyer's decision."
        ),
        blocking=False,
    ),
    Notice(
        "bill_withholdings_differ",
        _("Another withholding than stated"),
        _("The supplier states %(tax)s of %(stated)s; by your table it is %(computed)s."),
        _("Decide which is right, and tell the supplier what you withhold."),
        blocking=False,
    ),
    Notice(
        "bill_order_price",
        _("Another price than ordered"),
        _("%(item)s was ordered at %(ordered)s (%(order)s) and is billed at %(billed)s."),
        _("Ask the supplier for a credit note, or accept the price."),
        blocking=False,
    ),
    Notice(
        "bill_order_quantity",
        _("More than ordered"),
        _("Of %(item)s %(ordered)s are open on %(order)s, and %(billed)s are billed."),
        _("Ask the supplier for a credit note, or change the order."),
        blocking=False,
    ),
    Notice(
        "bill_order_receipt",
        _("More than received"),
        _(
            "Of %(item)s %(ordered)s were received and not billed (%(order)s), and %(billed)s are billed."
        ),
        _("Look whether the rest has arrived."),
        blocking=False,
    ),
    Notice(
        "bill_due_unstated",
        _("No due date"),
        _(
            "The XML does not say when it is to be paid: the supplier's payment terms are used, or the date of issue."
        ),
        _("Check the due date."),
        blocking=False,
    ),
    Notice(
        "bill_under_review",
        _("Not checked to the end"),
        _("%(reason)s"),
        _("See the received document before you confirm the bill."),
    ),
    Notice(
        "bill_document_rejected",
        _("Its document is rejected"),
        _("The document of this bill is rejected: %(reason)s"),
        _("Cancel the bill, unless you know that the document is right."),
    ),
    Notice(
        "bill_document_contradicted",
        _("Its document is doubtful"),
        _("%(person)s accepted the document of this bill; the checks say since: %(reason)s"),
        _("See the received document before you confirm the bill."),
    ),
    Notice(
        "bill_copy_differs",
        _("Two copies that differ"),
        _("Of its document there is another copy with the same CUFE and other content."),
        _("Compare the two copies on the received document, and say there that you have looked."),
    ),
    Notice(
        "bill_differs_payable",
        _("Another amount to pay"),
        _("The document comes to %(of_document)s, this bill to %(of_bill)s."),
    ),
    Notice(
        "bill_differs_tax",
        _("Another tax"),
        _("%(tax)s is %(of_document)s in the document and %(of_bill)s on this bill."),
    ),
    Notice(
        "bill_differs_lines",
        _("Other lines"),
        _("The document has %(of_document)s lines, this bill %(of_bill)s of them."),
    ),
)
NOTICES = {row.code: row for row in ROWS}
