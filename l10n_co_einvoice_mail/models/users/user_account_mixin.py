from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..accounts.mail_provider import ENCRYPTIONS
from ..emission.sent_folder_mixin import SAVE_SENT
from ..shared.rights import MAIL_ADMIN

# What a user types, or gets proposed -> field of his account (`ir.mail_server`).
TYPED = {
    "l10n_co_mail_address": "l10n_co_address",
    "l10n_co_mail_provider_id": "l10n_co_provider_id",
    "l10n_co_mail_authentication": "smtp_authentication",
    "l10n_co_mail_host": "smtp_host",
    "l10n_co_mail_port": "smtp_port",
    "l10n_co_mail_encryption": "smtp_encryption",
    "l10n_co_mail_login": "smtp_user",
    "l10n_co_mail_read_receipt": "l10n_co_read_receipt",
    "l10n_co_mail_copy_email": "l10n_co_copy_email",
    "l10n_co_mail_save_sent": "l10n_co_save_sent",
}
# What he is shown of it.
SHOWN = {
    "l10n_co_mail_state": "l10n_co_state",
    "l10n_co_mail_connection": "l10n_co_connection",
    "l10n_co_mail_missing": "l10n_co_missing",
    "l10n_co_mail_failure": "l10n_co_failure",
    "l10n_co_mail_has_password": "l10n_co_has_password",
    "l10n_co_mail_secret_state": "l10n_co_secret_state",
    "l10n_co_mail_sent_notice": "l10n_co_sent_notice",
}
PASSWORD = "l10n_co_mail_password"  # noqa: S105 - the name of a field
# What of an account the proposal is made of, and what its test has tried.
CONNECTION = ("smtp_authentication", "smtp_host", "smtp_port", "smtp_encryption", "smtp_user")
TESTED = {*CONNECTION, "l10n_co_address", "l10n_co_new_password"}


