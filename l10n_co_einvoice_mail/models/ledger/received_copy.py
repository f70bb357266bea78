from odoo import api, fields, models

from ...dian import words
from ..shared import rights

DOCUMENT = "l10n_co.received.document"
# What a copy has in common with a document.
KEPT = (
    "source_attachment_id", "content_key", "supplier_name", "issue_date", "currency_id", "amount_total",
    "state", "reason_code", "reason_data",
)  # fmt: skip


class ReceivedCopy(models.Model):
    """Another copy of a document: the same CUFE, and other content. One of the two is false.

    What is proven better stands as the document; the other one is kept here, to be looked at by a person.
    """

    _name = "l10n_co.received.copy"
    _inherit = ["l10n_co.evidence.mixin", "l10n_co.reason.mixin"]
    _description = "Copy of a document with other content (Colombia)"
    _order = "id desc"
    _is_all_evidence = True

    document_id = fields.Many2one(
        DOCUMENT, required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="document_id.company_id", store=True, index=True)
    source_attachment_id = fields.Many2one(
        "ir.attachment", readonly=True, ondelete="restrict", help="The mail or file it came in."
    )
    content_key = fields.Char(required=True, readonly=True)
    supplier_name = fields.Char(string="Supplier", readonly=True)
    issue_date = fields.Date(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary(string="To pay", readonly=True)
    state = fields.Selection(
        [("review", "To review"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        string="Verdict",
        required=True,
        readonly=True,
    )
    difference_data = fields.Json(readonly=True)
    differences_html = fields.Html(
        string="What differs", compute="_compute_differences_html", sanitize=False
    )
    is_doubtful = fields.Boolean(
        readonly=True,
        help="Nothing tells which of the two is right, or the bill was drafted from this one.",
    )
    seen_by_id = fields.Many2one("res.users", string="Looked at by", readonly=True)
    seen_on = fields.Datetime(string="Looked at on", readonly=True)

    _unique_content = models.UniqueIndex("(document_id, content_key)")

    @api.depends("document_id", "amount_total")
    def _compute_display_name(self):
        for copy in self:
            copy.display_name = self.env._("Copy of %s", copy.document_id.display_name)

    @api.depends("difference_data")
    @api.depends_context("lang")
    def _compute_differences_html(self):
        for copy in self:
            rows = [
                (words.path_in_words(path, self.env._), one or "-", other or "-")
                for path, one, other in copy.difference_data or []
            ]
            copy.differences_html = self.env["ir.qweb"]._render(
                "l10n_co_einvoice_mail.received_copy_differences", {"rows": rows}
            )

    def action_set_seen(self):
        """A person has looked at both copies, and knows which one is right; the bill may be confirmed."""
        rights.check_user(self.env)
        self.check_access("read")
        self.sudo().write({"seen_by_id": self.env.uid, "seen_on": fields.Datetime.now()})
        for copy in self.sudo():
            copy.document_id.message_post(
                body=self.env._("The copy with other content was looked at and compared.")
            )
        return True

    def _unseen(self):
        """:return: those that keep a bill from being confirmed until a person has looked"""
        return self.filtered(lambda copy: copy.is_doubtful and not copy.seen_on)

    @api.model
    def _same(self, document, content_key):
        return self.search([("document_id", "=", document.id), ("content_key", "=", content_key)])

    @api.model
    def _forget(self, document, content_key):
        """What a copy said is what the document says now."""
        self._same(document, content_key).unlink()

    @api.model
    def _keep(self, document, values, differences, is_doubtful):
        """Keep a copy of a document; one that is kept already is brought up to date.

        :param dict values: of `KEPT`, as the recorder makes them of a document
        :param list differences: of dian.content.Difference, `one` is the document's
        """
        kept = self._same(document, values["content_key"])
        facts = {name: values.get(name) for name in KEPT}
        if kept:
            kept.write(facts)
            return
        self.create(
            {
                **facts,
                "document_id": document.id,
                "difference_data": [(item.path, item.one, item.other) for item in differences],
                "is_doubtful": is_doubtful,
            }
        )
        document.message_post(
            body=self.env._(
                "A copy with the same CUFE and other content has come. Compare the two copies."
            )
        )
