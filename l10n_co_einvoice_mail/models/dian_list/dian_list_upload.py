import base64
import dataclasses
import itertools
import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...dian import dian_list
from ...dian.dian_list import Listed, ListRefused
from ...dian.nit import check_digit, normalise
from ..shared import rights, transactions

_logger = logging.getLogger(__name__)

PORTION = "l10n_co.dian.list.portion"
#: Documents of a portion.
CHUNK = 1000
#: Smaller files are read while the person waits: some thousand documents.
AT_ONCE_BYTES = 400 * 2**10
#: Then another turn of the scheduled action goes on: Odoo ends one that takes longer than its limit, often two minutes.
TURN_SECONDS = 45
#: The same of laying ready: what the file had before has to be read again in the next turn.
LAYING_SECONDS = 90


# pylint: disable=prefer-env-translation
# What stands in a table is marked here, and translated where it is shown.
def _(text):
    """Mark a text for the translation exporter."""
    return text


REFUSALS = {
    "unreadable": _("This file cannot be read: it is damaged, or no Excel, ZIP or CSV file."),
    "old_excel": _("This is a file of an old Excel (.xls). Open it, save it as .xlsx and upload that."),
    "packed": _(
        "This ZIP is packed or protected in a way that is not understood here. Unpack it, and upload what is in it."
    ),
    "too_big": _("This file is too large. Ask DIAN's portal for fewer months at a time."),
    "header": _(
        "This is not DIAN's list: no row has the titles «Tipo de documento», «CUFE/CUDE», «Folio», «NIT Emisor», "
        "«NIT Receptor», «Fecha Emisión» and «Total»."
    ),
    "password": _("This file is protected, and the company's NIT does not open it. Type its password."),
    "foreign": _("Row %(row)s is of NIT %(nit)s, which is not this company's: choose the right company or file."),
    "no_nit": _("The company has no NIT yet. Set it first."),
    "failed": _("Reading stopped on an error of the program, which is in the server's log. Upload the list again."),
}  # fmt: skip


#: What is read, and for whom.
READ_FROM = frozenset({"company_id", "content"})
#: How far it was read.
COUNTS = ("count", "done_count", "new_count", "skipped_count")


