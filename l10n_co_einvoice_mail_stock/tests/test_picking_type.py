"""A user's transfers begin with the user's own operation type."""

from odoo.addons.l10n_co_einvoice_mail.tests.common import EInvoiceMailCase
from odoo.fields import Command
from odoo.tests import Form, tagged


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPickingType(EInvoiceMailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Warehouse = cls.env["stock.warehouse"].sudo()
        cls.warehouse = Warehouse.search([("company_id", "=", cls.company.id)], limit=1)
        cls.user = cls.env["res.users"].create(
            {
                "name": "Bodega",
                "login": "bodega",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref("stock.group_stock_user").ids)],
            }
        )

    def proposed(self, **context):
        Picking = self.env["stock.picking"].with_user(self.user).with_company(self.company)
        return Form(Picking.with_context(**context)).picking_type_id

    def choose(self, kind):
        self.user.with_user(self.user).with_company(self.company).l10n_co_picking_type_id = kind

    def test_his_own_is_proposed(self):
        self.choose(self.warehouse.out_type_id)
        self.assertEqual(self.proposed(), self.warehouse.out_type_id)

    def test_what_the_screen_asks_for_comes_first(self):
        self.choose(self.warehouse.out_type_id)
        proposed = self.proposed(restricted_picking_type_code="incoming")
        self.assertEqual(proposed.code, "incoming")
        chosen = self.proposed(default_picking_type_id=self.warehouse.in_type_id.id)
        self.assertEqual(chosen, self.warehouse.in_type_id)

    def test_an_archived_one_gives_way(self):
        self.choose(self.warehouse.out_type_id)
        self.warehouse.out_type_id.active = False
        self.assertNotEqual(self.proposed(), self.warehouse.out_type_id)

    def test_another_company_has_its_own(self):
        self.choose(self.warehouse.out_type_id)
        other = self.setup_other_company()["company"]
        self.assertFalse(self.user.with_company(other).l10n_co_picking_type_id)
