from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..shared import rights
from . import places

LINE = "l10n_co.dian.list.line"


class DianList(models.Model):
    """A month as DIAN has it: every document under the company's NIT, held against what was received and booked.

    It lasts: uploading a list again only adds to it, and documents that arrive later find their line by themselves.
    """

    _name = "l10n_co.dian.list"
    _inherit = ["mail.thread", "l10n_co.evidence.mixin"]
    _description = "Month of DIAN's list of documents (Colombia)"
    _order = "month desc, id desc"
    _rec_name = "month"
    _check_company_auto = True
    _mail_post_access = "read"
    _is_all_evidence = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    line_ids = fields.One2many(LINE, "list_id", readonly=True)
    uploaded_on = fields.Datetime(string="Last list", readonly=True)
    closed_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    closed_by_id = fields.Many2one("res.users", string="Closed by", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("open", "Not complete"),
            ("remarks", "Complete, with remarks"),
            ("complete", "Complete"),
            ("closed", "Closed"),
            ("changed", "Changed after it was closed"),
        ],
        compute="_compute_picture",
    )
    count = fields.Integer(string="Documents", compute="_compute_picture")
    open_count = fields.Integer(string="To do", compute="_compute_picture")
    missing_count = fields.Integer(string="Never received", compute="_compute_picture")
    missing_amount = fields.Monetary(
        string="Value of those",
        compute="_compute_picture",
        help="Of those in the company's own currency.",
    )
    changed_count = fields.Integer(string="Changed since it was closed", compute="_compute_picture")
    currency_id = fields.Many2one(related="company_id.currency_id")

    _unique_month = models.UniqueIndex("(company_id, month)", "This month is there already.")

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            record.display_name = format_date(self.env, record.month, date_format="MMMM y")

    @api.depends("closed_on", "line_ids.place", "line_ids.placed_on")
    def _compute_picture(self):
        counts = self._counts()
        for record in self:
            of_record = counts.get(record, {})
            record.count = sum(count for count, _amount in of_record.values())
            record.open_count = sum(of_record.get(code, (0, 0))[0] for code in places.OPEN)
            record.missing_count, record.missing_amount = of_record.get("missing", (0, 0))
            record.changed_count = record._changed_count()
            record.state = record._state_of(of_record)

    def _counts(self):
        """:return: {list: {place: (how many, how much in the company's currency)}}"""
        found = self.env[LINE]._read_group(
            [("list_id", "in", self.ids)],
            ["list_id", "place", "currency_id"],
            ["__count", "total:sum"],
        )
        counts = defaultdict(lambda: defaultdict(lambda: (0, 0)))
        for record, place, currency, count, amount in found:
            before, sum_before = counts[record][place]
            own = amount if currency == record.currency_id else 0
            counts[record][place] = (before + count, sum_before + own)
        return counts

    def _changed_count(self):
        if not self.closed_on:
            return 0
        return self.env[LINE].search_count(self._changed_domain())

    def _changed_domain(self):
        return [("list_id", "=", self.id), ("placed_on", ">", self.closed_on)]

    def _state_of(self, counts):
        if self.closed_on:
            return "changed" if self.changed_count else "closed"
        if any(code in counts for code in places.OPEN):
            return "open"
        return "remarks" if any(code in counts for code in places.REMARKS) else "complete"

    @api.model
    def _of_months(self, company, months):
        """:param months: first days
        :return: {first day: record} of a company, made where need be
        """
        held = self.search([("company_id", "=", company.id), ("month", "in", list(months))])
        by_month = {record.month: record for record in held}
        new = sorted(set(months) - by_month.keys())
        made = self.create([{"company_id": company.id, "month": month} for month in new])
        return by_month | {record.month: record for record in made}

    # ---- actions ---------------------------------------------------------------------------------

    def action_upload(self):
        """:return: action that asks for a list"""
        rights.check_user(self.env)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare with DIAN"),
            "res_model": "l10n_co.dian.list.upload",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_ask_supplier(self):
        """:return: action that asks the suppliers of the month for what never came"""
        self.check_access("read")
        return self.line_ids.filtered(lambda line: line.place == "missing").action_ask_supplier()

    def action_close(self):
        """A manager says that the month is done; what changes afterwards is shown.

        :raise UserError: there is something to do yet
        """
        self._check_manager()
        for record in self:
            if record.open_count:
                raise UserError(
                    self.env._(
                        "%(month)s is not complete: %(count)s documents need something yet.",
                        month=record.display_name,
                        count=record.open_count,
                    )
                )
        self.sudo().write({"closed_on": fields.Datetime.now(), "closed_by_id": self.env.uid})

    def action_open_again(self):
        """Take back that the month is done."""
        self._check_manager()
        self.sudo().write({"closed_on": False, "closed_by_id": False})

    def _check_manager(self):
        self.check_access("read")
        if not rights.has(self.env, rights.MANAGER):
            raise AccessError(self.env._("Only a manager of the e-invoice mail closes months."))

    def action_open_lines(self):
        """:return: action on the documents of the month"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.dian_list_line_action"
        )
        domain = [("list_id", "=", self.id)]
        if self.state == "changed":
            domain = self._changed_domain()
        return {**action, "name": self.display_name, "domain": domain, "context": {}}
