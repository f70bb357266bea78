from odoo import fields, models
from odoo.tools.misc import format_datetime


class MailDiagnosis(models.TransientModel):
    """The whole diagnosis as text, for whoever keeps the mail server: without passwords, and fit for a mail."""

    _inherit = "l10n_co.mail.diagnosis"

    report = fields.Text(compute="_compute_report", string="Report for the provider")
    support = fields.Char(compute="_compute_support", string="Whom to ask")

    def _compute_support(self):
        for diagnosis in self:
            diagnosis.support = diagnosis._account()._l10n_co_support()

    def _compute_report(self):
        for diagnosis in self:
            lines = [*diagnosis._report_head(), "", *diagnosis._report_steps()]
            diagnosis.report = "\n".join(lines)

    def _report_head(self):
        account = self._account().sudo()
        names = account._l10n_co_names
        encryption = account[names["encryption"]]
        facts = (
            (self.env._("Mail account"), account.l10n_co_address),
            (self.env._("Protocol"), account._l10n_co_protocol().upper()),
            (self.env._("Server"), account[names["host"]]),
            (self.env._("Port"), account[names["port"]]),
            (self.env._("Encryption"), encryption and self._words_of(encryption)),
            (self.env._("User"), account[names["user"]]),
            (self.env._("Tested on"), format_datetime(self.env, self.create_date)),
        )
        return [f"{name}: {value}" for name, value in facts if value]

    def _report_steps(self):
        states = dict(self.step_ids._fields["state"]._description_selection(self.env))
        for step in self.step_ids:
            told = f" ({step.detail})" if step.detail else ""
            yield f"{step.sequence}. {step.name}: {states[step.state]}{told}"
            more = (step.cause, step.remedy, step.server_answer)
            yield from (f"   {line}" for text in more for line in (text or "").splitlines())
