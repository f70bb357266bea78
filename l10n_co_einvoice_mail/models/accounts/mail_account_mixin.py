from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...mailbox import failures
from ...mailbox.base import Credentials
from ...mailbox.errors import ArgumentRefused
from ...mailbox.transport import Encryption, Endpoint
from ..shared import parameters
from ..shared.one_line import OneLine
from ..shared.reason_mixin import as_read
from ..shared.rights import MAIL_ADMIN
from ..shared.windows import MODULE, account_window


class MailAccountMixin(models.AbstractModel):
    """What a company's reception mailbox, its sending account and a user's own account have in common: an address and
    a password to type, everything else proposed, tested and explained.
    """

    _name = "l10n_co.mail.account.mixin"
    _inherit = ["l10n_co.mail.oauth.mixin"]
    _description = "Mail account of a company (Colombian e-invoice mail)"

    # How the model calls what accounts of both kinds have: host, port, encryption, user, password, type, state, and
    # the field of a diagnosis that leads to it, and what the XML ids of its window begin with.
    _l10n_co_names = {}
    # Protocol -> type of an account that logs in with a password.
    _l10n_co_password_types = {}

    l10n_co_company_id = fields.Many2one("res.company", index="btree_not_null")
    l10n_co_address = OneLine(string="Address", help="The complete address of the mailbox.")
    l10n_co_provider_id = fields.Many2one(
        "l10n_co.mail.provider",
        string="Provider",
        ondelete="set null",
        help="Who keeps the mailbox: server, port, encryption and sign-in are proposed from it.",
    )
    l10n_co_provider_notice = fields.Char(related="l10n_co_provider_id.notice", string="Notice")
    l10n_co_provider_help = fields.Html(
        related="l10n_co_provider_id.help_html", string="Step by step"
    )
    l10n_co_connection = fields.Selection(
        [
            ("password", "Password"),
            ("missing", "Not connected yet"),
            ("connected", "Connected"),
            ("expired", "Connection expired"),
        ],
        string="Connection",
        compute="_compute_l10n_co_connection",
    )
    l10n_co_missing = fields.Char(string="Still missing", compute="_compute_l10n_co_missing")
    l10n_co_confirmed_on = fields.Datetime(
        string="Last passed test",
        readonly=True,
        copy=False,
        help="Empty: the account, as it is now, never passed its test.",
    )
    l10n_co_failure_code = fields.Char(readonly=True, copy=False)
    l10n_co_failure_data = fields.Json(readonly=True, copy=False)
    l10n_co_failure = fields.Text(string="What is wrong", compute="_compute_l10n_co_failure")

    # ---- state ------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._l10n_co_with_confirmation(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._l10n_co_with_confirmation(vals))

    @api.model
    def _l10n_co_with_confirmation(self, vals):
        """:return: `vals` with the time of the test where they confirm the account"""
        if vals.get(self._l10n_co_names["state"]) != "done":
            return vals
        return {"l10n_co_confirmed_on": fields.Datetime.now(), **vals}

    @api.depends(
        lambda self: (
            [self._l10n_co_names["type"], "l10n_co_failure_code"] if self._l10n_co_names else []
        )
    )
    def _compute_l10n_co_connection(self):
        for account in self:
            if not account._l10n_co_oauth_type():
                account.l10n_co_connection = "password"
            elif account._l10n_co_is_connected():
                account.l10n_co_connection = "connected"
            else:
                expired = account.l10n_co_failure_code == "oauth_expired"
                account.l10n_co_connection = "expired" if expired else "missing"

    def _compute_l10n_co_missing(self):
        for account in self:
            account.l10n_co_missing = ", ".join(account._l10n_co_find_missing())

    def _l10n_co_find_missing(self):
        """:return: list of what still has to be filled in, in words"""
        names = self._l10n_co_names
        missing = []
        if not self[names["user"]]:
            missing.append(self.env._("address"))
        if not self[names["host"]] or not self[names["port"]]:
            missing.append(self.env._("server"))
        if self._l10n_co_oauth_type():
            if not self._l10n_co_is_connected():
                missing.append(self.env._("connection with the provider"))
        elif not self.sudo()[names["password"]] and not self._l10n_co_typed_password():
            missing.append(self.env._("password"))
        return missing

    def _l10n_co_typed_password(self):
        """:return: what was typed into a form that is not saved yet"""
        return not self.id and self._l10n_co_is_admin() and self.l10n_co_new_password

    def _l10n_co_check_complete(self):
        """:raise UserError: something is missing; it says what"""
        for account in self:
            missing = account._l10n_co_find_missing()
            if missing:
                raise UserError(
                    self.env._(
                        "%(account)s cannot be activated yet. Still missing: %(missing)s.",
                        account=account.name,
                        missing=", ".join(missing),
                    )
                )

    @api.depends("l10n_co_failure_code", "l10n_co_failure_data")
    @api.depends_context("lang")
    def _compute_l10n_co_failure(self):
        for account in self:
            failure = failures.FAILURES.get(account.l10n_co_failure_code)
            account.l10n_co_failure = failure and account._l10n_co_describe(
                failure, account.l10n_co_failure_data
            )

    @api.model
    def _l10n_co_describe(self, failure, data=None):
        """:return: what is wrong, what to do, what the server said and whom to ask, in the environment's language"""
        values = as_read(self.env, data)
        told = [text for text in (failure.sentence, failure.remedy) if text]
        texts = [self.env._(text) % values for text in told]
        if (answer := (data or {}).get("answer")) and "%(answer)s" not in "".join(told):
            texts.append(self.env._("The server said: %s", answer))
        return "\n".join([*texts, *self._l10n_co_ask_support()])

    @api.model
    def _l10n_co_support(self):
        """:return: whom the company of this account asks when something does not work, or an empty text"""
        account = self.sudo()[:1]
        company = account.l10n_co_company_id or account.create_uid.company_id or self.env.company
        return company.sudo().l10n_co_support_contact or ""

    def _l10n_co_ask_support(self):
        support = self._l10n_co_support()
        return [self.env._("If that does not help, ask %s.", support)] if support else []

    def _l10n_co_note_failure(self, error, values):
        """:param error: MailboxError that says what is wrong with the account
        :param dict values: what else to write
        """
        self.write(
            {**values, "l10n_co_failure_code": error.code, "l10n_co_failure_data": error.data}
        )

    # ---- connecting ------------------------------------------------------------------------------

    @api.model
    def _l10n_co_allows_internal(self):
        """:return: True when the administrator lets servers on private and loopback addresses be used"""
        return parameters.allows_internal(self.env)

    def _l10n_co_endpoint(self):
        """:return: transport.Endpoint of this account
        :raise MailboxError: a datum of it cannot be used
        """
        names = self._l10n_co_names
        return Endpoint(
            self[names["host"]] or "", self[names["port"]], Encryption(self[names["encryption"]])
        )

    def _l10n_co_credentials(self):
        """:return: base.Credentials
        :raise MailboxError: the permission to sign in is gone, or the key of the password
        """
        self_sudo = self.sudo()
        user = self_sudo[self._l10n_co_names["user"]] or ""
        if self._l10n_co_oauth_type():
            return Credentials(user, oauth_string=self_sudo._l10n_co_oauth_string())
        password = self_sudo[self._l10n_co_names["password"]] or ""
        if not password and self_sudo.l10n_co_secret_state == "unreadable":  # noqa: S105 - a state
            raise ArgumentRefused("password_missing", data={"user": user})
        return Credentials(user, password=password)

    def l10n_co_action_connect(self):
        """:return: action that leads to the provider's page, where the permission is given"""
        self.ensure_one()
        self._l10n_co_check_admin()
        connect = {
            "gmail": "open_google_gmail_uri",
            "outlook": "open_microsoft_outlook_uri",
        }.get(self._l10n_co_oauth_type())
        if not connect:
            raise UserError(self.env._("This account logs in with a password."))
        if not self._l10n_co_is_registered():
            return self.env["l10n_co.mail.registration"]._open(self)
        # Core lets only administrators of everything connect; ours are administrators of these accounts.
        return getattr(self.sudo(), connect)()

    def _l10n_co_connected_url(self):
        """:return: where whoever has connected a company's account goes on; "" for other accounts"""
        if not self.l10n_co_company_id:
            return ""
        window = self.env.ref(f"{MODULE}.{self._l10n_co_names['window']}_action")
        return f"/odoo/{window.sudo().path}/{self.id}"

    def _l10n_co_is_admin(self):
        """:return: True for those who may set accounts up, and for server code that asked already"""
        return self.env.su or self.env.user.has_group(MAIL_ADMIN)

    def _l10n_co_check_admin(self):
        """:raise AccessError: the user may not set accounts up, or not those of this company"""
        if not self._l10n_co_is_admin():
            raise AccessError(
                self.env._("You need the right «E-invoice mail / Mail administrator» for this.")
            )
        self.check_access("write")

    def l10n_co_action_diagnose(self):
        """:return: action that opens a new diagnosis of this account, which shows its steps as they are done"""
        self.ensure_one()
        self._l10n_co_check_admin()
        diagnosis = self.env["l10n_co.mail.diagnosis"].create(
            {self._l10n_co_names["diagnosis"]: self.id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test of %s", self.name),
            "res_model": diagnosis._name,
            "res_id": diagnosis.id,
            "view_mode": "form",
            "target": "new",
        }

    def l10n_co_action_open(self):
        """:return: action on the form of this account"""
        self.ensure_one()
        self._l10n_co_check_admin()
        return account_window(self, self._l10n_co_names["window"])

    def _l10n_co_is_draft(self):
        return self[self._l10n_co_names["state"]] == "draft"

    def _l10n_co_more_checks(self):
        """:return: list of (name of a step, callable that returns facts or raises a MailboxError),
        for after a sound ladder
        """
        return []

    def _l10n_co_tested(self):
        """:return: tuple of what a test tries; one that ended tells nothing of an account that has changed meanwhile"""
        account = self.sudo()
        keys = ("host", "port", "encryption", "user", "password", "type")
        values = [account[self._l10n_co_names[key]] for key in keys]
        return (*values, account.l10n_co_address, account._l10n_co_is_connected())

    def _l10n_co_note_diagnosis(self, ladder, error):
        """Keep what a diagnosis of the account as it is now found out: sound, it is confirmed; else it is not any more,
        but for what passes by itself. What failed is remembered, so that nobody is told to do the same test again.

        :param ladder: diagnosis.Ladder that was climbed to its end, or None
        :param MailboxError error: what is wrong with the account; None when it is sound
        """
        if ladder and ladder.certificate:
            self.sudo().l10n_co_certificate_expiry = ladder.certificate.valid_to.date()
        if not error:
            self._l10n_co_confirm()
        elif self._l10n_co_is_draft() or not failures.is_temporary(error):
            self.sudo()._l10n_co_note_failure(error, {self._l10n_co_names["state"]: "draft"})

    def _l10n_co_confirm(self):
        """The test passed: the account may be used."""
        self._l10n_co_check_complete()
        self.sudo().write(
            {
                self._l10n_co_names["state"]: "done",
                "l10n_co_failure_code": False,
                "l10n_co_failure_data": False,
            }
        )
