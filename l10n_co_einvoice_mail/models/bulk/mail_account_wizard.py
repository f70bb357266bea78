import base64
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from ...bulk import addresses, sheets
from ...bulk.sheets import SERVER
from ...mailbox import discovery, providers
from ...mailbox.transport import is_public
from ..accounts.mail_account_server import AUTH_TYPES, DISCOVERY_SECONDS, OWN_DOMAIN
from ..accounts.mail_oauth import OAUTH_TYPES
from ..accounts.mail_provider import ENCRYPTIONS
from ..letters.letter_html import LetterHtml
from ..shared import parameters, rights
from ..shared.rights import MAIL_ADMIN, SETTINGS_ADMIN
from . import application, table, trial

# What somebody began is there until then; passwords that wait for it are gone with it.
KEPT_HOURS = 7 * 24


def oauth_type_of(host):
    """:return: "gmail" or "outlook" for a server whose users may sign in, else "" """
    sign_in = providers.at(host or "").sign_in
    return sign_in.type if sign_in else ""


class MailAccountWizard(models.TransientModel):
    """The mail accounts of many users, set up in one grid: chosen, proposed, pasted, tested and applied."""

    _name = "l10n_co.mail.account.wizard"
    _inherit = "l10n_co.mail.text.mixin"
    _description = "Mail accounts of many users"
    _rec_name = "company_id"

    _transient_max_hours = KEPT_HOURS
    _transient_max_count = 0

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    group_id = fields.Many2one("res.groups", help="Its users are loaded.")
    user_ids = fields.Many2many(
        "res.users",
        string="Picked users",
        domain="[('share', '=', False), ('company_id', '=', company_id)]",
    )
    domain = fields.Char(
        string="Mail domain", help="What comes after the @ in the addresses that are proposed."
    )
    address_pattern = fields.Selection(
        [("login", "User name of Odoo"), ("name", "first.last")],
        string="Before the @",
        default="name",
        required=True,
        help="Users who have an address already keep it.",
    )
    provider_id = fields.Many2one("l10n_co.mail.provider", ondelete="set null")
    provider_notice = fields.Char(related="provider_id.notice")
    smtp_host = fields.Char(
        string="Server", help="Name of the mail server, as your mail provider tells it."
    )
    smtp_port = fields.Integer(
        string="Port", help="Number of the door at the server; it goes with the encryption."
    )
    smtp_encryption = fields.Selection(
        ENCRYPTIONS,
        string="Encryption",
        help="How the connection is protected. With validation nobody can pose as the server.",
    )
    can_sign_in = fields.Boolean(compute="_compute_can_sign_in")
    sign_in = fields.Boolean(
        string="Users sign in themselves",
        compute="_compute_sign_in",
        store=True,
        readonly=False,
        help="No password is typed: each user gets an invitation to sign in at Google or Microsoft.",
    )
    line_ids = fields.One2many("l10n_co.mail.account.wizard.line", "wizard_id", string="Users")
    notice = fields.Text(string="What happened", readonly=True)

    waiting_count = fields.Integer(string="Waiting", compute="_compute_counts")
    ready_count = fields.Integer(string="Ready", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    done_count = fields.Integer(string="Done", compute="_compute_counts")
    open_count = fields.Integer(string="To complete or to test", compute="_compute_counts")
    test_total = fields.Integer(readonly=True)
    progress = fields.Integer(string="Tested", compute="_compute_counts")

    pasted = fields.Text(
        string="Paste here",
        compute="_compute_sheet",
        inverse="_inverse_pasted",
        help="Two columns are read as user and password, three as user, address and password. With titles in the "
        "first row any columns of the template will do.",
    )
    sheet = fields.Binary(
        string="Upload", compute="_compute_sheet", inverse="_inverse_sheet", attachment=False
    )
    sheet_name = fields.Char(compute="_compute_sheet", inverse="_inverse_sheet_name")
    template = fields.Binary(compute="_compute_template", attachment=False)

    header = LetterHtml(help="Above the text of everybody's mails; empty leaves what they have.")
    signature = LetterHtml(help="Below the text of everybody's mails; empty leaves what they have.")
    footer = LetterHtml(
        help="Below the signature of everybody's mails; empty leaves what they have."
    )

    def write(self, vals):
        result = super().write(vals)
        # Rules are asked before a change only: no list becomes another company's.
        self.check_access("write")
        return result

    has_departments = fields.Boolean(compute="_compute_has_departments")
    may_install = fields.Boolean(compute="_compute_has_departments")

    def _compute_has_departments(self):
        self.has_departments = "department_id" in self._fields
        self.may_install = self.env.user.has_group(SETTINGS_ADMIN)

    def action_open_employees_app(self):
        """:return: action that opens the app Employees, with which departments come, to be installed"""
        rights.check_settings(self.env)
        app = self.env.ref("base.module_hr")
        return app._get_records_action(name=app.shortdesc)

    # ---- opening ---------------------------------------------------------------------------------

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        company = self.env["res.company"].browse(values.get("company_id")) or self.env.company
        proposed = self._proposed_server(company)
        return {name: value for name, value in proposed.items() if name in fields_list} | values

    @api.model
    def _proposed_server(self, company):
        """:return: dict of the mail domain and the server that users of `company` most likely have"""
        sender = company.sudo().l10n_co_emission_server_id
        address = sender.l10n_co_address or company.email or ""
        domain = discovery.domain_of(address)
        provider = sender.l10n_co_provider_id
        if not provider and domain:
            found = discovery.find_provider(address, self.env["l10n_co.mail.provider"]._presets())
            provider = (
                provider.search([("code", "=", found.provider)]) if found.provider else provider
            )
        values = {
            "domain": domain,
            "provider_id": provider.id,
            "smtp_port": 465,
            "smtp_encryption": "ssl_strict",
        }
        if sender and self._may_be_proposed(sender.smtp_host or ""):
            return values | {name: sender[name] for name in SERVER}
        return values | self._server_of(provider, domain)

    @api.model
    def _may_be_proposed(self, host):
        """:return: False for a server of this machine or of the house's network, which nobody's mailbox is at"""
        if self.env["ir.mail_server"]._l10n_co_allows_internal():
            return True
        try:
            return is_public(host)
        except ValueError:  # a name
            return "." in host.strip(".")

    @api.model
    def _server_of(self, provider, domain, found=None):
        """:return: dict of the server that was found, else of the provider's; {} when neither has one"""
        way = found and found.proposed("smtp")
        endpoint = way.endpoint if way else provider._endpoint("smtp", domain)
        if not endpoint:
            return {}
        return dict(
            zip(SERVER, (endpoint.host, endpoint.port, endpoint.encryption.value), strict=True)
        )

    @api.model
    def action_open(self):
        """:return: action that opens what this user has begun for the company, or a new set-up"""
        self._check_admin()
        begun = self.search(
            [("create_uid", "=", self.env.uid), ("company_id", "=", self.env.company.id)],
            order="id desc",
            limit=1,
        )
        return (begun or self.create({}))._open()

    @api.model
    def action_open_for(self, user_ids):
        """:param user_ids: ids of users who were picked in their list
        :return: action that opens a new set-up of these users
        """
        self._check_admin()
        wizard = self.create({"user_ids": [Command.set(user_ids)]})
        wizard.action_load_users()
        return wizard._open()

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Users' mail accounts"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_start_over(self):
        """:return: action that opens an empty set-up; what was typed into this one is thrown away"""
        self._check_admin()
        self.unlink()
        return self.browse().action_open()

    def _check_admin(self):
        """:raise AccessError: the user may not set accounts up, or not those of this company"""
        if not self.env.user.has_group(MAIL_ADMIN):
            raise AccessError(
                self.env._("You need the right «E-invoice mail / Mail administrator» for this.")
            )
        self.check_access("write")

    # ---- whose accounts --------------------------------------------------------------------------

    def action_load_users(self):
        """Put the chosen users into the grid; who is there already stays as is."""
        self.ensure_one()
        self._check_admin()
        if not self.smtp_host:
            self._discover()
        users = self._chosen_users()
        if not users:
            raise UserError(
                self.env._(
                    "No Odoo user whose company is %s is in this choice.", self.company_id.name
                )
            )
        added = self._add_users(users)
        self.notice = "\n".join(
            [
                self.env._(
                    "Added: %(added)s. There already: %(present)s.",
                    added=len(added),
                    present=len(users) - len(added),
                ),
                *self._load_notices(),
            ]
        )
        return True

    def _chosen_users(self):
        """:return: users of the company in any of the choices; all of them when nothing was chosen"""
        chosen = Domain.OR(self._choices()) if self._choices() else Domain.TRUE
        return self.env["res.users"].search(chosen & self._users_domain(), order="name")

    def _users_domain(self):
        # A user of several companies has one account: that of the user's main company.
        return Domain([("share", "=", False), ("company_id", "=", self.company_id.id)])

    def _permitted(self, users):
        """:return: those of `users` (res.users) whose accounts the present user may set up with this list"""
        return self.env["res.users"].search(Domain("id", "in", users.ids) & self._users_domain())

    def _choices(self):
        """:return: list of domains on res.users, one for each choice that was made"""
        choices = []
        if self.group_id:
            choices.append(Domain("all_group_ids", "in", self.group_id.ids))
        if self.user_ids:
            choices.append(Domain("id", "in", self.user_ids.ids))
        return choices

    def _load_notices(self):
        """:return: list of sentences about who could not be loaded"""
        return []

    def _add_users(self, users):
        """:return: the new lines of those `users` who have none"""
        missing = users - self.line_ids.user_id
        return self.line_ids.create(
            [{"wizard_id": self.id, "user_id": user.id} for user in missing]
        )

    # ---- proposals -------------------------------------------------------------------------------

    @api.onchange("domain")
    def _onchange_domain(self):
        # The look-up asks servers of the network: not for everybody who can call this method.
        if self.env.user.has_group(MAIL_ADMIN):
            self.domain = (self.domain or "").strip().rpartition("@")[2]
            self._discover()

    def _discover(self):
        """Propose provider and server of the mail domain."""
        address = f"odoo@{self.domain or ''}"
        if not discovery.domain_of(address):
            return
        Provider = self.env["l10n_co.mail.provider"]
        found = discovery.discover(
            address,
            Provider._presets(),
            allow_internal=self.env["ir.mail_server"]._l10n_co_allows_internal(),
            seconds=DISCOVERY_SECONDS,
        )
        self.provider_id = Provider.search([("code", "=", found.provider or OWN_DOMAIN)])
        self.update(self._server_of(self.provider_id, self.domain, found))

    @api.onchange("provider_id")
    def _onchange_provider_id(self):
        self.update(self._server_of(self.provider_id, self.domain or ""))

    @api.depends("smtp_host")
    def _compute_can_sign_in(self):
        for wizard in self:
            wizard.can_sign_in = bool(oauth_type_of(wizard.smtp_host))

    @api.depends("provider_id", "smtp_host")
    def _compute_sign_in(self):
        for wizard in self:
            oauth_type = oauth_type_of(wizard.smtp_host)
            is_usual = wizard.provider_id.auth in AUTH_TYPES
            wizard.sign_in = oauth_type and (is_usual or wizard._has_client(oauth_type))

    @api.model
    def _has_client(self, oauth_type):
        """:return: True when Odoo is registered at the provider, so that users can sign in there"""
        name = f"{OAUTH_TYPES[oauth_type]}_client_id"
        return bool(parameters.text(self.env, name))

    def _taken_addresses(self, lines):
        """:return: set of addresses, in lower case, that others than the users of `lines` have"""
        users, others = lines.user_id, self.line_ids - lines
        free = [("id", "not in", users.ids), ("email", "!=", False)]
        servers = self.env["ir.mail_server"].sudo().search([("l10n_co_address", "!=", False)])
        taken = [
            *self.env["res.users"].sudo().search(free).mapped("email_normalized"),
            *servers.filtered(lambda s: s.owner_user_id not in users).mapped("l10n_co_address"),
            *others.mapped("email"),
        ]
        return {address.lower() for address in taken if address}

    def _shared_addresses(self):
        """:return: set of addresses, in lower case, that more than one user has, in the list or out of it"""
        counts = Counter((line.email or "").lower() for line in self.line_ids)
        counts.update(self._taken_addresses(self.line_ids))
        return {address for address, count in counts.items() if address and count > 1}

    def _propose_address(self, user, taken):
        """:return: an address for `user` (res.users) that is not in `taken`"""
        return addresses.propose(
            self.address_pattern, user.name or "", user.login or "", self.domain or "", taken
        )

    # ---- from a spreadsheet ----------------------------------------------------------------------

    def _compute_sheet(self):
        self.pasted = self.sheet = self.sheet_name = False

    def _inverse_pasted(self):
        for wizard in self.filtered("pasted"):
            wizard._take_over(sheets.of_text, wizard.pasted)
        self.invalidate_recordset(["pasted"])

    def _inverse_sheet(self):
        for wizard in self.filtered("sheet"):
            wizard._take_over(sheets.of_file, base64.b64decode(wizard.sheet))
        self.invalidate_recordset(["sheet"])

    def _inverse_sheet_name(self):
        self.invalidate_recordset(["sheet_name"])

    def action_take_over(self):
        """Saving the form, which comes before, has read what was pasted or uploaded."""
        self._check_admin()
        return True

    def _take_over(self, read, content):
        self._check_admin()
        self.notice = table.take_over(self, read, content)

    @api.depends_context("lang")
    def _compute_template(self):
        for wizard in self:
            wizard.template = base64.b64encode(table.template(wizard))

    def action_download_template(self):
        """:return: action that downloads a spreadsheet of the list, with the passwords to be filled in"""
        self.ensure_one()
        self._check_admin()
        name = self.env._("mail accounts") + ".xlsx"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/template/{name}?download=true",
            "target": "download",
        }

    # ---- testing ---------------------------------------------------------------------------------

    @api.depends("line_ids.state", "test_total")
    def _compute_counts(self):
        counted = ("ready", "failed", "done")
        for wizard in self:
            states = wizard.line_ids.mapped("state")
            for state in counted:
                wizard[f"{state}_count"] = states.count(state)
            wizard.waiting_count = waiting = states.count("queued")
            wizard.open_count = states.count("new") + states.count("incomplete")
            total = max(wizard.test_total, waiting)
            wizard.progress = 100 * (total - waiting) // total if total else 0

    def action_test(self):
        """Have the accounts of the list tested that are complete and not tested yet, or failed."""
        self.ensure_one()
        self._check_admin()
        return self._queue(self.line_ids.filtered(lambda line: line.state in ("new", "failed")))

    def _queue(self, lines):
        """:raise UserError: there are none, and none wait"""
        if not lines and not self.waiting_count:
            raise UserError(
                self.env._("There is nothing to test: type what is missing, or load users first.")
            )
        lines.sudo().write({"state": "queued"})
        self.test_total = self.waiting_count
        self.env.ref("l10n_co_einvoice_mail.cron_test_accounts").sudo()._trigger()
        return True

    def action_test_failed(self):
        """Have those accounts tested once more that failed."""
        self.ensure_one()
        self._check_admin()
        return self._queue(self.line_ids.filtered(lambda line: line.state == "failed"))

    def action_stop(self):
        """Take the accounts that were not tested yet out of the queue."""
        self.ensure_one()
        self._check_admin()
        waiting = self.line_ids.filtered(lambda line: line.state == "queued")
        waiting.sudo().write({"state": "new"})
        return True

    @api.model
    def _cron_test(self):
        """Test what waits, and do what the application left for later."""
        Line = self.env["l10n_co.mail.account.wizard.line"].sudo()
        if trial.run(Line):
            application.finish(Line.search([("is_finishing", "=", True)]))

    # ---- applying --------------------------------------------------------------------------------

    @api.constrains("header", "signature", "footer")
    def _check_frame(self):
        for wizard in self:
            for text in (wizard.header, wizard.signature, wizard.footer):
                wizard._l10n_co_check_html(text)

    def action_apply(self):
        """Set the accounts up that are ready; of the others the list says what is missing."""
        self.ensure_one()
        self._check_admin()
        self._check_registered()
        applied = application.apply(self.line_ids.filtered(lambda line: line.state == "ready"))
        framed = application.apply_frame(
            self.line_ids.filtered(lambda line: line.state == "done" and line.takes_frame)
        )
        self.notice = self._apply_notice(len(applied), len(framed))
        return True

    def _check_registered(self):
        """:raise UserError: users would be invited to sign in where nobody can yet: nobody's sending is changed"""
        kinds = {line._oauth_type() for line in self.line_ids if line.state == "ready"} - {""}
        missing = [
            providers.SIGN_INS[kind].name for kind in sorted(kinds) if not self._has_client(kind)
        ]
        if missing:
            raise UserError(
                self.env._(
                    "Register Odoo at %s first: Settings > General Settings > Discuss. Nothing was changed.",
                    ", ".join(missing),
                )
            )

    def _apply_notice(self, count, framed):
        """:param int count: how many accounts were set up
        :param int framed: how many users got another header, signature or footer
        :return: the outcome in words
        """
        states = dict(self.line_ids._fields["state"]._description_selection(self.env))
        left = Counter(line.state for line in self.line_ids if line.state != "done")
        notice = self.env._("Set up: %s.", count)
        if framed:
            notice += " " + self.env._("Header, signature or footer changed: %s.", framed)
        if left:
            notice += "\n" + self.env._(
                "Not set up: %s. The reason stands beside each user.",
                ", ".join(f"{states[state]} {number}" for state, number in left.items()),
            )
        return notice
