from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    l10n_co_picking_type_id = fields.Many2one(
        "stock.picking.type",
        string="Transfers",
        company_dependent=True,
        check_company=True,
        help="Operation type of the transfers that you create.",
    )

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [*super().SELF_READABLE_FIELDS, "l10n_co_picking_type_id"]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [*super().SELF_WRITEABLE_FIELDS, "l10n_co_picking_type_id"]

    def _l10n_co_default_picking_type(self, company, code=None):
        """The user's operation type in a company.

        :param code: kind that the screen asks for, such as "outgoing", None for any
        :return: stock.picking.type, empty when there is none, or it is archived, of another company or kind
        """
        kind = self.sudo().with_company(company).l10n_co_picking_type_id
        is_usable = kind.active and kind.company_id == company and code in (None, kind.code)
        return kind.sudo(False) if is_usable else kind.browse()
