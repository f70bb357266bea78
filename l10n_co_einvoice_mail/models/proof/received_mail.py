from odoo import fields, models


class ReceivedMail(models.Model):
    _inherit = "l10n_co.received.mail"

    disposal_id = fields.Many2one(
        "l10n_co.proof.disposal",
        string="Original removed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The decision by which its original was removed when the legal time was over.",
    )
