from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError

from ...mailbox import providers
from . import application, trial


class AppliedAccounts(models.TransientModel):
    """The accounts of a list tested in the background, and set up."""

    _inherit = "l10n_co.mail.account.wizard"

    # ---- testing ---------------------------------------------------------------------------------

    @api.depends("line_ids.state", "test_total")
    def _compute_counts(self):
        counted = ("ready", "failed", "done")
        for wizard in self:
            states = wizard.line_ids.mapped("state")
            for state in counted:
                wizard[f"{state}_count"] = states.count(state)
            wizard.waiting_count = waiting = states.count("queued")
            wizard.open_count = states.count("new") + states.count("incomplete")
            total = max(wizard.test_total, waiting)
            wizard.progress = 100 * (total - waiting) // total if total else 0

    def action_test(self):
        """Have the accounts of the list tested that are complete and not tested yet, or failed."""
        self.ensure_one()
        self._check_admin()
        return self._queue(self.line_ids.filtered(lambda line: line.state in ("new", "failed")))

    def _queue(self, lines):
        """:raise UserError: there are none, and none wait"""
        if not lines and not self.waiting_count:
            raise UserError(
                self.env._("There is nothing to test: type what is missing, or load users first.")
            )
        lines.sudo().write({"state": "queued"})
        self.test_total = self.waiting_count
        self.env.ref("l10n_co_einvoice_mail.cron_test_accounts").sudo()._trigger()
        return True

    def action_test_failed(self):
        """Have those accounts tested once more that failed."""
        self.ensure_one()
        self._check_admin()
        return self._queue(self.line_ids.filtered(lambda line: line.state == "failed"))

    def action_stop(self):
        """Take the accounts that were not tested yet out of the queue."""
        self.ensure_one()
        self._check_admin()
        waiting = self.line_ids.filtered(lambda line: line.state == "queued")
        waiting.sudo().write({"state": "new"})
        return True

    @api.model
    def _cron_test(self):
        """Test what waits, and do what the application left for later."""
        Line = self.env["l10n_co.mail.account.wizard.line"].sudo()
        if trial.run(Line):
            application.finish(Line.search([("is_finishing", "=", True)]))
            self.env["ir.mail_server"].sudo()._l10n_co_test_successors()

    # ---- applying --------------------------------------------------------------------------------

    @api.constrains("header", "signature", "footer")
    def _check_frame(self):
        for wizard in self:
            for text in (wizard.header, wizard.signature, wizard.footer):
                wizard._l10n_co_check_html(text)

    def action_apply(self):
        """Set the accounts up that are ready; of the others the list says what is missing."""
        self.ensure_one()
        self._check_admin()
        self._check_registered()
        applied = application.apply(self.line_ids.filtered(lambda line: line.state == "ready"))
        framed = application.apply_frame(
            self.line_ids.filtered(lambda line: line.state == "done" and line.takes_frame)
        )
        self.notice = self._apply_notice(len(applied), len(framed))
        return True

    def _check_registered(self):
        """:raise UserError: users would be invited to sign in where nobody can yet: nobody's sending is changed"""
        kinds = {line._oauth_type() for line in self.line_ids if line.state == "ready"} - {""}
        missing = [
            providers.SIGN_INS[kind].name for kind in sorted(kinds) if not self._has_client(kind)
        ]
        if missing:
            raise UserError(
                self.env._(
                    "Register Odoo at %s first: Settings > General Settings > Discuss. Nothing was changed.",
                    ", ".join(missing),
                )
            )

    def _apply_notice(self, count, framed):
        """:param int count: how many accounts were set up
        :param int framed: how many users got another header, signature or footer
        :return: the outcome in words
        """
        states = dict(self.line_ids._fields["state"]._description_selection(self.env))
        left = Counter(line.state for line in self.line_ids if line.state != "done")
        notice = self.env._("Set up: %s.", count)
        if framed:
            notice += " " + self.env._("Header, signature or footer changed: %s.", framed)
        if left:
            notice += "\n" + self.env._(
                "Not set up: %s. The reason stands beside each user.",
                ", ".join(f"{states[state]} {number}" for state, number in left.items()),
            )
        return notice
