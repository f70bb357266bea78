import contextlib
import logging
from datetime import timedelta

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import format_date

from ...mailbox.certificate import peer_certificate
from ...mailbox.errors import MailboxError
from ..shared import transactions
from ..shared.contexts import FOR_COMPANY
from ..shared.one_line import OneLine

_logger = logging.getLogger(__name__)

# Somebody is told this long before a password or a certificate expires, and then every day.
NOTICE_DAYS = 5
# From here on the date alone says it better.
FAR_DAYS = 60
TODO = "mail.mail_activity_data_todo"


class MailAccountMixin(models.AbstractModel):
    """Somebody is told when an account stops working, or is about to: once a day for each cause, and
    once more when it is well again.
    """

    _inherit = "l10n_co.mail.account.mixin"

    l10n_co_password_expiry = fields.Date(
        string="Password expires on",
        copy=False,
        help="Notice is given five days before, and then every day.",
    )
    l10n_co_expiry_email = OneLine(
        string="Notify",
        copy=False,
        help="Who is told of an expiring password, or that nothing arrives any more.",
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
    l10n_co_activity_id = fields.Many2one(
        "mail.activity", string="What to do", readonly=True, copy=False, ondelete="set null"
    )
    l10n_co_notices = fields.Json(readonly=True, copy=False)  # {cause: day of its last notice}

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
        """:return: {code of a cause: what to tell}, of everything that is not well with this account"""
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

    # ---- notices ---------------------------------------------------------------------------------

    def _l10n_co_watch(self):
        """Tell what is not well, each cause once a day, and what is well again."""
        today = fields.Date.to_string(fields.Date.context_today(self))
        for account in self:
            told = dict(account.l10n_co_notices or {})
            account._l10n_co_in_readers_language()._l10n_co_tell_all(told, today)
            account.l10n_co_notices = told

    def _l10n_co_tell_all(self, told, today):
        """:param dict told: {cause: day of the last notice}; brought up to date"""
        causes = self._l10n_co_causes()
        for cause, text in causes.items():
            if told.get(cause) != today:  # what could not be sent is told again
                told[cause] = today if self._l10n_co_tell(text) else ""
        for cause in told.keys() - causes.keys():
            self._l10n_co_tell_recovery()
            del told[cause]
        self._l10n_co_keep_activity(causes.values())

    def _l10n_co_in_readers_language(self):
        return self.with_context(lang=self._l10n_co_people()[:1].lang or self.env.lang)

    def _l10n_co_contact(self):
        """:return: res.partner that the to-do about this account is kept on"""
        return self.l10n_co_company_id.partner_id

    def _l10n_co_people(self):
        """:return: users to be told: the mail administrators of the account's company"""
        group = self.env.ref("l10n_co_einvoice_mail.group_mail_admin")
        return group.sudo().all_user_ids.filtered(
            lambda user: (
                user.active and not user.share and self.l10n_co_company_id in user.company_ids
            )
        )

    def _l10n_co_tell(self, text):
        """:return: False when nobody could be told"""
        return self._l10n_co_send_notice(
            self.env._("E-invoice mail: %s needs you", self.name), text
        )

    def _l10n_co_tell_recovery(self):
        text = self.env._("%s works again: nothing has to be done.", self.name)
        self._l10n_co_send_notice(self.env._("E-invoice mail: %s works again", self.name), text)

    def _l10n_co_keep_activity(self, texts):
        """One activity says what is to be done as long as there is something."""
        note = Markup("<br/>").join(texts)
        user = self._l10n_co_people()[:1]
        if not note:
            self.l10n_co_activity_id.unlink()
        elif self.l10n_co_activity_id:
            self.l10n_co_activity_id.note = note
        elif user:
            # The notice tells it already: no second mail about the activity.
            partner = self._l10n_co_contact().with_context(mail_activity_quick_update=True)
            self.l10n_co_activity_id = partner.activity_schedule(
                TODO,
                summary=self.env._("E-invoice mail: %s needs you", self.name),
                note=note,
                user_id=user.id,
            )

    def _l10n_co_send_notice(self, subject, text):
        """Send it now, through the company's own sending account if that works, else as Odoo sends its own mails.

        :return: False when it could not be sent; a server that does not answer is asked again by the queue of mails
        """
        people = self.l10n_co_expiry_email or ",".join(
            self._l10n_co_people().filtered("email").mapped("email_formatted")
        )
        if not people:
            return True
        company = self.l10n_co_company_id or self._l10n_co_people().company_id[:1]
        mail = (
            self.env["mail.mail"]
            .sudo()
            .with_context(**{FOR_COMPANY: company.id})
            .create(
                {
                    "subject": subject,
                    "body_html": Markup("<p>%s</p>") % text,
                    "email_to": people,
                    "email_from": company.email_formatted or self.env.user.email_formatted,
                    "auto_delete": True,
                }
            )
        )
        mail.send()
        return not mail.exists() or mail.state != "exception"

    @api.model
    def _l10n_co_cron_watch(self):
        """Look after every account in use, reception and sending."""
        for model in ("fetchmail.server", "ir.mail_server"):
            accounts = self.env[model].sudo()
            for account in accounts.search(accounts._l10n_co_confirmed_domain()):
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
