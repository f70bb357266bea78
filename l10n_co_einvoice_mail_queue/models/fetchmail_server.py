import logging
import math
import time
import zlib

from odoo import api, models
from odoo.addons.l10n_co_einvoice_mail.models.reception.fetchmail_server_lanes import (
    LATER,
    ORDER,
    TURN_SECONDS,
)
from odoo.addons.l10n_co_einvoice_mail.models.reception.lane import Lane
from odoo.addons.l10n_co_einvoice_mail.models.reception.run import Report, Run
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .queue_job import BOOK, RECEIVE

_logger = logging.getLogger(__name__)

BOOKS_LATER = "l10n_co_books_later"
USUAL, URGENT = 10, 1
# Advisory locks of transactions: this, and the mailbox whose bills are drafted.
LOCK = zlib.crc32(b"l10n_co.queue.book") & 0x7FFFFFFF


class FetchmailServer(models.Model):
    """Jobs read the mailboxes, one a mailbox, and others draft the bills; the scheduled actions make the jobs, and take
    over where nobody does them.

    A job has no state of its own: what is done is in the ledger, what is still to do is found there. One that is killed
    is done again, by whichever machine; one that comes too often finds nothing to do.
    """

    _inherit = "fetchmail.server"

    # ---- making jobs -----------------------------------------------------------------------------

    @api.model
    def _l10n_co_cron_receive(self, lane=1):  # pylint: disable=missing-return
        # EXTENDS l10n_co_einvoice_mail: the lanes rest
        if not self.env["queue.job"]._l10n_co_is_served():
            _logger.warning("The job queue is installed, and nobody does its jobs: see the guide")
            super()._l10n_co_cron_receive(lane)
        elif lane == 1:
            self._l10n_co_dispatch()

    @api.model
    def _l10n_co_dispatch(self):
        """Make the jobs that are due. A server is asked once whether it is there, not by each job."""
        Cron = self.env["ir.cron"]
        due = self.search(self._l10n_co_due_domain(), order=ORDER)
        unbooked = self.search(self._l10n_co_confirmed_domain() & self._l10n_co_unbooked())
        unbooked._l10n_co_delay(BOOK)
        self.env["queue.job.channel"]._l10n_co_make(due)
        due.filtered("l10n_co_asked_on")._l10n_co_prefer()
        Cron._commit_progress(remaining=len(due))
        lane = Lane(due.browse(), lambda chosen: due - chosen, math.inf, keeps=False)
        for turn in lane.turns():
            if turn.error:
                self._l10n_co_take_turn(turn.server, turn.seen, turn.error)
            else:
                turn.server._l10n_co_delay(RECEIVE, turn.seen)
            if not Cron._commit_progress(1):
                break

    def _l10n_co_delay(self, method, *arguments):
        """Make a job for each of these mailboxes, unless one waits already."""
        Channel = self.env["queue.job.channel"]
        for server in self.sudo():
            titles = {
                RECEIVE: self.env._("Read %s", server.name),
                BOOK: self.env._("Draft bills: %s", server.name),
            }
            of_provider = method == RECEIVE and Channel._l10n_co_name(server.l10n_co_provider_id)
            # The company whose job it is: the queue's rule shows it to nobody else's people.
            jobs = server.with_context(company_id=server.l10n_co_company_id.id).with_delay(
                identity_key=_key(method, server),
                channel=of_provider or None,
                priority=URGENT if server.l10n_co_asked_on else USUAL,
                description=titles[method],
            )
            getattr(jobs, method)(*arguments)

    def _l10n_co_prefer(self):
        """Let the jobs of these mailboxes that wait already come first."""
        keys = [_key(RECEIVE, server) for server in self]
        waiting = [("identity_key", "in", keys), ("state", "=", "pending")]
        self.env["queue.job"].sudo().search(waiting).priority = URGENT

    @api.model
    def _l10n_co_unbooked(self):
        """:return: Domain of mailboxes with documents of which bills are still to be drafted"""
        return Domain("l10n_co_mail_ids.document_ids.booking", "=", "pending")

    # ---- jobs ------------------------------------------------------------------------------------

    def _l10n_co_receive_job(self, seen):
        """Read this mailbox, if nobody has since the job was made. Its function allows commits: they are those of a
        scheduled action's turn, a renewed token's among them, and the queue's own lock is in another transaction.

        :param seen: its `date` then
        :raise RetryableJobError: somebody else is at it, or its host is at its limit
        """
        self._l10n_co_check_program()
        server = self.with_context(**{BOOKS_LATER: True}).exists()
        if not server:
            return
        took = server._l10n_co_take_turn(server, seen)
        if took == "busy":
            raise RetryableJobError("The mailbox is being read by somebody else.")
        if took == "put off":
            seconds = int(LATER.total_seconds())
            raise RetryableJobError("Its host is at its limit.", seconds, ignore_retry=True)
        unbooked = Domain("id", "=", server.id) & self._l10n_co_unbooked()
        server.search(unbooked)._l10n_co_delay(BOOK)
        if took == "unfinished":
            server._l10n_co_delay(RECEIVE, server.date)

    def _l10n_co_book_job(self):
        """Draft the bills of this mailbox' documents, for some seconds; what is left is another job's."""
        self._l10n_co_check_program()
        if not self._l10n_co_take_booking():
            return
        deadline = time.monotonic() + TURN_SECONDS
        # The work is committed batch by batch, while the job's own transaction holds the lock.
        with self.env.registry.cursor() as cr:
            Run(self.with_env(self.env(cr=cr)), Report(), deadline).book(deadline)
        if time.monotonic() >= deadline:
            self._l10n_co_delay(BOOK)

    def _l10n_co_books_at_once(self):
        # EXTENDS l10n_co_einvoice_mail
        return super()._l10n_co_books_at_once() and not self.env.context.get(BOOKS_LATER)

    def _l10n_co_take_booking(self):
        """:return: True when no other job drafts bills of this mailbox, until this transaction ends"""
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, self.id])
        return self.env.cr.fetchone()[0]

    def _l10n_co_check_program(self):
        """:raise AccessError: the job is a person's: a manager of the queue may write another user on it"""
        if not self.env.su:
            raise AccessError(self.env._("Mailboxes are read by the program alone."))


def _key(method, server):
    return f"l10n_co.{method.strip('_')}:{server.id}"
