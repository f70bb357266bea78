import base64

from odoo import api, models

from ...bulk import sheets
from . import table


class PastedAccounts(models.TransientModel):
    """A list that is pasted or uploaded."""

    _inherit = "l10n_co.mail.account.wizard"

    def _compute_sheet(self):
        self.pasted = self.sheet = self.sheet_name = False

    def _inverse_pasted(self):
        for wizard in self.filtered("pasted"):
            wizard._take_over(sheets.of_text, wizard.pasted)
        self.invalidate_recordset(["pasted"])

    def _inverse_sheet(self):
        for wizard in self.filtered("sheet"):
            wizard._take_over(sheets.of_file, base64.b64decode(wizard.sheet))
        self.invalidate_recordset(["sheet"])

    def _inverse_sheet_name(self):
        self.invalidate_recordset(["sheet_name"])

    def action_take_over(self):
        """Saving the form, which comes before, has read what was pasted or uploaded."""
        self._check_admin()
        return True

    def _take_over(self, read, content):
        self._check_admin()
        self.notice = table.take_over(self, read, content)

    @api.depends_context("lang")
    def _compute_template(self):
        for wizard in self:
            wizard.template = base64.b64encode(table.template(wizard))

    def action_download_template(self):
        """:return: action that downloads a spreadsheet of the list, with the passwords to be filled in"""
        self.ensure_one()
        self._check_admin()
        name = self.env._("mail accounts") + ".xlsx"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/template/{name}?download=true",
            "target": "download",
        }
