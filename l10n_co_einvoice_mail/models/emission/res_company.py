from odoo import fields, models

from ..shared.one_line import OneLine
from ..shared.windows import accounts_window
from .emission import POLICIES


class ResCompany(models.Model):
    """What a company sends its documents with."""

    _inherit = "res.company"

    l10n_co_sending_server_ids = fields.One2many(
        "ir.mail_server", "l10n_co_company_id", string="Sending accounts"
    )
    l10n_co_emission_server_id = fields.Many2one(
        "ir.mail_server",
        string="Sending account",
        domain="[('l10n_co_company_id', '=', id), ('l10n_co_state', '=', 'done')]",
        ondelete="restrict",
        help="The account the company's documents are sent with.",
    )
    l10n_co_emission_policy = fields.Selection(
        POLICIES,
        string="Documents leave from",
        default="company",
        required=True,
        help="Whose account the company's documents leave from. Other mails of a user always leave from his own.",
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

    def _l10n_co_events_address(self):
        """The mailbox to which buyers send their events about the company's invoices; '' if none is known."""
        mailbox = self.l10n_co_reception_server_ids.filtered(lambda server: server.state == "done")[
            :1
        ]
        return mailbox.l10n_co_address or mailbox.user or self.email or ""

    def l10n_co_action_open_senders(self):
        """:return: action on the sending accounts; the form of a new one while there is none"""
        return accounts_window(self.l10n_co_sending_server_ids, "sending_account")
