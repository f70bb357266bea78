"""Every way in which a document leaves, by every policy, for every kind of user: the mail to the customer leaves from
one account in everything, and a colleague who follows never keeps it back.
"""

from itertools import product

from odoo import SUPERUSER_ID, fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .emission_common import CUSTOMER, EmissionCase

SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
POLICIES = ("company", "user")
SELLER = "vendedor@comprador.example.com"
#: Ways in which nobody presses a button in the moment.
UNATTENDED = ("scheduled", "automation", "portal")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmissionWays(EmissionCase):
    """`self.seller` is the salesperson; `self.colleague`, or nobody, follows and reads by e-mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = (
            "sales_team.group_sale_salesman_all_leads",
            "stock.group_stock_user",
            "purchase.group_purchase_user",
        )
        for group in filter(None, (cls.env.ref(g, raise_if_not_found=False) for g in groups)):
            (cls.seller + cls.colleague).group_ids += group
        cls.colleague.notification_type = "email"
        cls.env["mail.alias.domain"].create(
            {
                "name": "avisos.example.com",
                "default_from": "odoo",
                "company_ids": [Command.link(cls.company.id)],
            }
        )

    # ---- who sends -------------------------------------------------------------------------------

    def users(self):
        """{kind of user: what makes the seller one}; he has an e-mail address, an account, both or neither."""
        return {
            "account": lambda: self.create_personal(self.seller),
            "no account": lambda: None,
            "untested account": lambda: self.create_personal(self.seller, l10n_co_state="draft"),
            "account, no e-mail": self.create_and_forget_email,
            "account, employee": lambda: (self.employ(), self.create_personal(self.seller)),
            "broken account": self.create_and_break,
            "archived": self.create_and_archive,
        }

    def create_and_forget_email(self):
        account = self.create_personal(self.seller)
        self.seller.email = False
        account.l10n_co_state = "done"  # who moves has to test again
        return account

    def create_and_break(self):
        """It worked once, and its server refuses it now."""
        self.create_personal(self.seller).write(
            {"l10n_co_state": "draft", "l10n_co_failure_code": "login_refused"}
        )

    def create_and_archive(self):
        self.create_personal(self.seller)
        self.seller.active = False

    def followers(self):
        """{who follows the document: what makes the colleague that}"""
        return {
            "nobody": lambda: None,
            "reader": lambda: self.colleague.partner_id,
            "own account": lambda: (
                self.create_personal(self.colleague) and self.colleague.partner_id
            ),
            "own account, no e-mail": self.create_follower_without_email,
        }

    def create_follower_without_email(self):
        self.create_personal(self.colleague)
        self.colleague.email = False
        self.colleague._l10n_co_accounts().l10n_co_state = "done"
        return self.colleague.partner_id

    def employ(self):
        if "hr.employee" in self.env:
            self.env["hr.employee"].sudo().create(
                {"name": "Vendedor", "user_id": self.seller.id, "company_id": self.company.id}
            )

    # ---- how it leaves ---------------------------------------------------------------------------

    def ways(self):
        """{way: callable that makes a document, followed by some partners, and has it sent to the customer}"""
        ways = {
            "dialog": self.by_dialog,
            "batch": self.by_batch,
            "chatter": self.by_chatter,
            "scheduled": self.by_schedule,
            "automation": self.by_automation,
        }
        if "sale.order" in self.env:
            ways["portal"] = self.by_portal
        if "stock.picking" in self.env:
            ways["delivery"] = self.by_delivery
        if "purchase.order" in self.env:
            ways["purchase"] = self.by_purchase
        return ways

    def invoice(self, followers):
        invoice = self.create_invoice(invoice_user_id=self.seller.id)
        invoice.message_subscribe(followers.ids)
        return invoice.with_user(self.seller)

    def by_dialog(self, followers):
        invoice = self.invoice(followers)
        wizard = (
            self.env["account.move.send.wizard"]
            .with_user(self.seller)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"sending_methods": ["email"]})
        )
        wizard.action_send_and_print()

    def by_batch(self, followers):
        partner = self.customer.copy({"email": "otro@otra.example.com"})
        invoices = self.invoice(followers) + self.create_invoice(partner_id=partner.id)
        wizard = (
            self.env["account.move.send.batch.wizard"]
            .with_user(self.seller)
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({})
        )
        wizard.action_send_and_print()
        self.work_off("account.move", "_cron_account_move_send")
        self.assertEqual(invoices.mapped("sending_data"), [False, False])

    def by_chatter(self, followers):
        self.post(self.invoice(followers))

    def by_schedule(self, followers):
        invoice = self.invoice(followers)
        scheduled = (
            self.env["mail.scheduled.message"]
            .with_user(self.seller)
            .create(
                {
                    "model": "account.move",
                    "res_id": invoice.id,
                    "author_id": self.seller.partner_id.id,
                    "body": "Buenos días",
                    "partner_ids": self.customer.ids,
                    "scheduled_date": fields.Datetime.add(fields.Datetime.now(), days=1),
                }
            )
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_scheduled_message SET scheduled_date = '2020-01-01' WHERE id = %s",
            [scheduled.id],
        )
        self.work_off("mail.scheduled.message", "_post_messages_cron")

    def by_automation(self, followers):
        invoice = self.invoice(followers)
        template = self.env.ref("account.email_template_edi_invoice")
        invoice.with_user(SUPERUSER_ID).message_post_with_source(
            template, subtype_xmlid="mail.mt_comment"
        )

    def by_portal(self, followers):
        """As the portal's page confirms a quotation that a visitor signed."""
        order = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.customer.id,
                    "user_id": self.seller.id,
                    "company_id": self.company.id,
                    "require_signature": True,
                    "order_line": [Command.create({"name": "x", "display_type": "line_note"})],
                }
            )
        )
        order.message_subscribe(followers.ids)
        visitor = self.env.ref("base.public_user")
        signed = order.with_user(visitor).sudo()
        signed.write({"signed_by": "Cliente", "signature": SIGNATURE})
        signed._validate_order()

    def by_delivery(self, followers):
        kind = self.env["stock.picking.type"].search(
            [("code", "=", "outgoing"), ("company_id", "=", self.company.id)], limit=1
        )
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "partner_id": self.customer.id,
                "location_id": kind.default_location_src_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "company_id": self.company.id,
            }
        )
        picking.message_subscribe(followers.ids)
        template = self.env.ref("stock.mail_template_data_delivery_confirmation")
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.seller)
            .with_context(
                default_model="stock.picking",
                default_res_ids=picking.ids,
                default_template_id=template.id,
                default_composition_mode="comment",
            )
            .create({})
        )
        composer._action_send_mail()

    def by_purchase(self, followers):
        order = (
            self.env["purchase.order"]
            .with_user(self.seller)
            .create({"partner_id": self.customer.id, "company_id": self.company.id})
        )
        order.message_subscribe(followers.ids)
        action = order.action_rfq_send()
        composer = self.env["mail.compose.message"].with_user(self.seller)
        composer.with_context(**action["context"]).create({}).action_send_mail()

    def work_off(self, model, method):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            getattr(self.env(cr=cr, user=SUPERUSER_ID, su=True)[model], method)()
        self.env.invalidate_all()

    # ---- what has to arrive ----------------------------------------------------------------------

    def assert_agrees(self, sent, account):
        address = account.l10n_co_address
        message = self.parsed(sent)
        self.assertEqual((sent.login, sent.sender), (address, address))
        self.assertEqual([a.addr_spec for a in message["From"].addresses], [address])
        answers = {self.company.alias_domain_id.catchall_email, address} - {False}
        self.assertIn(message["Reply-To"].addresses[0].addr_spec, answers)

    def assert_copy_forges_nobody(self, sent):
        """A colleague's copy leaves through Odoo's own server in the system's name, or through the account."""
        shown = self.parsed(sent)["From"].addresses[0].addr_spec
        own = "odoo@avisos.example.com" if sent.login == self.generic.smtp_user else sent.login
        self.assertEqual(shown, own)

    def expected(self, way, policy):
        """The user's own account, by the policy of that name, where the mail goes out in the user's name: a template
        takes the company's address for a salesperson without one. Who left has no account."""
        if not self.seller.email and way in ("automation", "portal"):
            return self.account
        personal = self.seller._l10n_co_accounts().filtered("l10n_co_confirmed_on")
        return personal if policy == "user" and personal else self.account

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def check(self, way, policy, kind, follower):
        self.sink.calm()
        self.company.l10n_co_emission_policy = policy
        followers = self.followers()[follower]() or self.env["res.partner"]
        self.users()[kind]()
        self.env.flush_all()
        expected = self.expected(way, policy)
        self.env["l10n_co.outgoing.mail"].sudo().search([]).unlink()
        self.ways()[way](followers)
        self.env.flush_all()
        sent = self.sent_to(CUSTOMER)
        if expected.l10n_co_state == "done":
            self.assertEqual(len(sent), 1, [s.recipients for s in self.sink.messages])
            self.assert_agrees(sent[0], expected)
        else:
            self.assert_fails_loudly(sent, expected)
        copies = self.sent_to("colega@comprador.example.com")
        self.assertLessEqual(len(copies), follower != "nobody")
        for copy in copies:
            self.assert_copy_forges_nobody(copy)

    def assert_fails_loudly(self, sent, account):
        """Nothing left in another name, and the log says why."""
        self.assertFalse(sent)
        rows = self.env["l10n_co.outgoing.mail"].search([("email_to", "=", CUSTOMER)])
        self.assertEqual((rows.account_id, set(rows.mapped("state"))), (account, {"failed"}))
        self.assertTrue(all(rows.mapped("failure")))

    def forget(self):
        self.seller.active = True
        (self.seller + self.colleague)._l10n_co_accounts().unlink()
        self.seller.email, self.colleague.email = SELLER, "colega@comprador.example.com"
        if "hr.employee" in self.env:
            self.seller.employee_ids.sudo().unlink()

    def cases(self, way):
        """Yield (policy, kind of user, follower): every user without and with one, the odd followers of two users."""
        plain, odd = ("nobody", "reader"), ("own account", "own account, no e-mail")
        for policy, kind in product(POLICIES, self.users()):
            if kind == "archived" and way not in UNATTENDED:
                continue  # who left sends nothing by hand
            usual = kind in ("account", "no account")
            for follower in (*plain, *odd) if usual else plain:
                yield policy, kind, follower

    def check_all(self, way):
        for policy, kind, follower in self.cases(way):
            with self.subTest(way=way, policy=policy, user=kind, follower=follower):
                try:
                    self.check(way, policy, kind, follower)
                finally:
                    self.forget()

    def test_dialog(self):
        self.check_all("dialog")

    def test_batch(self):
        self.check_all("batch")

    def test_chatter(self):
        self.check_all("chatter")

    def test_scheduled(self):
        self.check_all("scheduled")

    def test_automation(self):
        self.check_all("automation")

    def test_portal(self):
        self.check_all("portal")

    def test_delivery_note(self):
        self.check_all("delivery")

    def test_purchase_order(self):
        self.check_all("purchase")
