from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_co_reception_server_ids = fields.One2many(
        "fetchmail.server", "l10n_co_company_id", string="Reception mailboxes"
    )
    l10n_co_emission_server_id = fields.Many2one(
        "ir.mail_server",
        string="Sending account",
        domain="[('l10n_co_company_id', '=', id), ('l10n_co_state', '=', 'done')]",
        help="The account the company's documents are sent with.",
    )
    l10n_co_bill_policy = fields.Selection(
        [("none", "Record only"), ("draft", "Draft vendor bills")],
        string="Accepted e-invoices",
        default="draft",
        required=True,
        help="What happens with a supplier's invoice that passes all checks.",
    )
    l10n_co_bill_memory = fields.Boolean(
        string="Propose as on the last bills",
        default=True,
        help="Account, taxes, analytic distribution and journal of the supplier's last confirmed bills are proposed.",
    )
    l10n_co_prepaid_account_id = fields.Many2one(
        "account.account",
        string="Advances to suppliers",
        check_company=True,
        help="Account of what a bill says was paid in advance; PUC 1330 if empty.",
    )
