import functools
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...mailbox.errors import MailboxError, Throttled
from ...mailbox.greetings import greetings
from ..shared import parameters, transactions
from .run import MailboxBusy, receive

_logger = logging.getLogger(__name__)

# One mailbox' share of a scheduled run, so that a full mailbox does not keep the others waiting.
TURN_SECONDS = 8
# Mailboxes that a scheduled run looks at; Odoo calls it again for the next ones.
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
        """Receive from a slice of the mailboxes that are due; those whose server does not greet come last.

        Several lanes may run at once, in several processes: a mailbox that another one reads, or has read meanwhile,
        is passed over.

        :param int lane: number of the scheduled action, from 1
        """
        Cron = self.env["ir.cron"]
        waiting = self.search_count(self._l10n_co_due_domain())
        Cron._commit_progress(remaining=waiting)
        mine = self._l10n_co_slice(lane)
        seen, has_put_off = {server: server.date for server in mine}, False
        for server, error in mine._l10n_co_greeting():
            took = self._l10n_co_take_turn(server, seen[server], error)
            # Gives row locks and places back.
            Cron.with_context(ir_cron_progress_id=None)._commit_progress()
            has_put_off |= took == "put off"
            waiting -= took != "unfinished"
            if not Cron._commit_progress(1, remaining=max(waiting, 0)):
                break
        if has_put_off:
            self.env.ref("l10n_co_einvoice_mail.cron_receive")._trigger(
                at=fields.Datetime.now() + LATER
            )

    @api.model
    def _l10n_co_slice(self, lane):
        """:return: mailboxes that are due, the longest unread first; other lanes, at the same time, get others"""
        lanes = len(self._l10n_co_lanes().filtered("active")) or 1
        oldest = self.search(self._l10n_co_due_domain(), order=ORDER, limit=SLICE * lanes)
        # The last few are for whichever lane comes first: theirs may be waiting for a server.
        return oldest[(lane - 1) % lanes :: lanes] or oldest

    def _l10n_co_take_turn(self, server, seen, error):
        """Read a mailbox, if nobody else does or did, and commit.

        :param seen: its `date` when it was chosen
        :param MailboxError error: why its server did not greet, or None
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
            report = receive(server, TURN_SECONDS, error)
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

    def _l10n_co_greeting(self):
        """Connect to all servers of these mailboxes at once, to each only once, so that a slow or dead one delays its
        own mailboxes only.

        :return: generator of (server, error); error is None for one that has greeted, and those come first
        """
        if len(self) == 1:
            yield self, None
            return
        mailboxes, waiting, refused = {}, {}, []
        for server in self:
            try:
                mailbox = server._l10n_co_mailbox()
            except MailboxError as error:
                refused.append((server, error))
            else:
                mailboxes.setdefault(mailbox.endpoint, mailbox)
                waiting.setdefault(mailbox.endpoint, []).append(server)
        for endpoint, error in greetings(mailboxes):
            for server in waiting[endpoint]:
                yield server, error
        yield from refused

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
