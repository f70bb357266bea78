from odoo import api, fields, models


class FetchmailServer(models.Model):
    """The protocol of a reception mailbox, apart from how one signs in: see `l10n_co_sign_in`."""

    _inherit = "fetchmail.server"

    l10n_co_protocol = fields.Selection(
        [("imap", "IMAP"), ("pop", "POP3")],
        string="Protocol",
        compute="_compute_l10n_co_protocol",
        readonly=False,
        help="IMAP files mails into folders and deletes nothing: take it where there is a choice. POP3 has no folders.",
    )

    @api.depends("server_type")
    def _compute_l10n_co_protocol(self):
        for server in self:
            server.l10n_co_protocol = "pop" if server.server_type == "pop" else "imap"

    @api.onchange("l10n_co_protocol")
    def _onchange_l10n_co_protocol(self):
        if self.l10n_co_company_id and self.server_type in self._l10n_co_password_types:
            self.server_type = self.l10n_co_protocol
