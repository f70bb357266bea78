from odoo import api, fields, models
from odoo.fields import Domain

from ...mailbox import discovery
from ...mailbox.providers import SIGN_INS
from ...mailbox.way import SOURCES, is_within
from ..shared.rights import MAIL_ADMIN
from .mail_provider import PROTOCOLS

# A form waits for this long while the servers of an address are looked for.
DISCOVERY_SECONDS = 8
# auth of a provider -> type of the account
AUTH_TYPES = {sign_in.auth: kind for kind, sign_in in SIGN_INS.items()}
# Servers found without the table belong to a domain of one's own.
OWN_DOMAIN = "cpanel"
# What a form shows of what was found.
SHOWN = (
    "l10n_co_way_ids",
    "l10n_co_way_id",
    "l10n_co_server_origin",
    "l10n_co_server_is_foreign",
)


class MailAccountMixin(models.AbstractModel):
    """An account's server: found from its address, shown with where its name is from and with the other ways, and put
    into the account only where it is a provider's of the table or the domain's own. Others a person chooses.
    """

    _inherit = "l10n_co.mail.account.mixin"

    l10n_co_way_ids = fields.Many2many(
        "l10n_co.mail.way", compute="_compute_l10n_co_ways", groups=MAIL_ADMIN
    )
    l10n_co_way_id = fields.Many2one(
        "l10n_co.mail.way",
        string="Servers found",
        compute="_compute_l10n_co_ways",
        readonly=False,
        groups=MAIL_ADMIN,
        help="What was found for this address. Nothing is sent there before you test the account.",
    )
    l10n_co_server_origin = fields.Char(
        string="How the server was found", compute="_compute_l10n_co_ways"
    )
    l10n_co_server_is_foreign = fields.Boolean(compute="_compute_l10n_co_ways")

    @api.depends(
        lambda self: (
            [
                "l10n_co_address",
                *(self._l10n_co_names[key] for key in ("host", "port", "encryption", "type")),
            ]
            if self._l10n_co_names
            else []
        )
    )
    @api.depends_context("uid", "lang")
    def _compute_l10n_co_ways(self):
        presets = self.env["l10n_co.mail.provider"]._presets()
        for account in self:
            ways = account._l10n_co_ways()
            way = ways.filtered(account._l10n_co_goes)[:1]
            account.l10n_co_way_ids = ways
            account.l10n_co_way_id = way
            origin, is_foreign = account._l10n_co_origin(way or ways[:1], bool(way), presets)
            account.l10n_co_server_origin = origin
            account.l10n_co_server_is_foreign = is_foreign

    def _l10n_co_ways(self):
        """:return: l10n_co.mail.way, what the present user was told of the account's domain"""
        domain = discovery.domain_of(self.l10n_co_address or "")
        known = self.env["l10n_co.mail.way"]._known(domain)
        return known.filtered(lambda way: way.protocol in self._l10n_co_password_types)

    def _l10n_co_goes(self, way):
        """:return: True when the account goes this way"""
        names = self._l10n_co_names
        return (way.type, way.host, way.port, way.encryption) == tuple(
            self[names[key]] for key in ("type", "host", "port", "encryption")
        )

    def _l10n_co_origin(self, way, is_chosen, presets):
        """:param way: the one the account goes, or the first of those it could go
        :return: (where the name of the account's server is from, in words; True when that vouches for nothing)
        """
        host = (self[self._l10n_co_names["host"]] or "").lower()
        domain = discovery.domain_of(self.l10n_co_address or "")
        if not host:
            if not way:
                return False, False
            told = self.env._(
                "%(host)s is of another domain: choose it if it is your mail provider's.",
                host=way.host,
            )
            return told, True
        if is_chosen and not way.is_foreign:
            return f"{host}: {self.env._(SOURCES[way.source])}", False
        if any(host in preset.hosts for preset in presets):
            return self.env._("%s: a server of the table of providers", host), False
        if is_within(host, domain):
            return self.env._("%s: a customary name of the domain; the test tells", host), False
        return self.env._(
            "%s is of another domain: be sure that it is your mail provider's before you type the password.",
            host,
        ), True

    # ---- from the address to everything else -------------------------------------------------------

    @api.onchange("l10n_co_address")
    def _onchange_l10n_co_address(self):
        # The look-up asks servers of the network: not for everybody who can call this method.
        if not self._l10n_co_is_account() or not self._l10n_co_is_admin():
            return
        self.l10n_co_address = (self.l10n_co_address or "").strip()
        if not discovery.domain_of(self.l10n_co_address):
            return
        found, provider = self._l10n_co_look()
        self.l10n_co_provider_id = provider
        self._l10n_co_apply_provider(found)

    def _l10n_co_look(self):
        """Look for the servers of the account's address, and keep them for the present user to choose from.

        :return: (discovery.Found, l10n_co.mail.provider)
        """
        Provider = self.env["l10n_co.mail.provider"]
        found = discovery.discover(
            self.l10n_co_address or "",
            Provider._presets(),
            allow_internal=self._l10n_co_allows_internal(),
            seconds=DISCOVERY_SECONDS,
        )
        provider = Provider.search([("code", "=", found.provider or OWN_DOMAIN)])
        self.env["l10n_co.mail.way"]._keep(found, provider)
        self.invalidate_recordset(SHOWN, flush=False)
        return found, provider

    def l10n_co_action_find_server(self):
        """Look once more for the servers of the address, and show them; the account stays as it is."""
        self.ensure_one()
        self._l10n_co_check_admin()
        if self._l10n_co_is_account() and discovery.domain_of(self.l10n_co_address or ""):
            self._l10n_co_look()
        return True

    @api.onchange("l10n_co_way_id")
    def _onchange_l10n_co_way(self):
        way = self.l10n_co_way_id
        if not way or not self._l10n_co_is_account() or way not in self._l10n_co_ways():
            return
        address, names = self.l10n_co_address or "", self._l10n_co_names
        self[names["type"]] = way.type
        self[names["host"]] = way.host
        self[names["port"]] = way.port
        self[names["encryption"]] = way.encryption
        self[names["user"]] = address.partition("@")[0] if way.login == "local" else address

    @api.onchange("l10n_co_provider_id")
    def _onchange_l10n_co_provider(self):
        provider = self.l10n_co_provider_id
        if not self._l10n_co_is_account() or not provider or not self._l10n_co_is_preset():
            return
        has_host = bool(self[self._l10n_co_names["host"]])
        if provider.code == OWN_DOMAIN and not has_host and self._l10n_co_ways():
            return  # servers were found, and one of them has to be chosen
        self._l10n_co_apply_provider(discovery.Found())

    def _l10n_co_is_preset(self):
        """:return: False when the server was found or typed, and is none of the table's"""
        host = self[self._l10n_co_names["host"]]
        hosts = [f"{protocol}_host" for protocol in PROTOCOLS]
        return not host or bool(
            self.env["l10n_co.mail.provider"].search_count(
                Domain.OR([(name, "=", host)] for name in hosts), limit=1
            )
        )

    def _l10n_co_apply_provider(self, found):
        """Copy the provider's values, and those that were found, onto the account.

        :param found: discovery.Found
        """
        values = self._l10n_co_values(self.l10n_co_provider_id, self.l10n_co_address or "", found)
        for name, value in values.items():
            if self[name] != value:
                self[name] = value

    def _l10n_co_values(self, provider, address, found):
        """:return: dict of the account's fields as the provider (l10n_co.mail.provider) wants them for the address"""
        names = self._l10n_co_names
        protocol = self._l10n_co_protocol_for(provider, found)
        way = found.proposed(protocol)
        login = provider._login_of(address, protocol)
        if way and way.login == "local":
            login = address.partition("@")[0]
        values = {
            names["type"]: AUTH_TYPES.get(provider.auth, self._l10n_co_password_types[protocol]),
            names["user"]: login,
        }
        if address and not self.name:
            values["name"] = address
        return values | self._l10n_co_place(provider, address, found, protocol)

    def _l10n_co_place(self, provider, address, found, protocol):
        """:return: dict of the account's server: the domain's own that was found, else the provider's. Where only
        servers of other domains were found, none: a person chooses.
        """
        names, way = self._l10n_co_names, found.proposed(protocol)
        if not way and found.of(protocol):
            return {names["host"]: False}
        endpoint = (
            way.endpoint if way else provider._endpoint(protocol, discovery.domain_of(address))
        )
        if not endpoint:
            return {}
        return {
            names["host"]: endpoint.host,
            names["port"]: endpoint.port,
            names["encryption"]: endpoint.encryption.value,
        }
