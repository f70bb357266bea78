from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..accounts.mail_provider import ENCRYPTIONS
from ..emission.ir_mail_server_copies import SAVE_SENT
from ..shared.rights import MAIL_ADMIN

PASSWORD = "l10n_co_mail_password"  # noqa: S105 - the name of a field
# What of an account the proposal is made of, and what its test has tried.
CONNECTION = ("smtp_authentication", "smtp_host", "smtp_port", "smtp_encryption", "smtp_user")
TESTED = {*CONNECTION, "l10n_co_address", "l10n_co_new_password"}
#: What everybody is shown of it besides the account's own fields.
SHOWN = (
    "l10n_co_emission_server_id",
    "l10n_co_mail_notice",
    "l10n_co_mail_help",
    "l10n_co_mail_is_allowed",
    "l10n_co_mail_route",
    "l10n_co_api_example",
)


def _of_account(field_type, source, **attributes):
    """:param str source: field of the user's account (`ir.mail_server`)
    :return: a field of the user with the same content; typed by the user where it is not readonly
    """
    return field_type(compute="_compute_l10n_co_mail", l10n_co_source=source, **attributes)


class ResUsers(models.Model):
    """A user's own mail account as it is set up in the preferences, and what the preferences tell besides.

    The user, and mail administrators of the company, see and change the account through these fields and methods: the
    account itself (`ir.mail_server`) is no user's to read.
    """

    _inherit = "res.users"

    l10n_co_emission_server_id = fields.Many2one(
        "ir.mail_server", string="Own mail account", compute="_compute_l10n_co_mail"
    )
    l10n_co_mail_address = _of_account(
        fields.Char,
        "l10n_co_address",
        string="Mail address",
        readonly=False,
        help="The complete address of the mailbox.",
    )
    l10n_co_mail_password = fields.Char(
        string="Password of the mailbox",
        compute="_compute_l10n_co_mail",
        readonly=False,
        help="Written only: the stored password is never shown again.",
    )
    l10n_co_mail_provider_id = _of_account(
        fields.Many2one,
        "l10n_co_provider_id",
        comodel_name="l10n_co.mail.provider",
        string="Provider",
        readonly=False,
    )
    l10n_co_mail_authentication = _of_account(
        fields.Selection,
        "smtp_authentication",
        selection=[
            ("login", "Password"),
            ("gmail", "Google"),
            ("outlook", "Microsoft"),
        ],
        string="Sign-in",
        readonly=False,
        help="With a password, or on the page of Google or Microsoft, where you allow Odoo to use the mailbox.",
    )
    l10n_co_mail_host = _of_account(
        fields.Char,
        "smtp_host",
        string="Server",
        readonly=False,
        help="Name of the mail server, as your mail provider tells it.",
    )
    l10n_co_mail_port = _of_account(
        fields.Integer,
        "smtp_port",
        string="Port",
        readonly=False,
        help="Number of the door at the server; it goes with the encryption.",
    )
    l10n_co_mail_encryption = _of_account(
        fields.Selection,
        "smtp_encryption",
        selection=ENCRYPTIONS,
        string="Encryption",
        readonly=False,
        help="How the connection is protected. With validation nobody can pose as the server.",
    )
    l10n_co_mail_login = _of_account(
        fields.Char,
        "smtp_user",
        string="User",
        readonly=False,
        help="Name to log in with: mostly the complete address.",
    )
    l10n_co_mail_read_receipt = _of_account(
        fields.Boolean,
        "l10n_co_read_receipt",
        string="Ask for a read receipt",
        readonly=False,
        help="The recipient's mail program may tell you that the mail was opened, if he lets it. Many never answer.",
    )
    l10n_co_mail_copy_email = _of_account(
        fields.Char,
        "l10n_co_copy_email",
        string="Email copia",
        readonly=False,
        help="Gets a blind copy of everything that is sent.",
    )
    l10n_co_mail_save_sent = _of_account(
        fields.Selection,
        "l10n_co_save_sent",
        selection=SAVE_SENT,
        string="Copy in the Sent folder",
        readonly=False,
        help="What Odoo sends is then found in your mail program too, among the sent mails.",
    )
    l10n_co_mail_sent_notice = _of_account(fields.Char, "l10n_co_sent_notice", string="Copies")
    l10n_co_mail_state = _of_account(
        fields.Selection,
        "l10n_co_state",
        selection=[("draft", "Not confirmed"), ("done", "Confirmed")],
        string="Status of the mail account",
    )
    l10n_co_mail_connection = _of_account(
        fields.Selection,
        "l10n_co_connection",
        selection=[
            ("password", "Password"),
            ("missing", "Not connected yet"),
            ("connected", "Connected"),
            ("expired", "Connection expired"),
        ],
        string="Connection",
    )
    l10n_co_mail_server_origin = _of_account(
        fields.Char, "l10n_co_server_origin", string="How the server was found"
    )
    l10n_co_mail_missing = _of_account(fields.Char, "l10n_co_missing", string="Still missing")
    l10n_co_mail_failure = _of_account(fields.Text, "l10n_co_failure", string="What is wrong")
    l10n_co_mail_has_password = _of_account(
        fields.Boolean, "l10n_co_has_password", string="Password stored"
    )
    l10n_co_mail_secret_state = _of_account(
        fields.Char, "l10n_co_secret_state", string="How the password is stored"
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
    l10n_co_mail_route = fields.Char(
        string="Which way your mails take", compute="_compute_l10n_co_mail_route"
    )
    l10n_co_api_example = fields.Text(string="Example", compute="_compute_l10n_co_api_example")

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        names = [PASSWORD, *self._l10n_co_account_fields(), *SHOWN]
        return [*super().SELF_READABLE_FIELDS, *names]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [*super().SELF_WRITEABLE_FIELDS, PASSWORD, *self._l10n_co_typed_fields()]

    def _valid_field_parameter(self, field, name):
        # EXTENDS core
        return name == "l10n_co_source" or super()._valid_field_parameter(field, name)

    @api.model
    def _l10n_co_account_fields(self):
        """:return: {field of a user that shows the account: field of the account}"""
        sources = ((name, getattr(f, "l10n_co_source", "")) for name, f in self._fields.items())
        return {name: source for name, source in sources if source}

    @api.model
    def _l10n_co_typed_fields(self):
        """:return: those of them that a user types, or gets proposed"""
        account_fields = self._l10n_co_account_fields().items()
        return {name: source for name, source in account_fields if not self._fields[name].readonly}

    # ---- whose account ---------------------------------------------------------------------------

    def _l10n_co_may_set_up(self):
        """:return: True for the very user, and for a mail administrator of the user's company"""
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
            raise AccessError(self.env._("Everybody sets up their own mail account only."))
        return self._l10n_co_accounts()

    def _compute_l10n_co_mail_is_allowed(self):
        for user in self:
            user.l10n_co_mail_is_allowed = (
                user._l10n_co_personal_is_allowed() and user._l10n_co_may_set_up()
            )

    # ---- reading and writing it ------------------------------------------------------------------

    @api.depends(
        lambda self: [
            f"l10n_co_personal_server_ids.{source}"
            for source in self._l10n_co_account_fields().values()
        ]
    )
    @api.depends_context("uid", "lang")
    def _compute_l10n_co_mail(self):
        accounts = {account.owner_user_id: account for account in self._l10n_co_accounts()}
        nobody = self.env["ir.mail_server"].sudo()
        for user in self:
            account = (user._l10n_co_may_set_up() and accounts.get(user._origin)) or nobody
            values = {
                name: account[source] for name, source in self._l10n_co_account_fields().items()
            }
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

    # ---- the user's life ---------------------------------------------------------------------------

    @api.depends("email")
    def _compute_outgoing_mail_server_id(self):
        # EXTENDS mail: core knows a personal server by its login being the user's address; ours is known by its owner
        result = super()._compute_outgoing_mail_server_id()
        kinds = dict(self._fields["outgoing_mail_server_type"]._description_selection(self.env))
        accounts = {account.owner_user_id: account for account in self._l10n_co_accounts()}
        for user in self:
            account = accounts.get(user._origin)
            if account:
                kind = account.smtp_authentication
                user.outgoing_mail_server_id = account
                user.outgoing_mail_server_type = kind if kind in kinds else "default"
        return result

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create([self._l10n_co_without_account(vals) for vals in vals_list])
        for user, vals in zip(users, vals_list, strict=True):
            user._l10n_co_save_typed(vals)
        return users

    def write(self, vals):
        result = super().write(self._l10n_co_without_account(vals))
        self._l10n_co_save_typed(vals)
        if vals.get("active") is False:
            self._l10n_co_accounts()._l10n_co_forget()
        return result

    def unlink(self):
        # Without its owner core would take the account for a server of everybody's.
        self._l10n_co_accounts().unlink()
        return super().unlink()

    def _l10n_co_note_moved(self, address):
        """:param str address: the user's normalised address until now"""
        self._l10n_co_accounts().filtered(lambda a: a.from_filter == address)._l10n_co_doubt()

    @api.model
    def _l10n_co_without_account(self, vals):
        """The account is no part of the user's own record: it is saved by the user's own method."""
        own = {PASSWORD, *self._l10n_co_typed_fields()}
        return {name: value for name, value in vals.items() if name not in own}