class DianListUpload(models.Model):
    """A list that somebody downloaded from DIAN's portal, and how far it was read."""

    _name = "l10n_co.dian.list.upload"
    _inherit = "l10n_co.evidence.mixin"
    _description = "Uploaded list of DIAN's (Colombia)"
    _order = "id desc"
    _rec_name = "file_name"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    content = fields.Binary(string="DIAN's list", required=True)
    file_name = fields.Char()
    password = fields.Char(
        string="Password of the file", help="Only where the company's NIT does not open it."
    )
    state = fields.Selection(
        [("new", "New"), ("waiting", "Being read"), ("done", "Read"), ("refused", "Refused")],
        default="new",
        required=True,
        readonly=True,
        evidence=True,
    )
    refusal_code = fields.Char(readonly=True, evidence=True)
    refusal_data = fields.Json(readonly=True, evidence=True)
    refusal = fields.Text(string="Why", compute="_compute_refusal")
    count = fields.Integer(string="Documents in it", readonly=True, evidence=True)
    is_whole = fields.Boolean(readonly=True, evidence=True, help="All of it waits in portions.")
    done_count = fields.Integer(string="Documents read", readonly=True, evidence=True)
    new_count = fields.Integer(string="New ones", readonly=True, evidence=True)
    skipped_count = fields.Integer(string="Rows without a date", readonly=True, evidence=True)
    progress = fields.Float(compute="_compute_progress", help="Per cent of what it takes.")
    portion_ids = fields.One2many(PORTION, "upload_id")

    @api.depends("state", "count", "done_count", "skipped_count")
    def _compute_progress(self):
        """Laying the documents ready counts for a tenth."""
        for upload in self:
            taken = upload.done_count + upload.skipped_count
            share = 0.1 + 0.9 * taken / upload.count if upload.is_whole and upload.count else 0
            upload.progress = 100 * (1 if upload.state == "done" else share)

    @api.depends("refusal_code", "refusal_data")
    @api.depends_context("lang")
    def _compute_refusal(self):
        for upload in self:
            sentence = REFUSALS.get(upload.refusal_code)
            upload.refusal = sentence and self.env._(sentence) % (upload.refusal_data or {})

    def write(self, vals):
        is_other = not self.env.su and READ_FROM & vals.keys()
        if is_other and "waiting" in self.mapped("state"):
            raise UserError(self.env._("This list is being read. Upload the other one by itself."))
        result = super().write(vals)
        if not self.env.su:
            # Of what they have become too: the scheduler reads a list into its company's months.
            self.check_access("write")
        return result

    def action_read(self):
        """Read the list: a small one now, a large one in the background.

        :return: action on the months, with a notice where it is read in the background
        :raise UserError: it is no list of this company's
        """
        self.ensure_one()
        rights.check_user(self.env)
        self.check_access("write")
        upload = self.sudo()
        if upload.state != "waiting":
            self._check_beginning()
            self._begin()
        months = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.dian_list_action"
        )
        months["target"] = "main"
        if len(upload.content or b"") <= AT_ONCE_BYTES:
            upload._read_whole()
            return months
        self.env.ref("l10n_co_einvoice_mail.cron_read_dian_lists").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._(
                    "The list is read in the background. Reporting > Uploaded lists of DIAN's shows how far it is."
                ),
                "next": months,
            },
        }

    def _begin(self):
        upload = self.sudo()
        upload.portion_ids.unlink()
        upload.write({"state": "waiting", "is_whole": False, **dict.fromkeys(COUNTS, 0)})

    def _check_beginning(self):
        """:raise UserError: what can be seen at once is wrong"""
        try:
            for _documents in itertools.islice(self._own_documents(), 1):
                pass
        except ListRefused as refused:
            self._raise(refused)

    def _raise(self, refused):
        sentence = self.env._(REFUSALS[refused.code])
        raise UserError(sentence % refused.data) from None

    def _read_whole(self):
        """:raise UserError: some row shows that it is no list of this company's"""
        for _portion in self._read():
            pass
        if self.state == "refused":
            raise UserError(self.refusal)

    @api.model
    def _cron_read(self):
        """Read what waits, and commit piece by piece; what is left when the turn is over, the next one reads."""
        started = time.monotonic()
        for upload in self.search([("state", "=", "waiting")], order="id"):
            try:
                for _portion in transactions.in_pieces(self.env, upload._read):
                    self.env.invalidate_all()  # of a year's documents
                    limit = TURN_SECONDS if upload.is_whole else LAYING_SECONDS
                    if time.monotonic() - started > limit:
                        self.env["ir.cron"]._commit_progress(1, remaining=1)
                        return
            except Exception:
                # One file's trouble is not the others'.
                self.env.cr.rollback()
                _logger.exception("DIAN's list %s could not be read", upload.id)
                upload._refuse("failed", {})
                transactions.commit(self.env)

    def _read(self):
        """Lay the documents of the list ready in portions, then take one portion after the other over: nothing of a
        list that is refused, and each turn goes on where the one before left off.

        A generator: after each piece, what was done may be committed.
        """
        try:
            if not self.is_whole:
                yield from self._lay_ready()
        except ListRefused as refused:
            self._refuse(refused.code, refused.data)
            return
        # One at a time in memory.
        for portion in (each.with_prefetch() for each in self.portion_ids):
            self._take([Listed.from_json(values) for values in portion.documents])
            portion.unlink()
            yield
        self.env["l10n_co.dian.list.line"]._add_unlisted_of(self._lists())
        self.write({"state": "done", "password": False})

    def _lay_ready(self):
        """:raise ListRefused: it is no list of this company's"""
        for documents in _batched(self._own_documents(), CHUNK):
            values = {"upload_id": self.id, "documents": [item.as_json() for item in documents]}
            self.env[PORTION].create(values)
            self.count += len(documents)
            yield
        self.is_whole = True

    def _lists(self):
        """:return: the months that were read since the upload"""
        return self.env["l10n_co.dian.list"].search(
            [("company_id", "=", self.company_id.id), ("uploaded_on", ">=", self.create_date)]
        )

    def _refuse(self, code, data):
        self.portion_ids.unlink()
        self.write(
            {"state": "refused", "refusal_code": code, "refusal_data": data, "password": False}
        )

    def _own_documents(self):
        """Yield the documents of the list that were not read yet, each with its group.

        :raise ListRefused: it cannot be read, or is another company's
        """
        nit = normalise(self.company_id.vat or "")
        if not nit.number:
            raise ListRefused("no_nit")
        content = self.sudo().with_context(bin_size=False).content
        file = base64.b64decode(content or b"")
        for item in dian_list.read(file, filter(None, self._passwords(nit)), after=self.count):
            yield _with_group(item, nit.number)

    def _passwords(self, nit):
        """:return: what may open the file: what was typed, and the company's NIT in the ways in which one writes it"""
        digit = nit.check_digit or check_digit(nit.number) or ""
        own = (nit.number, f"{nit.number}{digit}", f"{nit.number}-{digit}", self.company_id.vat)
        return (self.password, *own)

    def _take(self, documents):
        """Take documents over into their months."""
        dated = {item.key: item for item in documents if item.issue_date}
        months = {item.issue_date.replace(day=1) for item in dated.values()}
        by_month = self.env["l10n_co.dian.list"]._of_months(self.company_id, months)
        Line = self.env["l10n_co.dian.list.line"]
        new, _held = Line._take(self.company_id, list(dated.values()), by_month)
        lists = self.env["l10n_co.dian.list"].union(*by_month.values())
        lists.uploaded_on = fields.Datetime.now()
        skipped = sum(not item.issue_date for item in documents)
        self.write(
            {
                "done_count": self.done_count + len(documents) - skipped,
                "new_count": self.new_count + new,
                "skipped_count": self.skipped_count + skipped,
            }
        )


def _with_group(item, nit):
    """:return: the document, as received or issued by the company
    :raise ListRefused: it is neither from nor for the company
    """
    by_group = {"received": item.receiver_nit, "issued": item.issuer_nit}
    groups = [group for group, party in by_group.items() if normalise(party).number == nit]
    if not groups:
        told = by_group[item.group or "received"]
        raise ListRefused("foreign", {"row": item.row, "nit": told})
    # The list knows better which of the two it is, of what a company issues to itself or for a seller.
    return dataclasses.replace(item, group=item.group or groups[0])


def _batched(iterator, size):
    while batch := list(itertools.islice(iterator, size)):
        yield batch
