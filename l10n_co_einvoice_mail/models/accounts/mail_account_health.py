import contextlib
import itertools
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import format_date

from ...mailbox.certificate import peer_certificate
from ...mailbox.errors import MailboxError
from ..shared import transactions

_logger = logging.getLogger(__name__)

# Somebody is told this long before a password or a certificate expires, and then every day.
NOTICE_DAYS = 5
# From here on the date alone says it better.
FAR_DAYS = 60


class MailAccountMixin(models.AbstractModel):
    """Somebody is told when an account stops working, or is about to."""

    _name = "l10n_co.mail.account.mixin"
    _inherit = ["l10n_co.mail.account.mixin", "l10n_co.notice.mixin"]

    l10n_co_password_expiry = fields.Date(
        string="Password expires on",
        copy=False,
        help="Notice is given five days before, and then every day.",
    )
    l10n_co_certificate_expiry = fields.Date(
        string="Server's certificate expires on", readonly=True, copy=False
    )
    l10n_co_password_left = fields.Char(string="Password expires", compute="_compute_l10n_co_left")
    l10n_co_certificate_left = fields.Char(
        string="Certificate expires", compute="_compute_l10n_co_left"
    )
    l10n_co_left = fields.Char(
        string="Expires",
        compute="_compute_l10n_co_left",
        help="The password or the server's certificate, whichever comes first.",
    )

    @api.depends("l10n_co_password_expiry", "l10n_co_certificate_expiry")
    @api.depends_context("lang", "tz")
    def _compute_l10n_co_left(self):
        for account in self:
            password, certificate = (
                account.l10n_co_password_expiry,
                account.l10n_co_certificate_expiry,
            )
            account.l10n_co_password_left = account._l10n_co_tell_day(password)
            account.l10n_co_certificate_left = account._l10n_co_tell_day(certificate)
            first = min(filter(None, (password, certificate)), default=False)
            account.l10n_co_left = account._l10n_co_tell_day(first)

    def _l10n_co_tell_day(self, day):
        """:return: how far away `day` (date, or False) is, as one says it; an empty text where there is none"""
        if not day:
            return ""
        days = (day - fields.Date.context_today(self)).days
        date = format_date(self.env, day)
        if days > FAR_DAYS:
            return date
        words = {0: self.env._("today"), 1: self.env._("tomorrow"), -1: self.env._("yesterday")}
        if days in words:
            return words[days]
        if days < 0:
            return self.env._("%(days)s days ago, on %(date)s", days=-days, date=date)
        return self.env._("in %(days)s days, on %(date)s", days=days, date=date)

    # ---- causes ----------------------------------------------------------------------------------

    def _l10n_co_causes(self):
        # EXTENDS l10n_co.notice.mixin
        return self._l10n_co_expiries()

    def _l10n_co_expiries(self):
        """:return: {code of a cause: what to tell}, of what has expired or is about to"""
        causes = {}
        limit = fields.Date.context_today(self) + timedelta(days=NOTICE_DAYS)
        if self.l10n_co_password_expiry and self.l10n_co_password_expiry <= limit:
            causes["password_expiry"] = self.env._(
                "The password of %(account)s expires on %(date)s. "
                "Change it at the provider and type the new one in Odoo.",
                account=self.name,
                date=format_date(self.env, self.l10n_co_password_expiry),
            )
        if self.l10n_co_certificate_expiry and self.l10n_co_certificate_expiry <= limit:
            causes["certificate_expiry"] = self.env._(
                "The certificate of %(account)s' mail server expires on %(date)s. Tell the mail provider.",
                account=self.name,
                date=format_date(self.env, self.l10n_co_certificate_expiry),
            )
        if self.l10n_co_connection == "expired":
            causes["connection_expired"] = self.env._(
                "The connection of %s with its provider has expired. Open the account and press «Connect».",
                self.name,
            )
        return causes

    def _l10n_co_look_at_certificate(self):
        """Note until when the server's certificate is valid; a server that does not answer tells nothing."""
        with contextlib.suppress(MailboxError):
            endpoint = self._l10n_co_endpoint()
            if endpoint.encryption.is_implicit or endpoint.encryption.is_upgraded:
                shown = peer_certificate(
                    endpoint, self._l10n_co_protocol(), self._l10n_co_allows_internal()
                )
                self.sudo().l10n_co_certificate_expiry = shown.valid_to.date()

    # ---- the watch -------------------------------------------------------------------------------

    @api.model
    def _l10n_co_watched(self):
        """:return: list of recordsets: every account in use, reception and sending, as superuser"""
        kinds = [self.env[model].sudo() for model in ("fetchmail.server", "ir.mail_server")]
        return [accounts.search(accounts._l10n_co_confirmed_domain()) for accounts in kinds]

    @api.model
    def _l10n_co_cron_watch(self):
        """Look after every account in use."""
        for account in itertools.chain(*self._l10n_co_watched()):
            try:
                transactions.retried(self.env, account._l10n_co_look_after)
            except transactions.CONCURRENCY_ERRORS:
                _logger.info("%s is busy, and looked after next time", account)
            self.env["ir.cron"]._commit_progress(1)

    def _l10n_co_look_after(self):
        """:raise ConcurrencyError: somebody works with the account, such as a run that reads it"""
        if not self.try_lock_for_update(allow_referencing=True):
            raise ConcurrencyError(f"{self} is in use")
        self._l10n_co_look_at_certificate()
        self._l10n_co_watch()
