"""What is sent by itself: receipts, where the company says so, and nothing else."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import RadianCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPolicy(RadianCase):
    def post_bill(self, document):
        document.sudo()._book()
        document.move_id.sudo().action_post()

    def test_nothing_at_first(self):
        document = self.bought()
        self.post_bill(document)
        self.assertFalse(self.events())

    def test_on_accepting(self):
        self.company.l10n_co_radian_030_on = "accepted"
        document = self.bought()
        self.assertEqual(document.radian_event_ids.mapped("code"), ["030"])
        self.assertTrue(document.radian_event_ids.is_automatic)
        self.work()
        self.assertEqual(document.radian_step, "acknowledged")

    def test_on_confirming_the_bill(self):
        self.company.write({"l10n_co_radian_030_on": "posted", "l10n_co_radian_032_on": "posted"})
        document = self.bought()
        self.assertFalse(document.radian_event_ids)
        self.post_bill(document)
        self.assertEqual(sorted(document.radian_event_ids.mapped("code")), ["030", "032"])

    def test_not_of_what_is_in_doubt_or_in_cash(self):
        self.company.l10n_co_radian_030_on = "accepted"
        self.waiting("REV1")
        self.bought("FE2", payment_form="1")
        self.assertFalse(self.events())

    def test_goods_wait_for_the_invoice(self):
        self.company.l10n_co_radian_032_on = "posted"
        document = self.bought()
        self.post_bill(document)
        self.assertFalse(document.radian_event_ids)

    def test_no_policy_claims_or_accepts(self):
        for code in ("031", "033"):
            self.company.write(
                {"l10n_co_radian_030_on": "posted", "l10n_co_radian_032_on": "posted"}
            )
            self.assertEqual(self.company._radian_moment(code), "none")

    def test_nothing_without_a_set_up_that_works(self):
        self.company.l10n_co_radian_030_on = "accepted"
        self.account.sudo().state = "draft"
        self.bought()
        self.assertFalse(self.events())

    def test_on_receiving_the_goods(self):
        self.company.write(
            {"l10n_co_radian_030_on": "accepted", "l10n_co_radian_032_on": "received"}
        )
        document = self.bought()
        document.sudo()._book()
        line = document.move_id.sudo().invoice_line_ids[:1]
        goods = self.env["product.product"].sudo().create({"name": "Caja", "is_storable": True})
        order = self.env["purchase.order"].sudo().create(
            {
                "partner_id": document.move_id.sudo().partner_id.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": goods.id, "product_qty": 2, "price_unit": 1})],
            }
        )  # fmt: skip
        order.button_confirm()
        line.purchase_line_id = order.order_line
        self.assertEqual(document.radian_event_ids.mapped("code"), ["030"])
        order.picking_ids.move_ids.quantity = 2
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(sorted(document.radian_event_ids.mapped("code")), ["030", "032"])

    def test_who_receives(self):
        People = self.env["l10n_co.radian.person"]
        own = People.create(
            {
                "company_id": self.company.id,
                "first_name": "Luz",
                "family_name": "Gil",
                "id_number": "1",
                "user_id": self.bookkeeper.id,
                "sequence": 99,
            }
        )
        self.assertEqual(People._for(self.company, self.bookkeeper), own)
        self.assertEqual(People._for(self.company, self.manager), self.person)
        self.assertFalse(People._for(self.other_company, self.manager))

    def test_of_a_department(self):
        department = self.env["hr.department"].sudo().create({"name": "Bodega"})
        self.env["hr.employee"].sudo().create(
            {"name": "x", "user_id": self.bookkeeper.id, "department_id": department.id, "company_id": self.company.id}
        )  # fmt: skip
        People = self.env["l10n_co.radian.person"]
        theirs = People.create(
            {
                "company_id": self.company.id,
                "first_name": "Luz",
                "family_name": "Gil",
                "id_number": "1",
                "department": "Bodega",
                "sequence": 99,
            }
        )
        self.assertEqual(People._for(self.company, self.bookkeeper), theirs)
