import json

from odoo import api, models
from odoo.exceptions import ValidationError

# What the example of the API asks for; `docs/api.rst` tells the same.
API_MODEL = "l10n_co.received.document"
API_QUERY = {
    "domain": [["state", "=", "accepted"]],
    "fields": ["number", "issue_date", "supplier_nit", "supplier_name", "amount_total", "cufe"],
    "order": "issue_date desc",
    "limit": 100,
}


class PreferencesOfMail(models.Model):
    """The page of a user's own mail: its buttons, and what it tells."""

    _inherit = "res.users"

    # ---- buttons ---------------------------------------------------------------------------------

    def l10n_co_action_test_mail(self):
        """:return: action that opens a test of the user's account, which shows its steps as they are done"""
        return self._l10n_co_needed_account().l10n_co_action_diagnose()

    def l10n_co_action_connect_mail(self):
        """:return: action that leads to the provider's page, where the permission is given"""
        return self._l10n_co_needed_account().l10n_co_action_connect()

    def l10n_co_action_sent_folder_mail(self):
        """:return: action that lets the folder of the copies be chosen from the mailbox' own list"""
        return self._l10n_co_needed_account().l10n_co_action_sent_folder()

    def l10n_co_action_disconnect_mail(self):
        """Take the account away, with its password and permissions."""
        self._l10n_co_own_account().unlink()

    def _l10n_co_needed_account(self):
        account = self._l10n_co_own_account()
        if not account:
            raise ValidationError(self.env._("Type the address of the mailbox."))
        return account

    def _l10n_co_sender_values(self, company):
        # EXTENDS letters: the company's account may tell another web site
        values = super()._l10n_co_sender_values(company)
        own = company.sudo().l10n_co_emission_server_id.l10n_co_website
        return {**values, "website": own or values["website"]}

    # ---- what the preferences tell ---------------------------------------------------------------

    @api.depends(
        "company_id.l10n_co_emission_policy",
        "company_id.l10n_co_emission_server_id.l10n_co_address",
        "company_id.l10n_co_emission_server_id.l10n_co_confirmed_on",
        "l10n_co_personal_server_ids.l10n_co_address",
        "l10n_co_personal_server_ids.l10n_co_confirmed_on",
        "l10n_co_personal_server_ids.l10n_co_state",
    )
    @api.depends_context("uid", "lang", "company")
    def _compute_l10n_co_mail_route(self):
        for user in self:
            user.l10n_co_mail_route = user._l10n_co_may_set_up() and user._l10n_co_route()

    def _l10n_co_route(self):
        """:return: in words: which of the user's mails leave through which account, and what keeps them back"""
        company = self._l10n_co_company().sudo()
        emission = self.env["l10n_co.emission"]
        documents = emission._account_for(self._origin, company)
        others = emission._account_for(self._origin, company.browse())
        sentences = [
            self._l10n_co_route_of(company, documents, others),
            self._l10n_co_obstacle(documents | others),
        ]
        return " ".join(filter(None, sentences))

    def _l10n_co_route_of(self, company, documents, others):
        values = {
            "company": company.name,
            "account": documents.l10n_co_address or documents.from_filter,
            "own": others.l10n_co_address,
        }
        if documents == others:
            return (
                self.env._(
                    "All your mails leave from %(own)s, the documents of %(company)s too.", **values
                )
                if others
                else self.env._("All your mails leave through Odoo's own server.")
            )
        if others:
            return self.env._(
                "The documents of %(company)s leave from %(account)s, your other mails from %(own)s.",
                **values,
            )
        return self.env._(
            "The documents of %(company)s leave from %(account)s, your other mails through Odoo's own server.",
            **values,
        )

    def _l10n_co_obstacle(self, chosen):
        """:param chosen: ir.mail_server that the user's mails leave from
        :return: why a mail of the user does not leave, or leaves from elsewhere; "" when all is well
        """
        broken = chosen.filtered(lambda account: account.l10n_co_state != "done")
        if broken:
            return self.env._(
                "They do not leave at the moment: %s has to pass its test again.",
                ", ".join(broken.mapped("l10n_co_address")),
            )
        untested = self._l10n_co_accounts() - chosen
        if untested and self._l10n_co_personal_is_allowed() and not untested.l10n_co_confirmed_on:
            return self.env._(
                "Your account %s is not used until it has passed its test.",
                untested.l10n_co_address,
            )
        return ""

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
