from odoo import fields, models

from . import rights

# A record that a person is done with is on the list again when one of these changes.
NEWS = ("state", "reason_code")


class HandledMixin(models.AbstractModel):
    """A record that failed, or waits for a decision, until a person says that there is nothing more to do."""

    _name = "l10n_co.handled.mixin"
    _description = "Record that a person is done with (Colombian e-invoice mail)"

    handled_on = fields.Datetime(string="Done on", readonly=True, copy=False)
    handled_by_id = fields.Many2one("res.users", string="Done by", readonly=True, copy=False)

    def write(self, vals):
        """What has another state, or has it for another reason, is news: it is on the list again."""
        told = {name: vals[name] or False for name in NEWS if name in vals}
        if told and "handled_on" not in vals:
            news = self.filtered(
                lambda record: record.handled_on and any(record[n] != told[n] for n in told)
            )
            super(HandledMixin, news).write({"handled_on": False, "handled_by_id": False})
        return super().write(vals)

    def action_set_done(self):
        """A person has nothing more to do with these records; they stay as they are, off the list."""
        return self._set_handled(fields.Datetime.now(), self.env.uid)

    def action_set_open(self):
        """Put these records back on the list."""
        return self._set_handled(False, False)

    def _set_handled(self, moment, user_id):
        rights.check_user(self.env)
        self.check_access("read")
        # Users only read the ledger; this much of it is theirs to write.
        self.sudo().write({"handled_on": moment, "handled_by_id": user_id})
        return True
