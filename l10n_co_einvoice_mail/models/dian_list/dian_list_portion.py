from odoo import fields, models


class DianListPortion(models.Model):
    """Some documents of an uploaded list that wait to be taken over; gone when they are."""

    _name = "l10n_co.dian.list.portion"
    _inherit = "l10n_co.evidence.mixin"
    _description = "Portion of an uploaded list of DIAN's (Colombia)"
    _order = "id"
    _is_all_evidence = True

    upload_id = fields.Many2one(
        "l10n_co.dian.list.upload", required=True, index=True, ondelete="cascade"
    )
    documents = fields.Json(required=True, help="Of dian.dian_list.Listed")
