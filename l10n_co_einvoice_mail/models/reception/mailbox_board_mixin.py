from odoo import api, fields, models


class MailboxBoardMixin(models.AbstractModel):
    """What the board of mailboxes shows of one: how it is, and in a few words what is wrong with it."""

    _name = "l10n_co.mailbox.board.mixin"
    _description = "Mailbox on the board (Colombian e-invoice mail)"

    l10n_co_health = fields.Selection(
        [
            ("draft", "Not active"),
            ("trouble", "Does not work"),
            ("attention", "Needs attention"),
            ("well", "Works"),
        ],
        string="How it is",
        compute="_compute_l10n_co_health",
    )
    l10n_co_problem = fields.Text(string="State in words", compute="_compute_l10n_co_health")

    @api.depends(
        "state", "l10n_co_missing", "l10n_co_failure", "l10n_co_connection", "l10n_co_notices",
        "l10n_co_password_expiry", "l10n_co_certificate_expiry", "l10n_co_last_success",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_l10n_co_health(self):
        for mailbox in self:
            mailbox.l10n_co_health, mailbox.l10n_co_problem = mailbox._l10n_co_tell_health()

    def _l10n_co_tell_health(self):
        """:return: (l10n_co_health, sentence or False); works on the row alone, for it is shown for many at once"""
        if self.state == "draft":
            if self.l10n_co_missing:
                return "draft", self.env._("Still missing: %s.", self.l10n_co_missing)
            return "draft", self.env._("Everything is filled in: test it, and it becomes active.")
        if self.l10n_co_failure:
            return "trouble", self.l10n_co_failure
        if self.l10n_co_connection == "missing":
            return "trouble", self.env._("It is not connected with its provider: press «Connect».")
        causes = {**self._l10n_co_expiries(), **self._l10n_co_unread()}
        if "quiet" in (self.l10n_co_notices or {}):
            causes["quiet"] = self.env._(
                "Nothing has arrived for days. Is it still the address that is registered at DIAN?"
            )
        return ("attention", "\n".join(causes.values())) if causes else ("well", False)

    def l10n_co_action_open_failed(self):
        """:return: action on this mailbox' failed mails that nobody is done with"""
        action = self.l10n_co_action_open_mails()
        context = {"search_default_waiting": 1, "search_default_group_reason": 1}
        return {**action, "name": self.env._("Failed mails"), "context": context}
