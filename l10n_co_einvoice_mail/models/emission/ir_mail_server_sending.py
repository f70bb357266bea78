import contextlib

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, formataddr

from ...mailbox import failures
from ...mailbox.errors import (
    AddressRefused,
    ArgumentRefused,
    ConnectionFailed,
    LoginFailed,
    MailboxError,
    TlsFailed,
)
from ...mailbox.smtp import SmtpServer
from ..shared.contexts import told
from ..shared.one_line import OneLine
from .session import Session

# What is wrong with the account, not with one mail.
ACCOUNT_FAILURES = (AddressRefused, ArgumentRefused, ConnectionFailed, LoginFailed, TlsFailed)
# Providers that do not tell take at least this much.
USUAL_SIZE_LIMIT = 25
# Failed attempts after which somebody is told that a copy does not come into its folder: about half a day.
LATE = 8
# Context of a mail whose attachments stay what they are, however big it gets.
KEEPS_ATTACHMENTS = "l10n_co_keeps_attachments"


class SendingAccount(models.Model):
    """How an account sends."""

    _inherit = "ir.mail_server"

    l10n_co_read_receipt = fields.Boolean(
        string="Ask for a read receipt",
        help="The recipient's mail program may tell you that the mail was opened, if he lets it. Many never answer.",
    )

    l10n_co_greeting_name = OneLine(
        string="Name in the greeting",
        help="By which the Odoo server greets the mail server (EHLO). Empty: what its system is called. Some servers "
        "take mail only from a complete name, such as odoo.example.com.",
    )
    l10n_co_outgoing_count = fields.Integer(
        compute="_compute_l10n_co_sending_counts", compute_sudo=True
    )
    l10n_co_waiting_count = fields.Integer(
        compute="_compute_l10n_co_sending_counts", compute_sudo=True
    )

    def _compute_l10n_co_sending_counts(self):
        for name, model, domain in (
            ("l10n_co_outgoing_count", "l10n_co.outgoing.mail", []),
            ("l10n_co_waiting_count", "l10n_co.sent.copy", [("state", "!=", "kept")]),
        ):
            counts = dict(
                self.env[model]._read_group(
                    [("account_id", "in", self.ids), *domain], ["account_id"], ["__count"]
                )
            )
            for account in self:
                account[name] = counts.get(account, 0)

    def l10n_co_action_open_outgoing(self):
        """:return: action on what was sent with this account"""
        return self._l10n_co_open("outgoing_mail_action")

    def l10n_co_action_open_copies(self):
        """:return: action on the copies that are not in their folder yet"""
        return self._l10n_co_open("sent_copy_action")

    def _l10n_co_open(self, name):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"l10n_co_einvoice_mail.{name}")
        return {**action, "domain": [("account_id", "in", self.ids)]}

    def _l10n_co_from(self, user):
        """:param user: res.users who sends
        :return: the From of this account's mails
        """
        name = self.l10n_co_display_name or self.l10n_co_company_id.sudo().name or user.name
        return formataddr((name or "", self.l10n_co_address or self.from_filter))

    # ---- the connection --------------------------------------------------------------------------

    def _l10n_co_session(self, smtp_from):
        """:return: what core sends with
        :raise UserError: it would send in somebody else's name
        """
        self._l10n_co_check_sender(smtp_from)
        return Session(self, smtp_from or self.from_filter)

    def _l10n_co_check_sender(self, smtp_from):
        """:raise UserError: somebody else's mail"""
        if smtp_from and email_normalize(smtp_from) != email_normalize(self.from_filter or ""):
            error = ArgumentRefused(
                "sender_foreign", data={"account": self.l10n_co_address, "sender": smtp_from}
            )
            raise UserError(self._l10n_co_tell_failure(error))

    def _l10n_co_smtp(self):
        """:return: smtp.SmtpServer of this account, not opened yet
        :raise MailboxError: the account cannot be used as it is
        """
        self._l10n_co_check_usable()
        self._l10n_co_renew_first()
        if self._l10n_co_oauth_type() and not self._l10n_co_is_connected():
            is_gone = self.l10n_co_failure_code == "oauth_expired"
            code = "oauth_expired" if is_gone else "oauth_missing"
            raise LoginFailed(code, data={"user": self.l10n_co_address})
        return SmtpServer(
            self._l10n_co_endpoint(),
            self._l10n_co_credentials(),
            allow_internal=self._l10n_co_allows_internal(),
            name=self.l10n_co_greeting_name or "",
        )

    def _l10n_co_open_smtp(self):
        """:return: smtp.SmtpServer, logged in; to be closed
        :raise MailboxError: the account cannot be used, or the server lets nobody in
        """
        try:
            return self._l10n_co_smtp().__enter__()
        except LoginFailed as error:
            if error.code != "oauth_refused":
                raise
        self._l10n_co_replace_token()
        return self._l10n_co_smtp().__enter__()

    def _l10n_co_check_usable(self):
        """:raise MailboxError: archived, or not confirmed"""
        for code, is_so in (
            ("sender_archived", not self.active or not self._l10n_co_has_holder()),
            ("sender_draft", self.l10n_co_state != "done"),
        ):
            if is_so:
                raise ArgumentRefused(code, data={"account": self.l10n_co_address or self.name})

    def _l10n_co_try(self):
        """Do what sending begins with, and send nothing.

        :raise UserError: the account cannot send
        :raise AccessError: it is not this user's to try
        """
        self._l10n_co_check_admin()
        try:
            with contextlib.closing(self.sudo()._l10n_co_open_smtp()) as server:
                server.offer(self.from_filter)
        except MailboxError as error:
            raise UserError(self._l10n_co_tell_failure(error)) from error

    # ---- what came of it -------------------------------------------------------------------------

    def _l10n_co_tell_failure(self, error):
        """:param MailboxError error: what happened
        :return: what happened and what to do, and the server's own words
        """
        failure = failures.FAILURES[error.code]
        return self._l10n_co_describe(failure, error.data)

    def _l10n_co_note_health(self, error):
        """Keep what is wrong with the account, or that it is well again (`error` is None).

        In a transaction of its own, after the one that sends: two that send at once must not undo one another's work
        because both tell the same account the same.
        """
        if error and (failures.is_temporary(error) or not isinstance(error, ACCOUNT_FAILURES)):
            return
        if (error.code if error else False) == (self.l10n_co_failure_code or False):
            return
        account_id, registry, context = self.id, self.env.registry, self.env.context

        @self.env.cr.postcommit.add
        def note():
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, context)
                account = env["ir.mail_server"].browse(account_id).try_lock_for_update()
                if account and error:
                    account._l10n_co_note_failure(error, {})
                elif account:
                    account.write({"l10n_co_failure_code": False, "l10n_co_failure_data": False})

    def _l10n_co_note_diagnosis(self, ladder, error):
        # EXTENDS l10n_co.mail.account.mixin
        if ladder and ladder.is_sound and ladder.size_limit:
            self.sudo().max_email_size = ladder.size_limit / 2**20
        return super()._l10n_co_note_diagnosis(ladder, error)

    def _l10n_co_causes(self):
        # EXTENDS l10n_co.mail.account.mixin
        causes = super()._l10n_co_causes()
        lost = self.env["l10n_co.sent.copy"].search_count(
            [("account_id", "=", self.id), ("state", "!=", "kept"), ("attempts", ">=", LATE)]
        )
        if lost:
            causes["copies_late"] = self.env._(
                "%(count)s mails of %(account)s were sent, but their copies are not in the Sent folder. "
                "Open the account and press «Choose the folder».",
                count=lost,
                account=self.name,
            )
        return causes

    def _l10n_co_size_limit(self):
        """:return: MB above which core makes links of attachments; DIAN's ZIP must never become one"""
        if told(self.env, KEEPS_ATTACHMENTS):
            return float("inf")
        return self.max_email_size or self.l10n_co_provider_id.size_limit or USUAL_SIZE_LIMIT
