from odoo import api, fields, models

from .emission.emission import POLICIES
from .shared.one_line import OneLine


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "l10n_co.mail.frame.mixin"]

    l10n_co_reception_server_ids = fields.One2many(
        "fetchmail.server",
        "l10n_co_company_id",
        string="Reception mailboxes",
        domain=[("l10n_co_append_only", "=", False)],
    )
    l10n_co_tax_map_ids = fields.One2many("l10n_co.tax.map", "company_id", string="DIAN taxes")
    l10n_co_emission_server_id = fields.Many2one(
        "ir.mail_server",
        string="Sending account",
        domain="[('l10n_co_company_id', '=', id), ('l10n_co_state', '=', 'done')]",
        help="The account the company's documents are sent with.",
    )
    l10n_co_emission_policy = fields.Selection(
        POLICIES,
        string="Documents leave from",
        default="company",
        required=True,
        help="Whose account the company's documents leave from. Other mails of a user always leave from his own.",
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
    l10n_co_dian_sending = fields.Boolean(
        string="Mail e-invoices as DIAN asks",
        default=True,
        help="Invoices with an e-invoice XML leave with DIAN's subject and one ZIP with XML and PDF.",
    )
    l10n_co_business_line = OneLine(
        string="Line of business",
        help="Last part of DIAN's subject, when you agreed on it with your customers.",
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

    def _l10n_co_events_address(self):
        """The mailbox to which buyers send their events about the company's invoices; '' if none is known."""
        mailbox = self.l10n_co_reception_server_ids.filtered(lambda server: server.state == "done")[
            :1
        ]
        return mailbox.l10n_co_address or mailbox.user or self.email or ""

    def _l10n_co_example(self):
        # EXTENDS l10n_co.mail.frame.mixin: a mail of the current user, if he has no header and footer of his own
        user = self.env.user
        return self._l10n_co_letter(
            user._l10n_co_fill(self._l10n_co_own("l10n_co_mail_header"), self),
            self._l10n_co_example_body(),
            user.signature,
            user._l10n_co_fill(self._l10n_co_own("l10n_co_mail_footer"), self),
        )

    def l10n_co_action_open_mailboxes(self):
        """:return: action on the reception mailboxes; the form of a new one while there is none"""
        return self._l10n_co_open_accounts("mailbox", self.l10n_co_reception_server_ids)

    def l10n_co_action_open_senders(self):
        """:return: action on the sending accounts; the form of a new one while there is none"""
        senders = self.env["ir.mail_server"].search([("l10n_co_company_id", "=", self.id)])
        return self._l10n_co_open_accounts("sending_account", senders)

    def _l10n_co_open_accounts(self, name, accounts):
        module = "l10n_co_einvoice_mail"
        action = self.env["ir.actions.act_window"]._for_xml_id(f"{module}.{name}_action")
        if not accounts:
            view = self.env.ref(f"{module}.{name}_view_form")
            action.update(view_mode="form", views=[(view.id, "form")])
        return action
