from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...mailbox import discovery, failures
from ...mailbox.diagnosis import Account
from ...mailbox.errors import MailboxError
from ...mailbox.imap import ImapMailbox
from ...mailbox.pop import PopMailbox
from ...mailbox.providers import SIGN_INS, provider_of
from ...mailbox.transport import Encryption
from ..accounts.mail_provider import ENCRYPTIONS
from ..shared import rights
from ..shared.one_line import OneLine
from ..shared.secret import Secret
from . import silence
from .backup import Backup

MAILBOX_CLASSES = {"imap": ImapMailbox, "pop": PopMailbox}
FOLDERS = {"processed": "l10n_co_folder_processed", "failed": "l10n_co_folder_failed"}
# What Gmail's POP3 takes before the user: mails of the last 30 days, whoever else has read them.
RECENT = "recent:"


class FetchmailServer(models.Model):
    """A reception mailbox, when it belongs to a company's e-invoice mail: how it is set up. What is done with one is in
    `fetchmail_server_run`.
    """

    _name = "fetchmail.server"
    _inherit = ["fetchmail.server", "l10n_co.mail.account.mixin"]

    _l10n_co_names = {
        "host": "server",
        "port": "port",
        "encryption": "l10n_co_encryption",
        "user": "user",
        "password": "password",
        "type": "server_type",
        "state": "state",
        "diagnosis": "fetchmail_server_id",
        "window": "mailbox",
    }
    _l10n_co_password_types = {"imap": "imap", "pop": "pop"}
    _l10n_co_fixed = ("l10n_co_company_id", "object_id")

    password = Secret(string="Stored password", groups="base.group_system", copy=False)
    l10n_co_company_id = fields.Many2one(
        string="E-invoices of",
        help="The company whose suppliers send their electronic invoices to this mailbox.",
    )
    l10n_co_append_only = fields.Boolean(
        string="Only for copies of sent mails",
        readonly=True,
        copy=False,
        help="Nothing is received from this mailbox: an account puts copies into its Sent folder.",
    )
    l10n_co_served_company_ids = fields.Many2many(
        "res.company",
        "l10n_co_fetchmail_server_company_rel",
        "server_id",
        "company_id",
        string="May also receive for",
        help="The company of an invoice is the one whose NIT it names. "
        "Left empty, it may be any company of this database.",
    )
    l10n_co_encryption = fields.Selection(ENCRYPTIONS, string="Encryption", default="ssl_strict")
    l10n_co_folder_processed = OneLine(
        string="Folder of processed mails",
        default="Procesados",
        help="In the mailbox; it is made where it is missing.",
    )
    l10n_co_folder_failed = OneLine(
        string="Folder of failed mails",
        default="Fallidos",
        help="A mail that you move from it back into the inbox is read again.",
    )
    l10n_co_backup_email = OneLine(
        string="Backup address",
        copy=False,
        help="With POP3 every mail is sent to this address and, once it is accepted there, deleted from the mailbox.",
    )
    l10n_co_leave_on_server = fields.Boolean(
        string="Leave mails on the server",
        help="POP3 only: nothing is deleted, and nothing backed up.",
    )
    l10n_co_pop_recent = fields.Boolean(
        string="Another program reads it too",
        help="Gmail shows a mail by POP3 to one program only. With «recent:» before the user it shows those of the "
        "last 30 days to this one too; nothing is then deleted.",
    )

    l10n_co_start_date = fields.Date(
        string="Mails since",
        default=lambda self: self._l10n_co_default_start_date(),
        help="Older mails stay in the inbox as they are, so that the first run does not swallow years.",
    )
    l10n_co_max_age = fields.Integer(
        string="Not older than (days)",
        help="0: no limit. Older mails stay in the inbox as they are.",
    )

    @api.model
    def _l10n_co_confirmed_domain(self):
        # EXTENDS l10n_co.mail.account.mixin: from a mailbox of copies nothing is received
        return super()._l10n_co_confirmed_domain() & Domain("l10n_co_append_only", "=", False)

    @api.model
    def _l10n_co_default_start_date(self):
        """:return: first day of last month: what an accountant may still be waiting for"""
        first = fields.Date.context_today(self).replace(day=1)
        return (first - timedelta(days=1)).replace(day=1)

    def _l10n_co_since(self):
        """:return: date; mails that arrived before it are left alone. False when there is no limit"""
        dates = [self.l10n_co_start_date] if self.l10n_co_start_date else []
        if self.l10n_co_max_age:
            dates.append(fields.Date.context_today(self) - timedelta(days=self.l10n_co_max_age))
        return max(dates, default=False)

    def _l10n_co_check_created(self):
        # EXTENDS l10n_co.mail.account.mixin
        ours = self.filtered(lambda account: account._l10n_co_has_holder())
        if ours.object_id and not rights.has(self.env, rights.SETTINGS_ADMIN):
            raise AccessError(
                self.env._("A reception mailbox creates nothing but what e-invoice mail records.")
            )
        return super()._l10n_co_check_created()

    @api.constrains("l10n_co_company_id", "server", "user", "active")
    def _check_l10n_co_mailbox_is_unique(self):
        for server in self.filtered(
            lambda s: s.active and s.l10n_co_company_id and s.user and not s.l10n_co_append_only
        ):
            twins = self.sudo().search_count(
                [
                    ("l10n_co_company_id", "!=", False),
                    ("server", "=ilike", server.server),
                    ("user", "=ilike", server.user),
                    ("l10n_co_append_only", "=", False),
                    ("id", "!=", server.id),
                ],
                limit=1,
            )
            if twins:
                raise ValidationError(
                    self.env._(
                        "The mailbox %(user)s on %(server)s is set up already. One mailbox can "
                        "receive for several companies: use «May also receive for» there.",
                        user=server.user,
                        server=server.server,
                    )
                )

    @api.constrains("l10n_co_company_id", "server_type")
    def _check_l10n_co_server_type(self):
        for server in self.filtered("l10n_co_company_id"):
            if server.server_type == "local":
                raise ValidationError(self.env._("A reception mailbox is read by IMAP or POP3."))

    @api.onchange("server_type")
    def _onchange_l10n_co_server_type(self):
        """Another protocol has another server, and its own port."""
        if not self.l10n_co_company_id:
            return
        provider = self.l10n_co_provider_id
        domain = discovery.domain_of(self.l10n_co_address or "")
        endpoint = provider and provider._endpoint(self._get_connection_type(), domain)
        if endpoint and self._l10n_co_is_preset():
            self.server, self.port = endpoint.host, endpoint.port
            self.l10n_co_encryption = endpoint.encryption.value
        elif self.server_type in SIGN_INS:
            self.server = SIGN_INS[self.server_type].imap_host
            self.l10n_co_encryption = "ssl_strict"
        self._onchange_l10n_co_encryption()

    @api.onchange("l10n_co_encryption")
    def _onchange_l10n_co_encryption(self):
        """Keep to the customary port, unless an unusual one was chosen."""
        customary = {port for kind in MAILBOX_CLASSES.values() for port in kind.ports}
        kind = MAILBOX_CLASSES.get(self._get_connection_type())
        if self.l10n_co_company_id and kind and self.port in {0, *customary}:
            self.port = kind.default_port(self.l10n_co_encryption or "ssl_strict")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([_with_is_ssl(_with_address(vals)) for vals in vals_list])

    def write(self, vals):
        return super().write(_with_is_ssl(vals))

    @api.model
    def _update_cron(self):
        # EXTENDS mail: core's scheduled action follows its mailboxes, also when ours are set up by who may not touch it
        return super(FetchmailServer, self.sudo())._update_cron()

    @api.onchange("server_type", "is_ssl", "object_id")
    def onchange_server_type(self):
        # EXTENDS mail, google_gmail, microsoft_outlook: they would overwrite what the provider's preset proposes
        if not self.l10n_co_company_id:
            return super().onchange_server_type()
        return None

    def button_confirm_login(self):
        # EXTENDS mail: our mailboxes log in through their own encryption, and their folders are made at once
        ours = self.filtered(lambda server: server._l10n_co_is_account())
        for server in ours:
            server._l10n_co_check_admin()
        ours._l10n_co_check_complete()
        for server in ours:
            try:
                with server._l10n_co_mailbox() as mailbox:
                    server._l10n_co_check_filing(mailbox)
            except MailboxError as error:
                failure = failures.FAILURES[error.code]
                raise UserError(server._l10n_co_describe(failure, error.data)) from error
            server._l10n_co_confirm()
        return super(FetchmailServer, self - ours).button_confirm_login()

    # ---- what the form proposes and asks for -------------------------------------------------------

    def _l10n_co_protocol_for(self, provider, found):
        wanted = ("pop", "imap") if self.server_type == "pop" else ("imap", "pop")
        offered = [p for p in wanted if found.of(p) or provider[f"{p}_host"]]
        return (offered or wanted)[0]

    def _l10n_co_find_missing(self):
        # EXTENDS l10n_co.mail.account.mixin
        missing = super()._l10n_co_find_missing()
        if self._l10n_co_filing() == "backup" and not self.l10n_co_backup_email:
            missing.append(self.env._("backup address"))
        return missing

    @api.depends(
        "user", "server", "port", "server_type", "password", "l10n_co_backup_email",
        "l10n_co_leave_on_server",
    )  # fmt: skip
    def _compute_l10n_co_missing(self):
        return super()._compute_l10n_co_missing()

    # ---- connecting ------------------------------------------------------------------------------

    def _l10n_co_mailbox(self, **options):
        """:param options: of the mailbox class, such as `inbox` for another folder
        :return: this mailbox, not opened yet: a context manager
        :raise MailboxError: a datum of it cannot be used
        """
        self.ensure_one()
        return MAILBOX_CLASSES[self._get_connection_type()](
            self._l10n_co_endpoint(),
            self._l10n_co_credentials(),
            allow_internal=self._l10n_co_allows_internal(),
            **options,
        )

    def _l10n_co_credentials(self):
        # EXTENDS l10n_co.mail.account.mixin
        credentials = super()._l10n_co_credentials()
        if self._l10n_co_is_recent() and not credentials.user.startswith(RECENT):
            return type(credentials)(RECENT + credentials.user, credentials.password)
        return credentials

    def _l10n_co_is_recent(self):
        is_google = provider_of(self.server or "") == "google"
        asked = self.l10n_co_pop_recent or (self.user or "").startswith(RECENT)
        return self.server_type == "pop" and is_google and asked

    def _l10n_co_filing(self):
        """:return: what becomes of a finished mail: "folders" (IMAP), "backup" (POP3: backed up and
        deleted) or "leave"
        """
        if self._get_connection_type() == "imap":
            return "folders"
        return "leave" if self.l10n_co_leave_on_server or self._l10n_co_is_recent() else "backup"

    def _l10n_co_check_filing(self, mailbox):
        """Make sure that finished mails can leave the inbox: make the folders, try the way of the backups.

        :raise MailboxError: they cannot
        """
        if self._l10n_co_filing() == "folders":
            for state in FOLDERS:
                mailbox.ensure_folder(self._l10n_co_folder(state))
        elif self._l10n_co_filing() == "backup":
            self._l10n_co_check_backup()

    def _l10n_co_way_of_backups(self):
        """:return: (ir.mail_server, may be none; From) that backups are sent with"""
        return self.env["ir.mail_server"].sudo()._find_mail_server(self.user)

    def _l10n_co_check_backup(self):
        backup = Backup(self)
        backup.check()
        backup.check_sender()

    def _l10n_co_folder(self, state):
        """:return: name of the folder for mails in this state, as the administrator wrote it"""
        return self[FOLDERS[state]] or self._fields[FOLDERS[state]].default(self)

    def _l10n_co_diagnosed(self, _recipient=""):
        """:return: diagnosis.Account of this mailbox"""
        return Account(
            self._get_connection_type(),
            self._l10n_co_endpoint(),
            self._l10n_co_credentials(),
            self._l10n_co_allows_internal(),
            folders=() if self.l10n_co_append_only else tuple(map(self._l10n_co_folder, FOLDERS)),
        )

    def _l10n_co_protocol(self):
        return self._get_connection_type()

    def _l10n_co_causes(self):
        # EXTENDS l10n_co.mail.account.mixin
        return {
            **super()._l10n_co_causes(),
            **silence.unread(self),
            **silence.quiet(self),
            **self._l10n_co_left_behind(self._l10n_co_left_mails().get(self)),
        }

    def _l10n_co_check_receives(self):
        """:raise AccessError: copies are put into this mailbox, which may be a person's: nobody reads it"""
        if self.l10n_co_append_only:
            raise AccessError(
                self.env._("%s only takes copies of sent mails: nothing is received.", self.name)
            )

    def l10n_co_action_dry_run(self):
        """:return: action that shows what would become of the last mails"""
        self.ensure_one()
        self._l10n_co_check_admin()
        self._l10n_co_check_receives()
        dry_run = self.env["l10n_co.mail.dry.run"].create({"server_id": self.id})
        dry_run.run()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would happen"),
            "res_model": dry_run._name,
            "res_id": dry_run.id,
            "view_mode": "form",
            "target": "new",
        }

    def _l10n_co_more_checks(self):
        # EXTENDS l10n_co.mail.account.mixin
        checks = super()._l10n_co_more_checks()
        if self._l10n_co_filing() == "backup":
            told = {"backup": self.l10n_co_backup_email}
            checks.append(("backup", lambda: self._l10n_co_check_backup() or told))
        return checks


def _with_is_ssl(vals):
    """Keep core's own flag in step with our encryption, so that core's screens and checks tell the same."""
    encryption = vals.get("l10n_co_encryption")
    return {**vals, "is_ssl": Encryption(encryption).is_implicit} if encryption else vals


def _with_address(vals):
    """An account that is created by program has its user as its address, and its address as its name."""
    if not vals.get("l10n_co_company_id"):
        return vals
    address = vals.get("l10n_co_address") or vals.get("user")
    return {"name": address, **vals, "l10n_co_address": address} if address else vals
