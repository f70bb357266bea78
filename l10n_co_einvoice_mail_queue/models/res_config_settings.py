from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Whether the job queue works, and the line for Odoo's configuration."""

    _inherit = "res.config.settings"

    l10n_co_queue_channels = fields.Char(
        string="Channels of the job queue", compute="_compute_l10n_co_queue"
    )
    l10n_co_queue_notice = fields.Char(
        string="State of the job queue", compute="_compute_l10n_co_queue"
    )

    def _compute_l10n_co_queue(self):
        is_served = self.env["queue.job"]._l10n_co_is_served()
        line = self.env["queue.job.channel"]._l10n_co_line()
        for settings in self:
            settings.l10n_co_queue_channels = line
            settings.l10n_co_queue_notice = not is_served and self.env._(
                "The job queue is installed, and nobody does its jobs: until then the scheduled actions read the "
                "mailboxes. Odoo's configuration has to name queue_job in server_wide_modules."
            )
