from odoo import api, fields, models
from odoo.addons.l10n_co_einvoice_mail.models.shared.reason_mixin import Blank

from ..radian import setup
from .words import told


class RadianCheck(models.TransientModel):
    """One test of a company's set-up at DIAN's service."""

    _name = "l10n_co.radian.check"
    _description = "Test of DIAN's service (Colombia)"

    account_id = fields.Many2one("l10n_co.radian.account", required=True, ondelete="cascade")
    environment = fields.Selection(related="account_id.environment")
    step_ids = fields.One2many("l10n_co.radian.check.step", "check_id", readonly=True)
    is_sound = fields.Boolean(compute="_compute_is_sound")
    cause = fields.Text(compute="_compute_is_sound")
    remedy = fields.Text(compute="_compute_is_sound")

    @api.depends("step_ids.state")
    def _compute_is_sound(self):
        for check in self:
            failed = check.step_ids.filtered(lambda step: step.state == "failed")[:1]
            check.is_sound = all(step.state == "ok" for step in check.step_ids)
            check.cause, check.remedy = failed.cause, failed.remedy

    @api.model
    def _run(self, account):
        """:return: the test of an account, done; one that passes it works from now on"""
        trial = account._setup()
        steps = list(trial.climb())
        check = self.create({"account_id": account.id})
        check.step_ids.create([check._values(number, step) for number, step in enumerate(steps)])
        values = {"state": "done" if check.is_sound else "draft"}
        if trial.identity:
            names = trial.identity.holder.names[:1]
            values["holder"] = " ".join((*names, trial.identity.holder.nit or ""))
            values["valid_to"] = trial.identity.valid_to.date()
        account.sudo().write(values)
        return check

    def _values(self, number, step):
        title, detail = setup.STEPS[step.name]
        cause, remedy = told(self.env, step.code, step.data)
        return {
            "check_id": self.id,
            "sequence": number,
            "name": self.env._(title),
            "state": step.state,
            "milliseconds": step.milliseconds,
            "detail": step.state == "ok" and detail and self.env._(detail) % Blank(step.data),
            "code": step.code,
            "cause": cause,
            "remedy": remedy,
        }


class RadianCheckStep(models.TransientModel):
    """One step, in the words of whoever ran it."""

    _name = "l10n_co.radian.check.step"
    _description = "Step of a test of DIAN's service (Colombia)"
    _order = "sequence, id"

    check_id = fields.Many2one(
        "l10n_co.radian.check", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer()
    name = fields.Char(string="Step")
    state = fields.Selection(
        [("ok", "OK"), ("failed", "Failed"), ("skipped", "Not tried")], string="Result"
    )
    milliseconds = fields.Integer(string="ms")
    detail = fields.Char()
    code = fields.Char()
    cause = fields.Text()
    remedy = fields.Text()
