import logging

from odoo import api, fields, models

from ..shared import rights, transactions
from .recorder import Recorder

_logger = logging.getLogger(__name__)

CRON = "l10n_co_einvoice_mail.cron_go_on_with_work"
DOCUMENT = "l10n_co.received.document"
MAIL = "l10n_co.received.mail"
#: So many documents or mails are done while the person waits: some seconds.
AT_ONCE = 20
#: What is committed together.
PIECE = 20
#: A piece that ended the process this many times is done without the one that it begins with.
MAX_ATTEMPTS = 3
#: Days that one may look up what became of it.
KEPT_DAYS = 30


class Work(models.Model):
    """Documents that are judged again, accepted or booked, and mails that are read again: a few while the person waits,
    many in the background. Whoever asked for it may leave, sees how far it is, and is told when it has ended.

    What is still to do points here (`work_id`): nothing is lost when a process ends, and nothing is done twice.
    """

    _name = "l10n_co.work"
    _inherit = "l10n_co.evidence.mixin"
    _description = "Work in the background (Colombian e-invoice mail)"
    _order = "id desc"
    _is_all_evidence = True

    name = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="For", required=True, readonly=True, index=True)
    state = fields.Selection(
        [("running", "In progress"), ("done", "Ended")],
        required=True,
        readonly=True,
        default="running",
        index=True,
    )
    task = fields.Selection(
        [("judge", "Judge again"), ("accept", "Accept"), ("book", "Draft bills")],
        required=True,
        readonly=True,
        default="judge",
        help="Documents are accepted and booked with the rights of whom it is for, as they are when it is done.",
    )
    total = fields.Integer(string="To do", readonly=True)
    done = fields.Integer(readonly=True)
    progress = fields.Float(compute="_compute_progress")
    accepted = fields.Integer(string="Documents accepted", readonly=True)
    other = fields.Integer(string="Documents not accepted", readonly=True)
    failed = fields.Integer(string="Could not be done", readonly=True)
    attempts = fields.Integer(readonly=True, help="How often the present piece was begun.")
    ended_on = fields.Datetime(readonly=True)
    told = fields.Text(string="How far it is", compute="_compute_told")
    document_ids = fields.One2many(DOCUMENT, "work_id", readonly=True)
    mail_ids = fields.One2many(MAIL, "work_id", readonly=True)

    @api.depends("total", "done")
    def _compute_progress(self):
        for work in self:
            work.progress = 100 * work.done / (work.total or 1)

    @api.depends("state", "task", "total", "done", "accepted", "other", "failed")
    @api.depends_context("lang")
    def _compute_told(self):
        for work in self:
            work.told = work._tell()

    def _tell(self):
        """:return: how far it is, or how it ended"""
        if self.state == "running":
            return self.env._(
                "%(done)s of %(total)s are done. You may leave: you are told when it has ended.",
                done=self.done,
                total=self.total,
            )
        if not self.total:
            return self.env._("No document waited for it.")
        counts = {"accepted": self.accepted, "other": self.other}
        told = (
            self.env._("Done. Bills drafted: %(accepted)s; without a bill: %(other)s.", **counts)
            if self.task == "book"
            else self.env._(
                "Done. Documents accepted: %(accepted)s; not accepted: %(other)s.", **counts
            )
        )
        if not self.failed:
            return told
        failed = self.env._(
            "%s could not be done: the server's log says why; they stay as they were.", self.failed
        )
        return f"{told} {failed}"

    # ---- beginning -------------------------------------------------------------------------------

    @api.model
    def _judge_again(self, documents, name):
        """Judge documents anew, as the trust in certificates and the companies are now, and what can be booked of them.
        The mails they came in are read again, so that they end as their documents do.

        :param documents: l10n_co.received.document
        :param str name: why, as the person reads it
        :return: action that tells how it ended, or shows how far it is
        """
        return self._begin(documents._uploaded(), documents.mail_ids, name)

    @api.model
    def _read_again(self, mails, name):
        """Read the stored bytes of mails anew, and do what comes of their documents.

        :return: as `_judge_again`
        """
        return self._begin(self.env[DOCUMENT], mails, name)

    @api.model
    def _later(self, documents, task, name):
        """Have many documents accepted or booked in the background, for the present user.

        :param str task: `accept` or `book`
        :return: action that shows how far it is; False when they are so few that the user waits for them
        """
        if len(documents) <= AT_ONCE:
            return False
        return self._start(documents, self.env[MAIL], name, task)._open()

    @api.model
    def _put_off(self, mails, name):
        """Read mails in the background that could not be read at once."""
        self._start(self.env[DOCUMENT], mails, name)

    @api.model
    def _begin(self, documents, mails, name):
        is_short = len(documents) + len(mails) <= AT_ONCE
        if is_short and len(mails.sudo().try_lock_for_update()) == len(mails):
            work = self._noted(documents, mails, name)
            work._do(documents.sudo(), mails.sudo())
            work._end()
            return work._notify()
        return self._start(documents, mails, name)._open()

    @api.model
    def _start(self, documents, mails, name, task="judge"):
        """:return: the work, which the scheduler goes on with"""
        work = self._noted(documents, mails, name, task)
        documents.sudo().work_id = work
        mails.sudo().work_id = work
        self.env.ref(CRON).sudo()._trigger()
        return work

    @api.model
    def _noted(self, documents, mails, name, task="judge"):
        return self.sudo().create(
            {
                "name": name,
                "user_id": self.env.uid,
                "task": task,
                "total": len(documents) + len(mails),
            }
        )

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _notify(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                **self._news(),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _news(self):
        is_well = not (self.other or self.failed)
        return {
            "title": self.name,
            "message": self.told,
            "type": "success" if is_well else "warning",
        }

    # ---- going on --------------------------------------------------------------------------------

    @api.model
    def _cron_go_on(self):
        """Do what waits, piece by piece, as long as the scheduler gives time."""
        seconds = self._commit(0)
        for work in self.search([("state", "=", "running")], order="id"):
            if seconds:
                seconds = work.with_context(lang=work.user_id.lang)._go_on(seconds)

    def _go_on(self, seconds):
        """:param float seconds: that are left for this run of the scheduler
        :return: float, those that are left then
        """
        while seconds and (piece := self._piece()):
            self._do_piece(*piece)
            seconds = self._commit(sum(map(len, piece)))
        if not (self.document_ids or self.mail_ids):
            self._end()
            self.user_id._bus_send("simple_notification", {**self._news(), "sticky": True})
            seconds = self._commit(0)
        return seconds

    def _commit(self, done):
        waiting = self.search([("state", "=", "running")])
        remaining = sum(work.total - work.done for work in waiting)
        return self.env["ir.cron"]._commit_progress(done, remaining=remaining)

    def _piece(self):
        """:return: (documents, mails) to do next; None when nothing is left, or others are at all that is"""
        if self.attempts >= MAX_ATTEMPTS:
            self._drop(*self._waiting(1))
        size = 1 if self.attempts else PIECE
        documents, mails = self._waiting(size)
        return (documents, mails) if documents or mails else None

    def _waiting(self, size):
        """:return: (documents, mails), no more than `size`, that no other transaction holds"""
        of_this = [("work_id", "=", self.id)]
        documents = self.env[DOCUMENT].search(of_this, order="id", limit=size)
        documents = documents.try_lock_for_update()
        if documents:
            return documents, self.env[MAIL]
        mails = self.env[MAIL].search(of_this, order="id", limit=size)
        return documents, mails.try_lock_for_update()

    def _do_piece(self, documents, mails):
        """Count the attempt, do the piece, and commit it; one that fails is done one by one, and what fails alone is
        set aside.
        """
        ids = documents.ids, mails.ids
        transactions.retried(self.env, lambda: self.write({"attempts": self.attempts + 1}))
        documents, mails = documents.browse(ids[0]).exists(), mails.browse(ids[1]).exists()
        try:
            transactions.retried(self.env, lambda: self._finish_piece(documents, mails))
        except transactions.CONCURRENCY_ERRORS:
            raise
        except Exception:
            self.env.cr.rollback()
            _logger.exception("%s: %s %s could not be done", self.name, documents, mails)
            if len(documents) + len(mails) == 1:
                self._drop(documents, mails)

    def _finish_piece(self, documents, mails):
        self._do(documents, mails)
        documents.exists().work_id = False
        mails.work_id = False
        self.attempts = 0

    def _drop(self, documents, mails):
        """Leave these as they are: they cannot be done."""
        documents.work_id = False
        mails.work_id = False
        count = len(documents) + len(mails)
        self.write({"failed": self.failed + count, "done": self.done + count, "attempts": 0})

    def _do(self, documents, mails):
        """Do this work's task on some of its documents and mails; the caller commits."""
        count = len(documents) + len(mails)
        judged, accepted = getattr(self, f"_do_{self.task}")(documents, mails)
        self.write(
            {
                "done": self.done + count,
                "accepted": self.accepted + accepted,
                "other": self.other + len(judged) - accepted,
            }
        )

    def _do_judge(self, documents, mails):
        """Judge uploaded documents and read mails again.

        :return: (documents that it was about, how many of them ended well); so do the others
        """
        Recorder(self.env).record_again(documents)
        mails._read_again()
        judged = documents.exists() | mails.document_ids
        judged._follow_up()
        return judged, len(judged.filtered(lambda document: document.state == "accepted"))

    def _do_accept(self, documents, _mails):
        asked = self._as_user(documents)
        asked.filtered(lambda document: document._may_be_accepted())._accept_now()
        left = documents.exists()
        return documents, len(left.filtered(lambda document: document.state == "accepted"))

    def _do_book(self, documents, _mails):
        self._as_user(documents).filtered("is_bookable")._book()
        return documents, len(documents.filtered("move_id"))

    def _as_user(self, documents):
        """:return: the documents, as the person who asked for the work may work with them now
        :raise AccessError: he may not any more
        """
        user = self.user_id
        companies = {"allowed_company_ids": user.company_ids.ids}
        asked = documents.with_user(user).with_context(**companies)
        rights.check_active(asked.env)
        asked.check_access("read")
        return asked

    def _end(self):
        self.write({"state": "done", "ended_on": fields.Datetime.now()})

    # ---- looking ---------------------------------------------------------------------------------

    @api.model
    def _running(self):
        """:return: list of dicts about the present user's, for a panel"""
        rights.check_user(self.env)
        running = self.search([("user_id", "=", self.env.uid), ("state", "=", "running")])
        return [
            {"id": work.id, "name": work.name, "done": work.done, "total": work.total}
            for work in running
        ]

    @api.autovacuum
    def _forget_old(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("state", "=", "done"), ("ended_on", "<", limit)]).unlink()
