import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.l10n_co_einvoice_mail.models.shared import transactions


class RadianCall(models.Model):
    """A request to DIAN's service and what it answered, as bytes; no key and no PIN is in it."""

    _name = "l10n_co.radian.call"
    _inherit = "l10n_co.evidence.mixin"
    _description = "Request to DIAN's service (Colombia)"
    _order = "id desc"
    _rec_name = "operation"
    _is_all_evidence = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    event_id = fields.Many2one(
        "l10n_co.radian.event", readonly=True, index="btree_not_null", ondelete="set null"
    )
    operation = fields.Char(readonly=True)
    milliseconds = fields.Integer(string="ms", readonly=True)
    failure = fields.Char(readonly=True)
    request = fields.Binary(readonly=True, attachment=True)
    request_name = fields.Char(compute="_compute_names")
    answer = fields.Binary(readonly=True, attachment=True)
    answer_name = fields.Char(compute="_compute_names")

    _recent = models.Index("(company_id, create_date)")

    @api.depends("operation")
    def _compute_names(self):
        for call in self:
            call.request_name = f"{call.operation}-{call.id}-request.xml"
            call.answer_name = f"{call.operation}-{call.id}-answer.xml"

    @api.model
    def _keep(self, company, exchange, event=None):
        """Keep an exchange, whatever becomes of the work it is part of.

        :param exchange: client.Exchange
        """
        with transactions.apart(self.env) as env:
            env[self._name].create(
                {
                    "company_id": company.id,
                    "event_id": event and event.id,
                    "operation": exchange.operation,
                    "milliseconds": exchange.milliseconds,
                    "failure": exchange.failure or False,
                    "request": base64.b64encode(exchange.request),
                    "answer": base64.b64encode(exchange.answer) or False,
                }
            )

    @api.model
    def _recent_count(self, company):
        """:return: how many requests a company made in the last minute"""
        since = fields.Datetime.now() - timedelta(minutes=1)
        return self.sudo().search_count(
            [("company_id", "=", company.id), ("create_date", ">", since)]
        )
