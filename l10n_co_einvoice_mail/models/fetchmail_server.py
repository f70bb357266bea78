import logging
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import str2bool

from ..mailbox import failures
from ..mailbox.base import Credentials
from ..mailbox.errors import LoginFailed, MailboxError
from ..mailbox.imap import ImapMailbox
from ..mailbox.knocking import knock
from ..mailbox.pop import PopMailbox
from ..mailbox.transport import Encryption, Endpoint
from .reason_mixin import Blank
from .reception import MailboxBusy

_logger = logging.getLogger(__name__)

ENCRYPTIONS = [
    ("none", "None"),
    ("starttls_strict", "STARTTLS, certificate checked"),
    ("starttls", "STARTTLS, any certificate (dangerous)"),
    ("ssl_strict", "SSL/TLS, certificate checked"),
    ("ssl", "SSL/TLS, any certificate (dangerous)"),
]
MAILBOX_CLASSES = {"imap": ImapMailbox, "pop": PopMailbox}
# How google_gmail and microsoft_outlook make the login string of their server types.
OAUTH_STRINGS = {
    "gmail": lambda server: server._generate_oauth2_string(
        server.user, server.google_gmail_refresh_token
    ),
    "outlook": lambda server: server._generate_outlook_oauth2_string(server.user),
}
FOLDERS = {"processed": "l10n_co_folder_processed", "failed": "l10n_co_folder_failed"}

# A click waits for this long; what is left is done by the scheduler. Below the 120 s that Odoo gives a request.
CLICK_SECONDS = 45
# One mailbox' share of a scheduled run, so that a full mailbox does not keep the others waiting.
TURN_SECONDS = 8
# A rejected login is not repeated sooner: providers lock accounts after a few.
LOGIN_PAUSE = timedelta(hours=1)
FAILURE_PAUSE = timedelta(minutes=5)
MAX_FAILURE_PAUSE = timedelta(hours=2)
# Throttling servers name their pause; Gmail's longest suspension is a day.
MAX_ASKED_PAUSE = timedelta(days=1)


