import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize

from ..shared import transactions
from ..shared.reason_mixin import REASONS
from .texts import TEXTS

_logger = logging.getLogger(__name__)

DOCUMENT = "l10n_co.received.document"
AUTOMATIC = [(code, REASONS[code].title) for code, text in TEXTS.items() if text.automatic]
#: Older ones are left to a person: nobody is written to about last month by an answer that was just switched on.
DAYS = 2
#: Between two answers to one supplier.
PAUSE = timedelta(days=1)
#: RFC 3834: no answering machine answers it, and none of ours does.
HEADERS = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


class AnswerRule(models.Model):
    """For which reason a company's suppliers are answered without a person: none, unless a manager chose it.

    An answer goes only to the address in a document whose signature and DIAN's answer are proven, once a day and
    supplier, from a sending account of the company that works.
    """

    _name = "l10n_co.answer.rule"
    _description = "Answer without a person (Colombian e-invoice mail)"
    _rec_name = "reason_code"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    reason_code = fields.Selection(AUTOMATIC, string="Answer when", required=True)
    text = fields.Text(string="What is written", compute="_compute_text")

    _unique_reason = models.UniqueIndex("(company_id, reason_code)", "It is chosen already.")

    @api.depends("reason_code")
    @api.depends_context("lang")
    def _compute_text(self):
        for rule in self:
            text = TEXTS.get(rule.reason_code)
            rule.text = text and f"{self.env._(text.wrong)} {self.env._(text.wish)}"

    @api.model
    def _cron_answer(self):
        """Answer what waits, each in a transaction of its own: what was sent is never sent again."""
        for rule in self.search([]):
            for document in rule._waiting():
                rule._try_to_answer(document)

    def _try_to_answer(self, document):
        try:
            transactions.retried(self.env, lambda: self._answer(document))
        except Exception:
            # One document's trouble is not the others'.
            self.env.cr.rollback()
            _logger.exception("%s could not be answered", document)

    def _waiting(self):
        """:return: the documents of this reason that nobody has looked at or written about"""
        now = fields.Datetime.now()
        return self.env[DOCUMENT].search(
            [
                ("company_id", "=", self.company_id.id),
                ("reason_code", "=", self.reason_code),
                ("state", "in", ("rejected", "review")),
                ("create_date", ">=", max(self.create_date, now - timedelta(days=DAYS))),
                ("written_on", "=", False),
                ("handled_on", "=", False),
            ],
            order="id",
        )

    def _answer(self, document):
        """:return: whether it was answered"""
        address = self._address(document)
        if not address or self._was_answered(document) or not self._account():
            return False
        Letter = self.env["l10n_co.letter"].with_company(self.company_id)
        letter = Letter.create({**Letter._values(document), "email": address})
        letter._send(mail_headers=HEADERS)
        return True

    def _address(self, document):
        """:return: where a document that is proven says that its supplier reads mail, unless that is we"""
        address = document._proven_address()
        return address if address and address not in self._own_addresses() else False

    def _own_addresses(self):
        """:return: set of addresses that a mail to which comes back to us"""
        company = self.company_id
        texts = [company.email, *self.env["fetchmail.server"].search([]).mapped("user")]
        texts += self.env["ir.mail_server"].search([]).mapped("l10n_co_address")
        texts += self.env["res.users"].search([("share", "=", False)]).mapped("email")
        return {email_normalize(text or "") for text in texts}

    def _was_answered(self, document):
        """:return: whether this supplier was written to within a day"""
        of_supplier = [
            ("company_id", "=", self.company_id.id),
            ("supplier_nit", "=", document.supplier_nit),
            ("written_on", ">", fields.Datetime.now() - PAUSE),
        ]
        return bool(self.env[DOCUMENT].search_count(of_supplier, limit=1))

    def _account(self):
        """:return: the company's own sending account, if it works"""
        return self.env["l10n_co.emission"]._account_of_notices(self.company_id)
