from odoo import api, fields, models

from ...mailbox import providers
from ...mailbox.transport import Encryption
from ...mailbox.way import SOURCES, is_within
from .mail_provider import ENCRYPTIONS, PROTOCOLS

WORDS = {"imap": "IMAP", "pop": "POP3", "smtp": "SMTP"}
TYPES = {"imap": "imap", "pop": "pop", "smtp": "login"}


class MailWay(models.TransientModel):
    """A server that was found for the accounts of a domain: shown to whoever looked for it, until a person chooses."""

    _name = "l10n_co.mail.way"
    _description = "Server found for a mail domain"
    _order = "id"

    domain = fields.Char(index=True, help="Empty: something else was found since.")
    protocol = fields.Selection([(key, WORDS[key]) for key in PROTOCOLS], required=True)
    type = fields.Char(required=True, help="What the account is then: the way it logs in.")
    host = fields.Char(required=True)
    port = fields.Integer(required=True)
    encryption = fields.Selection(ENCRYPTIONS, required=True)
    login = fields.Char(required=True)
    source = fields.Selection(list(SOURCES.items()), required=True)
    is_foreign = fields.Boolean(
        help="Its name belongs to another domain, and to no known provider."
    )

    @api.depends("protocol", "type", "host", "port", "encryption", "is_foreign")
    @api.depends_context("lang")
    def _compute_display_name(self):
        encryptions = dict(self._fields["encryption"]._description_selection(self.env))
        for way in self:
            sign_in = providers.SIGN_INS.get(way.type)
            words = [
                self.env._(
                    "%(protocol)s · %(host)s, port %(port)s, %(encryption)s",
                    protocol=WORDS[way.protocol],
                    host=way.host,
                    port=way.port,
                    encryption=encryptions[way.encryption],
                )
            ]
            if sign_in:
                words.append(self.env._("sign-in at %s", sign_in.name))
            if way.is_foreign:
                words.append(self.env._("of another domain"))
            way.display_name = " · ".join(words)

    @api.model
    def _keep(self, found, provider):
        """Keep what was found for the present user, instead of what was found for the same domain before.

        :param found: discovery.Found
        :param provider: l10n_co.mail.provider that it names; its own servers are ways too
        """
        # To delete them would empty the caches, and with them the form that is being filled in.
        self._known(found.domain).write({"domain": False})
        known = provider._ways(found.domain, found.source) if found.provider else []
        self.sudo().create(
            [
                {**values, "is_foreign": not known and not is_within(values["host"], found.domain)}
                for way in known or found.ways
                for values in self._logins_of(way, found.domain)
            ]
        )

    @api.model
    def _logins_of(self, way, domain):
        """:return: list of the values of `way`, once for each way to log in there: the provider's sign-in first"""
        endpoint = way.endpoint
        values = {
            "domain": domain,
            "protocol": way.protocol,
            "host": endpoint.host,
            "port": endpoint.port,
            "encryption": endpoint.encryption.value,
            "login": way.login,
            "source": way.source,
            "type": TYPES[way.protocol],
        }
        sign_in = providers.at(endpoint.host).sign_in
        if not sign_in or way.protocol == "pop":
            return [values]
        # Core's rule for sending accounts that sign in.
        core = {"port": 587, "encryption": Encryption.STARTTLS.value}
        rule = core if way.protocol == "smtp" else {}
        return [{**values, **rule, "type": sign_in.type}, values]

    @api.model
    def _known(self, domain):
        """:return: what the present user has been told of `domain`"""
        if not domain:
            return self.browse()
        # As superuser, for who sees an account and looked for nothing; what others looked for is theirs.
        return self.sudo().search([("domain", "=", domain), ("create_uid", "=", self.env.uid)])
