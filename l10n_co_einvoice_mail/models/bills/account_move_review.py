from decimal import Decimal

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import column_exists, create_column

from ...booking import guard
from ...booking.lines import LineKind
from ...booking.notices import NOTICES
from ...dian import codes
from ..shared import rights

DIFFERENCES = {
    "payable": "bill_differs_payable",
    "tax": "bill_differs_tax",
    "lines": "bill_differs_lines",
}
# A bill whose document is not accepted says so, as long as that is so.
VERDICTS = {
    "review": "bill_under_review",
    "rejected": "bill_document_rejected",
    "contradicted": "bill_document_contradicted",
}
UNMAPPED = "bill_tax_unmapped"
# What a bill is held against its document by.
REVIEWED = (
    "state",
    "l10n_co_received_document_id.state",
    "l10n_co_received_document_id.reason_code",
    "l10n_co_received_document_id.copy_ids.seen_on",
    "l10n_co_received_document_id.copy_ids.is_doubtful",
    "amount_total",
    "l10n_co_facts",
    "l10n_co_notices",
    "reversed_entry_id",
    "debit_origin_id",
    "line_ids.amount_currency",
    "line_ids.tax_line_id",
    "line_ids.l10n_co_line_kind",
)


class AccountMove(models.Model):
    """Whether the bill of a document says the same as the document."""

    _inherit = "account.move"

    l10n_co_facts = fields.Json(readonly=True, copy=False, evidence=True)
    l10n_co_notices = fields.Json(readonly=True, copy=False, evidence=True)
    l10n_co_needs_review = fields.Boolean(
        string="Differs from its e-document",
        compute="_compute_l10n_co_needs_review",
        store=True,
        evidence=True,
    )
    l10n_co_warning = fields.Html(string="To check", compute="_compute_l10n_co_review")
    l10n_co_remark = fields.Html(string="Remarks", compute="_compute_l10n_co_review")

    l10n_co_lacks_tax = fields.Boolean(compute="_compute_l10n_co_review")

    _l10n_co_to_check = models.Index("(company_id) WHERE l10n_co_needs_review")

    def _auto_init(self):
        # No entry comes from a document yet: nothing to work out for all those that there are.
        if not column_exists(self.env.cr, self._table, "l10n_co_needs_review"):
            create_column(self.env.cr, self._table, "l10n_co_needs_review", "boolean")
        return super()._auto_init()

    @api.depends(*REVIEWED)
    def _compute_l10n_co_needs_review(self):
        for move in self:
            notices = move._l10n_co_open_notices()
            move.l10n_co_needs_review = any(NOTICES[item["code"]].blocking for item in notices)

    @api.depends(*REVIEWED)
    @api.depends_context("lang")
    def _compute_l10n_co_review(self):
        texts = self.env["l10n_co.bill.import"]
        for move in self:
            notices = move._l10n_co_open_notices()
            warnings = [item for item in notices if NOTICES[item["code"]].blocking]
            remarks = [item for item in notices if item not in warnings]
            move.l10n_co_lacks_tax = any(item["code"] == UNMAPPED for item in notices)
            move.l10n_co_warning = texts._notice_list(warnings)
            move.l10n_co_remark = texts._notice_list(remarks)

    def _l10n_co_open_notices(self):
        """What is to be said of a draft bill of a document: list of {code, data}."""
        self.ensure_one()
        if self.state != "draft" or not self.l10n_co_facts:
            return []
        differences = [
            self._l10n_co_difference_notice(difference)
            for difference in self._l10n_co_differences()
        ]
        kept = [
            item for item in self.l10n_co_notices or [] if item["code"] not in VERDICTS.values()
        ]
        return differences + kept + self._l10n_co_verdict_notices() + self._l10n_co_note_notices()

    def _l10n_co_verdict_notices(self):
        document = self.l10n_co_received_document_id.sudo()
        code = VERDICTS.get("contradicted" if document._is_contradicted() else document.state)
        data = {"reason": document.reason or "?", "person": document.accepted_by_id.name or "?"}
        notices = [{"code": code, "data": data}] if code else []
        if document.copy_ids._unseen():
            notices.append({"code": "bill_copy_differs", "data": {}})
        return notices

    def _l10n_co_differences(self):
        """Tuple of `booking.guard.Difference` between the document and this bill."""
        lines = self.invoice_line_ids.filtered(
            lambda line: line.l10n_co_line_kind == LineKind.ITEM.value
        )
        taxes, withheld = self._l10n_co_taxes()
        total = _decimal(self.amount_total) - withheld
        return guard.differences(self.l10n_co_facts, total, taxes, len(lines))

    def _l10n_co_taxes(self):
        """({DIAN scheme: amount of the bill}, sum of its withholdings, negative); a tax unknown to
        the table is scheme ''."""
        by_tax, by_group = self.env["l10n_co.tax.map"]._schemes(self.company_id)
        taxes, withheld = {}, Decimal(0)
        for line in self.line_ids.filtered("tax_line_id"):
            tax, amount = line.tax_line_id, _decimal(self.direction_sign * line.amount_currency)
            if tax.amount < 0:
                withheld += amount
                continue
            scheme = by_tax.get(tax) or by_group.get(tax.tax_group_id) or ""
            taxes[scheme] = taxes.get(scheme, Decimal(0)) + amount
        for line in self.invoice_line_ids.filtered("l10n_co_tax_scheme"):
            scheme, amount = line.l10n_co_tax_scheme, _decimal(line.price_subtotal)
            taxes[scheme] = taxes.get(scheme, Decimal(0)) + amount
        return taxes, withheld

    def _l10n_co_difference_notice(self, difference):
        figures = {"of_document": difference.of_document, "of_bill": difference.of_bill}
        is_count = difference.subject == "lines"
        show = str if is_count else lambda amount: self.currency_id.format(float(amount))
        data = {name: show(figure) for name, figure in figures.items()}
        if difference.subject == "tax":
            name = codes.TAX_SCHEMES.get(difference.scheme)
            data["tax"] = name or self.env._("another tax %s", difference.scheme)
        return {"code": DIFFERENCES[difference.subject], "data": data}

    def _l10n_co_note_notices(self):
        """A note that is not tied to its invoice says so."""
        references = (self.l10n_co_facts or {}).get("references")
        if references is None or self.reversed_entry_id or self.debit_origin_id:
            return []
        if not references:
            return [{"code": "bill_note_without_reference", "data": {}}]
        data = {"number": ", ".join(references)}
        return [{"code": "bill_note_reference_unknown", "data": data}]

    # ---- taxes that nobody mapped ----------------------------------------------------------------

    def action_l10n_co_ask_tax(self):
        """Ask whoever may say which purchase tax a tax of DIAN's is to do so, once, however often it is asked for.

        :return: action that tells who was asked
        :raise UserError: nobody may, in this company
        """
        self.ensure_one()
        rights.check_user(self.env)
        self.check_access("read")
        accountant = self._l10n_co_accountant()
        if not accountant:
            raise UserError(
                self.env._("Nobody in this company administers accounting. Ask your administrator.")
            )
        bill = self.sudo()
        summary = self.env._("Choose the purchase tax of a tax of DIAN's")
        if not bill.activity_ids.filtered(lambda activity: activity.summary == summary):
            bill.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=accountant.id,
                summary=summary,
                note=Markup("%s %s")
                % (self.env._("%s asks for it.", self.env.user.name), self.l10n_co_warning or ""),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Asked: %s", accountant.name),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _l10n_co_accountant(self):
        """:return: res.users of the bill's company who administers accounting, the one who was here last"""
        users = self.env.ref("account.group_account_manager").sudo().all_user_ids
        present = users.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        )
        return present.sorted(lambda user: (bool(user.login_date), user.login_date))[-1:]

    # ---- confirming ------------------------------------------------------------------------------

    def _autopost_bill(self):
        # EXTENDS account: what a person has to look at is not posted by itself, and what is posted
        # is left alone.
        if self.state != "draft":
            return
        if self.l10n_co_needs_review:
            self.message_post(
                body=self.env._(
                    "Not posted by itself: this bill is to be checked. %s", self.l10n_co_warning
                )
            )
            return
        super()._autopost_bill()

    def _post(self, soft=True):
        # EXTENDS account: who confirms a bill in spite of a warning leaves a trace of it; of two copies that say
        # something else one is false, and a person has to look first.
        documents = self.l10n_co_received_document_id.sudo()
        if unseen := documents.filtered(lambda document: document.copy_ids._unseen()):
            raise UserError(
                self.env._(
                    "Of %s there are two copies with the same CUFE and other content. Open the document, compare "
                    "them and say that you have looked, then confirm the bill.",
                    ", ".join(unseen.mapped("display_name")),
                )
            )
        doubtful = self.filtered(lambda move: move.l10n_co_facts and move.l10n_co_needs_review)
        doubtful._message_log_batch(
            bodies={
                move.id: self.env._("Confirmed in spite of: %s", move.l10n_co_warning)
                for move in doubtful
            }
        )
        return super()._post(soft)


def _decimal(amount):
    """An amount of Odoo's, without the noise of its binary fraction."""
    return Decimal(repr(round(amount, 6)))
