import logging

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools.misc import format_date
from psycopg2.errors import UniqueViolation

from ..shared import transactions
from ..shared.contexts import FOR_COMPANY, Told

_logger = logging.getLogger(__name__)


class ConfirmedDay(models.Model):
    """The bills of a company that were confirmed by themselves on one day; one click takes them back to draft."""

    _name = "l10n_co.confirmed.day"
    _inherit = ["mail.thread", "l10n_co.evidence.mixin"]
    _description = "Bills confirmed by themselves on a day (Colombia)"
    _order = "date desc, id desc"
    _is_all_evidence = True
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date = fields.Date(required=True, readonly=True)
    responsible_id = fields.Many2one("res.users", required=True, readonly=True)
    move_ids = fields.One2many(
        "account.move", "l10n_co_confirmed_day_id", string="Bills", readonly=True
    )
    move_count = fields.Integer(compute="_compute_counts")
    standing_count = fields.Integer(string="Still confirmed", compute="_compute_counts")
    told_on = fields.Datetime(readonly=True, help="When the responsible was told.")

    _unique_day = models.UniqueIndex(
        "(company_id, date, responsible_id)", "This day is there already."
    )
    _untold = models.Index("(date) WHERE told_on IS NULL")

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for day in self:
            day.display_name = format_date(self.env, day.date)

    @api.depends("move_ids.state")
    def _compute_counts(self):
        for day in self:
            day.move_count = len(day.move_ids)
            day.standing_count = len(day._standing())

    def _standing(self):
        return self.move_ids.filtered(lambda move: move.state == "posted")

    @api.model
    def _today(self, company, responsible):
        """:return: the day of today, made if need be

        :raise ConcurrencyError: another transaction has just made it: what it made is seen in a new one
        """
        today = fields.Date.context_today(self)
        domain = [
            ("company_id", "=", company.id),
            ("date", "=", today),
            ("responsible_id", "=", responsible.id),
        ]
        values = {
            "company_id": company.id,
            "date": today,
            "responsible_id": responsible.id,
        }
        if day := self.sudo().search(domain, limit=1):
            return day
        try:
            with self.env.cr.savepoint():
                return self.sudo().create(values)
        except UniqueViolation as error:
            raise ConcurrencyError("another bill has just begun this day") from error

    # ---- digest ----------------------------------------------------------------------------------

    @api.model
    def _cron_tell(self):
        """Tell the responsible of each day that is over which bills were confirmed by themselves."""
        today = fields.Date.context_today(self)
        for day in self.sudo().search([("told_on", "=", False), ("date", "<", today)]):
            try:
                transactions.retried(self.env, day._tell)
            except Exception:  # it is told the next time; the others are told now
                self.env.cr.rollback()
                _logger.exception("Nobody was told of confirmed day %s", day.id)

    def _tell(self):
        self.ensure_one()
        user = self.responsible_id
        context = {FOR_COMPANY: Told(self.company_id.id), "lang": user.lang or self.env.lang}
        here = self.with_context(**context)
        body = here.env._(
            "%(count)s bills of %(company)s were confirmed by themselves on %(date)s. Each says why. One click on "
            "this page takes them all back to draft.",
            count=here.move_count,
            company=here.company_id.display_name,
            date=here.date,
        )
        here.message_notify(
            partner_ids=user.partner_id.ids,
            subject=here.env._("Bills that confirmed themselves: %s", here.move_count),
            body=body,
        )
        self.told_on = fields.Datetime.now()

    # ---- back to draft ---------------------------------------------------------------------------

    def action_take_back(self):
        """Take the day's bills back to draft; they will not be confirmed by themselves again. What is paid, or in a
        closed period, stays.

        :raise UserError: there is none that can be taken back
        """
        self.check_access("read")
        standing = self._standing()
        standing.check_access("write")
        movable = standing.filtered(lambda move: move._l10n_co_can_be_taken_back())
        if not movable:
            raise UserError(
                self.env._(
                    "No bill can be taken back: they are drafts, paid, or in a closed period."
                )
            )
        movable.button_draft()
        movable.sudo().l10n_co_taken_back = True
        left = standing - movable
        self.sudo().message_post(
            author_id=self.env.user.partner_id.id,
            body=self.env._(
                "Taken back to draft: %(count)s bills. Left as they are: %(left)s.",
                count=len(movable),
                left=len(left),
            ),
        )
        return True

    def action_open_bills(self):
        """:return: action on the day's bills"""
        return self.move_ids._get_records_action(name=self.env._("Vendor bills"))
