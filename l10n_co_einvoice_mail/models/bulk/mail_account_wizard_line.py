from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize

from ...bulk.sheets import SERVER
from ...mailbox import failures
from ...mailbox.base import Credentials
from ...mailbox.diagnosis import Account
from ...mailbox.transport import Encryption, Endpoint
from ..accounts.mail_provider import ENCRYPTIONS
from ..shared.secret import Secret
from .mail_account_wizard import oauth_type_of

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
    changes = fields.Char(string="Will change", compute="_compute_changes")
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

    # ---- state -----------------------------------------------------------------------------------

    @api.depends("user_id", *DATA)
    def _compute_state(self):
        accounts = self._accounts()
        for line in self:
            line.state = line._judge(accounts.get(line.user_id))

    def _judge(self, account):
        """:param account: the user's own ir.mail_server, or None
        :return: the state of what is typed
        """
        if self._missing(account):
            return "incomplete"
        is_present = account and account.l10n_co_address and not self._changes(account)
        if is_present and (account.l10n_co_state == "done" or self._oauth_type()):
            return "done"
        return "ready" if self._oauth_type() else "new"

    # Not stored: it is told in the language of whoever reads it.
    @api.depends(
        "state", "failure_code", "failure_data", "refusal", "wizard_id.line_ids.email", *DATA
    )
    @api.depends_context("lang")
    def _compute_message(self):
        accounts = self._accounts()
        shared = {wizard: wizard._shared_addresses() for wizard in self.wizard_id}
        for line in self:
            tell = getattr(line, f"_tell_{line.state}", None)
            told = [tell and tell(accounts.get(line.user_id))]
            if (line.email or "").lower() in shared[line.wizard_id]:
                told.append(self.env._("Another user has this address too."))
            line.message = " ".join(filter(None, told))

    def _tell_incomplete(self, account):
        return self.env._("Still missing: %s.", ", ".join(self._missing(account)))

    def _tell_new(self, _account):
        return self.env._("Not tested yet.")

    def _tell_ready(self, _account):
        if self._oauth_type():
            return self._invitation_notice()
        return self.env._("The server takes user, password and sender.")

    def _tell_done(self, account):
        if account and account.l10n_co_state != "done":
            return self.env._("Was invited to sign in and has not done so yet.")
        return self.env._("Set up.")

    def _tell_failed(self, _account):
        return self.refusal or self._told_failure()

    def _invitation_notice(self):
        if self.wizard_id._has_client(self._oauth_type()):
            return self.env._("Is invited to sign in; needs no password.")
        return self.env._(
            "Is invited to sign in. Register Odoo at the provider first: Settings > General Settings > Discuss."
        )

    def _missing(self, account):
        """:return: list of what still has to be filled in, in words"""
        needed = [
            (email_normalize(self.email or ""), self.env._("address")),
            (self.login, self.env._("mail user")),
            (self.smtp_host and self.smtp_port and self.smtp_encryption, self.env._("server")),
            (self._oauth_type() or self._password_for(account), self.env._("password")),
        ]
        return [name for value, name in needed if not value]

    def _oauth_type(self):
        """:return: "gmail", "outlook", or "" for a user who has a password"""
        return oauth_type_of(self.smtp_host) if self.sign_in else ""

    def _password_for(self, account):
        """:return: the password that was typed, else the stored one where it may go to what is typed"""
        if self.password or not account:
            return self.password
        return account._l10n_co_keeps_secrets(self._account_values()) and account.smtp_pass

    def _account_values(self):
        """:return: dict of the user's account as it is typed, without the password"""
        values = {
            "l10n_co_address": self.email,
            "l10n_co_provider_id": self.provider_id.id,
            "smtp_user": self.login,
            "smtp_authentication": "login",
            **{name: self[name] for name in SERVER},
        }
        if self._oauth_type():  # core's rule for accounts that sign in
            values |= {
                "smtp_authentication": self._oauth_type(),
                "smtp_encryption": "starttls",
                "smtp_port": 587,
            }
        return values

    def _changes(self, account):
        """:return: dict of those values that `account` does not have yet; a typed password is one"""
        values = self._account_values()
        present = {
            name: account._fields[name].convert_to_write(account[name], account) for name in values
        }
        changes = {name: value for name, value in values.items() if present[name] != value}
        return changes | ({"smtp_pass": self.password} if self.password else {})

    @api.depends("user_id", "state", *DATA)
    @api.depends_context("lang")
    def _compute_changes(self):
        """What «Apply» would do to the user's account; nothing is told of a password but that there is another."""
        accounts = self._accounts()
        for line in self:
            account = accounts.get(line.user_id)
            line.changes = line.state != "incomplete" and line._told_changes(account)

    def _told_changes(self, account):
        if not account or not account.l10n_co_address:
            return self.env._("New account")
        changes = self._changes(account)
        labels = {
            "l10n_co_address": self._label("email"),
            "smtp_user": self._label("login"),
            "smtp_pass": self._label("password"),
            **{name: self._label(name) for name in SERVER},
        }
        told = []
        for name in labels.keys() & changes.keys():
            shown = name not in ("smtp_pass", "smtp_encryption") and account[name]
            old_and_new = f": {account[name]} → {changes[name]}" if shown else ""
            told.append(f"{labels[name]}{old_and_new}")
        return "; ".join(sorted(told))

    def _label(self, name):
        return self._fields[name]._description_string(self.env)

    # ---- testing ---------------------------------------------------------------------------------

    def _diagnosed(self, account):
        """:param account: the user's present ir.mail_server, or None
        :return: diagnosis.Account of what is typed
        :raise MailboxError: a datum of it cannot be used
        """
        return Account(
            "smtp",
            Endpoint(self.smtp_host or "", self.smtp_port, Encryption(self.smtp_encryption)),
            Credentials(self.login or "", password=self._clean_password(account)),
            self.env["ir.mail_server"]._l10n_co_allows_internal(),
            sender=self.email or "",
        )

    def _clean_password(self, account):
        """:return: the password as the account will keep it"""
        server = self.env["ir.mail_server"].new({"smtp_host": self.smtp_host})
        return server._l10n_co_clean_password(self._password_for(account) or "")

    def _told_failure(self):
        """:return: what the test found, in words: what is wrong, what to do, what worked instead"""
        data = self.failure_data or {}
        failure = failures.FAILURES[self.failure_code]
        texts = self.env["ir.mail_server"]._l10n_co_describe(failure, data).split("\n")
        if "works_port" in data:
            encryptions = dict(self._fields["smtp_encryption"]._description_selection(self.env))
            texts.append(
                self.env._(
                    "This works: port %(port)s, %(encryption)s.",
                    port=data["works_port"],
                    encryption=encryptions[data["works_encryption"]],
                )
            )
        return " ".join(texts)

    def _commit(self, done):
        waiting = self.search_count(["|", ("state", "=", "queued"), ("is_finishing", "=", True)])
        return self.env["ir.cron"]._commit_progress(done, remaining=waiting)

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
