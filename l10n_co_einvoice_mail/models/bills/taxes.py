"""The taxes of a bill, and what is owed for it."""

from odoo.fields import Command


class BillTaxes:
    """The lines of a bill with their taxes, to the cent what its document says.

    Amounts that do not follow from price and rate go into the lines' `extra_tax_data`, where Odoo
    keeps amounts that were given by hand, until somebody changes that line. And the bill is created
    complete, with the amounts of its lines and its tax lines: otherwise Odoo writes each line a
    second time, which takes twice as long.
    """

    def __init__(self, draft, values, rows, lookups):
        """:param Draft draft: with its plan
        :param dict values: of the bill, its currency and rate among them
        :param list rows: values of its lines, in the order of `draft.plan.lines`, each with an account; completed here
        """
        self.env, self.company = lookups.env, lookups.company
        self.draft, self.values, self.rows = draft, values, rows
        self.table = lookups.table

    def commands(self):
        """:return: commands that create the bill's lines and tax lines"""
        planned_lines = self.draft.plan.lines
        base_lines = [self._base_line(row) for row in self.rows]
        self._compute(base_lines)
        stated = [self._stated(planned) for planned in planned_lines]
        if not self._agrees(base_lines, stated):
            tax_model = self.env["account.tax"]
            for planned, base_line, amounts, row in zip(
                planned_lines, base_lines, stated, self.rows, strict=True
            ):
                self._give_by_hand(base_line, planned, amounts)
                row["extra_tax_data"] = tax_model._export_base_line_extra_tax_data(base_line)
            self._compute(base_lines)
        return [Command.create(row) for row in (*self.rows, *self._tax_rows(base_lines))]

    def _tax_rows(self, base_lines):
        """:return: values of the tax lines; the rows get their own amounts"""
        tax_model = self.env["account.tax"]
        tax_model._add_accounting_data_in_base_lines_tax_details(base_lines, self.company)
        prepared = tax_model._prepare_tax_lines(base_lines, self.company)
        for row, (base_line, amounts) in zip(
            self.rows, prepared["base_lines_to_update"], strict=True
        ):
            totals = base_line["tax_details"]
            row.update(
                amounts,
                display_type="product",
                price_subtotal=totals["total_excluded_currency"],
                price_total=totals["total_included_currency"],
            )
        return [{**row, "display_type": "tax"} for row in prepared["tax_lines_to_add"]]

    def _compute(self, base_lines):
        self.env["account.tax"]._add_tax_details_in_base_lines(base_lines, self.company)
        self.env["account.tax"]._round_base_lines_tax_details(base_lines, self.company)

    def _base_line(self, row):
        """A line as Odoo's tax computation takes it."""
        [(_set, _id, tax_ids)] = row["tax_ids"]
        values, is_refund = self.values, self.values["move_type"] == "in_refund"
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            None,
            product_id=self.env["product.product"].browse(row.get("product_id") or ()),
            tax_ids=self.env["account.tax"].browse(tax_ids),
            price_unit=row["price_unit"],
            quantity=row["quantity"],
            discount=row["discount"],
            currency_id=self.env["res.currency"].browse(values["currency_id"]),
            rate=values["invoice_currency_rate"],
            sign=-1 if is_refund else 1,
            is_refund=is_refund,
            partner_id=self.draft.supplier or self.env["res.partner"],
            account_id=self.env["account.account"].browse(row["account_id"]),
            analytic_distribution=row["analytic_distribution"],
        )

    def _stated(self, planned):
        """{what makes a tax the same tax: (amount, base)} that the document states of a line.

        Taxes are told by group and rate, so that the variant of a tax that was used the last time
        has the same amount.
        """
        stated = {}
        for tax in planned.taxes:
            identity = tax_identity(self.table.tax(tax.key))
            amount, base = stated.get(identity, (0, planned.amount))
            base = base if tax.base is None else tax.base
            stated[identity] = (amount + tax.amount, base)
        return stated

    def _agrees(self, base_lines, stated):
        """Whether Odoo's own computation comes to what the document states: each line, and each tax
        over all lines."""
        totals = {}
        for planned, base_line, amounts in zip(
            self.draft.plan.lines, base_lines, stated, strict=True
        ):
            details, currency = base_line["tax_details"], base_line["currency_id"]
            excluded = details["total_excluded_currency"] + details["delta_total_excluded_currency"]
            if currency.compare_amounts(excluded, float(planned.amount)):
                return False
            for identity, (amount, _base) in amounts.items():
                totals[identity] = totals.get(identity, 0) + float(amount)
            for tax_data in details["taxes_data"]:
                identity = tax_identity(tax_data["tax"])
                if identity[-1] >= 0:
                    totals[identity] = totals.get(identity, 0) - tax_data["tax_amount_currency"]
        return all(currency.is_zero(total) for total in totals.values())

    def _give_by_hand(self, base_line, planned, stated):
        """Fix a line's amounts to what the document states. A withholding of ours stays as
        computed."""
        base_line["manual_total_excluded_currency"] = float(planned.amount)
        base_line["manual_tax_amounts"] = {}
        for tax_data in base_line["tax_details"]["taxes_data"]:
            computed = (tax_data["tax_amount_currency"], tax_data["base_amount_currency"])
            amount, base = stated.get(tax_identity(tax_data["tax"]), computed)
            base_line["manual_tax_amounts"][str(tax_data["tax"].id)] = {
                "tax_amount_currency": float(amount),
                "base_amount_currency": float(base),
            }


def owed(values, commands, company):
    """Commands of the line that says what is owed; none where Odoo has to find out what else the bill
    needs: its lines have no amounts yet, it is in a foreign currency or follows payment terms, or
    discounts have an account of their own.

    :param dict values: of the bill
    :param list commands: of its lines and tax lines
    """
    rows = [row for _create, _id, row in commands]
    allocates_discounts = (
        company.account_discount_income_allocation_id
        or company.account_discount_expense_allocation_id
    )
    if (
        allocates_discounts
        or values["currency_id"] != company.currency_id.id
        or not values.get("invoice_date_due")
        or not all("balance" in row for row in rows)
    ):
        return []
    amount = -company.currency_id.round(sum(row["balance"] for row in rows))
    owed = {"balance": amount, "amount_currency": amount}
    due = {"display_type": "payment_term", "date_maturity": values["invoice_date_due"]}
    return [Command.create({**due, **owed})]


def tax_identity(tax):
    """What a tax has in common with its variants (for goods, for services ...)."""
    return tax.tax_group_id, tax.amount_type, tax.amount
