"""What people do when documents are sent, in a browser, in Spanish."""

from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .emission_common import CUSTOMER, EmissionCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmissionTours(EmissionCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("es_CO")
        self.seller.write({"lang": "es_CO", "password": "vendedor"})

    def test_unsent_invoice_is_sent_again(self):
        self.account.l10n_co_set_draft()
        self.post(self.create_invoice())
        self.assertFalse(self.sent_to(CUSTOMER))
        self.account.l10n_co_state = "done"
        self.start_tour("/odoo/einvoice-sent-emails", "l10n_co_outgoing_mail", login="vendedor")
        self.assertEqual([sent.login for sent in self.sent_to(CUSTOMER)], [self.address])

    def test_customer_signs_on_the_portal(self):
        """The colleague who follows would have core refuse the mail of somebody else's account."""
        if "sale.order" not in self.env:
            return
        self.company.l10n_co_emission_policy = "user"
        own = self.create_personal(self.seller)
        self.colleague.notification_type = "email"
        self.seller.group_ids += self.env.ref("sales_team.group_sale_salesman")
        order = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.customer.id,
                    "user_id": self.seller.id,
                    "company_id": self.company.id,
                    "require_signature": True,
                    "require_payment": False,
                    "state": "sent",
                    "order_line": [
                        Command.create({"product_id": self.product_a.id, "price_unit": 1000})
                    ],
                }
            )
        )
        order.message_subscribe(self.colleague.partner_id.ids)
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.start_tour(order.get_portal_url(), "l10n_co_portal_signature", login=None)
        order.invalidate_recordset()
        self.assertEqual(order.state, "sale")
        self.assertEqual({sent.login for sent in self.sent_to(CUSTOMER)}, {own.l10n_co_address})

    def test_batch_of_invoices(self):
        second = self.customer.copy({"name": "Otro", "email": "otro@otra.example.com"})
        self.sink.reject[CUSTOMER] = "550 5.1.1 no such user"
        self.create_invoice()
        self.create_invoice(partner_id=second.id)
        action = self.env.ref("account.action_move_out_invoice_type")
        url = f"/odoo/action-{action.id}"
        self.start_tour(url, "l10n_co_send_batch", login="vendedor")
        self.assertFalse(self.sent_to(second.email))
        self.env.flush_all()
        with (
            mute_logger("odoo.addons.mail.models.mail_mail"),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 60),
        ):
            self.env["account.move"].with_user(SUPERUSER_ID)._cron_account_move_send()
        self.assertEqual(len(self.sent_to(second.email)), 1)
        self.start_tour(url, "l10n_co_batch_outcome", login="vendedor")
