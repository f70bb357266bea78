import functools
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...mailbox.errors import Throttled
from ..shared import parameters, transactions
from .lane import Lane
from .run import MailboxBusy, receive

_logger = logging.getLogger(__name__)

# One mailbox' share of a scheduled run, so that a full mailbox does not keep the others waiting.
TURN_SECONDS = 8
# What Odoo gives a scheduled action before it calls others.
RUN_SECONDS = 10
# Mailboxes that a run chooses at once.
SLICE = 50
MAX_LANES = 8
# Who asked for it comes first, then the mailbox that was not read for the longest time.
ORDER = "l10n_co_asked_on asc nulls last, date asc nulls first, id"
LATER = timedelta(minutes=1)

# With `ADAPTIVE` a mailbox in which something arrives is read again soon, and one that stays empty less and less often.
ADAPTIVE = f"{parameters.PREFIX}adaptive"
SOON = timedelta(minutes=1)
# The schedule's interval, less what a run may begin early.
USUAL = timedelta(minutes=4, seconds=30)
SELDOM = timedelta(hours=1)
# After so many empty runs the pause doubles.
EMPTY_RUNS = 6


class FetchmailServer(models.Model):
    """Many mailboxes: several scheduled actions, the lanes, share those that are due."""

    _inherit = "fetchmail.server"

    l10n_co_asked_on = fields.Datetime(
        string="Asked for on",
        readonly=True,
        copy=False,
        help="Somebody wants it read now, and it did not fit into one click.",
    )
    l10n_co_empty_count = fields.Integer(
        string="Empty runs", readonly=True, copy=False, help="In a row."
    )

    @api.model
    def _l10n_co_due_domain(self):
        due = Domain("l10n_co_next_run", "=", False)
        due |= Domain("l10n_co_next_run", "<=", fields.Datetime.now())
        paused = self.env["l10n_co.mail.host"]._paused()
        return self._l10n_co_confirmed_domain() & due & Domain("server", "not in", list(paused))

    @api.model
    def _l10n_co_cron_receive(self, lane=1):
        """Receive from mailboxes that are due, for some seconds; Odoo calls it again for the next ones.

        Several lanes may run at once, in several processes: a mailbox that another one reads, or has read meanwhile,
        is passed over.

        :param int lane: number of the scheduled action, from 1
        """
        Cron = self.env["ir.cron"]
        waiting = self.search_count(self._l10n_co_due_domain())
        left = Cron._commit_progress(remaining=waiting)
        if not left:
            return  # at once, so that it is called anew: servers are asked once a run
        has_put_off = False
        choose = functools.partial(self._l10n_co_slice, lane)
        for turn in Lane(self.browse(), choose, min(left, RUN_SECONDS)).turns():
            took = self._l10n_co_take_turn(turn.server, turn.seen, turn.error, turn.opening)
            # Gives row locks and places back.
            Cron.with_context(ir_cron_progress_id=None)._commit_progress()
            has_put_off |= took == "put off"
            waiting -= took != "unfinished"
            Cron._commit_progress(1, remaining=max(waiting, 0))
        if has_put_off:
            self.env.ref("l10n_co_einvoice_mail.cron_receive")._trigger(
                at=fields.Datetime.now() + LATER
            )

    @api.model
    def _l10n_co_slice(self, lane, chosen):
        """:param chosen: mailboxes that this run has chosen before
        :return: mailboxes that are due, the longest unread first; other lanes, at the same time, get others
        """
        lanes = len(self._l10n_co_lanes().filtered("active")) or 1
        new = Domain("id", "not in", chosen.ids)
        due = self.search(self._l10n_co_due_domain() & new, order=ORDER)
        mine = due.filtered(lambda server: server.id % lanes == lane % lanes)
        # What is left of others' is for any lane, from the end: it meets theirs halfway.
        return (mine or due[::-1])[:SLICE]

    def _l10n_co_take_turn(self, server, seen, error=None, opening=None):
        """Read a mailbox, if nobody else does or did, and commit.

        :param seen: its `date` when it was chosen
        :param MailboxError error: why its server did not greet, or None
        :param Opening opening: its connection, or None
        :return: "done", "unfinished", "busy" where others work at it, or "put off" where the host is at its limit
        """
        # Keeps the row of the cron's progress out of these transactions.
        env = self.with_context(ir_cron_progress_id=None).env
        Host = env["l10n_co.mail.host"]
        try:
            server._l10n_co_begin_run()
            # The lock begins a transaction: what another lane has committed a moment ago is seen, and no conflict.
            transactions.commit(env)
            if not server.try_lock_for_update(allow_referencing=True):
                return "busy"
            chosen = Domain([("id", "=", server.id), ("date", "=", seen)])
            if not self.search_count(self._l10n_co_due_domain() & chosen):
                return "done"
            if not error and not Host._admits(server):
                return "put off"
            report = receive(server, TURN_SECONDS, error, opening)
            transactions.commit(env)
            if isinstance(report.error, Throttled):
                complaint = functools.partial(
                    Host._note_complaint, server, report.error, is_greeting=bool(error)
                )
                transactions.retried(env, complaint)
        except MailboxBusy:
            _logger.info("Mailbox %s is being read by another worker", server.id)
            return "busy"
        except transactions.CONCURRENCY_ERRORS as busy:
            _logger.info("Mailbox %s waits for the next run: %s", server.id, busy)
            env.cr.rollback()
            return "busy"
        return "unfinished" if report.has_more else "done"

    def _l10n_co_books_at_once(self):
        """:return: False where the bills of what a run reads are drafted elsewhere"""
        return True

    def _l10n_co_next_look(self, report):
        """:param Report report: of a run without an error
        :return: values that say when the mailbox is looked at again
        """
        now = fields.Datetime.now()
        if report.has_more or not parameters.flag(self.env, ADAPTIVE):
            return {"l10n_co_next_run": False, "l10n_co_empty_count": 0}
        if report.fetched:
            self.env.ref("l10n_co_einvoice_mail.cron_receive").sudo()._trigger(at=now + SOON)
            return {"l10n_co_next_run": now + SOON, "l10n_co_empty_count": 0}
        count = self.l10n_co_empty_count + 1
        pause = min(USUAL * 2 ** min(count // EMPTY_RUNS, 10), SELDOM)
        return {"l10n_co_next_run": now + pause, "l10n_co_empty_count": count}

    # ---- settings --------------------------------------------------------------------------------

    @api.model
    def _l10n_co_lanes(self):
        """:return: the scheduled actions that receive, in their order, also those that rest"""
        names = ["cron_receive", *(f"cron_receive_{number}" for number in range(2, MAX_LANES + 1))]
        lanes = (
            self.env.ref(f"l10n_co_einvoice_mail.{name}", raise_if_not_found=False)
            for name in names
        )
        return self.env["ir.cron"].sudo().union(*(lane for lane in lanes if lane))

    @api.model
    def _l10n_co_set_lanes(self, count):
        """Let `count` lanes share the mailboxes; the first one keeps the switch that an administrator gave it.

        :raise ValidationError: `count` is not from 1 to `MAX_LANES`
        """
        if not 1 <= count <= MAX_LANES:
            raise ValidationError(
                self.env._("From 1 to %s mailboxes can be read at once.", MAX_LANES)
            )
        for number, lane in enumerate(self._l10n_co_lanes()[1:], start=2):
            if lane.active != (number <= count):
                lane.active = number <= count
