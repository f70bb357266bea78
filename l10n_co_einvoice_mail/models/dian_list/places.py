"""Where a document of DIAN's list stands with us, and what comes next: a table that is read from the top."""

from collections.abc import Callable
from dataclasses import dataclass

INVOICE = "01"
CREDIT = "2"
CREDIT_NOTES = frozenset({"91", "94"})
#: Events, payroll, and what a buyer issues for sellers who need not invoice.
NO_PURCHASES = frozenset({"96", "102", "103", "05", "95"})
#: In the document's currency: lists round.
TOLERANCE = 1


# pylint: disable=prefer-env-translation
# What stands in a table is marked here, and translated where it is shown.
def _(text):
    """Mark a text for the translation exporter."""
    return text


@dataclass(frozen=True)
class Place:
    """One row: `applies` asks a line (l10n_co.dian.list.line)."""

    code: str
    title: str
    next_step: str
    applies: Callable
    #: Somebody has to do something before the month is complete.
    is_open: bool = False
    #: The month is complete with it, but it is worth a remark.
    is_remark: bool = False


def _is_issued(line):
    return line.group == "issued"


def _is_booked(line):
    move = line.move_id if _is_issued(line) else line.document_id.move_id
    return move.state == "posted"


def _differs(line):
    amount, currency = line._value_here()
    same_currency = not line.currency_name or line.currency_name == currency.name
    return same_currency and abs(line.total - amount) > TOLERANCE


def _is_taken_away(line):
    """A credit note takes the whole away, or it is the note of an invoice that is taken away and was never booked."""
    invoice = line.note_of_id
    return line.is_cancelled or (invoice.is_cancelled and not _is_booked(invoice))


def _lacks_events(line):
    is_credit = line.is_credit or line.document_id.payment_form == CREDIT
    return is_credit and line.type_code == INVOICE and not line._has_events()


PLACES = (
    Place(
        "no_purchase",
        _("Not a purchase"),
        _("Nothing: it is an event, payroll, or a document that you issue as the buyer."),
        lambda line: line.type_code in NO_PURCHASES,
    ),
    Place(
        "invalid",
        _("Rejected by DIAN"),
        _("Nothing: DIAN rejected it, so that it is no invoice. The supplier sends another one."),
        lambda line: line.status == "rejected" and line.document_id.state != "accepted",
    ),
    Place(
        "issued",
        _("Issued, and in your books"),
        _("Nothing."),
        lambda line: _is_issued(line) and _is_booked(line) and not _differs(line),
    ),
    Place(
        "issued_differs",
        _("Issued, and booked with another amount"),
        _("Compare the invoice with DIAN's page of it: what DIAN has counts."),
        lambda line: _is_issued(line) and _is_booked(line),
        is_open=True,
    ),
    Place(
        "issued_missing",
        _("Issued, and not in your books"),
        _("Look for the invoice: DIAN has it in your name, and there is no confirmed one here."),
        _is_issued,
        is_open=True,
    ),
    Place(
        "unlisted",
        _("Received, not at DIAN"),
        _("Upload a newer list. If it stays, look the document up at DIAN before you pay it."),
        lambda line: not line.is_listed,
        is_open=True,
    ),
    Place(
        "missing",
        _("At DIAN, never received"),
        _("Ask the supplier for it, with its number and date."),
        lambda line: not line.document_id,
        is_open=True,
    ),
    Place(
        "rejected_here",
        _("Rejected here, approved at DIAN"),
        _("Open the document and see why it was rejected."),
        lambda line: line.document_id.state == "rejected",
        is_open=True,
    ),
    Place(
        "differs",
        _("Amounts differ"),
        _("Compare the document with DIAN's page of it before you book it."),
        _differs,
        is_open=True,
    ),
    Place(
        "cancelled",
        _("Cancelled by a credit note"),
        _("Nothing: a credit note takes the invoice away whole."),
        _is_taken_away,
    ),
    Place(
        "unbooked",
        _("Received, not booked"),
        _("Confirm its bill."),
        lambda line: not _is_booked(line),
        is_open=True,
    ),
    Place(
        "events_missing",
        _("On credit, without its events"),
        _(
            "Acknowledge receipt of invoice and goods at DIAN (events 030 and 032), then mark it here."
        ),
        _lacks_events,
        is_remark=True,
    ),
    Place("booked", _("Received and booked"), _("Nothing."), lambda line: True),
)
BY_CODE = {place.code: place for place in PLACES}
OPEN = tuple(place.code for place in PLACES if place.is_open)
REMARKS = tuple(place.code for place in PLACES if place.is_remark)


def of(line):
    """:return: code of the first place that applies to a line"""
    return next(place.code for place in PLACES if place.applies(line))
