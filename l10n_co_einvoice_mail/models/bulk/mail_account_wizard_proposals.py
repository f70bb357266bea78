from collections import Counter

from odoo import api, models

from ...bulk import addresses
from ...bulk.sheets import SERVER
from ...mailbox import discovery
from ...mailbox.transport import is_public
from ..accounts.mail_account_server import AUTH_TYPES, DISCOVERY_SECONDS, OWN_DOMAIN
from ..accounts.mail_oauth import OAUTH_TYPES
from ..shared import parameters
from ..shared.rights import MAIL_ADMIN
from .mail_account_wizard import oauth_type_of


class ProposedAccounts(models.TransientModel):
    """What a list proposes: server, way to log in, addresses."""

    _inherit = "l10n_co.mail.account.wizard"

    # ---- the server --------------------------------------------------------------------------------

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
        servers = self.env["ir.mail_server"].sudo().with_context(active_test=False)
        servers = servers.search([("l10n_co_address", "!=", False)])
        taken = [
            *self.env["res.users"].sudo().search(free).mapped("email_normalized"),
            *servers.filtered(
                lambda s: (s.owner_user_id or s.l10n_co_succeeds_id.owner_user_id) not in users
            ).mapped("l10n_co_address"),
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
