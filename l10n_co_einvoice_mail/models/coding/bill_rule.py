from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import html2plaintext

from ...booking.lines import LineKind
from ...coding.rules import Conditions, Rule, Rules, Subject, attempt
from ..bills.memory import analytic_value
from ..bills.taxes import tax_identity
from ..ledger.document_types import DOCUMENT_TYPES

#: What a rule is tried on: the latest lines of confirmed bills.
TRIED_LINES = 2_000
#: A change of these makes it another rule: it has to be tried anew.
CONDITIONS = (
    "partner_id",
    "item_code",
    "words",
    "unit_code",
    "document_type",
    "least",
    "most",
    "text",
    "address",
)
VALUES = (
    "account_id",
    "product_id",
    "analytic_distribution",
    "tax_ids",
    "journal_id",
    "payment_term_id",
    "user_id",
    "approver_id",
)
#: Of what a rule may do, what asks for a trial when it is granted, and not when it is withdrawn.
GRANT = "may_confirm"
NO_TRIAL = {"is_on": False, "tried_on": False, "met_count": 0, "agree_count": 0}


class BillRule(models.Model):
    """How lines of suppliers' documents are coded, as an accountant lays it down."""

    _name = "l10n_co.bill.rule"
    _inherit = ["mail.thread", "l10n_co.evidence.mixin", "analytic.mixin"]
    _description = "Rule for the coding of bills (Colombia)"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    # When
    partner_id = fields.Many2one(
        "res.partner", string="Supplier", check_company=True, index="btree_not_null"
    )
    item_code = fields.Char(string="Item code", help="The supplier's code of the item.")
    words = fields.Char(
        string="Words of the description",
        help="All of them have to be there, in any order; accents, capitals and numbers do not count.",
    )
    unit_code = fields.Char(string="Unit", help="DIAN's code of the unit, such as 94 or KGM.")
    document_type = fields.Selection(DOCUMENT_TYPES, string="Type of document")
    least = fields.Float(string="Amount from", help="What the document comes to, in its currency.")
    most = fields.Float(string="Amount up to", help="What the document comes to; 0 for any.")
    text = fields.Char(
        string="Text of the document",
        help="Words of its purchase order, its cost centre, also of the line alone, or its notes.",
    )
    address = fields.Char(string="Receiving address", help="The mailbox in which it arrived.")
    # Then
    account_id = fields.Many2one("account.account", check_company=True, tracking=True)
    product_id = fields.Many2one("product.product", check_company=True)
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes and withholdings",
        domain=[("type_tax_use", "=", "purchase")],
        check_company=True,
        help="Variants of the document's own taxes, and withholdings.",
    )
    journal_id = fields.Many2one(
        "account.journal", domain=[("type", "=", "purchase")], check_company=True
    )
    payment_term_id = fields.Many2one("account.payment.term", check_company=True)
    user_id = fields.Many2one("res.users", string="Responsible", check_company=True)
    approver_id = fields.Many2one(
        "res.users", string="Approved by", check_company=True, tracking=True
    )
    may_confirm = fields.Boolean(
        string="May confirm",
        tracking=True,
        help="Bills whose lines this rule coded may be confirmed by themselves, if all else allows it.",
    )
    # Its trial
    is_on = fields.Boolean(
        string="Switched on", readonly=True, copy=False, evidence=True, tracking=True
    )
    tried_on = fields.Datetime(readonly=True, copy=False, evidence=True)
    met_count = fields.Integer(
        string="Lines it would have met", readonly=True, copy=False, evidence=True
    )
    agree_count = fields.Integer(
        string="Lines it agrees with", readonly=True, copy=False, evidence=True
    )

    _switched_on = models.Index("(company_id, sequence) WHERE is_on AND active")

    @api.constrains(*CONDITIONS, *VALUES)
    def _check_says_something(self):
        for rule in self:
            if rule._conditions().is_empty:
                raise ValidationError(self.env._("Say when the rule «%s» applies.", rule.name))
            if not rule._values():
                raise ValidationError(self.env._("Say what the rule «%s» does.", rule.name))

    def write(self, vals):
        # What was tried was another rule, or one that might do less.
        if not vals.keys().isdisjoint({*CONDITIONS, *VALUES, "company_id"}):
            self.sudo().filtered("tried_on").write(NO_TRIAL)
        elif vals.get(GRANT):
            self.sudo().filtered(lambda rule: rule.tried_on and not rule[GRANT]).write(NO_TRIAL)
        return super().write(vals)

    # ---- as the plain package knows it -----------------------------------------------------------

    def _conditions(self):
        self.ensure_one()
        return Conditions(
            supplier=self.partner_id.commercial_partner_id.id or None,
            code=self.item_code or "",
            words=self.words or "",
            unit=self.unit_code or "",
            document_type=self.document_type or "",
            least=Decimal(str(self.least)) if self.least else None,
            most=Decimal(str(self.most)) if self.most else None,
            text=self.text or "",
            address=self.address or "",
        )

    def _values(self):
        """{what: value} that the rule says of a line, and of its bill."""
        self.ensure_one()
        withheld = self.tax_ids.filtered(lambda tax: tax.amount < 0)
        values = {
            "account": self.account_id.active and self.account_id.id,
            "product": self.product_id.id,
            "analytic": analytic_value(self.analytic_distribution),
            "variants": tuple(sorted((self.tax_ids - withheld).ids)),
            "withholdings": tuple(sorted(withheld.ids)),
            "journal": self.journal_id.id,
            "term": self.payment_term_id.id,
            "user": self.user_id.id,
            "approver": self.approver_id.id,
        }
        return {what: value for what, value in values.items() if value}

    def _as_rule(self):
        return Rule(self.id, self.name, self._conditions(), self._values())

    @api.model
    def _of_company(self, company):
        """:return: `coding.rules.Rules` that are switched on in a company, in their order"""
        rules = self.sudo().search([("company_id", "=", company.id), ("is_on", "=", True)])
        return Rules(rule._as_rule() for rule in rules)

    # ---- trial -----------------------------------------------------------------------------------

    def _past_lines(self):
        """Lines of confirmed bills that were made from documents, the latest first."""
        return self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("l10n_co_line_kind", "=", LineKind.ITEM.value),
                ("move_id.move_type", "=", "in_invoice"),
            ],
            order="date desc, id desc",
            limit=TRIED_LINES,
        )

    def _attempt(self):
        """:return: `coding.rules.Trial` on the lines that the user may see"""
        self.ensure_one()
        # Of the bill as a whole nothing is compared: a person has several bills to a journal.
        of_lines = {"account", "product", "analytic", "variants", "withholdings"}
        rule = self._as_rule()
        values = {what: value for what, value in rule.values.items() if what in of_lines}
        past = ((line.id, self._subject(line), self._chosen(line)) for line in self._past_lines())
        return attempt(Rule(rule.key, rule.name, rule.conditions, values), past)

    def _chosen(self, line):
        """What a line of the past was given; a variant counts where the line has a tax that it is one of."""
        kinds = {tax_identity(tax): tax for tax in line.tax_ids}
        variants = self.tax_ids.filtered(lambda tax: tax.amount >= 0)
        missed = variants.filtered(lambda tax: kinds.get(tax_identity(tax), tax) != tax)
        agreed = tuple(sorted((variants - missed).ids))
        return {**line._l10n_co_values(), "variants": agreed}

    def _subject(self, line):
        """A line of the past as rules look at it."""
        move = line.move_id
        document = move.l10n_co_received_document_id.sudo()
        codes = (line.product_uom_id.l10n_co_unit_codes or "").split()
        return Subject(
            supplier=move.commercial_partner_id.id,
            code=line.l10n_co_item_code or "",
            description=line.name or "",
            unit=self.unit_code if self.unit_code in codes else "",
            document_type=document.document_type or "",
            amount=Decimal(str(move.l10n_co_xml_total)),
            text=f"{_text_of(move)} {line.l10n_co_cost_text or ''}" if self.text else "",
            addresses=addresses_of(document) if self.address else frozenset(),
        )

    def action_try(self):
        """Find out what the rule would have done with the bills of the past."""
        for rule in self:
            rule.check_access("write")
            trial = rule._attempt()
            rule.sudo().write(
                {
                    "tried_on": fields.Datetime.now(),
                    "met_count": trial.met,
                    "agree_count": trial.agrees,
                }
            )
        return True

    def action_open_others(self):
        """:return: action on the lines of the past with which the rule does not agree"""
        self.check_access("read")
        others = self.env["account.move.line"].browse(self._attempt().others)
        return others._get_records_action(name=self.env._("Booked otherwise"))

    def action_switch_on(self):
        """Have the rule code the lines of documents from now on.

        :raise UserError: it was not tried as it is now
        """
        self.check_access("write")
        if untried := self.filtered(lambda rule: not rule.tried_on):
            raise UserError(
                self.env._(
                    "Try %s on the bills of the past first.", ", ".join(untried.mapped("name"))
                )
            )
        self.sudo().is_on = True
        return True

    def action_switch_off(self):
        """Have the rule rest."""
        self.check_access("write")
        self.sudo().is_on = False
        return True


def _text_of(move):
    """What the bill's document said as a whole; of older bills what was kept of it."""
    if text := (move.l10n_co_coding or {}).get("text"):
        return text
    return " ".join((move.invoice_origin or "", html2plaintext(move.narration or "")))


def addresses_of(document):
    """:return: frozenset of the addresses at which a received document arrived, in small letters: of mailboxes, and of
    journals
    """
    mails = document.mail_ids
    names = [*mails.server_id.mapped("user"), *mails.journal_id.mapped("alias_email")]
    return frozenset(name.casefold() for name in names if name)
