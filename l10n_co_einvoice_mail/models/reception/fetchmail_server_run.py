from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_time

from ...mailbox import failures
from ...mailbox.errors import LoginFailed
from ..shared import rights
from . import silence
from .received_mail import TRIES_AT_ONCE
from .run import MailboxBusy, receive

# A click waits for this long; what is left is done by the scheduler. Below the 120 s that Odoo gives a request.
CLICK_SECONDS = 45
# A rejected login is not repeated sooner: providers lock accounts after a few.
LOGIN_PAUSE = timedelta(hours=1)
FAILURE_PAUSE = timedelta(minutes=5)
MAX_FAILURE_PAUSE = timedelta(hours=2)
MEGABYTE = 1_000_000
# Colours of what a click is told, the worst first: it is told once for several mailboxes.
KINDS = ("danger", "warning", "success")
# Throttling servers name their pause; Gmail's longest suspension is a day.
MAX_ASKED_PAUSE = timedelta(days=1)


class FetchmailServer(models.Model):
    """A reception mailbox: how it is read, and how it is."""

    _inherit = "fetchmail.server"

    l10n_co_failure_count = fields.Integer(readonly=True, copy=False)
    l10n_co_next_run = fields.Datetime(
        string="Not before",
        readonly=True,
        copy=False,
        help="After a failure the mailbox is left in peace.",
    )
    l10n_co_last_success = fields.Datetime(string="Last successful run", readonly=True, copy=False)
    l10n_co_mail_ids = fields.One2many("l10n_co.received.mail", "server_id")
    l10n_co_mail_count = fields.Integer(compute="_compute_l10n_co_counts")
    l10n_co_today_count = fields.Integer(string="Today", compute="_compute_l10n_co_today")
    l10n_co_today_megabytes = fields.Float(
        string="Today (MB)",
        compute="_compute_l10n_co_today",
        digits=(16, 1),
        help="Size of the mails fetched today. Gmail hands out 2,500 MB a day.",
    )
    l10n_co_pending_count = fields.Integer(string="Pending", compute="_compute_l10n_co_counts")
    l10n_co_failed_count = fields.Integer(string="Failed mails", compute="_compute_l10n_co_counts")

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

    def _compute_l10n_co_counts(self):
        self._l10n_co_count(
            l10n_co_mail_count=([], "__count"),
            l10n_co_pending_count=(
                ["|", ("state", "=", "fetched"), ("filed", "=", "pending")],
                "__count",
            ),
            l10n_co_failed_count=(
                [("state", "=", "failed"), ("handled_on", "=", False)],
                "__count",
            ),
        )

    def _compute_l10n_co_today(self):
        midnight = fields.Datetime.context_timestamp(self, fields.Datetime.now()).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        today = [
            ("create_date", ">=", fields.Datetime.to_string(midnight.astimezone(timezone.utc)))
        ]
        self._l10n_co_count(
            l10n_co_today_count=(today, "__count"),
            l10n_co_today_megabytes=(today, "size:sum"),
        )

    def _l10n_co_count(self, **figures):
        """:param figures: (domain of mails, aggregate) of each field that is computed"""
        Mail = self.env["l10n_co.received.mail"]
        ours = Domain("server_id", "in", self.ids)
        for name, (domain, aggregate) in figures.items():
            found = dict(Mail._read_group(ours & Domain(domain), ["server_id"], [aggregate]))
            unit = MEGABYTE if aggregate == "size:sum" else 1
            for server in self:
                server[name] = found.get(server, 0) / unit

    # ---- receiving -------------------------------------------------------------------------------

    def _fetch_mail(self, batch_limit=50):
        # EXTENDS mail: core marks mails read, or deletes them, also when their processing failed
        ours = self.filtered(lambda server: server._l10n_co_is_account())
        return super(FetchmailServer, self - ours)._fetch_mail(batch_limit=batch_limit)

    def fetch_mail(self):
        # EXTENDS mail
        if self._l10n_co_is_account():
            return self.l10n_co_fetch()
        return super().fetch_mail()

    def l10n_co_fetch(self):
        """Receive now: fetch, read, book and file away. What does not fit into a click is left to the scheduler.

        :return: action that tells the user what came of it
        """
        rights.check_user(self.env)
        self.check_access("read")
        messages, kinds = [], {"success"}
        for server in self.sudo():
            server._l10n_co_check_receives()
            # A person asks now: for everything that the server did not do before, too.
            waiting = Domain("server_id", "=", server.id) & Domain("retry_on", "!=", False)
            self.env["l10n_co.received.mail"].sudo().search(waiting).retry_on = False
            try:
                server._l10n_co_begin_run()
                report = receive(server, CLICK_SECONDS / len(self))
            except MailboxBusy as busy:
                messages.append(str(busy))
                kinds.add("warning")
                continue
            messages.append(server._l10n_co_summary(report))
            kinds.add("danger" if report.error else "warning" if report.failed else "success")
            if report.has_more:
                server.l10n_co_asked_on = fields.Datetime.now()
                self.env.ref("l10n_co_einvoice_mail.cron_receive").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": "\n".join(messages),
                "type": next(kind for kind in KINDS if kind in kinds),
                "sticky": "danger" in kinds,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _l10n_co_begin_run(self):
        """Renew a token before the mailbox is locked. This transaction, which has done nothing yet,
        begins anew to see it.
        """
        if self._l10n_co_renew_tokens():
            self.env["ir.cron"].with_context(ir_cron_progress_id=None)._commit_progress()

    def _l10n_co_summary(self, report):
        if report.error:
            failure = failures.FAILURES[report.error.code]
            return f"{self.name}: {self._l10n_co_describe(failure, report.error.data)}"
        if not report.fetched and not report.filed:
            return self.env._("%s: no new mail.", self.name)
        told = self.env._(
            "%(mailbox)s: %(fetched)s new mails, %(processed)s processed, %(failed)s failed, %(bills)s draft bills.",
            mailbox=self.name,
            fetched=report.fetched,
            processed=report.processed,
            failed=report.failed,
            bills=report.bills,
        )
        rest = self.env._("There are more: they are read in the background.")
        return f"{told} {rest}" if report.has_more else told

    def _l10n_co_note_run(self, report):
        """Write how a run ended; after a failure the mailbox is left in peace for a while."""
        now = fields.Datetime.now()
        values = {"date": now, "error_date": False, "error_message": False}
        if report.error or not report.has_more:
            values["l10n_co_asked_on"] = False
        if report.error:
            count = self.l10n_co_failure_count + 1
            pause = _pause(report.error, count)
            values.update(
                error_date=self.error_date or now,
                error_message=report.error.server_answer or report.error.code,
                l10n_co_failure_code=report.error.code,
                l10n_co_failure_data=report.error.data,
                l10n_co_failure_count=count,
                l10n_co_next_run=now + pause,
            )
        else:
            values.update(
                l10n_co_failure_code=False,
                l10n_co_failure_data=False,
                l10n_co_failure_count=0,
                l10n_co_last_success=now,
                **self._l10n_co_next_look(report),
            )
        self.with_context(fetchmail_cron_running=True).write(values)

    # ---- screens ---------------------------------------------------------------------------------

    def l10n_co_action_open_mails(self):
        """:return: action on this mailbox' ledger"""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.received_mail_action"
        )
        return {**action, "domain": [("server_id", "in", self.ids)]}

    @api.depends(
        "state", "l10n_co_missing", "l10n_co_failure", "l10n_co_connection", "l10n_co_notices",
        "l10n_co_password_expiry", "l10n_co_certificate_expiry", "l10n_co_last_success",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_l10n_co_health(self):
        left = self._l10n_co_left_mails()
        paused = self.env["l10n_co.mail.host"]._paused()
        for mailbox in self:
            told = mailbox._l10n_co_tell_health(left.get(mailbox), paused.get(mailbox.server))
            mailbox.l10n_co_health, mailbox.l10n_co_problem = told

    def _l10n_co_tell_health(self, left, paused_until=None):
        """:param left: of `_l10n_co_left_mails`
        :param paused_until: until when its host is left in peace (UTC)
        :return: (l10n_co_health, sentence or False); works on the row alone, for it is shown for many at once
        """
        if self.state == "draft":
            if self.l10n_co_missing:
                return "draft", self.env._("Still missing: %s.", self.l10n_co_missing)
            untested = self.env._("Everything is filled in: test it, and it becomes active.")
            return "draft", self.l10n_co_failure or untested
        if self.l10n_co_failure:
            return "trouble", self.l10n_co_failure
        if self.l10n_co_connection == "missing":
            return "trouble", self.env._("It is not connected with its provider: press «Connect».")
        causes = {
            **self._l10n_co_expiries(),
            **silence.unread(self),
            **self._l10n_co_left_behind(left),
        }
        if paused_until:
            causes["paused"] = self.env._(
                "%(host)s asked for a pause: none of the mailboxes there is read before %(time)s.",
                host=self.server,
                time=format_time(self.env, paused_until, time_format="short"),
            )
        if "quiet" in (self.l10n_co_notices or {}):
            causes["quiet"] = self.env._(
                "Nothing has arrived for days. Is it still the address that is registered at DIAN?"
            )
        return ("attention", "\n".join(causes.values())) if causes else ("well", False)

    def _l10n_co_left_mails(self):
        """:return: {mailbox: mails with which the mail server did not do what it was asked, again and again}"""
        left = [
            ("server_id", "in", self.ids),
            ("tries", ">=", TRIES_AT_ONCE),
            "|",
            ("state", "=", "fetched"),
            ("filed", "=", "pending"),
        ]
        return self.env["l10n_co.received.mail"].sudo().search(left).grouped("server_id")

    def _l10n_co_left_behind(self, left):
        """:param left: of `_l10n_co_left_mails`; None for no mails
        :return: {code of a cause: what to tell} about them
        """
        if not left:
            return {}
        causes, missing = {}, left.filtered(lambda mail: not mail.raw_attachment_id)
        if missing:
            causes["not_handed_out"] = self.env._(
                "%(mailbox)s does not hand out %(count)s mails (UID %(uids)s): %(reason)s",
                mailbox=self.name,
                count=len(missing),
                uids=", ".join(missing[:5].mapped("uid")),
                reason=missing[:1].reason or "",
            )
        if unmoved := left - missing:
            causes["unmoved"] = self.env._(
                "%(count)s mails that are done with stay in the inbox of %(mailbox)s: its server does not move or "
                "delete them, or does not let it be proved. Nothing is lost; move them yourself, or ask your mail "
                "provider.",
                mailbox=self.name,
                count=len(unmoved),
            )
        return causes

    def l10n_co_action_open_failed(self):
        """:return: action on this mailbox' failed mails that nobody is done with"""
        action = self.l10n_co_action_open_mails()
        context = {"search_default_waiting": 1, "search_default_group_reason": 1}
        return {**action, "name": self.env._("Failed mails"), "context": context}


def _pause(error, count):
    """:return: timedelta to leave a mailbox in peace after its `count`th failure in a row"""
    if isinstance(error, LoginFailed):
        return LOGIN_PAUSE
    asked = timedelta(seconds=int(error.data.get("seconds") or 0))
    own = FAILURE_PAUSE * 2 ** min(count - 1, 10)
    return min(asked, MAX_ASKED_PAUSE) if asked else min(own, MAX_FAILURE_PAUSE)
