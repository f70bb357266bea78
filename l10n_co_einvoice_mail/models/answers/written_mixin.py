from odoo import api, fields, models
from odoo.tools import format_date


class WrittenMixin(models.AbstractModel):
    """A record about which its sender was written to, and is waited for."""

    _name = "l10n_co.written.mixin"
    _description = "Record whose sender was written to (Colombian e-invoice mail)"

    written_on = fields.Datetime(readonly=True, copy=False)
    written_to = fields.Char(readonly=True, copy=False)
    written_by_id = fields.Many2one("res.users", string="Written by", readonly=True, copy=False)

    written = fields.Text(compute="_compute_written")

    @api.depends("written_on", "written_to", "written_by_id")
    @api.depends_context("lang", "tz")
    def _compute_written(self):
        for record in self:
            record.written = record.written_on and self.env._(
                "Written on %(day)s to %(address)s by %(person)s.",
                day=format_date(self.env, record.written_on),
                address=record.written_to,
                person=record.sudo().written_by_id.name,
            )

    def _note_written(self, address):
        self.sudo().write(
            {
                "written_on": fields.Datetime.now(),
                "written_to": address,
                "written_by_id": self.env.uid,
            }
        )

    def action_write_to_supplier(self):
        """:return: action that opens a mail to whoever sent it, which says what is wrong: ready to be sent"""
        self.ensure_one()
        self.check_access("read")
        letter = self.env["l10n_co.letter"]._about(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to the supplier"),
            "res_model": letter._name,
            "res_id": letter.id,
            "views": [(False, "form")],
            "target": "new",
        }
