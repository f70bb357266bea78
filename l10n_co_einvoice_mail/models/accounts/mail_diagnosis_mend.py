from odoo import api, fields, models
from odoo.exceptions import UserError

from ...mailbox import discovery
from ..shared.one_line import OneLine
from .mail_provider import ENCRYPTIONS

# Datum that is wrong -> the fields with which it is put right, the first of them focused.
MENDS = {
    "server": ("host", "port"),
    "port": ("port", "encryption"),
    "encryption": ("encryption", "port"),
    "certificate": ("host",),
    "login": ("user",),
    "password": ("password", "user"),
}
# What a provider's own values, or a port that let us in, tell.
KNOWN = ("host", "port", "encryption")
TYPED = (*KNOWN, "user")


class MailDiagnosis(models.TransientModel):
    """The wrong datum is put right where the test names it: its field holds what is known to work, and the test is done
    again with it.
    """

    _inherit = "l10n_co.mail.diagnosis"

    host = OneLine(string="Server", help="Name of the mail server, as your mail provider tells it.")
    port = fields.Integer(help="Number of the door at the server; it goes with the encryption.")
    encryption = fields.Selection(
        ENCRYPTIONS,
        help="How the connection is protected. With validation nobody can pose as the server.",
    )
    user = OneLine(help="Name to log in with: mostly the complete address.")
    password = fields.Char(
        compute="_compute_password",
        inverse="_inverse_password",
        help="It is kept encrypted and never shown again. It is asked for again only when it would go elsewhere.",
    )
    mends = fields.Char(compute="_compute_mends")
    needs_password = fields.Boolean(compute="_compute_needs_password")
    can_connect = fields.Boolean(compute="_compute_can_connect")
    known = fields.Char(string="This works", readonly=True)

    @api.depends("failed_step_id.datum", "state")
    def _compute_mends(self):
        for diagnosis in self:
            is_over = diagnosis.state == "done"
            datum = is_over and diagnosis.failed_step_id.datum
            diagnosis.mends = ",".join(MENDS.get(datum, ()))

    @api.depends("failed_step_id.datum")
    def _compute_can_connect(self):
        for diagnosis in self:
            is_asked = diagnosis.failed_step_id.datum == "auth"
            diagnosis.can_connect = is_asked and bool(diagnosis._account()._l10n_co_oauth_type())

    @api.depends(*TYPED, "failed_step_id")
    def _compute_needs_password(self):
        for diagnosis in self:
            account = diagnosis._account().sudo()
            keeps = account._l10n_co_keeps_secrets(diagnosis._typed())
            diagnosis.needs_password = not keeps and not account._l10n_co_oauth_type()

    def _compute_password(self):
        self.password = False

    def _inverse_password(self):
        for diagnosis in self.filtered("password"):
            account = diagnosis._account().sudo()
            account.write({**diagnosis._typed(), "l10n_co_new_password": diagnosis.password})
        # A form that saves reads its record again: what was typed must not travel back.
        self.invalidate_recordset(["password"], flush=False)

    def _typed(self):
        """:return: dict of what the account would be written, with what stands in the fields of this test"""
        account = self._account().sudo()
        names = account._l10n_co_names
        typed = {names[name]: self[name] for name in TYPED}
        return {name: typed[name] for name in account._l10n_co_changed(typed)}

    def _as_it_is(self):
        """:return: dict of the fields of this test with the account's own values"""
        account = self._account().sudo()
        return {name: account[account._l10n_co_names[name]] for name in TYPED}

    # ---- what is known to work -------------------------------------------------------------------

    def _known_to_work(self, ladder):
        """:param ladder: diagnosis.Ladder that was climbed, or None
        :return: dict of the fields of this test: what was tried and works, else what the provider says, else nothing
        """
        datum = self.failed_step_id.datum
        if ladder and ladder.proposal:
            return self._proposed(ladder.proposal, self.env._("Tried just now, and it works"))
        if datum in ("server", "port", "encryption"):
            account = self._account().sudo()
            provider = account.l10n_co_provider_id
            domain = discovery.domain_of(account.l10n_co_address or "")
            endpoint = provider and provider._endpoint(account._l10n_co_protocol(), domain)
            if endpoint and endpoint != account._l10n_co_endpoint():
                return self._proposed(endpoint, provider.name)
        return {"known": False}

    def _proposed(self, endpoint, origin):
        encryption = endpoint.encryption.value
        known = self.env._(
            "%(origin)s: %(host)s, port %(port)s, %(encryption)s.",
            origin=origin,
            host=endpoint.host,
            port=endpoint.port,
            encryption=self._words_of(encryption),
        )
        return {
            "known": known,
            "host": endpoint.host,
            "port": endpoint.port,
            "encryption": encryption,
        }

    def _words_of(self, encryption):
        return dict(self._fields["encryption"]._description_selection(self.env))[encryption]

    # ---- trying again ----------------------------------------------------------------------------

    def action_try_again(self):
        """Put the account right with what stands in the fields, and test it.

        :return: action that opens the new diagnosis
        :raise UserError: the password would go to another server or user, and was not typed again
        """
        self.ensure_one()
        account = self._account()
        if self.needs_password:
            raise UserError(
                self.env._("Type the password again: it was given for another server or user.")
            )
        typed = self._typed()
        if typed:
            account.sudo().write(typed)
        return self.action_run_again()

    def action_connect(self):
        """:return: action that leads to the provider's page, where the permission is given"""
        self.ensure_one()
        return self._account().l10n_co_action_connect()
