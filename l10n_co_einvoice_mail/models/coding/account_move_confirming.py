import logging
from decimal import Decimal

from markupsafe import escape
from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError
from psycopg2 import OperationalError

from ...booking.lines import LineKind
from ...coding.confirmation import OBSTACLES, obstacles
from ..shared.reason_mixin import Blank
from .standing import Batch

_logger = logging.getLogger(__name__)

APPROVAL = "l10n_co_einvoice_mail.activity_approve_bill"


class AccountMove(models.Model):
    """A bill of a proven document whose coding is sure may be confirmed without anybody looking, where its company
    wants that. The company's limits decide, and nothing that a document or its sender says.
    """

    _inherit = "account.move"

    l10n_co_confirmed_day_id = fields.Many2one(
        "l10n_co.confirmed.day",
        string="Confirmed by itself",
        readonly=True,
        copy=False,
        evidence=True,
        index="btree_not_null",
    )
    l10n_co_taken_back = fields.Boolean(
        string="Taken back", readonly=True, copy=False, evidence=True
    )
    l10n_co_approver_id = fields.Many2one(
        "res.users", string="To be approved by", readonly=True, copy=False, evidence=True
    )
    l10n_co_approved_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False, evidence=True
    )
    l10n_co_obstacles = fields.Json(readonly=True, copy=False, evidence=True)
    l10n_co_obstacle_text = fields.Text(
        string="Not confirmed by itself", compute="_compute_l10n_co_obstacle_text"
    )
    l10n_co_is_approver = fields.Boolean(compute="_compute_l10n_co_is_approver")

    @api.depends("state", "l10n_co_obstacles")
    @api.depends_context("lang")
    def _compute_l10n_co_obstacle_text(self):
        for move in self:
            kept = move.l10n_co_obstacles or {}
            rows = [OBSTACLES[code] for code in kept.get("codes", ()) if move.state == "draft"]
            values = Blank(kept.get("data", {}))
            texts = [self.env._(row.sentence) % values for row in rows]
            move.l10n_co_obstacle_text = " ".join(texts) or False

    @api.depends("state", "l10n_co_approver_id", "l10n_co_approved_by_id")
    @api.depends_context("uid")
    def _compute_l10n_co_is_approver(self):
        for move in self:
            waits = move.state == "draft" and not move.l10n_co_approved_by_id
            move.l10n_co_is_approver = waits and move.l10n_co_approver_id == self.env.user

    # ---- confirming ------------------------------------------------------------------------------

    def _l10n_co_confirm_by_itself(self):
        """Confirm those of these draft bills against which nothing stands; the others say what does. Called by the
        program, after their documents were booked."""
        drafts = self.sudo().filtered(lambda move: move.state == "draft" and move.l10n_co_coding)
        for company, moves in drafts.grouped("company_id").items():
            wanted = self.env["l10n_co.confirmation"]._of_company(company)
            if not wanted and not moves.l10n_co_approver_id:
                continue
            batch = Batch(moves.with_company(company), wanted)
            for move in batch.moves:
                if approver := batch.approver_of(move):
                    move._l10n_co_ask_approver(approver)
                if batch.confirmation_of(move):
                    move._l10n_co_confirm_or_say_why(batch)

    def _l10n_co_confirm_or_say_why(self, batch):
        standing = batch.standing_of(self)
        found = obstacles(standing)
        words = batch.words_of(self, standing)
        if not found and (error := self._l10n_co_try_to_post(batch, words)):
            self._message_log(body=self.env._("Not confirmed by itself: %s", error))
            return
        if found:
            quiet = self.with_context(skip_is_manually_modified=True)
            quiet.l10n_co_obstacles = {"codes": found, "data": words}

    def _l10n_co_try_to_post(self, batch, words):
        """:param dict words: of `Batch.words_of`
        :return: what Odoo refuses it for, or None: it is posted"""
        confirmation = batch.confirmation_of(self)
        try:
            with self.env.cr.savepoint():
                self.with_context(skip_is_manually_modified=True)._post(soft=False)
                day = self.env["l10n_co.confirmed.day"]._today(
                    self.company_id, confirmation.responsible_id
                )
                self.write({"l10n_co_confirmed_day_id": day.id, "l10n_co_obstacles": False})
                self._message_log(body=self._l10n_co_why_confirmed(words))
        except (OperationalError, ConcurrencyError):
            raise
        except Exception as error:  # a bill that cannot be confirmed costs no other its draft
            _logger.info("Bill %s was not confirmed by itself", self.ref, exc_info=error)
            return str(error) or type(error).__name__
        return None

    def _l10n_co_why_confirmed(self, words):
        sources = "\n".join(line.l10n_co_why for line in self.invoice_line_ids if line.l10n_co_why)
        return self.env._(
            "Confirmed by itself: its document is proven, nothing was to be checked, it comes to %(amount)s of at most "
            "%(limit)s, and the supplier's last %(wanted)s bills needed no change. Its lines: %(sources)s",
            **{name: words[name] for name in ("amount", "limit", "wanted")},
            sources=sources,
        )

    def _autopost_bill(self):
        # EXTENDS account: an uploaded document confirms itself as one that came by mail. Core's own way, for a supplier
        # whose bills are always posted, is left for companies that say nothing else; not with a line to look at
        self._l10n_co_confirm_by_itself()
        if self._l10n_co_has_limits() or self._l10n_co_waits_for_approval():
            return
        if self.l10n_co_unsure_count:
            self._message_log(body=self.env._("Not posted by itself: a line is to be looked at."))
            return
        super()._autopost_bill()

    # ---- approval --------------------------------------------------------------------------------

    def _l10n_co_has_limits(self):
        """:return: whether the company says which bills of this supplier may confirm themselves"""
        if not self.l10n_co_coding:
            return False
        rows = self.env["l10n_co.confirmation"]._of_company(self.company_id)
        supplier = self.commercial_partner_id
        return bool(rows.get(supplier) or rows.get(supplier.browse()))

    def _l10n_co_waits_for_approval(self):
        approver = self.l10n_co_approver_id
        return bool(approver) and self.l10n_co_approved_by_id != approver

    def _l10n_co_ask_approver(self, approver):
        asked = self.activity_ids.filtered(lambda activity: activity.user_id == approver)
        if self.l10n_co_approved_by_id == approver or asked:
            return
        self.with_context(skip_is_manually_modified=True).l10n_co_approver_id = approver
        self.activity_schedule(APPROVAL, user_id=approver.id)

    def action_l10n_co_approve(self):
        """Approve the bill; if nothing else stands against it, it is confirmed.

        :raise AccessError: another is to approve it
        """
        self.check_access("read")
        for move in self:
            if not move.l10n_co_is_approver:
                raise AccessError(self.env._("Another user is to approve %s.", move.display_name))
            quiet = move.sudo().with_context(skip_is_manually_modified=True)
            quiet.l10n_co_approved_by_id = self.env.user
            quiet.activity_feedback([APPROVAL], user_id=self.env.user.id)
            quiet._message_log(body=self.env._("Approved by %s.", self.env.user.name))
        self._l10n_co_confirm_by_itself()
        return True

    # ---- back to draft ---------------------------------------------------------------------------

    def _l10n_co_can_be_taken_back(self):
        """:return: whether nothing was paid of it, and its period is open"""
        self.ensure_one()
        is_open = not self._get_violated_lock_dates(self.date, bool(self.line_ids.tax_ids))
        is_unpaid = self.payment_state == "not_paid" and not self._l10n_co_reconciled()
        return is_open and is_unpaid and not self.inalterable_hash

    def _l10n_co_reconciled(self):
        lines = self.line_ids
        return bool(lines.matched_debit_ids or lines.matched_credit_ids)

    def _l10n_co_items(self):
        """:return: the lines that are items of the document"""
        return self.invoice_line_ids.filtered(
            lambda line: line.l10n_co_line_kind == LineKind.ITEM.value
        )

    def _l10n_co_company_amount(self):
        """:return: Decimal, what its document comes to in the company's currency, with what is withheld or was paid in
        advance; of the bill's rate, which the supplier states, and Odoo's own the one that makes more of it
        """
        _taxes, withheld = self._l10n_co_taxes()
        prepaid = self.invoice_line_ids.filtered(
            lambda line: line.l10n_co_line_kind == LineKind.PREPAID.value
        )
        amount = abs(self.amount_total - float(withheld) - sum(prepaid.mapped("price_total")))
        own, company = self.company_currency_id, self.company_id
        day = self.invoice_date or self.date
        by_own = self.currency_id._convert(amount, own, company, day, round=False)
        by_bill = amount / (self.invoice_currency_rate or 1)
        return Decimal(str(own.round(max(by_own, by_bill))))

    def _l10n_co_has_rate(self):
        """:return: whether Odoo itself knows what the bill's currency is worth on its day"""
        if self.currency_id == self.company_currency_id:
            return True
        domain = [
            ("currency_id", "=", self.currency_id.id),
            ("company_id", "in", (False, self.company_id.root_id.id)),
            ("name", "<=", self.invoice_date or self.date),
        ]
        return bool(self.env["res.currency.rate"].search(domain, limit=1))

    def _l10n_co_is_closed(self):
        """:return: whether its day lies in a closed period: Odoo would book it in another one"""
        day = self.invoice_date or self.date
        return bool(self._get_violated_lock_dates(day, bool(self.invoice_line_ids.tax_ids)))

    def _l10n_co_lose_proof(self):
        """What confirmed itself goes back to draft, and the responsible is told: its document is rejected now."""
        for move in self.filtered("l10n_co_confirmed_day_id"):
            if move.state == "posted" and move._l10n_co_can_be_taken_back():
                move.button_draft()
                move.l10n_co_taken_back = True
            note = escape(move.l10n_co_received_document_id.reason or "")
            move.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=move.l10n_co_confirmed_day_id.responsible_id.id,
                summary=self.env._("It confirmed itself, and its document is rejected since"),
                note=note,
            )
