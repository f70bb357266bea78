from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

RECEIVE = "_l10n_co_receive_job"
BOOK = "_l10n_co_book_job"
WAITING = ("pending", "enqueued")
# A job that waits for longer, while none of ours begins, is one that nobody will do.
PATIENCE = timedelta(minutes=10)


class QueueJob(models.Model):
    """Whether our jobs are done: the queue may be installed while its runner is not there."""

    _inherit = "queue.job"

    @api.model
    def _l10n_co_domain(self):
        """:return: Domain of the jobs that read mailboxes and draft their bills"""
        names = [f"<fetchmail.server>.{method}" for method in (RECEIVE, BOOK)]
        return Domain("channel_method_name", "in", names)

    @api.model
    def _l10n_co_is_served(self):
        """:return: False where our jobs wait in vain"""
        now, ours = fields.Datetime.now(), self._l10n_co_domain()
        waiting = Domain("state", "in", WAITING) & Domain("date_created", "<", now - PATIENCE)
        due = Domain("eta", "=", False) | Domain("eta", "<", now - PATIENCE)
        jobs = self.sudo()
        if not jobs.search_count(ours & waiting & due, limit=1):
            return True
        return bool(jobs.search_count(ours & Domain("date_started", ">=", now - PATIENCE), limit=1))