class FetchmailServer(models.Model):
    """A reception mailbox, when it belongs to a company's e-invoice mail; core's own fetch then leaves it alone."""

    _name = "fetchmail.server"
    _inherit = ["fetchmail.server"]

    # The password never goes to a bookkeeper, who may see the mailbox otherwise.
    password = fields.Char(groups="base.group_system,l10n_co_einvoice_mail.group_mail_admin")
    l10n_co_new_password = fields.Char(
        string="New password",
        compute="_compute_l10n_co_new_password",
        inverse="_inverse_l10n_co_new_password",
        groups="l10n_co_einvoice_mail.group_mail_admin",
        help="Written only: the stored password is never shown again.",
    )
    l10n_co_has_password = fields.Boolean(
        compute="_compute_l10n_co_new_password", groups="l10n_co_einvoice_mail.group_mail_admin"
    )
    l10n_co_company_id = fields.Many2one(
        "res.company",
        string="E-invoices of",
        index="btree_not_null",
        help="The company whose suppliers send their electronic invoices to this mailbox.",
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
    l10n_co_folder_processed = fields.Char(string="Folder of processed mails", default="Procesados")
    l10n_co_folder_failed = fields.Char(string="Folder of failed mails", default="Fallidos")
    l10n_co_backup_email = fields.Char(
        string="Backup address",
        help="With POP3 every mail is sent to this address and, once it is accepted there, deleted from the mailbox.",
    )
    l10n_co_leave_on_server = fields.Boolean(
        string="Leave mails on the server",
        help="POP3 only: nothing is deleted, and nothing backed up.",
    )
    l10n_co_failure_code = fields.Char(readonly=True, copy=False)
    l10n_co_failure_data = fields.Json(readonly=True, copy=False)
    l10n_co_failure = fields.Text(string="What is wrong", compute="_compute_l10n_co_failure")
    l10n_co_failure_count = fields.Integer(readonly=True, copy=False)
    l10n_co_next_run = fields.Datetime(
        string="Not before",
        readonly=True,
        copy=False,
        help="After a failure the mailbox is left in peace.",
    )
    l10n_co_last_success = fields.Datetime(string="Last successful run", readonly=True, copy=False)
    l10n_co_mail_ids = fields.One2many("l10n_co.received.mail", "server_id")
    l10n_co_mail_count = fields.Integer(compute="_compute_l10n_co_counts")
    l10n_co_today_count = fields.Integer(string="Today", compute="_compute_l10n_co_counts")
    l10n_co_pending_count = fields.Integer(string="Pending", compute="_compute_l10n_co_counts")
    l10n_co_failed_count = fields.Integer(string="Failed mails", compute="_compute_l10n_co_counts")

    @api.depends("l10n_co_failure_code", "l10n_co_failure_data")
    @api.depends_context("lang")
    def _compute_l10n_co_failure(self):
        for server in self:
            failure = failures.FAILURES.get(server.l10n_co_failure_code)
            server.l10n_co_failure = failure and server._l10n_co_describe(
                failure, server.l10n_co_failure_data
            )

    @api.depends("password")
    def _compute_l10n_co_new_password(self):
        for server in self:
            server.l10n_co_new_password = False
            server.l10n_co_has_password = bool(server.sudo().password)

    def _inverse_l10n_co_new_password(self):
        for server in self.filtered("l10n_co_new_password"):
            server.sudo().password = server.l10n_co_new_password

    def _compute_l10n_co_counts(self):
        Mail = self.env["l10n_co.received.mail"]
        midnight = fields.Datetime.context_timestamp(self, fields.Datetime.now()).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        domains = {
            "l10n_co_mail_count": [],
            "l10n_co_today_count": [
                ("create_date", ">=", fields.Datetime.to_string(midnight.astimezone(timezone.utc)))
            ],
            "l10n_co_pending_count": ["|", ("state", "=", "fetched"), ("filed", "=", "pending")],
            "l10n_co_failed_count": [("state", "=", "failed")],
        }
        for name, domain in domains.items():
            counts = dict(
                Mail._read_group(
                    Domain("server_id", "in", self.ids) & Domain(domain), ["server_id"], ["__count"]
                )
            )
            for server in self:
                server[name] = counts.get(server, 0)

    @api.constrains("l10n_co_company_id", "server", "user", "active")
    def _check_l10n_co_mailbox_is_unique(self):
        for server in self.filtered(lambda s: s.active and s.l10n_co_company_id and s.user):
            twins = self.sudo().search_count(
                [
                    ("l10n_co_company_id", "!=", False),
                    ("server", "=ilike", server.server),
                    ("user", "=ilike", server.user),
                    ("id", "!=", server.id),
                ],
                limit=1,
            )
            if twins:
                raise ValidationError(
                    self.env._(
                        "The mailbox %(user)s on %(server)s is set up already. "
                        "One mailbox can receive for several companies: use «May also receive for» there.",
                        user=server.user,
                        server=server.server,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([_with_is_ssl(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(_with_is_ssl(vals))

    @api.onchange("l10n_co_encryption", "server_type", "l10n_co_company_id")
    def _onchange_l10n_co_encryption(self):
        if self.l10n_co_company_id and self.server_type in MAILBOX_CLASSES:
            self.port = MAILBOX_CLASSES[self.server_type].default_port(self.l10n_co_encryption)

    # ---- connecting ------------------------------------------------------------------------------

    def _l10n_co_mailbox(self, **options):
        """:param options: of the mailbox class, such as `inbox` for another folder
        :return: this mailbox, not opened yet: a context manager
        :raise MailboxError: a datum of it cannot be used
        """
        self.ensure_one()
        endpoint = Endpoint(self.server or "", self.port, Encryption(self.l10n_co_encryption))
        allow_internal = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("l10n_co_einvoice_mail.allow_internal_servers")
        )
        return MAILBOX_CLASSES[self._get_connection_type()](
            endpoint,
            self._l10n_co_credentials(),
            allow_internal=str2bool(allow_internal or "False"),
            **options,
        )

    def _l10n_co_credentials(self):
        if self.server_type in OAUTH_STRINGS:
            return Credentials(self.user, oauth_string=OAUTH_STRINGS[self.server_type](self))
        return Credentials(self.user or "", password=self.password or "")

    def _l10n_co_filing(self):
        """:return: what becomes of a finished mail: "folders" (IMAP), "backup" (POP3: backed up and deleted)
        or "leave
        """
        if self._get_connection_type() == "imap":
            return "folders"
        return "leave" if self.l10n_co_leave_on_server else "backup"

    def _l10n_co_check_filing(self, mailbox):
        """Make sure that finished mails can leave the inbox: make the folders, try the way of the backups.

        :raise MailboxError: they cannot
        """
        if self._l10n_co_filing() == "folders":
            for state in FOLDERS:
                mailbox.ensure_folder(self._l10n_co_folder(state))
        elif self._l10n_co_filing() == "backup":
            self.env["l10n_co.mail.backup"]._check(self)
            self.env["l10n_co.mail.backup"]._check_sender(self)

    def _l10n_co_folder(self, state):
        """:return: name of the folder for mails in this state, as the administrator wrote it"""
        return self[FOLDERS[state]] or self._fields[FOLDERS[state]].default(self)

    @api.model
    def _l10n_co_describe(self, failure, data=None):
        """:return: what is wrong and what to do, in the environment's language"""
        values = Blank(data or {})
        return "\n".join(
            self.env._(text) % values for text in (failure.sentence, failure.remedy) if text
        )

    def button_confirm_login(self):
        # EXTENDS mail: our mailboxes log in through their own encryption, and their folders are made at once
        ours = self.filtered("l10n_co_company_id")
        for server in ours:
            try:
                with server._l10n_co_mailbox() as mailbox:
                    server._l10n_co_check_filing(mailbox)
            except MailboxError as error:
                failure = failures.FAILURES[error.code]
                raise UserError(server._l10n_co_describe(failure, error.data)) from error
            server.state = "done"
        return super(FetchmailServer, self - ours).button_confirm_login()

    # ---- receiving -------------------------------------------------------------------------------

    def _fetch_mail(self, batch_limit=50):
        # EXTENDS mail: core marks mails read, or deletes them, also when their processing failed
        ours = self.filtered("l10n_co_company_id")
        return super(FetchmailServer, self - ours)._fetch_mail(batch_limit=batch_limit)

    def fetch_mail(self):
        # EXTENDS mail
        if self.l10n_co_company_id:
            return self.l10n_co_fetch()
        return super().fetch_mail()

    def l10n_co_fetch(self):
        """Receive now: fetch, read, book and file away. What does not fit into a click is left to the scheduler.

        :return: action that tells the user what came of it
        """
        self.env["l10n_co.reception"]._check_user()
        self.check_access("read")
        messages, has_failed = [], False
        for server in self.sudo():
            try:
                report = server.env["l10n_co.reception"]._run(server, CLICK_SECONDS / len(self))
            except MailboxBusy as busy:
                messages.append(str(busy))
                continue
            messages.append(server._l10n_co_summary(report))
            has_failed = has_failed or bool(report.error)
            if report.has_more:
                self.env.ref("l10n_co_einvoice_mail.cron_receive").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": "\n".join(messages),
                "type": "danger" if has_failed else "success",
                "sticky": has_failed,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _l10n_co_summary(self, report):
        if report.error:
            failure = failures.FAILURES[report.error.code]
            return f"{self.name}: {self._l10n_co_describe(failure, report.error.data)}"
        if not report.fetched and not report.filed:
            return self.env._("%s: no new mail.", self.name)
        return self.env._(
            "%(mailbox)s: %(fetched)s new mails, %(processed)s processed, %(failed)s failed, %(bills)s draft bills.",
            mailbox=self.name,
            fetched=report.fetched,
            processed=report.processed,
            failed=report.failed,
            bills=report.bills,
        )

    def _l10n_co_note_run(self, report):
        """Write how a run ended; after a failure the mailbox is left in peace for a while."""
        now = fields.Datetime.now()
        values = {"date": now, "error_date": False, "error_message": False}
        if report.error:
            count = self.l10n_co_failure_count + 1
            pause = _pause(report.error, count)
            values.update(
                error_date=self.error_date or now,
                error_message=report.error.server_answer or report.error.code,
                l10n_co_failure_code=report.error.code,
                l10n_co_failure_data=report.error.data,
                l10n_co_failure_count=count,
                l10n_co_next_run=now + pause,
            )
        else:
            values.update(
                l10n_co_failure_code=False,
                l10n_co_failure_data=False,
                l10n_co_failure_count=0,
                l10n_co_next_run=False,
                l10n_co_last_success=now,
            )
        self.with_context(fetchmail_cron_running=True).write(values)

    @api.model
    def _l10n_co_due_domain(self):
        return Domain([("l10n_co_company_id", "!=", False), ("state", "=", "done")]) & Domain.OR(
            [
                [("l10n_co_next_run", "=", False)],
                [("l10n_co_next_run", "<=", fields.Datetime.now())],
            ]
        )

    @api.model
    def _l10n_co_cron_receive(self):
        """Receive from every mailbox that is due, the longest unread first; those that do not greet come last.

        Several crons may call it at once: a mailbox that another one reads is passed over.
        """
        servers = self.search(self._l10n_co_due_domain(), order="date asc nulls first, id")
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(servers))
        unfinished = 0
        for done, (server, error) in enumerate(servers._l10n_co_greeting(), start=1):
            try:
                report = self.env["l10n_co.reception"]._run(server, TURN_SECONDS, error)
                unfinished += report.has_more
            except MailboxBusy:
                _logger.info("Mailbox %s is being read by another worker", server.id)
            # Gives the row lock back, and keeps the progress' row out of this transaction.
            Cron.with_context(ir_cron_progress_id=None)._commit_progress()
            if not Cron._commit_progress(1, remaining=len(servers) - done + unfinished):
                break

    def _l10n_co_greeting(self):
        """Knock at all these mailboxes at once, so that a slow or dead server delays its own mailbox only.

        :return: generator of (server, error); error is None for one that has greeted, and those come first
        """
        if len(self) == 1:
            yield self, None
            return
        doors, refused = {}, []
        for server in self:
            try:
                doors[server.id] = server._l10n_co_mailbox()
            except MailboxError as error:
                refused.append((server, error))
        for server_id, error in knock(doors):
            yield self.browse(server_id), error
        yield from refused

    # ---- screens ---------------------------------------------------------------------------------

    def l10n_co_action_open_mails(self):
        """:return: action on this mailbox' ledger"""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.received_mail_action"
        )
        return {**action, "domain": [("server_id", "in", self.ids)]}


def _with_is_ssl(vals):
    """Keep core's own flag in step with our encryption, so that core's screens and checks tell the same."""
    encryption = vals.get("l10n_co_encryption")
    return {**vals, "is_ssl": Encryption(encryption).is_implicit} if encryption else vals


def _pause(error, count):
    """:return: timedelta to leave a mailbox in peace after its `count`th failure in a row"""
    if isinstance(error, LoginFailed):
        return LOGIN_PAUSE
    asked = timedelta(seconds=int(error.data.get("seconds") or 0))
    own = FAILURE_PAUSE * 2 ** min(count - 1, 10)
    return min(asked, MAX_ASKED_PAUSE) if asked else min(own, MAX_FAILURE_PAUSE)
