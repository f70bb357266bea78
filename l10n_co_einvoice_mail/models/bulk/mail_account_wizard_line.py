from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize

from ...bulk.sheets import SERVER
from ..accounts.mail_provider import ENCRYPTIONS
from ..shared.secret import Secret

STATES = [
    ("incomplete", "To complete"),
    ("new", "To test"),
    ("queued", "Waiting"),
    ("failed", "Failed"),
    ("ready", "Ready"),
    ("done", "Done"),
]
# What makes an account another one: its test has to be repeated.
DATA = ("email", "login", "password", "provider_id", "sign_in", *SERVER)
# What only a test or the application says of a line: from the screen and by RPC nobody writes it.
# What is proposed together.
PROPOSED = frozenset(("provider_id", "sign_in", *SERVER))
VERDICT = frozenset(("state", "failure_code", "failure_data", "refusal", "is_finishing"))


class MailAccountWizardLine(models.TransientModel):
    """One user's account as it is typed. Its state follows what is typed; a test or the application moves it on."""

    _name = "l10n_co.mail.account.wizard.line"
    _inherit = "l10n_co.secret.guard.mixin"
    _description = "Mail account of a user, to be set up"
    _order = "id"
    _rec_name = "user_id"

    # Goes with its set-up, whose age counts.
    _transient_max_hours = 0
    _transient_max_count = 0

    wizard_id = fields.Many2one(
        "l10n_co.mail.account.wizard", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        "res.users",
        required=True,
        ondelete="cascade",
        domain="[('share', '=', False), ('company_id', '=', parent.company_id)]",
    )
    email = fields.Char(string="Address", compute="_compute_email", store=True, readonly=False)
    login = fields.Char(
        string="Mail user",
        compute="_compute_login",
        store=True,
        readonly=False,
        help="What the mail server knows the user by; the address at nearly all providers.",
    )
    password = Secret(help="Written only: what was typed is never shown again.", copy=False)
    has_password = fields.Boolean(string="Typed", compute="_compute_has_password")
    provider_id = fields.Many2one(
        "l10n_co.mail.provider", compute="_compute_server", store=True, readonly=False
    )
    smtp_host = fields.Char(string="Server", compute="_compute_server", store=True, readonly=False)
    smtp_port = fields.Integer(string="Port", compute="_compute_server", store=True, readonly=False)
    smtp_encryption = fields.Selection(
        ENCRYPTIONS, string="Encryption", compute="_compute_server", store=True, readonly=False
    )
    sign_in = fields.Boolean(
        string="Signs in at the provider", compute="_compute_server", store=True, readonly=False
    )
    state = fields.Selection(STATES, compute="_compute_state", store=True)
    failure_code = fields.Char(readonly=True)
    failure_data = fields.Json(readonly=True)
    refusal = fields.Text(readonly=True)
    message = fields.Text(string="Result", compute="_compute_message")
    is_finishing = fields.Boolean(readonly=True)
    takes_frame = fields.Boolean(
        string="Header and footer",
        default=True,
        help="This user gets the header, signature and footer of the list.",
    )
    changes = fields.Text(string="Will change", compute="_compute_changes")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    _unique_user = models.Constraint(
        "UNIQUE(wizard_id, user_id)", "A user can be in the list only once."
    )

    def _l10n_co_hides_secrets(self):
        """Nobody reads what was typed; see `Secret`."""
        return True

    # ---- whose account it may be -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_verdict(vals)
        lines = super().create(vals_list)
        for line, vals in zip(lines, vals_list, strict=True):
            line._complete_server(vals)
        return lines

    def _complete_server(self, vals):
        """Fields of one compute are left empty where one of them is given: propose what `vals` leave open."""
        if vals.keys() & PROPOSED:
            account = "smtp_host" not in vals and self._accounts().get(self.user_id)
            proposed = self._proposed_server(account)
            self.update({name: proposed[name] for name in PROPOSED - vals.keys()})

    def write(self, vals):
        self._check_verdict(vals)
        result = super().write(vals)
        # Rules are asked before a change only: no line goes into somebody else's list.
        self.check_access("write")
        return result

    def _check_verdict(self, vals):
        if not self.env.su and not VERDICT.isdisjoint(vals):
            raise AccessError(self.env._("The state of an account is the outcome of its test."))

    @api.constrains("user_id", "wizard_id")
    def _check_user(self):
        """:raise AccessError: a user is not one whose account the list's company sets up"""
        for wizard, lines in self.grouped("wizard_id").items():
            foreign = lines.user_id - wizard._permitted(lines.user_id)
            if foreign:
                raise AccessError(
                    self.env._(
                        "You cannot set up the mail account of %(users)s: "
                        "they are no internal users of %(company)s.",
                        users=", ".join(foreign.sudo().mapped("name")),
                        company=wizard.sudo().company_id.name,
                    )
                )

    # ---- proposals -------------------------------------------------------------------------------

    @api.depends("user_id", "wizard_id.domain", "wizard_id.address_pattern")
    def _compute_email(self):
        for wizard, lines in self.grouped("wizard_id").items():
            accounts = lines._accounts()
            kept = {line: line._kept_address(accounts.get(line.user_id)) for line in lines}
            taken = {address.lower() for address in kept.values() if address}
            taken |= wizard._taken_addresses(lines)
            for line in lines:
                line.email = kept[line] or wizard._propose_address(line.user_id, taken)
                taken.add((line.email or "").lower())

    def _kept_address(self, account):
        """:return: the address that the user has already, or "" """
        return (
            (account and account.l10n_co_address) or email_normalize(self.user_id.email or "") or ""
        )

    @api.depends("email")
    def _compute_login(self):
        accounts = self._accounts()
        for line in self:
            account = accounts.get(line.user_id)
            is_known = account and account.l10n_co_address == line.email
            line.login = account.smtp_user if is_known else line.email

    @api.depends(*(f"wizard_id.{name}" for name in ("provider_id", "sign_in", *SERVER)))
    def _compute_server(self):
        accounts = self._accounts()
        for line in self:
            account = accounts.get(line.user_id)
            # An account that is set up already is proposed as it is, until another server is chosen for all.
            line.update(line._proposed_server(not line.smtp_host and account))

    def _proposed_server(self, account):
        """:param account: the user's own account, as long as it is proposed as it is
        :return: dict of the provider, the server and the way to log in that are proposed
        """
        is_own = account and account.l10n_co_address
        source = account if is_own else self.wizard_id
        return {
            "provider_id": source.l10n_co_provider_id if is_own else source.provider_id,
            "sign_in": source.smtp_authentication != "login" if is_own else source.sign_in,
            **{name: source[name] for name in SERVER},
        }

    def _accounts(self):
        """:return: {user: own sending account (ir.mail_server, as superuser)} of the lines' users"""
        servers = self.env["ir.mail_server"].sudo().with_context(active_test=False)
        found = servers.search([("owner_user_id", "in", self.user_id.ids)])
        return {server.owner_user_id: server for server in found}

    @api.depends("password")
    def _compute_has_password(self):
        for line in self:
            line.has_password = bool(line.password)

    # ---- header, signature, footer -----------------------------------------------------------------

    @api.depends("user_id", "wizard_id.header", "wizard_id.signature", "wizard_id.footer")
    @api.depends_context("lang", "uid")
    def _compute_preview(self):
        for line in self:
            user, company, wizard = line.user_id, line.wizard_id.company_id, line.wizard_id
            header, footer = user._l10n_co_frame(company)
            line.preview = user._l10n_co_letter(
                user._l10n_co_fill(wizard.header, company) or header,
                user._l10n_co_example_body(),
                line._signature() or user.sudo().signature,
                user._l10n_co_fill(wizard.footer, company) or footer,
            )

    def action_preview(self):
        """:return: action that shows a mail of this user with the header, signature and footer of the list"""
        self.ensure_one()
        self.wizard_id._check_admin()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mail of %s", self.user_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _signature(self):
        """:return: the list's signature with what its variables say of this user; Odoo's own has no variables"""
        return self.user_id._l10n_co_fill(self.wizard_id.signature, self.wizard_id.company_id)

    # ---- from one line to all ----------------------------------------------------------------------

    def action_fill_down(self):
        """Give all the users of the list this one's server."""
        self.ensure_one()
        self.wizard_id._check_admin()
        values = {name: self[name] for name in ("sign_in", *SERVER)}
        self.wizard_id.write({"provider_id": self.provider_id.id, **values})
        return True
