"""What a document means on a bill, without Odoo."""

import unittest
from dataclasses import replace
from decimal import Decimal

from ...booking import guard
from ...booking.lines import LineKind, plan
from ...booking.taxes import EXCLUDED_KEY, Booking, Kind, TaxKey, document_amounts, key_of
from ...dian.amounts import AllowanceCharge, Line, Tax, Totals
from ...dian.document import Document
from ...dian.party import Party

D = Decimal
IVA = TaxKey("01", Kind.PERCENT, D(19))
TABLE = {
    IVA: Booking.TAX,
    EXCLUDED_KEY: Booking.TAX,
    TaxKey("22", Kind.PER_UNIT, None): Booking.COST,
}


def treat(key):
    return TABLE.get(key, Booking.UNMAPPED)


def line(**values):
    return Line(
        **{"description": "x", "quantity": D(1), "price": D(100), "amount": D(100), **values}
    )


def iva(amount="19", base="100", percent="19.00"):
    return Tax("01", "IVA", D(percent), D(base), D(amount))


def document(*lines, payable=None, **values):
    facts = {"kind": "invoice", "currency": "COP", "supplier": Party(tax_scheme="01"), **values}
    return Document(
        lines=lines, totals=Totals(**{"payable": payable, **facts.pop("totals", {})}), **facts
    )


def planned(*lines, digits=2, **values):
    return plan(document(*lines, **values), treat, digits).lines


class TestKeys(unittest.TestCase):
    def test_a_rate_is_one_however_it_is_written(self):
        keys = {key_of(iva(percent=percent)) for percent in ("19", "19.0", "19.00", "019.000")}
        self.assertEqual(keys, {IVA})
        self.assertEqual(IVA.text, "01@19")

    def test_a_missing_rate_is_worked_out(self):
        self.assertEqual(key_of(Tax("01", None, None, D(100), D(19))), IVA)

    def test_money_a_unit(self):
        bags = Tax("22", None, None, None, D(60), D(30), D(1))
        self.assertEqual(key_of(bags), TaxKey("22", Kind.PER_UNIT, None))
        self.assertEqual(key_of(replace(bags, percent=D(0))), TaxKey("22", Kind.PER_UNIT, None))

    def test_money_a_unit_though_a_base_is_stated(self):
        bags = Tax("22", None, None, D(400), D(60), D(30), D(1))
        self.assertEqual(key_of(bags), TaxKey("22", Kind.PER_UNIT, None))

    def test_an_amount_without_rate_and_base(self):
        self.assertEqual(
            key_of(Tax("34", None, None, None, D(60))), TaxKey("34", Kind.PER_UNIT, None)
        )

    def test_large_rates_have_no_exponent(self):
        self.assertEqual(key_of(iva(percent="100")).text, "01@100")

    def test_the_totals_count_and_the_lines_where_they_are_silent(self):
        inc = Tax("04", None, D(8), D(100), D(8))
        doc = document(line(taxes=(iva(), inc)), taxes=(iva("19.01"),))
        self.assertEqual(
            document_amounts(doc), {IVA: D("19.01"), TaxKey("04", Kind.PERCENT, D(8)): D(8)}
        )


