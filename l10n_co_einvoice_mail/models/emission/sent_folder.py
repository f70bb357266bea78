from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...mailbox import sent
from ...mailbox.errors import MailboxError
from ..accounts.mail_provider import ENCRYPTIONS
from ..shared import rights

SERVER_FIELDS = {
    "host": "server",
    "port": "port",
    "encryption": "l10n_co_encryption",
    "user": "user",
}


class SentFolderWizard(models.TransientModel):
    """Choosing the folder for an account's copies out of the list of its mailbox."""

    _name = "l10n_co.sent.folder"
    _description = "Choice of the Sent folder (Colombian e-invoice mail)"

    account_id = fields.Many2one("ir.mail_server", required=True, readonly=True, ondelete="cascade")
    server_id = fields.Many2one(
        "fetchmail.server", required=True, readonly=True, ondelete="cascade"
    )
    is_reception = fields.Boolean(compute="_compute_is_reception")
    host = fields.Char(string="Mailbox server")
    port = fields.Integer()
    encryption = fields.Selection(ENCRYPTIONS)
    user = fields.Char()
    new_password = fields.Char(
        string="Password",
        compute="_compute_new_password",
        inverse="_inverse_new_password",
        help="Only if it is another one than the account's.",
    )
    line_ids = fields.One2many("l10n_co.sent.folder.line", "wizard_id", readonly=True)
    failure = fields.Text(string="What is wrong", readonly=True)

    @api.depends("server_id")
    def _compute_is_reception(self):
        for wizard in self:
            wizard.is_reception = not wizard.server_id.sudo().l10n_co_append_only

    def _compute_new_password(self):
        self.new_password = False

    def _inverse_new_password(self):
        for wizard in self.filtered("new_password"):
            wizard._check_user()
            server = wizard.server_id.sudo()
            if server.l10n_co_append_only:
                server.l10n_co_new_password = wizard.new_password

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._check_user()
        return wizards

    def write(self, vals):
        if not self.env.su and vals.keys() & rights.results_of(self):
            rights.refuse_results(self.env)
        return super().write(vals)

    def _check_user(self):
        """:raise AccessError: the account is not this user's to set up"""
        self.account_id._l10n_co_check_admin()
        if not self.account_id.sudo()._l10n_co_may_keep_in(self.server_id.sudo()):
            raise AccessError(self.env._("This mailbox is not one of the account's."))

    @api.model
    def _open(self, account):
        """:return: action that shows the folders of the account's mailbox, or why it does not open"""
        account_sudo = account.sudo()
        server = account_sudo.l10n_co_sent_server_id or account_sudo._l10n_co_reception_twin()
        server = server or server.create(account_sudo._l10n_co_propose_sent())
        values = {name: server[field] for name, field in SERVER_FIELDS.items()}
        wizard = self.create({"account_id": account.id, "server_id": server.id, **values})
        return wizard.action_look()

    def _used_folder(self):
        """:return: name of the folder that the account's copies go to now; False for none"""
        account = self.account_id.sudo()
        return account.l10n_co_sent_server_id == self.server_id and account.l10n_co_sent_folder

    def action_look(self):
        """Ask the mailbox for its folders.

        :return: action that shows them, or why it does not open
        """
        self.ensure_one()
        self._check_user()
        server = self.server_id.sudo()
        if not self.is_reception:
            values = {field: self[name] for name, field in SERVER_FIELDS.items()}
            server.write({name: value for name, value in values.items() if server[name] != value})
        self.sudo().line_ids.unlink()
        try:
            with self.account_id.sudo()._l10n_co_sent_mailbox(server) as mailbox:
                names = sent.choices(mailbox)
                likely = mailbox.special_folder(sent.SENT)
        except MailboxError as error:
            self.sudo().failure = self.account_id.sudo()._l10n_co_tell_failure(error)
        else:
            self.sudo().failure = False
            used = self._used_folder()
            self.sudo().line_ids = [
                fields.Command.create(
                    {"name": name, "is_likely": name == likely, "is_used": name == used}
                )
                for name in names
            ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Folder for copies of what is sent"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class SentFolderLine(models.TransientModel):
    _name = "l10n_co.sent.folder.line"
    _description = "Folder of a mailbox (Colombian e-invoice mail)"

    wizard_id = fields.Many2one("l10n_co.sent.folder", required=True, ondelete="cascade")
    name = fields.Char(string="Folder", readonly=True)
    is_likely = fields.Boolean(readonly=True)
    is_used = fields.Boolean(readonly=True)
    remark = fields.Char(compute="_compute_remark")

    @api.depends("is_likely", "is_used")
    @api.depends_context("lang")
    def _compute_remark(self):
        for line in self:
            line.remark = (line.is_used and self.env._("In use")) or (
                line.is_likely and self.env._("Marked by the server as that of sent mails")
            )

    def action_use(self):
        """Put copies into this folder from now on.

        :return: action that closes the dialog and shows the account as it is now
        """
        self.ensure_one()
        wizard = self.wizard_id
        wizard._check_user()
        wizard.account_id.sudo().write(
            {"l10n_co_sent_server_id": wizard.server_id.id, "l10n_co_sent_folder": self.name}
        )
        return {
            "type": "ir.actions.client",
            "tag": "soft_reload",
        }
