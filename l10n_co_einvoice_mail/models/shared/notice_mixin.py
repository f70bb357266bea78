from markupsafe import Markup
from odoo import fields, models

from .contexts import FOR_COMPANY, Told
from .one_line import OneLine

TODO = "mail.mail_activity_data_todo"


class NoticeMixin(models.AbstractModel):
    """Somebody is told what is not well with a record, or soon will not be: once a day for each cause, and once more
    when it is well again; a to-do says it as long.
    """

    _name = "l10n_co.notice.mixin"
    _description = "Record that somebody is told of (Colombian e-invoice mail)"

    l10n_co_expiry_email = OneLine(
        string="Notify",
        copy=False,
        help="Who is told of an expiring password, or that nothing arrives any more.",
    )
    l10n_co_activity_id = fields.Many2one(
        "mail.activity", string="What to do", readonly=True, copy=False, ondelete="set null"
    )
    l10n_co_notices = fields.Json(readonly=True, copy=False)  # {cause: day of its last notice}

    def _l10n_co_causes(self):
        """:return: {code of a cause: what to tell}, of everything that is not well"""
        return {}

    def _l10n_co_notice_company(self):
        return self.l10n_co_company_id

    def _l10n_co_notice_name(self):
        return self.name

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
        """:return: res.partner that the to-do is kept on"""
        return self._l10n_co_notice_company().partner_id

    def _l10n_co_people(self):
        """:return: users to be told: the mail administrators of the company"""
        company = self._l10n_co_notice_company()
        group = self.env.ref("l10n_co_einvoice_mail.group_mail_admin")
        return group.sudo().all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )

    def _l10n_co_tell(self, text):
        """:return: False when nobody could be told"""
        return self._l10n_co_send_notice(
            self.env._("E-invoice mail: %s needs you", self._l10n_co_notice_name()), text
        )

    def _l10n_co_tell_recovery(self):
        text = self.env._("%s works again: nothing has to be done.", self._l10n_co_notice_name())
        self._l10n_co_send_notice(
            self.env._("E-invoice mail: %s works again", self._l10n_co_notice_name()), text
        )

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
                summary=self.env._("E-invoice mail: %s needs you", self._l10n_co_notice_name()),
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
        company = self._l10n_co_notice_company() or self._l10n_co_people().company_id[:1]
        mail = (
            self.env["mail.mail"]
            .sudo()
            .with_context(**{FOR_COMPANY: Told(company.id)})
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