class TestPricing(unittest.TestCase):
    def check(self, item, quantity, price, discount, amount):
        self.assertEqual(item.quantity, D(quantity))
        self.assertAlmostEqual(item.price, D(price), 6)
        self.assertAlmostEqual(item.discount, D(discount), 6)
        self.assertEqual(item.amount, D(amount))
        computed = item.quantity * item.price * (1 - item.discount / 100)
        self.assertAlmostEqual(computed, item.amount, 9)

    def test_price_of_a_unit_though_the_base_quantity_is_another(self):
        [item] = planned(line(quantity=D(2), price=D(50), base_quantity=D(2)))
        self.check(item, 2, 50, 0, 100)

    def test_price_of_the_base_quantity(self):
        [item] = planned(line(quantity=D(20), price=D(50), base_quantity=D(10)))
        self.check(item, 20, 5, 0, 100)

    def test_a_price_that_does_not_fit_gives_way_to_the_amount(self):
        [item] = planned(line(quantity=D(2), price=D(7)))
        self.check(item, 2, 50, 0, 100)

    def test_no_price(self):
        [item] = planned(line(quantity=D(4), price=None))
        self.check(item, 4, 25, 0, 100)

    def test_no_amount(self):
        [item] = planned(line(quantity=D(3), amount=None))
        self.check(item, 3, 100, 0, 300)

    def test_nothing_at_all(self):
        [item] = planned(Line())
        self.check(item, 1, 0, 0, 0)

    def test_discount(self):
        discount = AllowanceCharge(False, amount=D(25))
        [item] = planned(line(amount=D(75), allowances=(discount,)))
        self.check(item, 1, 100, 25, 75)

    def test_a_discount_that_the_amount_leaves_out(self):
        [item] = planned(line(allowances=(AllowanceCharge(False, amount=D(25)),)))
        self.check(item, 1, 100, 0, 100)

    def test_a_discount_without_a_fitting_price(self):
        [item] = planned(
            line(price=D(1), amount=D(75), allowances=(AllowanceCharge(False, amount=D(25)),))
        )
        self.check(item, 1, 100, 25, 75)

    def test_a_whole_discount(self):
        [item] = planned(line(amount=D(0), allowances=(AllowanceCharge(False, amount=D(100)),)))
        self.check(item, 1, 100, 100, 0)

    def test_a_discount_that_makes_no_sense(self):
        [item] = planned(line(amount=D(-5), allowances=(AllowanceCharge(False, amount=D(-100)),)))
        self.check(item, 1, -5, 0, -5)

    def test_a_charge_bears_the_items_tax(self):
        charge = AllowanceCharge(True, amount=D(10), reason="Flete")
        item, freight = planned(
            line(amount=D(110), taxes=(iva("20.90", "110"),), allowances=(charge,))
        )
        self.check(item, 1, 100, 0, 100)
        self.assertEqual(
            (freight.kind, freight.label, freight.amount), (LineKind.ITEM_CHARGE, "Flete", 10)
        )
        self.assertEqual(
            [tax.amount for tax in (*item.taxes, *freight.taxes)], [D("19.00"), D("1.90")]
        )

    def test_quantities_that_a_bill_cannot_hold(self):
        [item] = planned(line(quantity=D("0.333333"), price=D("300.0003")))
        self.check(item, "0.33", D(100) / D("0.33"), 0, 100)
        [item] = planned(line(quantity=D("0.0001"), price=D(1000000)))
        self.check(item, 1, 100, 0, 100)


