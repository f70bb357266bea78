import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...bulk import sheets
from ...bulk.addresses import fold


class MailAccountSheet(models.AbstractModel):
    """Accounts from a spreadsheet: pasted, uploaded, and the template to fill in. The table itself is never stored: it
    holds passwords.
    """

    _name = "l10n_co.mail.account.sheet.mixin"
    _description = "Mail accounts from a spreadsheet"

    pasted = fields.Text(
        string="Paste here",
        compute="_compute_sheet",
        inverse="_inverse_pasted",
        help="Two columns are read as user and password, three as user, address and password. With titles in the "
        "first row any columns of the template will do.",
    )
    sheet = fields.Binary(
        string="Upload", compute="_compute_sheet", inverse="_inverse_sheet", attachment=False
    )
    sheet_name = fields.Char(compute="_compute_sheet", inverse="_inverse_sheet_name")
    template = fields.Binary(compute="_compute_template", attachment=False)

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

    def _take_over(self, read, table):
        """Give the users that the table names what it says of them; who is not in the list yet is added.

        :param read: function of `sheets` that reads `table`
        :raise UserError: it is no table of accounts; nothing was taken over
        """
        self._check_admin()
        try:
            rows = read(table)
        except sheets.SheetRefused as refused:
            raise UserError(self._refusal(refused)) from None
        known = self._known_users()
        found = [
            (row, known.get(fold(row.user)) or known.get(fold(row.values.get("email", ""))))
            for row in rows
        ]
        users = self.env["res.users"].union(*(user for _row, user in found if user))
        self._add_users(users)
        lines = {line.user_id: line for line in self.line_ids}
        for row, user in found:
            if user:
                lines[user].write(row.values)
        unknown = [str(row.number) for row, user in found if not user]
        self.notice = self._read_notice(len(rows) - len(unknown), unknown)

    def _known_users(self):
        """:return: {login, address or name, folded: user} of the company's users; names that two have are left out"""
        users = self.env["res.users"].search(self._users_domain())
        names = users.mapped("name")
        by_name = {fold(user.name): user for user in users if names.count(user.name) == 1}
        by_address = {fold(user.email): user for user in users if user.email}
        return by_name | by_address | {fold(user.login): user for user in users}

    def _read_notice(self, count, unknown):
        """:param unknown: numbers of the rows whose user was not found; a cell could be a password"""
        notice = self.env._("Taken over: %s rows.", count)
        if unknown:
            notice += "\n" + self.env._(
                "No user of the company was found for row %s. Name users as in Odoo: name, user name or address.",
                ", ".join(unknown),
            )
        return notice

    def _refusal(self, refused):
        sentences = {
            "unreadable": self.env._("This file cannot be read. Save it as XLSX or CSV."),
            "too_big": self.env._("This file is too big. Divide it into several ones."),
            "columns": self.env._(
                "These columns are not understood. Use the template, or two columns: user and password."
            ),
            "port": self.env._("Row %s: the port is no number between 1 and 65535.", refused.row),
            "encryption": self.env._(
                "Row %s: the encryption is unknown. Write SSL, STARTTLS or None.", refused.row
            ),
        }
        return sentences[refused.code]

    # ---- template --------------------------------------------------------------------------------

    @api.depends_context("lang")
    def _compute_template(self):
        is_spanish = (self.env.lang or "").startswith("es")
        for wizard in self:
            rows = [wizard._template_row(line) for line in wizard.line_ids]
            wizard.template = base64.b64encode(sheets.template(rows, is_spanish))

    def _template_row(self, line):
        encryption = (line.smtp_encryption or "").partition("_")[0]
        return {
            "user": line.user_id.name or "",
            "email": line.email or "",
            "login": line.login or "",
            "smtp_host": line.smtp_host or "",
            "smtp_port": str(line.smtp_port or ""),
            "smtp_encryption": encryption.upper(),
        }

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
