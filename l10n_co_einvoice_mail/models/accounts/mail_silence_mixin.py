from datetime import timedelta

from odoo import api, fields, models

from ..shared import parameters

# How far back «usually» looks, and how long nothing may arrive where something usually does: a long weekend.
USUAL_DAYS = 28
QUIET_DAYS = 4
SILENT_HOURS = 12


class MailSilenceMixin(models.AbstractModel):
    """A mailbox that nobody can read, or in which nothing arrives any more: nobody misses an invoice
    that never came.
    """

    _name = "l10n_co.mail.silence.mixin"
    _description = "Mailbox whose silence is noticed (Colombian e-invoice mail)"

    def _l10n_co_silences(self):
        """:return: {code of a cause: what to tell}"""
        return {**self._l10n_co_unread(), **self._l10n_co_quiet()}

    def _l10n_co_unread(self):
        """No successful run for hours."""
        hours = int(self._l10n_co_silence_hours())
        since = self.l10n_co_last_success or self.l10n_co_confirmed_on
        if not since or since > fields.Datetime.now() - timedelta(hours=hours):
            return {}
        return {
            "silence": self.env._(
                "%(mailbox)s could not be read for %(hours)s hours. %(cause)s",
                mailbox=self.name,
                hours=int((fields.Datetime.now() - since).total_seconds() // 3600),
                cause=self.l10n_co_failure or "",
            )
        }

    @api.model
    def _l10n_co_silence_hours(self):
        return parameters.number(self.env, f"{parameters.PREFIX}silence_hours", SILENT_HOURS)

    def _l10n_co_quiet(self):
        """Usually something comes every day, and now nothing does."""
        Mail = self.env["l10n_co.received.mail"].sudo()
        last = Mail.search(
            [("server_id", "=", self.id)], order="create_date desc, id desc", limit=1
        )
        now = fields.Datetime.now()
        if not last or last.create_date > now - timedelta(days=QUIET_DAYS):
            return {}
        before = last.create_date - timedelta(days=USUAL_DAYS)
        count = Mail.search_count([("server_id", "=", self.id), ("create_date", ">=", before)])
        if count < USUAL_DAYS:
            return {}
        return {
            "quiet": self.env._(
                "Usually %(usual)s mails a day arrive in %(mailbox)s, and none since %(date)s. "
                "Is it still the address that is registered at DIAN?",
                usual=round(count / USUAL_DAYS),
                mailbox=self.name,
                date=fields.Date.to_string(last.create_date),
            )
        }
