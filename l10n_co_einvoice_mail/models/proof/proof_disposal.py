import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..shared import transactions

_logger = logging.getLogger(__name__)

ACCOUNTANT = "account.group_account_manager"
MAIL, DOCUMENT = "l10n_co.received.mail", "l10n_co.received.document"
#: Records between two commits.
BATCH = 200


class ProofDisposal(models.Model):
    """A person's decision that originals whose legal time is over are removed. What was recorded of them stays, with
    its digest. Nothing is ever removed without one.
    """

    _name = "l10n_co.proof.disposal"
    _inherit = "l10n_co.evidence.mixin"
    _description = "Decision on originals (Colombia)"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    before = fields.Date(
        required=True,
        default=lambda self: self.env.company._l10n_co_kept_since(),
        help="Originals of mails and documents of earlier days are removed.",
    )
    way = fields.Selection(
        [("archived", "Archived in a proof pack"), ("deleted", "Deleted")],
        required=True,
        default="archived",
        help="Archived: only what lies in proof packs that were made before.",
    )
    state = fields.Selection(
        [("new", "New"), ("waiting", "Being removed"), ("done", "Removed")],
        default="new",
        required=True,
        readonly=True,
        evidence=True,
    )
    affected_count = fields.Integer(string="Originals", compute="_compute_affected_count")
    mail_count = fields.Integer(string="Mails", readonly=True, evidence=True)
    document_count = fields.Integer(string="Uploaded documents", readonly=True, evidence=True)
    size = fields.Float(string="Size (MB)", digits=(16, 1), readonly=True, evidence=True)

    @api.depends("company_id", "before")
    def _compute_display_name(self):
        for disposal in self:
            disposal.display_name = self.env._("Originals before %s", disposal.before or "")

    @api.depends("company_id", "before", "way")
    @api.depends_context("allowed_company_ids")
    def _compute_affected_count(self):
        for disposal in self:
            is_known = disposal.state == "new" and disposal.company_id and disposal.before
            is_allowed = disposal.company_id in self.env.companies
            disposal.affected_count = disposal.sudo()._count() if is_known and is_allowed else 0

    def _count(self):
        return sum(self.env[model].search_count(self._domain(model)) for model in (MAIL, DOCUMENT))

    @api.constrains("before", "company_id")
    def _check_before(self):
        for disposal in self:
            since = disposal.company_id._l10n_co_kept_since()
            if disposal.before > since:
                raise ValidationError(
                    self.env._(
                        "Originals from %s on have to be kept yet: that is the time set for the company.",
                        since,
                    )
                )

    def action_dispose(self):
        """Remove the originals, in the background.

        :return: action on the decisions
        """
        self.ensure_one()
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(ACCOUNTANT)):
            raise AccessError(
                self.env._("Only an administrator of the accounting decides on originals.")
            )
        if self.state == "new":
            self.sudo().state = "waiting"
            _logger.info(
                "Originals before %s: decision %s of user %s", self.before, self.id, self.env.uid
            )
            self.env.ref("l10n_co_einvoice_mail.cron_dispose_originals").sudo()._trigger()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.proof_disposal_action"
        )
        return {**action, "target": "main"}

    # ---- which -----------------------------------------------------------------------------------

    def _domain(self, model):
        """:return: Domain of the records of a model whose originals this decision is about"""
        own = Domain("company_id", "=", self.company_id.id)
        return (
            own & (self._of_mails() if model == MAIL else self._of_uploads()) & self._packed(model)
        )

    def _limit(self):
        """:return: date; the company may have chosen more years since this was decided"""
        return min(self.before, self.company_id._l10n_co_kept_since())

    def _of_mails(self):
        """Those that are done with, and all of whose documents are the company's, and done with, and old enough."""
        before = self._limit()
        others = (
            ~Domain("company_id", "=", self.company_id.id)
            | Domain("issue_date", ">=", before)
            | self._unfinished()
        )
        return (
            Domain("raw_attachment_id", "!=", False)
            & Domain("create_date", "<", before)
            & Domain("state", "!=", "fetched")
            & Domain("filed", "=", "filed")
            & ~Domain("document_ids", "any!", others)
        )  # fmt: skip

    def _of_uploads(self):
        before = self._limit()
        return (
            Domain("source_attachment_id", "!=", False)
            & Domain("mail_ids", "=", False)
            & Domain("create_date", "<", before)
            & Domain("issue_date", "<", before)
            & ~self._unfinished()
        )

    def _unfinished(self):
        return Domain("state", "=", "review") | Domain("booking", "=", "pending")

    def _packed(self, model):
        """:return: Domain of what lies in a proof pack, where the originals are to be archived"""
        if self.way != "archived":
            return Domain.TRUE
        packs = self.env["l10n_co.proof.pack"].search(
            [("company_id", "=", self.company_id.id), ("state", "=", "done")]
        )
        # What came while a pack was made may have missed its turn.
        return Domain.OR(
            part.domain() & Domain("create_date", "<", pack.create_date)
            for pack in packs
            for part in pack._parts()
            if part.model == model
        )

    # ---- removing --------------------------------------------------------------------------------

    @api.model
    def _cron_dispose(self):
        """Do what was decided, and commit batch by batch."""
        for disposal in self.search([("state", "=", "waiting")], order="id"):
            try:
                if not disposal._dispose():
                    return
            except Exception:  # it is tried the next time; the others are done now
                self.env.cr.rollback()
                _logger.exception("Originals of disposal %s are still there", disposal.id)

    def _dispose(self):
        """:return: False when the time of the scheduled action is over"""
        while transactions.retried(self.env, self._dispose_any):
            if self.env["ir.cron"]._commit_progress(1, remaining=1) <= 0:
                return False
        self.state = "done"
        self.env["ir.cron"]._commit_progress(remaining=0)
        return True

    def _dispose_any(self):
        return self._dispose_some(MAIL) or self._dispose_some(DOCUMENT)

    def _dispose_some(self, model):
        """:return: how many originals of a model were removed; 0 when there is none left"""
        records = self.env[model].search(self._domain(model), order="id", limit=BATCH)
        field = "raw_attachment_id" if model == MAIL else "source_attachment_id"
        originals = records[field]
        self._let_go(originals)
        records.write({field: False, "disposal_id": self.id})
        counter = "mail_count" if model == MAIL else "document_count"
        self[counter] += len(records)
        self.size += sum(originals.mapped("file_size")) / 2**20
        originals.unlink()
        return len(records)

    def _let_go(self, originals):
        """What else was read from these originals leads to them no longer."""
        for model in (DOCUMENT, "l10n_co.received.copy"):
            found = self.env[model].search([("source_attachment_id", "in", originals.ids)])
            found.source_attachment_id = False
            if model == DOCUMENT:
                found.disposal_id = self
