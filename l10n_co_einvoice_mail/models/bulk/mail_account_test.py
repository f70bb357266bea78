import psycopg2
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...bulk import testing
from ...bulk.sheets import SERVER
from ...mailbox import failures
from ...mailbox.errors import AddressRefused, ConnectionFailed, MailboxError, TlsFailed
from ..shared.reason_mixin import Blank

# What is wrong with the server is wrong for all who have it: nobody else waits for it to not answer.
OF_THE_SERVER = (AddressRefused, ConnectionFailed, TlsFailed)


class MailAccountTest(models.AbstractModel):
    """The test of all the accounts of a list, in the background: whoever started it may close the window."""

    _name = "l10n_co.mail.account.test.mixin"
    _description = "Test of many mail accounts"

    waiting_count = fields.Integer(string="Waiting", compute="_compute_counts")
    ready_count = fields.Integer(string="Ready", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    done_count = fields.Integer(string="Done", compute="_compute_counts")
    open_count = fields.Integer(string="To complete or to test", compute="_compute_counts")
    test_total = fields.Integer(readonly=True)
    progress = fields.Integer(string="Tested", compute="_compute_counts")

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
        lines = self.line_ids.filtered(lambda line: line.state in ("new", "failed"))
        if not lines and not self.waiting_count:
            raise UserError(
                self.env._("There is nothing to test: type what is missing, or load users first.")
            )
        lines.sudo().write({"state": "queued"})
        self.test_total = self.waiting_count
        self.env.ref("l10n_co_einvoice_mail.cron_test_accounts").sudo()._trigger()
        return True

    def action_stop(self):
        """Take the accounts that were not tested yet out of the queue."""
        self.ensure_one()
        self._check_admin()
        waiting = self.line_ids.filtered(lambda line: line.state == "queued")
        waiting.sudo().write({"state": "new"})
        return True

    @api.model
    def _cron_test(self):
        """Test what waits, as many at a time as a server bears; each result is committed as soon as it is there."""
        Line = self.env["l10n_co.mail.account.wizard.line"].sudo()
        waiting = [("state", "=", "queued")]
        seconds = Line._commit(0)
        while seconds and (lines := Line.search(waiting, limit=testing.AT_ONCE)):
            seconds = lines._test()
        if seconds:
            Line.search([("is_finishing", "=", True)])._finish()


class MailAccountLineTest(models.AbstractModel):
    """The test of lines of such a list."""

    _name = "l10n_co.mail.account.line.test.mixin"
    _description = "Mail account of a list, tested"

    def _test(self):
        """Test these accounts at once. Only the network's part runs in threads: the database has one.

        :return: seconds that are left for this run of the scheduler
        """
        present = self._accounts()
        accounts = {}
        for line in self:
            try:
                accounts[line.id] = line._diagnosed(present.get(line.user_id))
            except MailboxError as error:
                line._note(testing.Verdict(error))
        seconds = self._commit(len(self) - len(accounts))  # no transaction waits for mail servers
        for line_id, verdict in testing.verdicts(accounts):
            line = self.browse(line_id)
            lines = line._alike() if isinstance(verdict.error, OF_THE_SERVER) else line
            try:
                lines._note(verdict)
                seconds = self._commit(len(lines))
            except psycopg2.OperationalError:
                # Who changes the line at this moment wins: it is tested again.
                self.env.cr.rollback()
        return seconds

    def _commit(self, done):
        waiting = self.search_count(["|", ("state", "=", "queued"), ("is_finishing", "=", True)])
        return self.env["ir.cron"]._commit_progress(done, remaining=waiting)

    def _alike(self):
        """:return: this line with those that wait for the same server"""
        same = [("wizard_id", "=", self.wizard_id.id), ("state", "=", "queued")]
        return self | self.search(same + [(name, "=", self[name]) for name in SERVER])

    def _note(self, verdict):
        """:param testing.Verdict verdict: what became of the test; dropped where the line was changed meanwhile"""
        self.invalidate_recordset()
        lines = self.exists().filtered(lambda line: line.state == "queued")
        if not verdict.error:
            lines.write({"state": "ready"})
            return
        data = {name: str(value) for name, value in verdict.error.data.items()}
        if verdict.proposal:
            data["works_port"] = verdict.proposal.port
            data["works_encryption"] = verdict.proposal.encryption.value
        failure = {"failure_code": verdict.error.code, "failure_data": data, "refusal": False}
        lines.write({"state": "failed", **failure})

    def _told_failure(self):
        """:return: what the test found, in words: what is wrong, what to do, what worked instead"""
        data = Blank(self.failure_data or {})
        failure = failures.FAILURES[self.failure_code]
        texts = [self.env._(text) % data for text in (failure.sentence, failure.remedy) if text]
        if "works_port" in data:
            encryptions = dict(self._fields["smtp_encryption"]._description_selection(self.env))
            texts.append(
                self.env._(
                    "This works: port %(port)s, %(encryption)s.",
                    port=data["works_port"],
                    encryption=encryptions[data["works_encryption"]],
                )
            )
        return " ".join(texts)
