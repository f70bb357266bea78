from datetime import timedelta

from odoo import fields, models

from ..radian import days
from ..radian.document import COLOMBIA

#: When an event of receipt is sent by itself. Never a claim, never an acceptance.
MOMENTS = [
    ("none", "Only when a person sends it"),
    ("accepted", "When the document is accepted"),
    ("posted", "When its bill is confirmed"),
    ("received", "When the goods of its purchase order are received"),
]


class ResCompany(models.Model):
    """What a company tells DIAN by itself, and how its days are counted."""

    _inherit = "res.company"

    l10n_co_radian_030_on = fields.Selection(
        MOMENTS,
        string="Receipt of the invoice (030)",
        default="none",
        required=True,
        help="Of invoices on credit that are accepted here.",
    )
    l10n_co_radian_032_on = fields.Selection(
        MOMENTS,
        string="Receipt of goods or services (032)",
        default="none",
        required=True,
        help="Follows the receipt of the invoice (030).",
    )
    l10n_co_radian_clock_start = fields.Selection(
        [
            ("032", "From the receipt of goods or services (032)"),
            ("invoice", "From the reception of the invoice"),
        ],
        string="Three working days to claim",
        default="032",
        required=True,
    )
    l10n_co_radian_saturday = fields.Boolean(string="Saturdays are working days")

    def _radian_moment(self, code):
        """:return: when event 030 or 032 is sent by itself; "none" for every other event"""
        return {"030": self.l10n_co_radian_030_on, "032": self.l10n_co_radian_032_on}.get(
            code, "none"
        )

    def _radian_day_options(self):
        """:return: how working days are counted, as `days` takes it"""
        free = self.env["l10n_co.radian.holiday"].sudo()
        return {
            "free": frozenset(free.search([("company_id", "in", (False, self.id))]).mapped("date")),
            "saturday_counts": self.l10n_co_radian_saturday,
        }

    def _radian_claim_until(self, start):
        """:return: the last day on which a claim can be sent"""
        return days.after(start, **self._radian_day_options())


def colombian_day(moment):
    """:param moment: naive UTC, as Odoo keeps it
    :return: its date in Colombia
    """
    return (moment + timedelta(seconds=COLOMBIA.utcoffset(None).total_seconds())).date()
