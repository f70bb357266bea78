from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_co_answer_days = fields.Integer(
        string="Days a supplier has to answer",
        default=5,
        help="What a supplier was written to about is off the list of what is to do for as many days.",
    )
    l10n_co_answer_rule_ids = fields.One2many("l10n_co.answer.rule", "company_id")
