import contextlib
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ...mailbox import providers
from ...mailbox.diagnosis import Account
from ..shared.contexts import carried
from ..shared.one_line import OneLine
from ..shared.secret import Secret
from .session import SESSION, SendingFailed, Session


class IrMailServer(models.Model):
    """A company's sending account, when it belongs to one: never used for mail it was not chosen for. A user's own
    account, when it belongs to a user: see `ir_mail_server_owner`.
    """

    _name = "ir.mail_server"
    _inherit = ["ir.mail_server", "l10n_co.mail.account.mixin"]

    _l10n_co_names = {
        "host": "smtp_host",
        "port": "smtp_port",
        "encryption": "smtp_encryption",
        "user": "smtp_user",
        "password": "smtp_pass",
        "type": "smtp_authentication",
        "state": "l10n_co_state",
        "diagnosis": "mail_server_id",
        "window": "sending_account",
    }
    _l10n_co_password_types = {"smtp": "login"}
    _l10n_co_fixed = ("l10n_co_company_id", "owner_user_id", "from_filter", "l10n_co_address")

    smtp_user = fields.Char(groups="base.group_system,l10n_co_einvoice_mail.group_mail_admin")
    smtp_pass = Secret(string="Stored password", copy=False)
    l10n_co_company_id = fields.Many2one(
        string="Sends for",
        help="The company whose documents leave through this account, and nothing else.",
    )
    l10n_co_state = fields.Selection(
        [("draft", "Not confirmed"), ("done", "Confirmed")],
        string="Status",
        default="draft",
        readonly=True,
        copy=False,
        help="An account is confirmed when its test has passed, and only then used.",
    )
    l10n_co_display_name = OneLine(
        string="Sender's name", help="What recipients read before the address."
    )
    l10n_co_website = OneLine(
        string="Web site",
        help="What the variable for the web site stands for in headers and footers. Empty: the company's.",
    )
    l10n_co_copy_email = OneLine(
        string="Email copia", copy=False, help="Gets a blind copy of everything that is sent."
    )
    l10n_co_copy_all = fields.Boolean(
        string="Copy of all documents",
        default=True,
        help="The company's documents that leave from a user's own account are copied to this address too.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [self._l10n_co_with_sender(self._l10n_co_by_program(vals)) for vals in vals_list]
        )

    def write(self, vals):
        return super().write(self._l10n_co_with_sender(vals))

    @api.model
    def _l10n_co_by_program(self, vals):
        """An account that a program creates out of core's own fields is complete: nobody is there to test it."""
        known = (vals.get("from_filter") or "", vals.get("smtp_user") or "")
        address = next(filter(None, map(email_normalize, known)), False)
        if not vals.get("l10n_co_company_id") or vals.get("l10n_co_address") or not address:
            return vals
        confirmed = {"l10n_co_state": "done"} if self.env.su else {}
        return {**confirmed, **vals, "l10n_co_address": address}

    @api.model
    def _l10n_co_with_sender(self, vals):
        """The sender's address is the only one this account may be used for."""
        address = vals.get("l10n_co_address")
        if not address:
            return vals
        # As core compares it: with what email_normalize makes of a mail's sender.
        return {"name": address, **vals, "from_filter": email_normalize(address) or address}

    @api.onchange("smtp_encryption")
    def _onchange_encryption(self):
        # EXTENDS base: core proposes port 25, or 465 for one of the two SSL values only
        if not self._l10n_co_is_account():
            return super()._onchange_encryption()
        if self.smtp_port in (0, 25, 465, 587):
            self.smtp_port = 465 if (self.smtp_encryption or "").startswith("ssl") else 587
        return None

    @api.onchange("smtp_authentication")
    def _onchange_smtp_authentication_gmail(self):
        # EXTENDS google_gmail
        if not self._l10n_co_is_account():
            return super()._onchange_smtp_authentication_gmail()
        return None

    @api.onchange("smtp_authentication")
    def _onchange_smtp_authentication_outlook(self):
        # EXTENDS microsoft_outlook
        if not self._l10n_co_is_account():
            return super()._onchange_smtp_authentication_outlook()
        if sign_in := providers.SIGN_INS.get(self.smtp_authentication):
            self.smtp_encryption, self.smtp_port = "starttls", 587  # core's rule
            if providers.at(self.smtp_host or "").sign_in != sign_in:
                self.smtp_host = sign_in.smtp_host
        return None

    def _l10n_co_protocol(self):
        return "smtp"

    def _l10n_co_protocol_for(self, _provider, _found):
        return "smtp"

    def _l10n_co_values(self, provider, address, found):
        # EXTENDS l10n_co.mail.account.mixin
        values = super()._l10n_co_values(provider, address, found)
        if values["smtp_authentication"] != "login":
            values["smtp_encryption"] = "starttls"  # core's rule for accounts that sign in
            values["smtp_port"] = 587
        return {**values, "from_filter": address}

    @api.depends("smtp_user", "smtp_host", "smtp_port", "smtp_authentication", "smtp_pass")
    def _compute_l10n_co_missing(self):
        return super()._compute_l10n_co_missing()

    def _l10n_co_diagnosed(self, recipient=""):
        """:return: diagnosis.Account of this server"""
        return Account(
            "smtp",
            self._l10n_co_endpoint(),
            self._l10n_co_credentials(),
            self._l10n_co_allows_internal(),
            sender=self.l10n_co_address or self.from_filter or "",
            recipient=recipient,
            name=self.l10n_co_greeting_name or "",
        )

    def _l10n_co_note_failure(self, error, values):
        # EXTENDS l10n_co.mail.account.mixin: the name in Odoo's own address is proposed to a server that wants another
        if error.code == "name_refused" and not self.l10n_co_greeting_name:
            base_url = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
            name = urlsplit(base_url or "").hostname or ""
            values = {**values, "l10n_co_greeting_name": "." in name and name}
        return super()._l10n_co_note_failure(error, values)

    def _l10n_co_confirm(self):
        # EXTENDS l10n_co.mail.account.mixin: a company's first account is the one it sends with
        result = super()._l10n_co_confirm()
        company = self.l10n_co_company_id.sudo()
        if company and not company.l10n_co_emission_server_id:
            company.l10n_co_emission_server_id = self
        # Looking for the Sent folder takes a connection: who confirms many accounts has it done in the background.
        if not self.env.context.get("l10n_co_sent_folder_later"):
            self._l10n_co_set_up_sent()
        return result

    def l10n_co_set_draft(self):
        """Let the account be changed; it is not used until its test has passed again."""
        self.write({"l10n_co_state": "draft"})

    def _l10n_co_leave(self, values):
        # EXTENDS l10n_co.mail.account.mixin: nobody sends with it any more, nor keeps copies through it
        companies = self.env["res.company"].sudo()
        companies.search([("l10n_co_emission_server_id", "=", self.id)]).write(
            {"l10n_co_emission_server_id": False}
        )
        self.l10n_co_sent_server_id.filtered("l10n_co_append_only").unlink()
        return super()._l10n_co_leave(values)

    def _active_usages_compute(self):
        # EXTENDS base: an account a company sends with is not archived unnoticed
        usages = super()._active_usages_compute()
        companies = (
            self.env["res.company"].sudo().search([("l10n_co_emission_server_id", "in", self.ids)])
        )
        for company in companies:
            usages.setdefault(company.l10n_co_emission_server_id.id, []).append(
                self.env._("E-invoice mail of %s", company.name)
            )
        return usages

    @api.ondelete(at_uninstall=False)
    def _l10n_co_unlink_except_chosen(self):
        companies = (
            self.env["res.company"].sudo().search([("l10n_co_emission_server_id", "in", self.ids)])
        )
        if companies:
            raise UserError(
                self.env._(
                    "%(company)s sends its documents with %(account)s. Choose another sending account in the settings "
                    "first.",
                    company=", ".join(companies.mapped("name")),
                    account=", ".join(companies.l10n_co_emission_server_id.mapped("name")),
                )
            )

    @api.model
    def _find_mail_server(self, email_from, mail_servers=None):
        # EXTENDS base: our accounts are given to mails one by one (l10n_co.emission), never found for other mail, not
        # even as the last resort that core takes in spite of the from_filter
        if mail_servers is None:
            mail_servers = self.sudo().search(
                self._find_mail_server_allowed_domain(), order="sequence"
            )
        others = mail_servers.filtered(lambda server: not server._l10n_co_is_account())
        return super()._find_mail_server(email_from, others)

    def _connect__(
        self, *args, mail_server_id=None, smtp_from=None, allow_archived=False, **kwargs
    ):
        # EXTENDS base: core's login knows ASCII only, and its sockets no guard
        account = self.sudo().browse(mail_server_id or ())
        if not account._l10n_co_is_account() or self._disable_send():
            return super()._connect__(
                *args,
                mail_server_id=mail_server_id,
                smtp_from=smtp_from,
                allow_archived=allow_archived,
                **kwargs,
            )
        return account._l10n_co_session(smtp_from)

    def test_smtp_connection(self, autodetect_max_email_size=False):
        # EXTENDS base
        ours = self.filtered(lambda server: server._l10n_co_is_account())
        for account in ours:
            account._l10n_co_try()
        return super(IrMailServer, self - ours).test_smtp_connection(autodetect_max_email_size)

    def _get_max_email_size(self):
        # EXTENDS base: above it core makes links of attachments
        if not self or not self._l10n_co_is_account():
            return super()._get_max_email_size()
        return self._l10n_co_size_limit()

    @api.model
    def _build_email__(self, email_from, *args, **kwargs):
        # EXTENDS base: the From is the account's, whatever stands on the message that the mail shares with others
        session = carried(self.env, SESSION, Session)
        return super()._build_email__(session.smtp_from if session else email_from, *args, **kwargs)

    @api.model
    def _prepare_smtp_to_list(self, message, smtp_session):
        # EXTENDS base: core leaves addresses beyond ASCII out, without a word
        if not isinstance(smtp_session, Session):
            return super()._prepare_smtp_to_list(message, smtp_session)
        with contextlib.suppress(UnicodeError):
            found = super()._prepare_smtp_to_list(message, smtp_session)
            return found or self._l10n_co_validated()
        return self._l10n_co_validated()

    def _l10n_co_validated(self):
        return list(self.env.context.get("send_validated_to") or [])

    @api.model
    def send_email(self, message, *args, **kwargs):
        # EXTENDS base: what went wrong is told in our words, and the next recipients of the mail get theirs
        try:
            return super().send_email(message, *args, **kwargs)
        except MailDeliveryException as error:
            if not isinstance(error.__context__, SendingFailed):
                raise
            if carried(self.env, SESSION, Session):
                raise AssertionError(self.NO_VALID_RECIPIENT) from None
            raise error.__context__ from None
