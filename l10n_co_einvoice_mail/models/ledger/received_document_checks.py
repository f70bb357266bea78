from odoo import api, fields, models
from odoo.tools import format_date

from ...dian.proof import STATEMENTS
from ...vocabulary.text import sentence
from ..shared.reason_mixin import as_read


class ReceivedDocument(models.Model):
    """What was checked of a document, in words."""

    _inherit = "l10n_co.received.document"

    warnings = fields.Text(compute="_compute_warnings")
    checks_html = fields.Html(string="Checks", compute="_compute_checks_html", sanitize=False)

    @api.depends("warning_data")
    @api.depends_context("lang")
    def _compute_warnings(self):
        for document in self:
            document.warnings = "\n".join(
                document._describe(warning["code"], warning["data"])[0]
                for warning in document.warning_data or []
            )

    @api.depends("check_data", "proof_data")
    @api.depends_context("lang")
    def _compute_checks_html(self):
        for document in self:
            document.checks_html = self.env["ir.qweb"]._render(
                "l10n_co_einvoice_mail.received_document_checks",
                {
                    "statements": document._statements(),
                    "checks": document._told_checks(),
                    "labels": self._check_labels(),
                },
            )

    def _told_checks(self):
        """:return: list of dicts, `check_data` with the time of signing as the reader writes dates"""
        return [
            {**check, "signed_on": self._told_time(check["signed_on"])}
            for check in self.check_data or []
        ]

    def _told_time(self, signed_on):
        """:param signed_on: ISO text, None where nobody signed
        :return: day and clock as they were written: DIAN's own calls Colombian time UTC
        """
        return signed_on and f"{format_date(self.env, signed_on[:10])}, {signed_on[11:16]}"

    def _statements(self):
        """:return: list of (is proven, sentence): what is proven of it by whom, and what was not checked"""
        return [
            (
                statement.is_proven,
                sentence(self.env._(statement.sentence) % as_read(self.env, item["data"])),
            )
            for item in self.proof_data or []
            if (statement := STATEMENTS.get(item["code"]))
        ]

    def _check_labels(self):
        """:return: {code in `check_data`: word} in the environment's language"""
        return {
            "document": self.env._("Document"),
            "container": self.env._("Container"),
            "answer": self.env._("DIAN's answer"),
            "intact": self.env._("Intact"),
            "root_digest": self.env._("Content changed after it was signed"),
            "broken": self.env._("Broken"),
            "unsigned": self.env._("Unsigned"),
            "not_understood": self.env._("Of a kind that could not be checked"),
            "trusted": self.env._("Issued by a trusted authority"),
            "confirmed": self.env._("Confirmed by a person"),
            "untrusted": self.env._("Not issued by a trusted authority"),
            "unchecked": self.env._("Not checked: no authority is loaded"),
        }
