import base64
import dataclasses
import itertools
import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...dian import dian_list
from ...dian.dian_list import ListRefused
from ...dian.nit import normalise
from ..shared import rights, transactions

_logger = logging.getLogger(__name__)

CHUNK = 1000
#: Smaller files are read while the person waits: some thousand documents.
AT_ONCE_BYTES = 400 * 2**10
#: Then another turn of the scheduled action goes on: Odoo ends one that takes longer than its limit, often two minutes.
TURN_SECONDS = 45


# pylint: disable=prefer-env-translation
# What stands in a table is marked here, and translated where it is shown.
def _(text):
    """Mark a text for the translation exporter."""
    return text


REFUSALS = {
    "unreadable": _("This file cannot be read: it is damaged, or no Excel, ZIP or CSV file."),
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
    done_count = fields.Integer(string="Documents read", readonly=True, evidence=True)
    new_count = fields.Integer(string="New ones", readonly=True, evidence=True)
    row = fields.Integer(string="Last row that was read", readonly=True, evidence=True)
    skipped_count = fields.Integer(string="Rows without a date", readonly=True, evidence=True)

    @api.depends("refusal_code", "refusal_data")
    @api.depends_context("lang")
    def _compute_refusal(self):
        for upload in self:
            sentence = REFUSALS.get(upload.refusal_code)
            upload.refusal = sentence and self.env._(sentence) % (upload.refusal_data or {})

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su:
            # Of what they have become too: the scheduler reads a list into its company's months.
            self.check_access("write")
        return result

    def action_read(self):
        """Read the list: a small one now, a large one in the background.

        :return: action on the months
        :raise UserError: it is no list of this company's
        """
        self.ensure_one()
        rights.check_user(self.env)
        self.check_access("write")
        self._check_beginning()
        upload = self.sudo()
        upload.write(
            {"state": "waiting", "done_count": 0, "new_count": 0, "skipped_count": 0, "row": 0}
        )
        if len(upload.content or b"") > AT_ONCE_BYTES:
            self.env.ref("l10n_co_einvoice_mail.cron_read_dian_lists").sudo()._trigger()
        else:
            upload._read_whole()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "l10n_co_einvoice_mail.dian_list_action"
            ),
            "target": "main",
        }

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
        for _chunk in self._read():
            pass

    @api.model
    def _cron_read(self):
        """Read what waits, and commit piece by piece; what is left when the turn is over, the next one reads."""
        deadline = None
        for upload in self.search([("state", "=", "waiting")], order="id"):
            try:
                for _chunk in transactions.in_pieces(self.env, upload._read):
                    # What an earlier turn has read is passed over first: that does not count.
                    deadline = deadline or time.monotonic() + TURN_SECONDS
                    if time.monotonic() > deadline:
                        self.env["ir.cron"]._commit_progress(1, remaining=1)
                        return
            except Exception:
                # One file's trouble is not the others'.
                self.env.cr.rollback()
                _logger.exception("DIAN's list %s could not be read", upload.id)
                upload._refuse("failed", {})
                transactions.commit(self.env)

    def _read(self):
        """Take over the documents of the list, from where an earlier turn left off.

        A generator: after each piece, what was done may be committed.
        """
        try:
            for documents in _batched(self._own_documents(), CHUNK):
                self._take(documents)
                yield
        except ListRefused as refused:
            self._refuse(refused.code, refused.data)
        else:
            self.env["l10n_co.dian.list.line"]._add_unlisted_of(self._lists())
            self.write({"state": "done", "password": False})

    def _lists(self):
        """:return: the months that were read since the upload"""
        return self.env["l10n_co.dian.list"].search(
            [("company_id", "=", self.company_id.id), ("uploaded_on", ">=", self.create_date)]
        )

    def _refuse(self, code, data):
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
        passwords = [self.password, nit.number, f"{nit.number}{nit.check_digit or ''}"]
        content = self.sudo().with_context(bin_size=False).content
        file = base64.b64decode(content or b"")
        for item in dian_list.read(file, filter(None, passwords), after=self.row):
            yield _with_group(item, nit.number)

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
                "row": documents[-1].row,
            }
        )


def _with_group(item, nit):
    """:raise ListRefused: the document is neither from nor for the company"""
    by_group = {"received": item.receiver_nit, "issued": item.issuer_nit}
    groups = [item.group] if item.group else list(by_group)
    for group in groups:
        if by_group[group] == nit:
            return dataclasses.replace(item, group=group)
    raise ListRefused("foreign", {"row": item.row, "nit": by_group[groups[0]]})


def _batched(iterator, size):
    while batch := list(itertools.islice(iterator, size)):
        yield batch
