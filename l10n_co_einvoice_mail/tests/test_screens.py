"""What holds for every screen: cards for a phone, buttons in one line, days with their year."""

from lxml import etree
from odoo.tests import TransactionCase, tagged

MODULES = "l10n_co_einvoice_mail%"
# Shown otherwise: "in 5 days", or typed into a field of its own.
OTHERWISE = frozenset({"remaining_days"})
HIDDEN = frozenset({"1", "True"})


@tagged("post_install_l10n", "post_install", "-at_install")
class TestScreens(TransactionCase):
    def ours(self, model):
        """:return: the records of a model that an addon of this family declares"""
        names = self.env["ir.model.data"].search(
            [("module", "=like", MODULES), ("model", "=", model)]
        )
        return self.env[model].browse(names.mapped("res_id")).exists()

    def test_lists_have_cards(self):
        actions = self.ours("ir.actions.act_window").filtered(
            lambda action: "list" in action.view_mode.split(",")
        )
        self.assertGreater(len(actions), 20)
        bare = actions.filtered(
            lambda action: (
                "kanban" not in action.view_mode.split(",") and action.mobile_view_mode != "graph"
            )
        )
        self.assertFalse(bare.mapped("name"))

    def test_every_view_of_an_action_opens(self):
        for action in self.ours("ir.actions.act_window"):
            with self.subTest(action.name):
                self.env[action.res_model].get_views(action.views)

    def test_buttons_beside_a_title_stay_in_one_line(self):
        for view in self.ours("ir.ui.view").filtered(lambda view: view.type in ("list", "kanban")):
            for button in etree.fromstring(view.arch).iterfind("header/button[@display='always']"):
                with self.subTest(view.xml_id, button=button.get("name")):
                    self.assertIn("text-nowrap", button.get("class", ""))

    def test_days_have_their_year(self):
        for view in self.ours("ir.ui.view").filtered("model"):
            if view.type not in ("list", "kanban", "form") or view.model not in self.env:
                continue
            tree = etree.fromstring(view.arch)
            fields = self.env[view.model]._fields
            for node in tree.iter("field"):
                if self.is_day(fields, node):
                    with self.subTest(view.xml_id, field=node.get("name")):
                        self.assertIn("numeric", node.get("options", ""))

    def is_day(self, fields, node):
        """:return: whether a node of a view shows a day of this view's own model"""
        field = fields.get(node.get("name"))
        is_hidden = {node.get("invisible"), node.get("column_invisible")} & HIDDEN
        is_nested = any(parent.tag == "field" for parent in node.iterancestors())
        return (
            field is not None
            and field.type in ("date", "datetime")
            and not is_hidden
            and not is_nested
            and node.get("widget") not in OTHERWISE
        )
