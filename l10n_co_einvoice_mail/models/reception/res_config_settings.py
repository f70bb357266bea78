from odoo import api, fields, models
from odoo.tools import config

from .fetchmail_server_lanes import ADAPTIVE


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_co_lane_count = fields.Integer(string="Mailboxes read at once")
    l10n_co_lane_notice = fields.Char(
        string="Scheduled actions at once", compute="_compute_l10n_co_lane_notice"
    )
    l10n_co_adaptive = fields.Boolean(
        string="Read empty mailboxes less often", config_parameter=ADAPTIVE
    )

    @api.model
    def get_values(self):
        lanes = self.env["fetchmail.server"]._l10n_co_lanes()
        return {
            **super().get_values(),
            "l10n_co_lane_count": 1 + len(lanes[1:].filtered("active")),
        }

    def set_values(self):
        result = super().set_values()
        self.env["fetchmail.server"]._l10n_co_set_lanes(self.l10n_co_lane_count)
        return result

    @api.depends("l10n_co_lane_count")
    @api.depends_context("lang")
    def _compute_l10n_co_lane_notice(self):
        """Odoo works at `max_cron_threads` scheduled actions at once: one has to be left for sending and the rest."""
        threads = config["max_cron_threads"]
        for settings in self:
            settings.l10n_co_lane_notice = threads <= settings.l10n_co_lane_count and self.env._(
                "This Odoo works at %(threads)s scheduled actions at once. Whoever keeps it should set "
                "max_cron_threads in its configuration to at least %(needed)s, so that sending and the other tasks "
                "go on meanwhile.",
                threads=threads,
                needed=settings.l10n_co_lane_count + 1,
            )
