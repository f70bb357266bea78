import re

from odoo import api, models

from ...booking.notices import NOTICES
from ...dian.rules import RULES, Outcome
from ...mailbox.failures import FAILURES, MAIL_REASONS
from ..shared import rights

PLACEHOLDER = re.compile(r"%\(\w+\)s")


class Home(models.AbstractModel):
    """The table of all the reasons that a screen can give, for whoever looks one up."""

    _inherit = "l10n_co.home"

    @api.model
    def reasons(self):
        """:return: list of dicts `group`, `title`, `sentence`, `remedy` in the reader's language, with dots in place of
        one document's or account's data
        """
        rights.check_user(self.env)
        return [
            {
                "group": group,
                "title": self.env._(reason.title),
                "sentence": self._without_data(reason.sentence),
                "remedy": self._without_data(reason.remedy),
            }
            for group, reasons in self._groups().items()
            for reason in reasons
        ]

    def _groups(self):
        """:return: {name of a group: its reasons}"""
        of_outcome = {
            outcome: [rule for rule in RULES.values() if rule.check and rule.outcome is outcome]
            for outcome in (Outcome.REJECT, Outcome.REVIEW, Outcome.WARN)
        }
        unread = [rule for rule in RULES.values() if not rule.check]
        mails = [reason for code, reason in MAIL_REASONS.items() if code not in RULES]
        return {
            self.env._("Rejected documents"): of_outcome[Outcome.REJECT],
            self.env._("Documents to review"): of_outcome[Outcome.REVIEW],
            self.env._("Warnings"): of_outcome[Outcome.WARN],
            self.env._("Mails and files"): [*unread, *mails],
            self.env._("Vendor bills"): list(NOTICES.values()),
            self.env._("Connection to the mail server"): list(FAILURES.values()),
        }

    def _without_data(self, text):
        return PLACEHOLDER.sub("…", self.env._(text)) if text else ""
