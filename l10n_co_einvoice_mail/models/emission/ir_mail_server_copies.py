import contextlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...mailbox import discovery, providers, sent
from ...mailbox.base import Credentials
from ...mailbox.errors import ArgumentRefused, MailboxError
from ...mailbox.imap import ImapMailbox
from ..shared.one_line import OneLine

SAVE_SENT = [
    ("auto", "When the provider does not keep one itself"),
    ("always", "Always"),
    ("never", "Never"),
]


class CopiedAccount(models.Model):
    """Where the copies of what an account sends go."""

    _inherit = "ir.mail_server"

    # Not required: the program that neutralizes a copy of the database adds an account without it. Empty is "auto".
    l10n_co_save_sent = fields.Selection(
        SAVE_SENT,
        string="Copy in the Sent folder",
        default="auto",
        help="What Odoo sends is then found in your mail program too, among the sent mails.",
    )
    l10n_co_sent_server_id = fields.Many2one(
        "fetchmail.server",
        string="Mailbox of the copies",
        copy=False,
        ondelete="set null",
        help="Used to put copies into its Sent folder, and for nothing else.",
    )
    l10n_co_sent_folder = OneLine(
        string="Folder of the copies",
        copy=False,
        help="Empty: the folder that the server itself marks as that of sent mails.",
    )
    l10n_co_sent_notice = fields.Char(
        string="Copies", compute="_compute_l10n_co_sent_notice", compute_sudo=True
    )

    @api.depends(
        "l10n_co_save_sent",
        "l10n_co_sent_server_id",
        "l10n_co_sent_folder",
        "l10n_co_provider_id",
        "smtp_host",
    )
    @api.depends_context("lang")
    def _compute_l10n_co_sent_notice(self):
        texts = {
            "provider": self.env._("The provider keeps the copies by itself."),
            "never": self.env._("No copies are kept."),
            "missing": self.env._("No folder is set up: no copies are kept yet."),
        }
        for account in self:
            state = account._l10n_co_copy_state()
            account.l10n_co_sent_notice = texts.get(state) or self.env._(
                "Copies go to «%(folder)s» at %(server)s.",
                folder=account.l10n_co_sent_folder or self.env._("Sent mails"),
                server=account.l10n_co_sent_server_id.server,
            )

    def _l10n_co_copy_state(self):
        """:return: what becomes of a copy of a mail that is sent now: a value of `sent_copy.COPY_STATES`"""
        if self.l10n_co_save_sent == "never":
            return "never"
        provider = self.l10n_co_provider_id
        keeps = provider.saves_sent or providers.at(self.smtp_host or "").keeps_sent
        if self.l10n_co_save_sent != "always" and keeps:
            return "provider"
        return "pending" if self.sudo().l10n_co_sent_server_id else "missing"

    @api.constrains("l10n_co_sent_server_id")
    def _check_l10n_co_sent_server(self):
        for account in self.sudo():
            server = account.l10n_co_sent_server_id
            if server and not account._l10n_co_may_keep_in(server):
                raise ValidationError(self.env._("This mailbox is not one of the account's."))

    def _l10n_co_may_keep_in(self, server):
        """:return: True for a mailbox of this account's own, and the company's reception mailbox that it is too"""
        company = self.l10n_co_company_id or self.owner_user_id.company_id
        others = self.with_context(active_test=False).search_count(
            [("l10n_co_sent_server_id", "=", server.id), ("id", "!=", self.id)], limit=1
        )
        is_own = server.l10n_co_append_only and server.l10n_co_company_id == company and not others
        return is_own or server == self._l10n_co_reception_twin()

    # ---- the mailbox -----------------------------------------------------------------------------

    def _l10n_co_sent_mailbox(self, server=None):
        """:param server: fetchmail.server that is none of the account's yet
        :return: imap.ImapMailbox of the copies, not opened yet
        :raise MailboxError: there is none, or a datum of it cannot be used
        """
        server = server or self.sudo().l10n_co_sent_server_id
        return ImapMailbox(
            server._l10n_co_endpoint(),
            self._l10n_co_sent_credentials(server),
            allow_internal=self._l10n_co_allows_internal(),
        )

    def _l10n_co_sent_credentials(self, server):
        """The mailbox' own password or, where none was typed, the account's: it is the same mailbox.

        :raise ArgumentRefused: the account's password would be shown to another provider, or to a server that need not
            prove its name
        """
        own = server._l10n_co_credentials()
        if own.password or own.oauth_string:
            return own
        is_known = self.env["l10n_co.mail.provider"]._is_one_place(server.server, self.smtp_host)
        if not is_known or not server._l10n_co_endpoint().encryption.is_verified:
            raise ArgumentRefused("password_missing", data={"user": own.user})
        self._l10n_co_renew_first()
        account = self._l10n_co_credentials()
        return Credentials(own.user, account.password, account.oauth_string)

    def _l10n_co_propose_sent(self):
        """:return: dict of the IMAP server that belongs to the account's address, as far as it is known: values of
        fetchmail.server
        """
        address = self.l10n_co_address or self.from_filter or ""
        provider = self.l10n_co_provider_id
        endpoint = provider and provider._endpoint("imap", discovery.domain_of(address))
        return {
            "name": address,
            "l10n_co_company_id": (self.l10n_co_company_id or self.owner_user_id.company_id).id,
            "l10n_co_append_only": True,
            "server_type": "imap",
            "server": endpoint.host if endpoint else self.smtp_host,
            "port": endpoint.port if endpoint else 993,
            "l10n_co_encryption": endpoint.encryption.value if endpoint else "ssl_strict",
            "user": provider._login_of(address, "imap") if provider else self.smtp_user,
        }

    def _l10n_co_reception_twin(self):
        """:return: the company's reception mailbox that is the same mailbox as this account"""
        return (
            self.env["fetchmail.server"]
            .sudo()
            .search(
                [
                    ("l10n_co_company_id", "=", self.l10n_co_company_id.id),
                    ("l10n_co_company_id", "!=", False),
                    ("l10n_co_append_only", "=", False),
                    ("server_type", "in", ("imap", "gmail", "outlook")),
                    ("l10n_co_address", "=ilike", self.l10n_co_address),
                    ("state", "=", "done"),
                ],
                limit=1,
            )
        )

    def _l10n_co_set_up_sent(self):
        """Find the Sent folder by what is known already, so that nobody has to type anything; it can be done by hand
        where that fails.
        """
        account = self.sudo()
        if account._l10n_co_copy_state() != "missing":
            return
        with contextlib.suppress(MailboxError), self.env.cr.savepoint():
            twin = account._l10n_co_reception_twin()
            account.l10n_co_sent_server_id = twin or self.env["fetchmail.server"].sudo().create(
                account._l10n_co_propose_sent()
            )
            with account._l10n_co_sent_mailbox() as mailbox:
                account.l10n_co_sent_folder = sent.find_folder(mailbox)

    def l10n_co_action_sent_folder(self):
        """:return: action that lets the folder of the copies be chosen from the mailbox' own list"""
        self.ensure_one()
        self._l10n_co_check_admin()
        return self.env["l10n_co.sent.folder"]._open(self)

    def unlink(self):
        servers = self.sudo().l10n_co_sent_server_id.filtered("l10n_co_append_only")
        result = super().unlink()
        servers.unlink()
        return result

    @api.autovacuum
    def _gc_l10n_co_sent_servers(self):
        """Mailboxes that were looked at, and then not chosen."""
        used = self.env["ir.mail_server"].with_context(active_test=False).search([])
        self.env["fetchmail.server"].with_context(active_test=False).search(
            [
                ("l10n_co_append_only", "=", True),
                ("id", "not in", used.l10n_co_sent_server_id.ids),
                ("create_date", "<", fields.Datetime.now() - timedelta(days=1)),
            ]
        ).unlink()
