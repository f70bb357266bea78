from odoo import api, fields, models

from ...mailbox.discovery import Preset
from ...mailbox.transport import Encryption, Endpoint
from ...mailbox.way import Way, is_host_name
from ..shared import parameters, rights
from ..shared.asking import ask_administrator

# In core's words for ir.mail_server, so that each screen says the same.
ENCRYPTIONS = [
    ("none", "None"),
    ("starttls_strict", "TLS (STARTTLS), encryption and validation"),
    ("starttls", "TLS (STARTTLS), encryption only"),
    ("ssl_strict", "SSL/TLS, encryption and validation"),
    ("ssl", "SSL/TLS, encryption only"),
]
PROTOCOLS = ("imap", "pop", "smtp")


class MailProvider(models.Model):
    """A provider's settings as they were on the day they were checked. They are copied onto an account and never read
    at run time.
    """

    _name = "l10n_co.mail.provider"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Mail provider"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=50)
    active = fields.Boolean(default=True)
    domains = fields.Text(help="Mail domains of the provider itself, separated by spaces.")
    mx_suffixes = fields.Text(
        string="MX suffixes",
        help="How the names of the mail exchangers end, at domains of one's own that the provider serves.",
    )
    imap_host = fields.Char(string="IMAP server", help="{domain} stands for the address' domain.")
    imap_port = fields.Integer(string="IMAP port")
    imap_encryption = fields.Selection(ENCRYPTIONS, string="IMAP encryption")
    imap_login = fields.Selection(
        [("address", "The complete address"), ("local", "The part before the @")],
        string="IMAP user",
        default="address",
        required=True,
    )
    pop_host = fields.Char(string="POP3 server")
    pop_port = fields.Integer(string="POP3 port")
    pop_encryption = fields.Selection(ENCRYPTIONS, string="POP3 encryption")
    smtp_host = fields.Char(string="Sending server")
    smtp_port = fields.Integer(string="Sending port")
    smtp_encryption = fields.Selection(ENCRYPTIONS, string="Sending encryption")
    auth = fields.Selection(
        [
            ("password", "Password of the mailbox"),
            ("app_password", "App password"),
            ("oauth_google", "Sign in at Google"),
            ("oauth_microsoft", "Sign in at Microsoft"),
        ],
        string="Sign-in",
        default="password",
        required=True,
    )
    saves_sent = fields.Boolean(
        string="Stores what is sent",
        help="The provider itself puts a copy of every sent mail into the Sent folder.",
    )
    size_limit = fields.Integer(string="Largest mail (MB)", help="0: the provider does not tell.")
    notice = fields.Char(translate=True, help="What has to be known before anything is typed.")
    help_html = fields.Html(string="Step by step", translate=True)
    checked_on = fields.Date(
        help="The day these values were compared with the provider's own pages."
    )

    _unique_code = models.Constraint("UNIQUE(code)", "There is a provider with this code already.")

    def action_ask_administrator(self):
        """Ask a settings administrator to look at these values: they hold for every company.

        :return: action that tells who was asked
        :raise UserError: there is no settings administrator
        """
        rights.check_mail_admin(self.env)
        self.check_access("read")
        return ask_administrator(
            self,
            lambda provider: (
                self.env._("Check the values of %s", provider.name),
                self.env._(
                    "%s asks for it: what stands here does not work, or not any more.",
                    self.env.user.name,
                ),
            ),
        )

    @api.model
    def _presets(self):
        """:return: list of `discovery.Preset`, one a provider, in the providers' order"""
        return [
            Preset(
                provider.code,
                frozenset((provider.domains or "").lower().split()),
                tuple((provider.mx_suffixes or "").lower().split()),
                provider._own_hosts(),
            )
            for provider in self.sudo().search([])
        ]

    @api.model
    def _is_one_place(self, host, other):
        """:return: True when what one of these servers knows may be told to the other: they are the same, or both stand
        in one provider's row. Names that merely look alike prove nothing: many owners share a domain.
        """
        host, other = (name.strip().lower().rstrip(".") for name in (host or "", other or ""))
        if host == other:
            return bool(host)
        return any({host, other} <= provider._own_hosts() for provider in self.sudo().search([]))

    def _own_hosts(self):
        """:return: frozenset of the names of this provider's servers that are the same for everybody"""
        hosts = {(self[f"{protocol}_host"] or "").lower() for protocol in PROTOCOLS}
        return frozenset(host for host in hosts if host and "{" not in host)

    def _endpoint(self, protocol, domain=""):
        """:param str protocol: one of `PROTOCOLS`
        :param str domain: of the account's address
        :return: transport.Endpoint, or None where the provider has no such server, or none that may be used here
        """
        host = self[f"{protocol}_host"]
        if not host or ("{domain}" in host and not domain):
            return None
        host = host.replace("{domain}", domain)
        if not is_host_name(host.lower()) and not parameters.allows_internal(self.env):
            return None
        encryption = self[f"{protocol}_encryption"] or Encryption.SSL_STRICT
        return Endpoint(host, self[f"{protocol}_port"], encryption)

    def _ways(self, domain, source):
        """:param str source: a key of `way.SOURCES`, how the provider was found
        :return: list of `way.Way`, the provider's servers for the accounts of a domain
        """
        endpoints = {protocol: self._endpoint(protocol, domain) for protocol in PROTOCOLS}
        return [
            Way(protocol, endpoint, source, self.imap_login if protocol == "imap" else "address")
            for protocol, endpoint in endpoints.items()
            if endpoint
        ]

    def _login_of(self, address, protocol):
        """:return: user name the provider wants for `address`"""
        if protocol == "imap" and self.imap_login == "local":
            return address.partition("@")[0]
        return address
