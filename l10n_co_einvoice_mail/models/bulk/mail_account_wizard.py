from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from ...mailbox import providers
from ..accounts.mail_provider import ENCRYPTIONS
from ..letters.letter_html import LetterHtml
from ..shared import rights
from ..shared.rights import MAIL_ADMIN, SETTINGS_ADMIN

# What somebody began is there until then; passwords that wait for it are gone with it.
KEPT_HOURS = 7 * 24


def oauth_type_of(host):
    """:return: "gmail" or "outlook" for a server whose users may sign in, else "" """
    sign_in = providers.at(host or "").sign_in
    return sign_in.type if sign_in else ""


class MailAccountWizard(models.TransientModel):
    """The mail accounts of many users, set up in one grid: chosen, proposed, pasted, tested and applied."""

    _name = "l10n_co.mail.account.wizard"
    _inherit = "l10n_co.mail.text.mixin"
    _description = "Mail accounts of many users"
    _rec_name = "company_id"

    _transient_max_hours = KEPT_HOURS
    _transient_max_count = 0

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    group_id = fields.Many2one("res.groups", help="Its users are loaded.")
    user_ids = fields.Many2many(
        "res.users",
        string="Picked users",
        domain="[('share', '=', False), ('company_id', '=', company_id)]",
    )
    domain = fields.Char(
        string="Mail domain", help="What comes after the @ in the addresses that are proposed."
    )
    address_pattern = fields.Selection(
        [("login", "User name of Odoo"), ("name", "first.last")],
        string="Before the @",
        default="name",
        required=True,
        help="Users who have an address already keep it.",
    )
    provider_id = fields.Many2one("l10n_co.mail.provider", ondelete="set null")
    provider_notice = fields.Char(related="provider_id.notice")
    smtp_host = fields.Char(
        string="Server", help="Name of the mail server, as your mail provider tells it."
    )
    smtp_port = fields.Integer(
        string="Port", help="Number of the door at the server; it goes with the encryption."
    )
    smtp_encryption = fields.Selection(
        ENCRYPTIONS,
        string="Encryption",
        help="How the connection is protected. With validation nobody can pose as the server.",
    )
    can_sign_in = fields.Boolean(compute="_compute_can_sign_in")
    sign_in = fields.Boolean(
        string="Users sign in themselves",
        compute="_compute_sign_in",
        store=True,
        readonly=False,
        help="No password is typed: each user gets an invitation to sign in at Google or Microsoft.",
    )
    line_ids = fields.One2many("l10n_co.mail.account.wizard.line", "wizard_id", string="Users")
    notice = fields.Text(string="What happened", readonly=True)

    waiting_count = fields.Integer(string="Waiting", compute="_compute_counts")
    ready_count = fields.Integer(string="Ready", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    done_count = fields.Integer(string="Done", compute="_compute_counts")
    open_count = fields.Integer(string="To complete or to test", compute="_compute_counts")
    test_total = fields.Integer(readonly=True)
    progress = fields.Integer(string="Tested", compute="_compute_counts")

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

    header = LetterHtml(help="Above the text of everybody's mails; empty leaves what they have.")
    signature = LetterHtml(help="Below the text of everybody's mails; empty leaves what they have.")
    footer = LetterHtml(
        help="Below the signature of everybody's mails; empty leaves what they have."
    )

    def write(self, vals):
        result = super().write(vals)
        # Rules are asked before a change only: no list becomes another company's.
        self.check_access("write")
        return result

    has_departments = fields.Boolean(compute="_compute_has_departments")
    may_install = fields.Boolean(compute="_compute_has_departments")

    def _compute_has_departments(self):
        self.has_departments = "department_id" in self._fields
        self.may_install = self.env.user.has_group(SETTINGS_ADMIN)

    def action_open_employees_app(self):
        """:return: action that opens the app Employees, with which departments come, to be installed"""
        rights.check_settings(self.env)
        app = self.env.ref("base.module_hr")
        return app._get_records_action(name=app.shortdesc)

    # ---- opening ---------------------------------------------------------------------------------

    @api.model
    def action_open(self):
        """:return: action that opens what this user has begun for the company, or a new set-up"""
        self._check_admin()
        begun = self.search(
            [("create_uid", "=", self.env.uid), ("company_id", "=", self.env.company.id)],
            order="id desc",
            limit=1,
        )
        return (begun or self.create({}))._open()

    @api.model
    def action_open_for(self, user_ids):
        """:param user_ids: ids of users who were picked in their list
        :return: action that opens a new set-up of these users
        """
        self._check_admin()
        wizard = self.create({"user_ids": [Command.set(user_ids)]})
        wizard.action_load_users()
        return wizard._open()

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Users' mail accounts"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_start_over(self):
        """:return: action that opens an empty set-up; what was typed into this one is thrown away"""
        self._check_admin()
        self.unlink()
        return self.browse().action_open()

    def _check_admin(self):
        """:raise AccessError: the user may not set accounts up, or not those of this company"""
        if not self.env.user.has_group(MAIL_ADMIN):
            raise AccessError(
                self.env._("You need the right «E-invoice mail / Mail administrator» for this.")
            )
        self.check_access("write")

    # ---- whose accounts --------------------------------------------------------------------------

    def action_load_users(self):
        """Put the chosen users into the grid; who is there already stays as is."""
        self.ensure_one()
        self._check_admin()
        if not self.smtp_host:
            self._discover()
        users = self._chosen_users()
        if not users:
            raise UserError(
                self.env._(
                    "No Odoo user whose company is %s is in this choice.", self.company_id.name
                )
            )
        added = self._add_users(users)
        self.notice = "\n".join(
            [
                self.env._(
                    "Added: %(added)s. There already: %(present)s.",
                    added=len(added),
                    present=len(users) - len(added),
                ),
                *self._load_notices(),
            ]
        )
        return True

    def _chosen_users(self):
        """:return: users of the company in any of the choices; all of them when nothing was chosen"""
        chosen = Domain.OR(self._choices()) if self._choices() else Domain.TRUE
        return self.env["res.users"].search(chosen & self._users_domain(), order="name")

    def _users_domain(self):
        # A user of several companies has one account: that of the user's main company.
        return Domain([("share", "=", False), ("company_id", "=", self.company_id.id)])

    def _permitted(self, users):
        """:return: those of `users` (res.users) whose accounts the present user may set up with this list"""
        return self.env["res.users"].search(Domain("id", "in", users.ids) & self._users_domain())

    def _choices(self):
        """:return: list of domains on res.users, one for each choice that was made"""
        choices = []
        if self.group_id:
            choices.append(Domain("all_group_ids", "in", self.group_id.ids))
        if self.user_ids:
            choices.append(Domain("id", "in", self.user_ids.ids))
        return choices

    def _load_notices(self):
        """:return: list of sentences about who could not be loaded"""
        return []

    def _add_users(self, users):
        """:return: the new lines of those `users` who have none"""
        missing = users - self.line_ids.user_id
        return self.line_ids.create(
            [{"wizard_id": self.id, "user_id": user.id} for user in missing]
        )
