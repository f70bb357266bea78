from odoo import api, fields, models


class OutgoingDocument(models.AbstractModel):
    """A document that tells what it was sent with, and why it was not."""

    _name = "l10n_co.outgoing.document.mixin"
    _description = "Document that is sent by e-mail (Colombian e-invoice mail)"

    l10n_co_outgoing_count = fields.Integer(
        string="E-mails", compute="_compute_l10n_co_outgoing", compute_sudo=True
    )
    l10n_co_outgoing_failure = fields.Text(
        string="Not sent", compute="_compute_l10n_co_outgoing", compute_sudo=True
    )
    l10n_co_outgoing_waiting = fields.Integer(
        string="E-mails that wait", compute="_compute_l10n_co_outgoing", compute_sudo=True
    )

    @api.depends_context("lang")
    def _compute_l10n_co_outgoing(self):
        rows = self.env["l10n_co.outgoing.mail"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        by_document = rows.grouped("res_id")
        queued = self.env["l10n_co.outgoing.mail"]._mails_waiting(self).grouped("res_id")
        for document in self:
            document.l10n_co_outgoing_waiting = len(queued.get(document.id, ()))
            own = by_document.get(document.id, rows.browse())
            document.l10n_co_outgoing_count = len(own)
            document.l10n_co_outgoing_failure = own._tell_unsent()

    def l10n_co_action_open_outgoing(self):
        """:return: action on the e-mails that this document was sent with"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.outgoing_mail_action"
        )
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return {**action, "domain": domain, "context": {"create": False}}

    def l10n_co_action_resend(self):
        """Send what could not be sent once more, now.

        :return: action that tells what came of it
        """
        self.ensure_one()
        self.check_access("write")
        rows = self.env["l10n_co.outgoing.mail"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("state", "!=", "sent")]
        )
        return rows._resend()
