import json

from odoo import api, fields, models

# What the example of the API asks for; `docs/api.rst` tells the same.
API_MODEL = "l10n_co.received.document"
API_QUERY = {
    "domain": [["state", "=", "accepted"]],
    "fields": ["number", "issue_date", "supplier_nit", "supplier_name", "amount_total", "cufe"],
    "order": "issue_date desc",
    "limit": 100,
}


class UserPreferencesMixin(models.AbstractModel):
    """What a user's mail preferences tell him besides his account: which way his mails take, and how a program asks."""

    _name = "l10n_co.user.preferences.mixin"
    _inherit = ["l10n_co.user.account.mixin"]
    _description = "User with mail preferences (Colombian e-invoice mail)"

    l10n_co_mail_route = fields.Char(
        string="Which way your mails take", compute="_compute_l10n_co_mail_route"
    )
    l10n_co_api_example = fields.Text(string="Example", compute="_compute_l10n_co_api_example")

    @api.depends(
        "company_id.l10n_co_emission_policy",
        "company_id.l10n_co_emission_server_id.l10n_co_address",
        "l10n_co_personal_server_ids.l10n_co_address",
    )
    @api.depends_context("uid", "lang", "company")
    def _compute_l10n_co_mail_route(self):
        for user in self:
            user.l10n_co_mail_route = user._l10n_co_may_set_up() and user._l10n_co_route()

    def _l10n_co_route(self):
        """:return: one sentence: which of the user's mails leave through which account"""
        company = (self.env.company if self._origin == self.env.user else self.company_id).sudo()
        sender = company.l10n_co_emission_server_id
        own = self._l10n_co_personal_is_allowed() and self._l10n_co_accounts().l10n_co_address
        values = {
            "company": company.name,
            "account": sender.l10n_co_address or sender.from_filter,
            "own": own,
        }
        if own and (company.l10n_co_emission_policy == "user" or not sender):
            return self.env._(
                "All your mails leave from %(own)s, the documents of %(company)s too.", **values
            )
        if own:
            return self.env._(
                "The documents of %(company)s leave from %(account)s, your other mails from %(own)s.",
                **values,
            )
        if sender:
            return self.env._(
                "The documents of %(company)s leave from %(account)s, your other mails through Odoo's own server.",
                **values,
            )
        return self.env._("All your mails leave through Odoo's own server.")

    @api.depends_context("lang")
    def _compute_l10n_co_api_example(self):
        lines = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in API_QUERY.items())
        query = "{" + ",\n      ".join(lines) + "}"
        key = self.env._("KEY")
        for user in self:
            user.l10n_co_api_example = (
                f"curl {user.get_base_url()}/json/2/{API_MODEL}/search_read \\\n"
                f"  -H 'Authorization: bearer {key}' \\\n"
                f"  -H 'X-Odoo-Database: {self.env.cr.dbname}' \\\n"
                f"  -H 'Content-Type: application/json' \\\n"
                f"  -d '{query}'"
            )

    @api.model
    def l10n_co_action_my_mail(self):
        """:return: action that opens the mail preferences of whoever calls it"""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.my_mail_action"
        )
        return {**action, "res_id": self.env.uid}
