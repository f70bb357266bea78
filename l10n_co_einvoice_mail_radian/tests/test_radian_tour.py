"""What a person does on the screens."""

from odoo.tests import HttpCase, tagged

from .common import RadianCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRadianTour(RadianCase, HttpCase):
    def test_send_from_the_board(self):
        document = self.bought("TOUR1")
        self.start_tour("/odoo/credit-purchases", "l10n_co_radian_send", login="contador")
        self.assertEqual(sorted(document.radian_event_ids.mapped("code")), ["030", "032"])
        self.assertEqual(document.radian_event_ids.create_uid.login, "contador")

    def test_check_the_set_up(self):
        self.account.state = "draft"
        self.start_tour("/odoo/dian-service", "l10n_co_radian_check", login="correo")
        self.assertEqual(self.account.state, "done")

    def test_fetch_what_never_came(self):
        facts = self.dian.invoice("TOUR2", environment="1").facts
        lists = self.env["l10n_co.dian.list"].sudo()
        month = lists.create({"company_id": self.company.id, "month": facts.issue_date[:8] + "01"})
        line = self.env["l10n_co.dian.list.line"].sudo().create(
            {
                "list_id": month.id,
                "company_id": self.company.id,
                "is_listed": True,
                "type_code": "01",
                "cufe": facts.cufe,
                "number": facts.number,
                "issuer_nit": facts.supplier.nit,
                "issue_date": facts.issue_date,
                "total": 119000,
                "group": "received",
            }
        )  # fmt: skip
        self.start_tour("/odoo/einvoices-dian", "l10n_co_radian_fetch", login="contador")
        self.assertTrue(line.radian_try_on)
        self.work()
        self.assertTrue(line.document_id)

    def test_send_anew_what_was_refused(self):
        self.type_pin("999")
        event = self.send(self.bought("TOUR3"))
        self.work()
        self.assertEqual(event.state, "refused")
        self.type_pin("12345")
        self.start_tour("/odoo/einvoices-to-do", "l10n_co_radian_refused", login="contador")
        self.work()
        self.assertEqual(event.state, "approved", event.reason)
