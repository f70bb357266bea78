"""Codes the lines of a batch's bills: account, product, analytic distribution, taxes."""

from dataclasses import dataclass

from ...booking.lines import LineKind
from ...coding.proposal import Line, propose
from ...coding.rules import first_with
from ...coding.sources import Choice
from .memory import analytic_value, clues_of
from .taxes import tax_identity


@dataclass
class Coded:
    """What is proposed for a line: {what: Choice}."""

    choices: dict

    def value(self, what):
        """:return: what was chosen, None where nothing was"""
        choice = self.choices.get(what)
        return choice and choice.value

    @property
    def is_unsure(self):
        """Whether a person has to look at the line."""
        return any(not choice.is_sure for choice in self.choices.values())

    def as_json(self):
        """:return: dict that is kept beside the line"""
        return {
            what: {"value": choice.value, "source": choice.source, **_kept(choice.data)}
            for what, choice in self.choices.items()
        }


def _kept(data):
    rule = {"rule": data["rule_id"]} if "rule_id" in data else {}
    return {"data": {key: text for key, text in data.items() if key != "rule_id"}, **rule}


class Adviser:
    """Somebody who knows more about the documents of a batch. This one knows nothing."""

    def rules_of(self, draft, planned, name):
        """:return: tuple of `coding.rules.Rule` that a planned item meets, in their order"""
        return ()

    def ordered_of(self, draft, planned, product):
        """:return: {what: Choice} that was decided when this item was ordered"""
        return {}

    def journal(self, draft):
        """:return: account.journal of the bill, or None"""
        return

    def of_bill(self, draft):
        """:return: dict of further values of the bill"""
        return {}

    def finish(self, draft, rows):
        """Complete the values of the bill's lines, in the order of `draft.plan.lines`."""


class Coder:
    """Codes the lines of a batch's bills, with what its advisers know."""

    def __init__(self, lookups, advisers=()):
        """:param draft.Lookups lookups: of the batch
        :param advisers: list of `Adviser`, the surest first
        """
        self.lookups, self.env, self.advisers = lookups, lookups.env, advisers

    def journal(self, draft):
        """:return: account.journal that an adviser names, or None"""
        named = (adviser.journal(draft) for adviser in self.advisers)
        return next((journal for journal in named if journal), None)

    def of_bill(self, draft):
        """:return: dict of further values of the bill"""
        values = {}
        for adviser in reversed(self.advisers):
            values.update(adviser.of_bill(draft))
        return values

    def finish(self, draft, rows):
        """Have all advisers complete the values of the bill's lines."""
        for adviser in self.advisers:
            adviser.finish(draft, rows)

    def _rules_of(self, draft, planned, name):
        return tuple(
            rule for adviser in self.advisers for rule in adviser.rules_of(draft, planned, name)
        )

    def _ordered_of(self, draft, planned, product):
        known = {}
        for adviser in reversed(self.advisers):
            known.update(adviser.ordered_of(draft, planned, product))
        return known

    # ---- a line ----------------------------------------------------------------------------------

    def code(self, draft, planned, product, name, journal):
        """:param planned: `PlannedLine`
        :param product: product.product that its codes name, or an empty one
        :return: `Coded`
        """
        is_item = planned.kind is LineKind.ITEM
        lookups = self.lookups
        line = Line(
            clues_of(planned.kind.value, item_code(planned), product.id, name),
            lookups.memories.memory(draft.supplier),
            self._rules_of(draft, planned, name) if is_item else (),
            lookups.memories.corrected(draft.supplier, draft.document),
            self._ordered_of(draft, planned, product) if is_item else {},
        )
        coded = Coded({})
        if is_item:
            product = self._choose_product(coded, line, product)
        self._choose_account(coded, line, planned, product, journal)
        self._choose_analytic(coded, line, draft, product)
        if is_item:
            self._choose(coded, line, "variants")
            self._choose(coded, line, "withholdings")
        return coded

    def _choose(self, coded, line, what, otherwise=()):
        choice = propose(line, what, otherwise)
        if choice is not None and choice.value is not None:
            coded.choices[what] = choice

    def _choose_product(self, coded, line, product):
        """:return: the product, which is never a guess: a rule's, else what its codes name, else as before"""
        if product and not first_with(line.rules, "product"):
            return product
        choice = propose(line, "product")
        if choice and choice.value and choice.is_sure:
            coded.choices["product"] = choice
            product = product.browse(choice.value)
        return product

    def _choose_account(self, coded, line, planned, product, journal):
        """The account: of the settings, else as is known, else of the product, else the journal's own."""
        fixed = self._fixed_account(planned)
        if fixed:
            coded.choices["account"] = fixed
            return
        otherwise = []
        if product:
            expense = product.product_tmpl_id.get_product_accounts()["expense"]
            otherwise += [Choice(expense.id, "product")] if expense else []
        otherwise.append(Choice(journal.default_account_id.id or None, "journal"))
        self._choose(coded, line, "account", otherwise)

    def _fixed_account(self, planned):
        if planned.kind is LineKind.PREPAID and self.lookups.prepaid_account:
            return Choice(self.lookups.prepaid_account.id, "settings")
        account = self.lookups.table.account(planned.key) if planned.key else None
        return Choice(account.id, "table") if account else None

    def _choose_analytic(self, coded, line, draft, product):
        """The analytic distribution; where none is known, what the company's distribution models say."""
        self._choose(coded, line, "analytic")
        if coded.value("analytic"):
            return
        account = self.env["account.account"].browse(coded.value("account") or ())
        if distribution := self._model_distribution(draft, product, account):
            coded.choices["analytic"] = Choice(analytic_value(distribution), "model")

    def _model_distribution(self, draft, product, account):
        """What the company's distribution models say; asked for once for all lines alike, which
        Odoo does for each."""
        lookups = self.lookups
        partner = draft.supplier or self.env["res.partner"]
        key = (partner, product, account)
        if key not in lookups.distributions:
            model = self.env["account.analytic.distribution.model"]
            lookups.distributions[key] = model._get_distribution(
                {
                    "product_id": product.id,
                    "product_categ_id": product.categ_id.id,
                    "partner_id": partner.id,
                    "partner_category_id": partner.category_id.ids,
                    "account_prefix": account.code if account else False,
                    "company_id": lookups.company.id,
                }
            )
        return lookups.distributions[key]

    # ---- its taxes -------------------------------------------------------------------------------

    def taxes(self, planned, coded):
        """:return: account.tax of a line: those of the document, in the variant that was used the last time, and the
        withholdings that are proposed
        """
        browse = self.env["account.tax"].browse
        taxes = browse().union(*(self.lookups.table.tax(tax.key) for tax in planned.taxes))
        if planned.kind is not LineKind.ITEM:
            return taxes
        variants = {tax_identity(tax): tax for tax in browse(coded.value("variants") or ())}
        own = browse().union(*(variants.get(tax_identity(tax), tax) for tax in taxes))
        return own | browse(coded.value("withholdings") or ())


def item_code(planned):
    """:return: the supplier's code of an item, False where there is none"""
    source = planned.source
    return planned.kind is LineKind.ITEM and (source.seller_code or source.standard_code)