class TestTaxes(unittest.TestCase):
    def test_a_gift_bears_its_tax(self):
        tax = iva("35.63", "187.50")
        [item] = planned(line(price=D(0), amount=D(0), taxes=(tax,)), taxes=(tax,))
        self.assertEqual(item.amount, 0)
        self.assertEqual((item.taxes[0].amount, item.taxes[0].base), (D("35.63"), D("187.50")))

    def test_part_of_the_amount_is_taxed(self):
        [item] = planned(line(taxes=(iva("1.90", "10"),)), taxes=(iva("1.90", "10"),))
        [tax] = item.taxes
        self.assertEqual((tax.amount, tax.base), (D("1.90"), D(10)))

    def test_roundings_go_to_the_largest_line(self):
        lines = (
            line(taxes=(iva("19.00"),)),
            line(amount=D(200), price=D(200), taxes=(iva("38.00", "200"),)),
        )
        first, second = planned(*lines, taxes=(iva("57.40", "300"),))
        self.assertEqual((first.taxes[0].amount, second.taxes[0].amount), (D(19), D("38.40")))

    def test_a_tax_that_no_line_bears(self):
        item, tax = planned(line(taxes=(Tax("04", None, D(0), D(100), D(0)),)), taxes=(iva(),))
        self.assertEqual((tax.kind, tax.amount), (LineKind.TAX, 0))
        self.assertEqual((tax.taxes[0].amount, tax.taxes[0].base), (D(19), D(100)))
        self.assertEqual([t.key for t in item.taxes], [EXCLUDED_KEY])

    def test_cost_and_unmapped_taxes_are_one_line_each(self):
        bags, sugar = (
            Tax("22", None, None, None, D(60), D(30)),
            Tax("34", None, None, None, D(5), D(1)),
        )
        lines = planned(line(taxes=(iva(), bags, sugar)), line(taxes=(bags,)))
        self.assertEqual(
            [(item.kind, item.amount) for item in lines[2:]],
            [(LineKind.TAX_COST, 120), (LineKind.TAX_UNMAPPED, 5)],
        )

    def test_excluded_only_from_who_charges_iva(self):
        [item] = planned(line())
        self.assertEqual([tax.key for tax in item.taxes], [EXCLUDED_KEY])
        [item] = planned(line(), supplier=Party(tax_scheme="ZZ"))
        self.assertFalse(item.taxes)


class TestAdjustments(unittest.TestCase):
    ALLOWANCES = (AllowanceCharge(False, amount=D(10)), AllowanceCharge(True, amount=D(4)))

    def kinds(self, payable, **totals):
        lines = planned(
            line(), allowances=self.ALLOWANCES, totals={"payable": payable and D(payable), **totals}
        )
        return [(item.kind.value, str(item.amount)) for item in lines[1:]]

    def test_all_that_the_document_has(self):
        self.assertEqual(
            self.kinds("44", prepaid=D(50)),
            [("allowance", "-10"), ("charge", "4"), ("prepaid", "-50")],
        )

    def test_what_the_payable_amount_leaves_out(self):
        self.assertEqual(self.kinds("94", prepaid=D(50)), [("allowance", "-10"), ("charge", "4")])
        self.assertEqual(self.kinds("100"), [])

    def test_a_rounding_that_is_not_said(self):
        self.assertEqual(self.kinds("94.40")[-1], ("rounding", "0.40"))

    def test_more_than_a_rounding_is_not_hidden(self):
        self.assertEqual(self.kinds("97"), [("allowance", "-10"), ("charge", "4")])

    def test_no_payable_amount(self):
        self.assertEqual(self.kinds(None), [("allowance", "-10"), ("charge", "4")])

    def test_totals_that_are_not_itemised(self):
        lines = planned(line(), totals={"payable": D(90), "allowance": D(10)})
        self.assertEqual([item.kind for item in lines], [LineKind.ITEM, LineKind.ALLOWANCE])


class TestGuard(unittest.TestCase):
    KEPT = guard.facts(document(line(taxes=(iva(),)), payable=D(119)))

    def test_nothing_differs(self):
        self.assertEqual(guard.differences(self.KEPT, D(119), {"01": D(19)}, 1), ())
        self.assertEqual(guard.differences(self.KEPT, D(120), {"01": D("18.5")}, 1), ())

    def test_everything_differs(self):
        found = guard.differences(self.KEPT, D("120.01"), {"04": D(19)}, 2)
        self.assertEqual(
            [(item.subject, item.scheme) for item in found],
            [("payable", ""), ("tax", "01"), ("tax", "04"), ("lines", "")],
        )

    def test_cents_of_another_currency(self):
        kept = {**self.KEPT, "currency": "USD"}
        self.assertTrue(guard.differences(kept, D("119.02"), {"01": D(19)}, 1))
        self.assertFalse(guard.differences(kept, D("119.01"), {"01": D(19)}, 1))

    def test_lines_of_a_typed_bill_are_not_counted(self):
        self.assertEqual(
            guard.differences({**self.KEPT, "lines": None}, D(119), {"01": D(19)}, 7), ()
        )
