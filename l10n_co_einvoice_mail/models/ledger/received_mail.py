from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...dian import rules
from ...dian.archive import File
from ...dian.errors import ContainerError, DocumentError, XmlError
from ...dian.reader import read
from ...mailbox.message import parse_message
from ..shared import rights
from ..shared.contexts import carried
from ..shared.limits import limits_of
from .arrival import Arrival
from .mail_states import STEPS, IllegalStep
from .read_ahead import READ_AHEAD, ReadAhead
from .recorder import Recorder

# A mail whose reading ended the process this many times is set aside, so that the others can be read.
MAX_ATTEMPTS = 3
# Documents with their enclosures that are held in memory while those of several mails are recorded together.
HELD_BYTES = 12 * 1024 * 1024
# Remarks on an e-document that could not be read. It has no record, so its mail is not done with the others in it.
UNREAD = frozenset(
    code
    for kind in (XmlError, ContainerError, DocumentError)
    for code in kind.CODES
    if rules.RULES[code].outcome is rules.Outcome.REJECT
)


class ReceivedMail(models.Model):
    """The ledger: one row for every mail that was ever fetched, with its exact bytes.

    A row is written and committed before anything of the mail is understood; it never goes away because
    something failed.
    """

    _name = "l10n_co.received.mail"
    _inherit = ["l10n_co.evidence.mixin", "l10n_co.reason.mixin", "l10n_co.handled.mixin"]
    _description = "Received mail (Colombian e-invoice mail)"
    _order = "id desc"
    _rec_name = "subject"
    _is_all_evidence = True

    server_id = fields.Many2one(
        "fetchmail.server",
        string="Mailbox",
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="By the alias of journal",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="It was sent to the address of this journal, by a forwarding rule or directly: no account reads it.",
    )
    came_by = fields.Char(string="Came by", compute="_compute_came_by", compute_sudo=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    message_id = fields.Char(string="Message-ID", readonly=True, index="btree_not_null")
    subject = fields.Char(readonly=True)
    email_from = fields.Char(string="From", readonly=True, index="trigram")
    date = fields.Datetime(
        string="Sent on", readonly=True, help="As the sender's program wrote it."
    )
    size = fields.Integer(string="Size (bytes)", readonly=True)
    sha256 = fields.Char(
        string="SHA-256", readonly=True, index=True, help="Of the mail's exact bytes."
    )
    uidvalidity = fields.Char(string="UIDVALIDITY", readonly=True)
    uid = fields.Char(string="UID", readonly=True, help="IMAP UID or POP3 UIDL in the inbox.")
    raw_attachment_id = fields.Many2one(
        "ir.attachment", string="Original mail", readonly=True, ondelete="restrict"
    )
    state = fields.Selection(
        [("fetched", "To read"), ("processed", "Processed"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="fetched",
        index=True,
    )
    filed = fields.Selection(
        [("pending", "In the inbox"), ("filed", "In its folder")],
        string="Place",
        required=True,
        readonly=True,
        default="pending",
        help="Whether the mail has left the mailbox's inbox.",
    )
    filed_folder = fields.Char(
        string="Folder", readonly=True, help="The folder of the mailbox in which the mail lies now."
    )
    backed_up_on = fields.Datetime(
        readonly=True,
        help="When the backup address of a POP3 mailbox accepted a copy of this mail.",
    )
    attempts = fields.Integer(readonly=True, help="How often reading this mail was begun.")
    remark_data = fields.Json(readonly=True)
    remarks = fields.Text(compute="_compute_remarks")
    document_ids = fields.Many2many(
        "l10n_co.received.document",
        "l10n_co_received_document_mail_rel",
        "mail_id",
        "document_id",
        string="Documents",
        readonly=True,
    )
    work_id = fields.Many2one(
        "l10n_co.work", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    document_count = fields.Integer(compute="_compute_document_count")

    _way_in = models.Constraint(
        "CHECK (num_nonnulls(server_id, journal_id) = 1)",
        "A mail came into one mailbox, or by the alias of one journal.",
    )
    _position = models.UniqueIndex("(server_id, uidvalidity, uid)")
    _once_by_alias = models.UniqueIndex("(journal_id, sha256) WHERE journal_id IS NOT NULL")
    _open_failures = models.Index(
        "(company_id, reason_code) WHERE state = 'failed' AND handled_on IS NULL"
    )
    # What came today, of a mailbox.
    _fetched = models.Index("(server_id, create_date)")
    # What a run asks for: the rows that still have something to do.
    _unfinished = models.Index("(server_id) WHERE state = 'fetched' OR filed = 'pending'")

    @api.depends("server_id.name", "journal_id.name")
    @api.depends_context("lang")
    def _compute_came_by(self):
        for mail in self:
            mail.came_by = mail.server_id.name or self.env._(
                "By the alias of journal %s", mail.journal_id.name
            )

    @api.depends("remark_data")
    @api.depends_context("lang")
    def _compute_remarks(self):
        for mail in self:
            mail.remarks = "\n".join(
                mail._describe(remark["code"], remark["data"])[0]
                for remark in mail.remark_data or []
            )

    @api.depends("document_ids")
    def _compute_document_count(self):
        for mail in self:
            mail.document_count = len(mail.document_ids)

    # ---- reading ---------------------------------------------------------------------------------

    def _begin_attempt(self):
        """Count an attempt at reading those that are still to be read; the caller commits before he reads.

        :return: the mails that may be read. The others ended the process too often and are set aside.
        """
        unread = self.filtered(lambda mail: mail.state == "fetched")
        exhausted = unread.filtered(lambda mail: mail.attempts >= MAX_ATTEMPTS)
        exhausted._fail("too_many_attempts", {"attempts": str(MAX_ATTEMPTS)})
        readable = unread - exhausted
        for attempts, mails in readable.grouped("attempts").items():
            mails._step("begin", attempts=attempts + 1)
        return readable

    def _read_mails(self, contents=None):
        """Understand the stored bytes of these mails, record their documents and settle the mails' states.

        Works on the stored bytes only: the mail server is not needed. All or nothing: the caller commits, or
        rolls back.

        :param dict contents: {mail: its stored bytes} of those whose bytes are still in memory; none is left in it
        """
        before = self.document_ids
        self.filtered("document_ids").document_ids = [Command.clear()]
        for readings in self._readings(contents or {}):
            self._record_readings(readings)
        # Rejected when it was first read, and now another company's: its record there has nothing left to tell.
        before.filtered(lambda document: document._is_left_over()).unlink()

    def _read_again(self):
        """Read the stored bytes of these mails anew. One that comes to another end than before is filed anew at its
        mailbox's next run.
        """
        # One whose original was removed has nothing to be read; it stays as it ended.
        mails = self.filtered("raw_attachment_id")
        before = {mail: mail.state for mail in mails}
        mails._read_mails()
        changed = mails.filtered(lambda mail: mail.state != before[mail])
        # What came by an alias lies in no inbox.
        changed.filtered("server_id")._step("move on")

    def _readings(self, contents):
        """Yield {mail: (Message, Reading)} of some of these mails at a time: small archives can hold much."""
        readings, held = {}, 0
        limits = limits_of(self.env)
        for mail in self:
            readings[mail] = mail._reading(limits, contents.pop(mail, None))
            held += sum(edocument.size for edocument in readings[mail][1].edocuments)
            if held > HELD_BYTES:
                yield readings
                readings, held = {}, 0
        yield readings

    def _record_readings(self, readings):
        companies = {server: self._companies(server) for server in self.server_id}
        arrivals = [
            Arrival(
                edocument=edocument,
                source=mail.raw_attachment_id,
                # By an alias, to the journal's company and no other.
                companies=companies.get(mail.server_id, mail.company_id),
                mail=mail,
                subject=message.subject,
            )
            for mail, (message, reading) in readings.items()
            for edocument in reading.edocuments
        ]
        outcomes = Recorder(self.env).record(arrivals)
        by_mail = defaultdict(list)
        read_ahead = carried(self.env, READ_AHEAD, ReadAhead)
        for arrival, outcome in zip(arrivals, outcomes, strict=True):
            by_mail[arrival.mail].append(outcome)
            if read_ahead:
                read_ahead.keep(outcome[0], arrival)
        for mail, (message, reading) in readings.items():
            mail._settle(message, reading, by_mail[mail])

    def _reading(self, limits, content=None):
        """:return: (mailbox.message.Message, dian.reader.Reading) of the stored bytes, read within ReadingLimits"""
        self.ensure_one()
        content = content or self.sudo().raw_attachment_id.raw or b""
        message = parse_message(content, limits.message)
        files = [File(part.name, part.content) for part in message.attachments]
        return message, read(files, limits.content)

    @api.model
    def _companies(self, server):
        """:return: the companies whose invoices may come into a mailbox; its own is the first"""
        served = server.sudo().l10n_co_served_company_ids
        return server.sudo().l10n_co_company_id | (
            served or self.env["res.company"].sudo().search([])
        )

    def _settle(self, message, reading, outcomes):
        """Write the mail's end.

        :param message: mailbox.message.Message
        :param reading: dian.reader.Reading
        :param list outcomes: (document, code, data) of each e-document in it, as the recorder returns them
        """
        self.ensure_one()
        remarks = [
            *({"code": problem.code, "data": problem.data} for problem in message.problems),
            *(
                {"code": problem.code, "data": {**problem.data, "file": problem.file}}
                for problem in reading.problems
            ),
        ]
        state, code, data = _conclude(message, remarks, outcomes)
        self._step(
            "settle",
            **facts_of(message),
            remark_data=remarks or False,
            state=state,
            reason_code=code,
            reason_data=data,
        )

    # ---- states ----------------------------------------------------------------------------------

    def _step(self, name, **values):
        """Take a step from one state to the next.

        :param str name: of `mail_states.STEPS`
        :param values: what it writes besides
        :raise IllegalStep: it does not lead on from where one of these mails is
        """
        step = STEPS[name]
        wrong = self.filtered(
            lambda mail: mail.state not in step.states or mail.filed not in step.filed
        )
        if wrong:
            states = [(mail.id, mail.state, mail.filed) for mail in wrong]
            raise IllegalStep(f"{name}: {states}")
        self.write({**step.values, **values})

    def _fail(self, code, data=None):
        self._step("fail", reason_code=code, reason_data=data or {})

    # ---- actions ---------------------------------------------------------------------------------

    def action_reprocess(self):
        """Read the stored bytes again. Needs no mailbox; the mail is filed anew at the mailbox's next run.

        :return: action that tells what became of it, or shows how far it is
        """
        self.check_access("read")
        rights.check_user(self.env)
        mails = self.sudo().filtered("raw_attachment_id")
        if not mails:
            raise UserError(
                self.env._(
                    "The original of this mail was not kept, so it cannot be read again. "
                    "Fetch the mailbox, or ask the supplier to send the invoice again."
                )
            )
        return self.env["l10n_co.work"]._read_again(mails, self.env._("Mails read again"))

    def action_download(self):
        """:return: action that downloads the mail's exact bytes"""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.raw_attachment_id.id}?download=true",
            "target": "download",
        }

    def action_open_documents(self):
        """:return: action on the documents of these mails"""
        return self.document_ids._open()

    def _first_batch(self, max_bytes):
        """:return: as many of these mails, from the first, as fit into `max_bytes`; a mail that was begun
        before comes alone
        """
        batch, total = self[:1], self[:1].size
        if batch.attempts:
            return batch
        for mail in self[1:]:
            total += mail.size
            if mail.attempts or total > max_bytes:
                break
            batch += mail
        return batch


def facts_of(message):
    """:return: values of a row that tell what the mail says of itself; `message` is a mailbox.message.Message"""
    return {
        "message_id": message.message_id,
        "subject": message.subject,
        "email_from": message.sender,
        "date": message.date and message.date.replace(tzinfo=None),
    }


def _conclude(message, remarks, outcomes):
    """:return: (state, reason code, reason data) of a mail with these remarks and outcomes: its first
    rejection counts
    """
    rejections = [(code, data) for _doc, code, data in outcomes if code not in (None, "duplicate")]
    rejections += [(r["code"], r["data"]) for r in remarks if r["code"] in UNREAD or not outcomes]
    if rejections:
        return "failed", *rejections[0]
    if not outcomes:
        return "failed", _without_document(message), {}
    if all(code == "duplicate" for _doc, code, _data in outcomes):
        return "processed", "duplicate", outcomes[0][2]
    return "processed", False, False


def _without_document(message):
    """:return: the reason code of a mail in which nothing looks like an e-document"""
    if message.is_bounce:
        return "mail_bounce"
    return "mail_automatic" if message.is_automatic else "no_edocument"
