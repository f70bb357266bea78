"""Lines of bills are tied to purchase orders, coded as ordered, and say in what they differ."""

from odoo.addons.l10n_co_einvoice_mail.tests.coding_common import CodingCase
from odoo.addons.l10n_co_einvoice_mail.tests.tools.facts import Line
from odoo.fields import Command
from odoo.tests import tagged

PAPER = Line("Resma carta 75 g", price="100000.00", quantity="2.00")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPurchaseOrders(CodingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paper = cls.env["product.product"].create(
            {
                "name": "Resma carta",
                "type": "service",
                "property_account_expense_id": cls.expense.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.supplier = self.send(1).partner_id

    def order(self, *lines, supplier=None, confirm=True, **values):
        lines = lines or ({"product_id": self.paper.id, "product_qty": 2, "price_unit": 100000},)
        order = self.env["purchase.order"].create(
            {
                "partner_id": (supplier or self.supplier).id,
                "company_id": self.company.id,
                "order_line": [Command.create(line) for line in lines],
                **values,
            }
        )
        if confirm:
            order.button_confirm()
        return order

    def test_the_order_that_the_document_names(self):
        order = self.order(
            {"product_id": self.product_a.id, "product_qty": 2, "price_unit": 100000},
            {"product_id": self.product_b.id, "product_qty": 1, "price_unit": 7},
        )
        edocument = self.edocument(
            number="FE2", order_reference=order.name, lines=(Line(), Line(price="3.00"))
        )
        move = self.bill(edocument)
        self.assertEqual(move.invoice_line_ids[0].purchase_line_id, order.order_line[0])
        self.assertFalse(move.invoice_line_ids[1].purchase_line_id)
        self.assert_says(move, edocument.document)

    def test_product_and_account_are_the_order_s_and_sure(self):
        order = self.order(partner_ref="OC-77")
        line = self.send(2, PAPER, order_reference="OC-77").invoice_line_ids
        self.assertEqual(line.purchase_line_id, order.order_line)
        self.assertEqual((line.product_id, line.account_id), (self.paper, self.expense))
        self.assertFalse(line.l10n_co_unsure)
        self.assertIn(order.name, line.l10n_co_why)

    def test_an_order_that_a_single_line_names(self):
        self.order()
        order = self.order(partner_ref="OC-78")
        paper = Line(
            "Resma carta 75 g", price="100000.00", quantity="2.00", order_reference="OC-78"
        )
        line = self.send(2, paper).invoice_line_ids
        self.assertEqual(line.purchase_line_id, order.order_line)

    def test_the_only_open_order_that_has_it(self):
        order = self.order()
        self.assertEqual(self.send(2, PAPER).invoice_line_ids.purchase_line_id, order.order_line)

    def test_two_that_have_it_prove_nothing(self):
        self.order()
        self.order()
        self.assertFalse(self.send(2, PAPER).invoice_line_ids.purchase_line_id)

    def test_another_supplier_s_order_a_draft_and_another_company_s_are_none(self):
        other = self.env["res.partner"].create({"name": "Otro"})
        elsewhere = self.setup_other_company()["company"]
        for order in (
            self.order(supplier=other),
            self.order(confirm=False),
            self.order(company_id=elsewhere.id, confirm=False),
        ):
            move = self.send(order.id % 20 + 2, PAPER, order_reference=order.name)
            self.assertFalse(move.invoice_line_ids.purchase_line_id)

    def test_price_and_quantity_that_differ_are_named(self):
        order = self.order()
        dear = Line("Resma carta", price="120000.00", quantity="3.00")
        move = self.send(2, dear, order_reference=order.name)
        self.assertEqual(
            self.notice_codes(move) & {"bill_order_price", "bill_order_quantity"},
            {"bill_order_price", "bill_order_quantity"},
        )
        self.assertIn("Resma carta", move.l10n_co_remark)

    def test_within_the_tolerance_nothing_is_said(self):
        order = self.order()
        close = Line("Resma carta", price="100500.00", quantity="2.00")
        self.company.l10n_co_order_tolerance = 1
        move = self.send(2, close, order_reference=order.name)
        self.assertFalse(self.notice_codes(move))
        self.company.l10n_co_order_tolerance = 0
        order = self.order()
        move = self.send(3, close, order_reference=order.name)
        self.assertEqual(self.notice_codes(move) & {"bill_order_price"}, {"bill_order_price"})

    def order_of_dozens(self):
        return self.order(
            {
                "product_id": self.paper.id,
                "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                "product_qty": 2,
                "price_unit": 1200,
            }
        )

    def test_boxes_of_the_order_are_pieces_of_the_bill(self):
        order = self.order_of_dozens()
        pieces = Line("Resma carta", price="100.00", quantity="24.00", unit_code="94")
        move = self.send(2, pieces, order_reference=order.name)
        self.assertFalse(self.notice_codes(move))
        self.assertEqual(order.order_line.qty_invoiced, 2)

    def test_a_unit_that_nobody_knows_is_the_order_s(self):
        order = self.order_of_dozens()
        boxes = Line("Resma carta", price="1200.00", quantity="2.00", unit_code="ZZ")
        move = self.send(2, boxes, order_reference=order.name)
        self.assertFalse(self.notice_codes(move))
        self.assertEqual(move.invoice_line_ids.product_uom_id, order.order_line.product_uom_id)
        self.assertEqual(order.order_line.qty_invoiced, 2)

    def test_what_was_not_received_is_named(self):
        if "stock.picking" not in self.env:
            self.skipTest("Inventory is not installed")
        self.paper.write({"type": "consu", "is_storable": True})
        order = self.order()
        move = self.send(2, PAPER, order_reference=order.name)
        self.assertEqual(self.notice_codes(move), {"bill_order_receipt"})
        order.picking_ids.move_ids.quantity = 2
        order.picking_ids.button_validate()
        move = self.send(3, PAPER, order_reference=order.name)
        self.assertFalse(self.notice_codes(move))

    def test_a_bill_of_an_order_confirms_itself_where_one_is_asked_for(self):
        for number in range(2, 8):
            self.confirmed(number, account=self.expense if number < 5 else None)
        self.supplier.write(
            {"ignore_abnormal_invoice_date": True, "ignore_abnormal_invoice_amount": True}
        )
        self.allow(needs_order=True)
        order = self.order()
        self.assertEqual(self.send(8).state, "draft")
        move = self.send(9, PAPER, order_reference=order.name)
        self.assertEqual(move.state, "posted", move.l10n_co_obstacles)
