import errno
import logging
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ...pack.page import page
from ...pack.writer import Pack, digest, discard
from ..shared import transactions
from . import contents

_logger = logging.getLogger(__name__)

ACCOUNTANT = "account.group_account_manager"
#: Records between two commits.
BATCH = 50
#: A pack whose making ended the process this often is left to a person.
MAX_ATTEMPTS = 3


# pylint: disable=prefer-env-translation
# What stands in a table is marked here, and translated where it is shown.
def _(text):
    """Mark a text for the translation exporter."""
    return text


FAILURES = {
    "disk_full": _("The server's disk is full. Ask whoever looks after it, then make the pack again."),
    "interrupted": _(
        "The server was stopped again and again while the pack was made. Make it again, for a shorter period."
    ),
    "error": _("Making it stopped on an error of the program, which is in the server's log. Make the pack again."),
}  # fmt: skip


class ProofPack(models.Model):
    """All that proves a company's received documents of a period, in one ZIP that is checked without this program.

    It is made on disk, in turns of a scheduled action. The row stays, with the digest of its file, when that is gone.
    """

    _name = "l10n_co.proof.pack"
    _inherit = "l10n_co.evidence.mixin"
    _description = "Proof pack (Colombia)"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(string="First day", required=True)
    date_to = fields.Date(string="Last day", required=True)
    state = fields.Selection(
        [("new", "New"), ("waiting", "Being made"), ("done", "Made"), ("failed", "Failed")],
        default="new",
        required=True,
        readonly=True,
        evidence=True,
    )
    failure_code = fields.Char(readonly=True, evidence=True)
    failure = fields.Text(string="Why", compute="_compute_failure")
    part = fields.Integer(
        readonly=True, evidence=True, help="Of what is written one after another."
    )
    position = fields.Integer(readonly=True, evidence=True, help="Last id of the part.")
    is_open = fields.Boolean(readonly=True, evidence=True, help="A turn has begun and not ended.")
    attempts = fields.Integer(readonly=True, evidence=True)
    total_count = fields.Integer(readonly=True, evidence=True)
    done_count = fields.Integer(readonly=True, evidence=True)
    progress = fields.Float(compute="_compute_progress")
    mail_count = fields.Integer(string="Mails", readonly=True, evidence=True)
    document_count = fields.Integer(string="Documents", readonly=True, evidence=True)
    made_on = fields.Datetime(string="Ready since", readonly=True, evidence=True)
    file_id = fields.Many2one("ir.attachment", readonly=True, evidence=True, ondelete="restrict")
    size = fields.Float(string="Size (MB)", digits=(16, 1), readonly=True, evidence=True)
    sha256 = fields.Char(string="SHA-256", readonly=True, evidence=True, help="Of the whole ZIP.")
    removed_on = fields.Datetime(string="File removed on", readonly=True, evidence=True)
    removed_by_id = fields.Many2one("res.users", string="Removed by", readonly=True, evidence=True)

    @api.depends("company_id", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for pack in self:
            days = (format_date(self.env, day) for day in (pack.date_from, pack.date_to))
            pack.display_name = " - ".join(filter(None, days))

    @api.depends("failure_code")
    @api.depends_context("lang")
    def _compute_failure(self):
        for pack in self:
            sentence = FAILURES.get(pack.failure_code)
            pack.failure = sentence and self.env._(sentence)

    @api.depends("done_count", "total_count", "state")
    def _compute_progress(self):
        for pack in self:
            part = pack.done_count / pack.total_count if pack.total_count else 0
            pack.progress = 100 if pack.state == "done" else 100 * min(part, 1)

    @api.constrains("date_from", "date_to")
    def _check_days(self):
        for pack in self:
            if pack.date_from > pack.date_to:
                raise ValidationError(self.env._("The period ends before it begins."))

    # ---- actions ---------------------------------------------------------------------------------

    def action_make(self):
        """Begin to make the pack, in the background.

        :return: action that shows the pack, and how far it is
        """
        self.ensure_one()
        self._check_accountant()
        if self.state == "waiting" or self.file_id:
            raise UserError(self.env._("This pack is there already, or is being made."))
        self.sudo()._begin()
        _logger.info("Proof pack %s is made for user %s", self.id, self.env.uid)
        self.env.ref("l10n_co_einvoice_mail.cron_make_proof_packs").sudo()._trigger()
        return self._get_records_action()

    def action_download(self):
        """:return: action that downloads the ZIP; it is handed out piece by piece"""
        self.ensure_one()
        self._check_accountant()
        if not self.file_id:
            raise UserError(self.env._("This pack has no file, or not any more."))
        _logger.info("Proof pack %s is downloaded by user %s", self.id, self.env.uid)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.file_id.id}?download=true",
            "target": "download",
        }

    def action_remove_file(self):
        """Remove the ZIP, which a person keeps elsewhere; who did it, and its digest, stay."""
        self._check_accountant()
        for pack in self.sudo().filtered("file_id"):
            file = pack.file_id
            pack.write(
                {
                    "file_id": False,
                    "removed_on": fields.Datetime.now(),
                    "removed_by_id": self.env.uid,
                }
            )
            file.unlink()

    def _check_accountant(self):
        """:raise AccessError: the user does not see the whole accounting of the packs' companies"""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(ACCOUNTANT)):
            raise AccessError(
                self.env._("Only an administrator of the accounting works with proof packs.")
            )

    # ---- making ----------------------------------------------------------------------------------

    @api.model
    def _cron_make(self):
        """Make the packs that wait, as far as the time of this turn goes."""
        for pack in self.search([("state", "=", "waiting")], order="id"):
            try:
                is_finished = pack._turn()
            except transactions.CONCURRENCY_ERRORS as busy:
                self.env.cr.rollback()
                _logger.info("Proof pack %s is made anew: %s", pack.id, busy)
                is_finished = False
            except Exception as error:
                # One pack's trouble is not the others'.
                self.env.cr.rollback()
                _logger.exception("Proof pack %s could not be made", pack.id)
                is_full = isinstance(error, OSError) and error.errno == errno.ENOSPC
                pack._fail("disk_full" if is_full else "error")
                is_finished = True
            remaining = self.search_count([("state", "=", "waiting")])
            has_time = self.env["ir.cron"]._commit_progress(1, remaining=remaining)
            if not (is_finished and has_time):
                break

    def _begin(self):
        """Begin anew: what there is of the pack is thrown away."""
        discard(self._folder())
        self.write(
            {
                "state": "waiting",
                "failure_code": False,
                "part": 0,
                "position": 0,
                "is_open": False,
                "done_count": 0,
                "total_count": 0,
                "mail_count": 0,
                "document_count": 0,
                "attempts": self.attempts + 1 if self.is_open else 0,
            }
        )

    def _fail(self, code):
        discard(self._folder())
        self.write({"state": "failed", "failure_code": code, "is_open": False})

    def _folder(self):
        """:return: Path where the pack is made: beside the files of the filestore, which all processes see"""
        return Path(self.env["ir.attachment"]._filestore()) / f"l10n_co_proof_pack-{self.id}"

    def _turn(self):
        """Go on with the pack, and commit batch by batch.

        :return: whether it is ready, or failed; False where another turn has to follow
        """
        if self.is_open or (self.done_count and not self._folder().exists()):
            self.is_open = True
            self._begin()
            if self.attempts >= MAX_ATTEMPTS:
                self._fail("interrupted")
                return True
        parts = self._parts()
        if not self.total_count:
            self.total_count = sum(len(part.ids()) for part in parts)
        self.is_open = True
        self.env["ir.cron"]._commit_progress()
        if self.part == len(parts):
            self._finish()
            return True
        self._write_parts(parts)
        self.is_open = False
        return False

    def _parts(self):
        env = self.env(context={**self.env.context, "lang": self._language(), "bin_size": False})
        return [part(env, self.company_id, self.date_from, self.date_to) for part in contents.PARTS]

    def _language(self):
        """:return: code of the language that the tables' words are in"""
        own = self.company_id.partner_id.lang
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        spanish = [code for code in codes if code.startswith("es")]
        return next((code for code in ("es_CO", *spanish, own) if code in codes), None)

    def _write_parts(self, parts):
        pack = Pack(self._folder())
        try:
            while self.part < len(parts):
                if not self._write_part(pack, parts[self.part]):
                    return
                self.write({"part": self.part + 1, "position": 0})
        finally:
            pack.close()

    def _write_part(self, pack, part):
        """:return: whether it is done; False where the time of the turn is over"""
        ids = part.ids(after=self.position)
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            for record in part.env[part.model].browse(batch):
                part.put(pack, record)
            self.write({"position": batch[-1], "done_count": self.done_count + len(batch)})
            if part.counter:
                self[part.counter] += len(batch)
            # A commit clears the cache: memory stays as it is.
            if self.env["ir.cron"]._commit_progress() <= 0:
                return False
        return True

    def _finish(self):
        made_on = fields.Datetime.now()
        path = Pack(self._folder()).finish(self._page(made_on))
        size, sha256 = path.stat().st_size, digest(path, "sha256")
        file = self.env["ir.attachment"]._l10n_co_create_from(
            path,
            name=self._file_name(),
            mimetype="application/zip",
            res_model=self._name,
            res_id=self.id,
        )
        self.write(
            {
                "state": "done",
                "is_open": False,
                "made_on": made_on,
                "file_id": file.id,
                "size": size / 2**20,
                "sha256": sha256,
            }
        )
        discard(self._folder())

    def _file_name(self):
        return f"soportes_{self.company_id.vat or self.company_id.id}_{self.date_from}_{self.date_to}.zip"

    def _page(self, made_on):
        return page(
            company=self.company_id.name,
            nit=self.company_id.vat or "",
            first=self.date_from,
            last=self.date_to,
            made_on=made_on,
            made_by=self.create_uid.name,
            documents=self.document_count,
            mails=self.mail_count,
            years=self.company_id.l10n_co_keep_years,
        )
