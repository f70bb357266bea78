import contextlib
import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ...mailbox import failures, sent
from ...mailbox.errors import LoginFailed, MailboxError
from ..shared import transactions
from . import lost_mails

_logger = logging.getLogger(__name__)

COPY_STATES = [
    ("provider", "Kept by the provider"),
    ("never", "Not wanted"),
    ("missing", "No folder set up"),
    ("pending", "On its way"),
    ("kept", "Kept"),
    ("failed", "Not kept"),
]
# After the first failure; twice as long after each further one.
PAUSE = timedelta(minutes=5)
# A refused login is not repeated sooner: providers lock accounts after a few.
LOGIN_PAUSE = timedelta(hours=1)
MAX_PAUSE = timedelta(hours=6)
MAX_ATTEMPTS = 16  # about three days
KEPT_DAYS = 90
CRON = "l10n_co_einvoice_mail.cron_sent_copies"


class SentCopy(models.Model):
    """The outbox of copies for the Sent folder: sending never waits for them, and never fails because of them."""

    _name = "l10n_co.sent.copy"
    _description = "Copy for the Sent folder (Colombian e-invoice mail)"
    _order = "id desc"
    _rec_name = "subject"

    account_id = fields.Many2one(
        "ir.mail_server",
        string="Sending account",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    server_id = fields.Many2one(
        related="account_id.l10n_co_sent_server_id", string="Mailbox of the copies"
    )
    message_id = fields.Char(string="Message-ID", required=True, readonly=True)
    subject = fields.Char(readonly=True)
    raw_attachment_id = fields.Many2one(
        "ir.attachment", string="The mail as it was sent", readonly=True, ondelete="set null"
    )
    state = fields.Selection(
        [item for item in COPY_STATES if item[0] in ("pending", "kept", "failed")],
        string="Status",
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )
    folder = fields.Char(readonly=True, help="The folder it was put into.")
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(string="Not before", readonly=True)
    failure_code = fields.Char(readonly=True)
    failure_data = fields.Json(readonly=True)
    failure = fields.Text(string="Why", compute="_compute_failure")
    outgoing_ids = fields.One2many("l10n_co.outgoing.mail", "copy_id")

    _unique_message = models.Constraint(
        "UNIQUE(account_id, message_id)", "There is a copy of this mail already."
    )
    _due = models.Index("(next_try) WHERE state = 'pending'")

    @api.depends("failure_code", "failure_data")
    @api.depends_context("lang")
    def _compute_failure(self):
        for copy in self:
            failure = failures.FAILURES.get(copy.failure_code)
            copy.failure = failure and self.env["ir.mail_server"]._l10n_co_describe(
                failure, copy.failure_data
            )

    # ---- filling it ------------------------------------------------------------------------------

    @api.model
    def _take(self, rows, raw):
        """Take a copy of a mail that was just sent; of one mail to several people, the first one.

        :param rows: l10n_co.outgoing.mail of it
        :param bytes raw: exactly what was sent
        """
        account = rows[0].account_id
        state = account._l10n_co_copy_state()
        copy = self.sudo()
        if state == "pending":
            known = [("account_id", "=", account.id), ("message_id", "=", rows[0].message_id)]
            copy = copy.search(known, limit=1) or copy._create_of(rows[0], raw)
            state = copy.state
        rows.write({"copy_state": state, "copy_id": copy.id})

    def _create_of(self, row, raw):
        copy = self.create(
            {
                "account_id": row.account_id.id,
                "company_id": row.company_id.id,
                "message_id": row.message_id,
                "subject": row.subject,
            }
        )
        copy.raw_attachment_id = self.env["ir.attachment"].create(
            {
                "name": f"{row.subject or 'mail'}.eml",
                "raw": raw,
                "mimetype": "message/rfc822",
                "res_model": self._name,
                "res_id": copy.id,
            }
        )
        self.env.ref(CRON)._trigger()
        return copy

    # ---- emptying it -----------------------------------------------------------------------------

    @api.model
    def _cron_append(self):
        """Put every copy that is due into its folder, the mails of one account over one connection; look there for the
        mails of which nothing is known.
        """
        lost_mails.look_for(self.env["l10n_co.outgoing.mail"].search([("state", "=", "unknown")]))
        now = fields.Datetime.now()
        due = self.search(
            Domain("state", "=", "pending")
            & (Domain("next_try", "=", False) | Domain("next_try", "<=", now)),
            order="id",
        )
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for copies in due.grouped("account_id").values():
            if not copies._append_all():
                break

    def _append_all(self):
        """:return: False when the scheduler's time is over"""
        with contextlib.ExitStack() as stack:
            mailbox = error = None
            for copy in self:
                try:
                    if error:
                        raise error
                    if mailbox is None:
                        mailbox = stack.enter_context(copy.account_id._l10n_co_sent_mailbox())
                    # What is in the folder already is not put there again.
                    transactions.retried(self.env, partial(copy._append, mailbox))
                except transactions.CONCURRENCY_ERRORS:
                    _logger.info("Sent copy %s waits for the next run", copy.id)
                except MailboxError as failure:
                    copy._note_failure(failure)
                    if not mailbox or failures.is_temporary(failure):
                        error = failure  # the others of this account fare no better
                if not self.env["ir.cron"]._commit_progress(1):
                    return False
        return True

    def _append(self, mailbox):
        if not self.try_lock_for_update() or self.state != "pending":
            return  # another one does it
        raw = self.raw_attachment_id.raw
        if not raw:
            self._note("failed")  # somebody deleted the file
            return
        folder = sent.find_folder(mailbox, self.account_id.l10n_co_sent_folder or "")
        is_repeated = bool(self.attempts or self.failure_code)
        sent.keep(mailbox, folder, raw, self.message_id, is_repeated=is_repeated)
        self._note("kept", folder=folder, failure_code=False, failure_data=False)
        self.raw_attachment_id.unlink()

    def _note_failure(self, error):
        attempts = self.attempts + 1
        pause = min(PAUSE * 2 ** min(self.attempts, 10), MAX_PAUSE)
        if isinstance(error, LoginFailed):
            pause = max(pause, LOGIN_PAUSE)
        # What the server says that it stored is not stored again and again: a person looks.
        is_final = attempts >= MAX_ATTEMPTS or error.code == "copy_unproved"
        self._note(
            "failed" if is_final else "pending",
            attempts=attempts,
            next_try=fields.Datetime.now() + pause,
            failure_code=error.code,
            failure_data=error.data,
        )
        if self.state == "pending":
            self.env.ref(CRON).sudo()._trigger(self.next_try)

    def _note(self, state, **values):
        self.write({"state": state, **values})
        self.outgoing_ids.write({"copy_state": state})

    def action_retry(self):
        """Try those again, now, that wait or were given up."""
        self.check_access("read")
        self.env["ir.mail_server"].check_access("write")
        waiting = self.sudo().filtered(lambda c: c.state != "kept" and c.raw_attachment_id)
        waiting._note("pending", attempts=0, next_try=False)
        self.env.ref(CRON).sudo()._trigger()

    @api.autovacuum
    def _gc_kept(self):
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("state", "=", "kept"), ("write_date", "<", limit)]).unlink()

    def unlink(self):
        attachments = self.sudo().raw_attachment_id
        result = super().unlink()
        attachments.unlink()
        return result
