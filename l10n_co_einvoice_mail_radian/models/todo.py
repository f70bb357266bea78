from odoo import api, fields, models
from odoo.addons.l10n_co_einvoice_mail.models.overview.todo_query import OF_DOCUMENT, Kind, lines
from odoo.tools import SQL

from .radian_account import NOTICE_DAYS
from .sending import Sending

ACCESS = Kind(
    "l10n_co.radian.account",
    lines(
        "l10n_co_radian_account a",
        SQL(
            "a.active AND a.secret_pfx IS NOT NULL AND (a.failure_code IS NOT NULL OR a.valid_to <= CURRENT_DATE + %s)",
            NOTICE_DAYS,
        ),
        res_id="a.id",
        company_id="a.company_id",
        since="a.write_date",
    ),
)
#: What DIAN refused and nobody sent anew, and what it does not say whether it has.
EVENTS = Kind(
    "l10n_co.radian.event",
    lines(
        "l10n_co_radian_event e JOIN l10n_co_received_document d ON d.id = e.document_id",
        SQL(
            """
            e.handled_on IS NULL AND (
                e.state = 'unknown' AND e.questions >= %s
                OR e.state = 'refused' AND NOT EXISTS (
                    SELECT FROM l10n_co_radian_event n
                     WHERE n.document_id = e.document_id AND n.code = e.code AND n.environment = e.environment
                       AND n.id != e.id AND (n.state != 'refused' OR n.id > e.id)
                )
            )
            """,
            Sending.QUESTIONS,
        ),
        res_id="e.id",
        company_id="e.company_id",
        since="e.write_date",
        **OF_DOCUMENT,
    ),
)
OURS = {"radian_access": ACCESS, "radian_event": EVENTS}
BEFORE = "unsent"


class Todo(models.Model):
    """The access to DIAN's service that needs somebody, and events that did not arrive."""

    _inherit = "l10n_co.todo"
    _depends = {
        "l10n_co.radian.account": ["active", "company_id", "failure_code", "valid_to", "secret_pfx"],
        "l10n_co.radian.event": [
            "company_id", "document_id", "code", "environment", "state", "questions", "handled_on",
        ],
    }  # fmt: skip

    kind = fields.Selection(
        selection_add=[
            ("radian_access", "Access to DIAN's service"),
            ("radian_event", "Events that did not arrive"),
            (BEFORE,),
        ]
    )

    @api.model
    def _kinds(self):
        # EXTENDS l10n_co_einvoice_mail
        kinds = {}
        for name, kind in super()._kinds().items():
            kinds |= OURS if name == BEFORE else {}
            kinds[name] = kind
        return kinds

    def _tell_radian_access(self, account):
        causes = "\n".join(account._l10n_co_causes().values())
        return account._l10n_co_notice_name(), causes, False

    def _tell_radian_event(self, event):
        supplier = event.supplier_name or ""
        return f"{event.display_name} · {supplier}", event.reason, event.next_step
