"""What is known of the lines of complete bills before they are created."""

#: What a line has to say of itself.
TOLD = {"move_id", "display_type", "balance", "amount_currency"}
#: A line has it from its bill: {its field: the bill's}.
FROM_BILL = {
    "company_id": "company_id",
    "company_currency_id": "company_currency_id",
    "currency_id": "currency_id",
    "journal_id": "journal_id",
    "partner_id": "commercial_partner_id",
    "date": "date",
    "invoice_date": "invoice_date",
    "move_name": "name",
    "parent_state": "state",
    "ref": "ref",
}
#: A line has it from what kind of line it is.
FROM_KIND = ("sequence", "quantity", "price_unit")
#: Empty where nobody gave it: lines that have it bring it.
EMPTY = {
    **dict.fromkeys(("product_uom_id", "tax_line_id", "tax_group_id"), False),
    **dict.fromkeys(("is_storno", "no_followup"), False),
    **dict.fromkeys(("payment_id", "statement_line_id", "statement_id"), False),
    **dict.fromkeys(("price_subtotal", "price_total"), 0.0),
}
#: Computed by Odoo after a line was created, unless it was given.
GIVEN = (
    *("date", "invoice_date", "move_name", "parent_state", "ref"),
    *("amount_residual", "amount_residual_currency", "reconciled"),
    *("price_subtotal", "price_total"),
    *("payment_id", "statement_line_id", "statement_id"),
)


class CompleteLines:
    """Fills in what Odoo would find out by a record made of each line, and by a second write of each.

    It follows from the line's bill, its kind, its balance and its account. A test holds lines of every kind against
    those that Odoo completes.
    """

    def __init__(self, env, vals_list):
        """:param vals_list: values of account.move.line, each with its `move_id`"""
        self.env, self.vals_list = env, vals_list
        self._bills, self._kinds, self._owed = {}, {}, {}

    def fill(self):
        """Complete the values in place; those that others bring, who do not say what they stand for, are left to Odoo.

        :return: for each of them the set of the fields that were filled in
        """
        fields = self.env["account.move.line"]._fields
        filled = []
        for vals in self.vals_list:
            known = self._known(vals) if self._are_told(vals) else {}
            wanted = [name for name in known if name not in vals]
            vals.update((name, known[name]) for name in wanted)
            filled.append({fields[name] for name in wanted})
        return filled

    def _are_told(self, vals):
        # With *storno* signs follow from more than the balance.
        return vals.keys() >= TOLD and not self._move(vals).company_id.account_storno

    def _move(self, vals):
        return self.env["account.move"].browse(vals["move_id"])

    def _known(self, vals):
        kind = vals["display_type"]
        known = {**EMPTY, **self._of_bill(self._move(vals)), **self._of_kind(kind)}
        known |= _sides(vals["balance"])
        account_id = vals.get("account_id")
        if kind == "payment_term" and not account_id:
            account_id = known["account_id"] = self._payable_account(self._move(vals))
        if account := self.env["account.account"].browse(account_id or ()):
            known |= _residual(account, vals)
        if repartition := vals.get("tax_repartition_line_id"):
            tax = self.env["account.tax.repartition.line"].browse(repartition).tax_id
            known |= {"tax_line_id": tax.id, "tax_group_id": tax.tax_group_id.id}
        return known

    def _of_bill(self, move):
        if move not in self._bills:
            self._bills[move] = {
                name: move._fields[source].convert_to_write(move[source], move)
                for name, source in FROM_BILL.items()
            }
        return self._bills[move]

    def _payable_account(self, move):
        """Odoo's answer, which depends on the supplier and his fiscal position."""
        key = move.move_type, move.commercial_partner_id, move.fiscal_position_id
        if key not in self._owed:
            owed = {"move_id": move.id, "display_type": "payment_term"}
            self._owed[key] = self.env["account.move.line"].new(owed).account_id.id
        return self._owed[key]

    def _of_kind(self, kind):
        if kind not in self._kinds:
            line = self.env["account.move.line"].new({"display_type": kind})
            self._kinds[kind] = {name: line[name] for name in FROM_KIND}
        return self._kinds[kind]


def _sides(balance):
    return {"debit": max(balance, 0.0), "credit": max(-balance, 0.0)}


def _residual(account, vals):
    """Nothing is reconciled with a line that was not there."""
    if not account.reconcile and account.account_type not in (
        "asset_cash",
        "liability_credit_card",
    ):
        return {"amount_residual": 0.0, "amount_residual_currency": 0.0, "reconciled": False}
    return {
        "amount_residual": vals["balance"],
        "amount_residual_currency": vals["amount_currency"],
        "reconciled": not vals["balance"],
    }
