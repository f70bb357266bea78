from odoo import models

from ..shared import rights

# What a purchase journal's tile counts: received, and not yet a bill that is right.
COUNTED = ("review", "contradiction", "rejected", "unbilled", "difference", "failed")


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _fill_sale_purchase_dashboard_data(self, dashboard_data):
        # EXTENDS account: how much of what was received needs a person
        result = super()._fill_sale_purchase_dashboard_data(dashboard_data)
        purchases = self.filtered(lambda journal: journal.type == "purchase")
        if purchases and rights.has(self.env, rights.USER):
            counts = dict(
                self.env["l10n_co.todo"]._read_group(
                    [("company_id", "in", purchases.company_id.ids), ("kind", "in", COUNTED)],
                    ["company_id"],
                    ["__count"],
                )
            )
            for journal in purchases:
                dashboard_data[journal.id]["l10n_co_todo_count"] = counts.get(journal.company_id, 0)
        return result

    def l10n_co_action_open_todo(self):
        """:return: action on what needs a person in this journal's company"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_co_einvoice_mail.todo_action")
        domain = [("company_id", "=", self.company_id.id), ("kind", "in", COUNTED)]
        return {**action, "domain": domain}