class UserAccountMixin(models.AbstractModel):
    """A user's own mail account as he sets it up in his preferences. He, and mail administrators of his company, see
    and change it through these fields and methods: the account itself (`ir.mail_server`) is no user's to read.
    """

    _name = "l10n_co.user.account.mixin"
    _description = "User with a mail account (Colombian e-invoice mail)"

    l10n_co_emission_server_id = fields.Many2one(
        "ir.mail_server", string="Own mail account", compute="_compute_l10n_co_mail"
    )
    l10n_co_mail_address = fields.Char(
        string="Mail address", compute="_compute_l10n_co_mail", readonly=False
    )
    l10n_co_mail_password = fields.Char(
        string="Password of the mailbox",
        compute="_compute_l10n_co_mail",
        readonly=False,
        help="Written only: the stored password is never shown again.",
    )
    l10n_co_mail_provider_id = fields.Many2one(
        "l10n_co.mail.provider",
        string="Mail provider",
        compute="_compute_l10n_co_mail",
        readonly=False,
    )
    l10n_co_mail_authentication = fields.Selection(
        [
            ("login", "Password"),
            ("gmail", "Sign in at Google"),
            ("outlook", "Sign in at Microsoft"),
        ],
        string="Way to log in",
        compute="_compute_l10n_co_mail",
        readonly=False,
    )
    l10n_co_mail_host = fields.Char(
        string="Sending server", compute="_compute_l10n_co_mail", readonly=False
    )
    l10n_co_mail_port = fields.Integer(
        string="Sending port", compute="_compute_l10n_co_mail", readonly=False
    )
    l10n_co_mail_encryption = fields.Selection(
        ENCRYPTIONS,
        string="Sending encryption",
        compute="_compute_l10n_co_mail",
        readonly=False,
    )
    l10n_co_mail_login = fields.Char(
        string="User at the server",
        compute="_compute_l10n_co_mail",
        readonly=False,
        help="Mostly the address itself; some servers give another name.",
    )
    l10n_co_mail_read_receipt = fields.Boolean(
        string="Ask for a read receipt",
        compute="_compute_l10n_co_mail",
        readonly=False,
        help="The recipient's mail program may tell you that the mail was opened, if he lets it. Many never answer.",
    )
    l10n_co_mail_copy_email = fields.Char(
        string="Email copia",
        compute="_compute_l10n_co_mail",
        readonly=False,
        help="Gets a blind copy of everything that is sent.",
    )
    l10n_co_mail_save_sent = fields.Selection(
        SAVE_SENT,
        string="Copy in the Sent folder",
        compute="_compute_l10n_co_mail",
        readonly=False,
        help="What Odoo sends is then found in your mail program too, among the sent mails.",
    )
    l10n_co_mail_sent_notice = fields.Char(string="Copies", compute="_compute_l10n_co_mail")
    l10n_co_mail_state = fields.Selection(
        [("draft", "Not confirmed"), ("done", "Confirmed")],
        string="Status of the mail account",
        compute="_compute_l10n_co_mail",
    )
    l10n_co_mail_connection = fields.Selection(
        [
            ("password", "Password"),
            ("missing", "Not connected yet"),
            ("connected", "Connected"),
            ("expired", "Connection expired"),
        ],
        string="Connection",
        compute="_compute_l10n_co_mail",
    )
    l10n_co_mail_missing = fields.Char(string="Still missing", compute="_compute_l10n_co_mail")
    l10n_co_mail_failure = fields.Text(string="What is wrong", compute="_compute_l10n_co_mail")
    l10n_co_mail_has_password = fields.Boolean(
        string="Password stored", compute="_compute_l10n_co_mail"
    )
    l10n_co_mail_secret_state = fields.Char(
        string="How the password is stored", compute="_compute_l10n_co_mail"
    )
    l10n_co_mail_notice = fields.Char(
        string="Notice", compute="_compute_l10n_co_mail_provider_words"
    )
    l10n_co_mail_help = fields.Html(
        string="Step by step", compute="_compute_l10n_co_mail_provider_words"
    )
    l10n_co_mail_is_allowed = fields.Boolean(
        string="Own accounts allowed", compute="_compute_l10n_co_mail_is_allowed"
    )

    # ---- whose account ---------------------------------------------------------------------------

    def _l10n_co_may_set_up(self):
        """:return: True for the user himself, and for a mail administrator of his company"""
        me = self.env.user
        if self.env.su or self._origin == me or me.has_group("base.group_system"):
            return True
        return me.has_group(MAIL_ADMIN) and self.sudo().company_id in me.company_ids

    def _l10n_co_own_account(self):
        """:return: the user's account, with the rights to work on it
        :raise AccessError: it is not for the present user to do so
        """
        self.ensure_one()
        if not self._l10n_co_may_set_up():
            raise AccessError(self.env._("Everybody sets up his own mail account only."))
        return self._l10n_co_accounts()

    def _compute_l10n_co_mail_is_allowed(self):
        for user in self:
            user.l10n_co_mail_is_allowed = (
                user._l10n_co_personal_is_allowed() and user._l10n_co_may_set_up()
            )

    # ---- reading and writing it ------------------------------------------------------------------

    @api.depends(
        *(f"l10n_co_personal_server_ids.{name}" for name in (*TYPED.values(), *SHOWN.values()))
    )
    @api.depends_context("uid", "lang")
    def _compute_l10n_co_mail(self):
        accounts = {account.owner_user_id: account for account in self._l10n_co_accounts()}
        nobody = self.env["ir.mail_server"].sudo()
        for user in self:
            account = (user._l10n_co_may_set_up() and accounts.get(user._origin)) or nobody
            values = {name: account[source] for name, source in {**TYPED, **SHOWN}.items()}
            values[PASSWORD] = False
            values["l10n_co_emission_server_id"] = user._l10n_co_personal_is_allowed() and account
            # A form that is not saved yet holds what was typed: the other fields alone are asked for.
            user.update({name: values[name] for name in values.keys() - user._cache.keys()})

    @api.depends("l10n_co_mail_provider_id")
    @api.depends_context("uid", "lang")
    def _compute_l10n_co_mail_provider_words(self):
        for user in self:
            user.l10n_co_mail_notice = user.l10n_co_mail_provider_id.notice
            user.l10n_co_mail_help = user.l10n_co_mail_provider_id.help_html

    def _l10n_co_save_typed(self, vals):
        """:param dict vals: values of the fields of `TYPED` and of the password"""
        typed = {target: vals[name] for name, target in TYPED.items() if name in vals}
        if not typed and not vals.get(PASSWORD):
            return
        if vals.get(PASSWORD):
            typed["l10n_co_new_password"] = vals[PASSWORD]
        for user in self:
            user._l10n_co_save_account(typed)

    def _l10n_co_save_account(self, values):
        """Set the user's account up, or change it; what was not tested as it is now has to be tested again.

        :param dict values: fields of `ir.mail_server`; of the connection, what is left out is proposed from the address
        :return: the account, with the rights to work on it; empty when there is nothing to set up
        """
        account = self._l10n_co_own_account()
        values = {"l10n_co_address": account.l10n_co_address, **values}
        if not self._l10n_co_personal_is_allowed():
            raise ValidationError(
                self.env._("The administrator has switched the users' own mail accounts off.")
            )
        if not values["l10n_co_address"]:
            if account or values.get("l10n_co_new_password"):
                raise ValidationError(self.env._("Type the address of the mailbox."))
            return account
        if not account:
            account = self._l10n_co_servers()
            values |= self._l10n_co_proposed(values)
        if values.get("smtp_authentication") in ("gmail", "outlook"):
            values.pop("l10n_co_new_password", None)
            values["smtp_pass"] = False
        changed = {
            name: value
            for name, value in values.items()
            if not account or _differs(account, name, value)
        }
        if not account:
            given = {name: value for name, value in changed.items() if value}
            return account.create({"owner_user_id": self.id, **given})
        if TESTED & changed.keys():
            changed.update(l10n_co_state="draft", l10n_co_failure_code=False, active=True)
        account.write(changed)
        return account

    def _l10n_co_proposed(self, values):
        """:return: {field: value} of the connection that `values` leaves open"""
        if values.get("smtp_host"):
            return {}
        draft = self.env["ir.mail_server"].sudo()
        draft = draft.new({"owner_user_id": self.id, "l10n_co_address": values["l10n_co_address"]})
        draft._onchange_l10n_co_address()
        names = [name for name in (*CONNECTION, "l10n_co_provider_id") if not values.get(name)]
        return {name: draft._fields[name].convert_to_write(draft[name], draft) for name in names}

    @api.onchange("l10n_co_mail_address")
    def _onchange_l10n_co_mail_address(self):
        self._l10n_co_follow("_onchange_l10n_co_address")

    @api.onchange("l10n_co_mail_provider_id")
    def _onchange_l10n_co_mail_provider(self):
        self._l10n_co_follow("_onchange_l10n_co_provider")

    @api.onchange("l10n_co_mail_authentication")
    def _onchange_l10n_co_mail_authentication(self):
        self._l10n_co_follow("_onchange_smtp_authentication_outlook")

    @api.onchange("l10n_co_mail_encryption")
    def _onchange_l10n_co_mail_encryption(self):
        self._l10n_co_follow("_onchange_encryption")

    def _l10n_co_follow(self, onchange):
        """What the account itself would propose is shown in the user's form.

        :param str onchange: the account's own method
        """
        if not self.env.user._is_internal() or not self._l10n_co_may_set_up():
            return
        values = {
            target: self._fields[name].convert_to_write(self[name], self)
            for name, target in TYPED.items()
        }
        draft = self.env["ir.mail_server"].sudo()
        draft = draft.new({"owner_user_id": self._origin.id, **values})
        getattr(draft, onchange)()
        for name, target in TYPED.items():
            self[name] = draft[target]

    # ---- buttons ---------------------------------------------------------------------------------

    def l10n_co_action_test_mail(self):
        """:return: action that opens a test of the user's account, which shows its steps as they are done"""
        return self._l10n_co_needed_account().l10n_co_action_diagnose()

    def l10n_co_action_connect_mail(self):
        """:return: action that leads to the provider's page, where the permission is given"""
        return self._l10n_co_needed_account().l10n_co_action_connect()

    def l10n_co_action_sent_folder_mail(self):
        """:return: action that lets the folder of the copies be chosen from the mailbox' own list"""
        return self._l10n_co_needed_account().l10n_co_action_sent_folder()

    def l10n_co_action_disconnect_mail(self):
        """Take the account away, with its password and permissions."""
        self._l10n_co_own_account().unlink()

    def _l10n_co_needed_account(self):
        account = self._l10n_co_own_account()
        if not account:
            raise ValidationError(self.env._("Type the address of the mailbox."))
        return account


def _differs(account, name, value):
    stored = account._fields[name].convert_to_write(account[name], account)
    return (stored or False) != (value or False)
