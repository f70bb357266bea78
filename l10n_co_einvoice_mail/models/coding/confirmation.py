from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Fewer bills of a supplier prove nothing.
LEAST_BILLS = 3


class Confirmation(models.Model):
    """Which bills of a company may be confirmed by themselves: of all suppliers, or of one. Without a row, none."""

    _name = "l10n_co.confirmation"
    _inherit = ["mail.thread"]
    _description = "Bills that may be confirmed by themselves (Colombia)"
    _order = "company_id, partner_id desc, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        help="Empty for all suppliers; what is said of one supplier comes first.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_allowed = fields.Boolean(
        string="By themselves",
        default=True,
        tracking=True,
        help="Not set: bills of this supplier are never confirmed by themselves.",
    )
    limit = fields.Monetary(
        string="Up to", tracking=True, help="What a bill may come to, taxes included."
    )
    bill_count = fields.Integer(
        string="Last bills unchanged",
        default=5,
        tracking=True,
        help="So many of the supplier's last bills have to have needed no change.",
    )
    needs_order = fields.Boolean(
        string="Ordered only",
        tracking=True,
        help="Each item has to be tied to a line of a purchase order.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        required=True,
        check_company=True,
        default=lambda self: self.env.user,
        help="Is told once a day which bills were confirmed by themselves.",
    )
    approver_id = fields.Many2one(
        "res.users", string="Approved by", check_company=True, tracking=True
    )
    approval_from = fields.Monetary(
        string="Approval from", tracking=True, help="From this amount on; 0 for all bills."
    )

    _unique_supplier = models.UniqueIndex(
        "(company_id, partner_id) NULLS NOT DISTINCT WHERE active",
        "This supplier has a row already.",
    )

    @api.depends("partner_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.partner_id.display_name or self.env._("All suppliers")

    @api.constrains("limit", "bill_count", "is_allowed", "approval_from")
    def _check_limits(self):
        for row in self.filtered("is_allowed"):
            if row.limit <= 0 or row.approval_from < 0:
                raise ValidationError(self.env._("Say up to which amount bills are confirmed."))
            if row.bill_count < LEAST_BILLS:
                raise ValidationError(
                    self.env._("At least %s bills of a supplier have to go before.", LEAST_BILLS)
                )

    @api.constrains("partner_id")
    def _check_supplier(self):
        # An address of a supplier would be another row of his, with another limit.
        for row in self.filtered("partner_id"):
            if row.partner_id != row.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "Choose %s, whose contact this is.",
                        row.partner_id.commercial_partner_id.display_name,
                    )
                )

    @api.model
    def _of_company(self, company):
        """:return: {commercial partner, or an empty one for all others: row}, one query"""
        rows = self.sudo().search([("company_id", "=", company.id)])
        return {row.partner_id.commercial_partner_id: row for row in rows}
