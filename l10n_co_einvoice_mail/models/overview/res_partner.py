from odoo import fields, models

from ..shared import rights


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_co_document_count = fields.Integer(
        string="Received e-documents",
        compute="_compute_l10n_co_document_count",
        groups=rights.USER,
    )

    def _compute_l10n_co_document_count(self):
        documents = self.env["l10n_co.received.document"]
        suppliers = self.commercial_partner_id
        counts = dict(
            documents._read_group(
                [("partner_id", "in", suppliers.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.l10n_co_document_count = counts.get(partner.commercial_partner_id, 0)

    def l10n_co_action_open_documents(self):
        """:return: action on what this supplier sent"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.received_document_action"
        )
        domain = [("partner_id", "=", self.commercial_partner_id.id)]
        return {**action, "domain": domain, "context": {}}
