from odoo import api, fields, models

from .shared.windows import accounts_window


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_co_reception_server_ids = fields.One2many(
        "fetchmail.server",
        "l10n_co_company_id",
        string="Reception mailboxes",
        domain=[("l10n_co_append_only", "=", False)],
    )
    l10n_co_tax_map_ids = fields.One2many("l10n_co.tax.map", "company_id", string="DIAN taxes")
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
    l10n_co_mail_health = fields.Char(string="State", compute="_compute_l10n_co_mail_health")

    @api.depends_context("lang")
    def _compute_l10n_co_mail_health(self):
        """One line about the company's mailboxes: what is wrong first, else what came."""
        for company in self.sudo():
            servers = company.l10n_co_reception_server_ids.filtered(lambda s: s.state == "done")
            failed = servers.filtered("l10n_co_failure_code")
            if not servers:
                company.l10n_co_mail_health = self.env._("No mailbox is active yet.")
            elif failed:
                company.l10n_co_mail_health = self.env._(
                    "%(mailbox)s: %(failure)s",
                    mailbox=failed[0].name,
                    failure=failed[0].l10n_co_failure,
                )
            else:
                company.l10n_co_mail_health = self.env._(
                    "Everything works. Today: %(today)s mails; failed in all: %(failed)s.",
                    today=sum(servers.mapped("l10n_co_today_count")),
                    failed=sum(servers.mapped("l10n_co_failed_count")),
                )

    def l10n_co_action_open_mailboxes(self):
        """:return: action on the reception mailboxes; the form of a new one while there is none"""
        return accounts_window(self.l10n_co_reception_server_ids, "mailbox")
