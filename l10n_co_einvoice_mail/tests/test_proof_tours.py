"""What an accountant does to know that nothing is missing, and to prove it, in a browser, in Spanish."""

from odoo.tests import HttpCase, tagged

from .test_proof_pack import ProofCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestProofTours(ProofCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("es_CO")
        cls.manager.lang = "es_CO"

    def test_dian_list(self):
        self.env["res.partner"].create(
            {"name": "La Tuerca", "vat": "900200002", "email": "ventas@latuerca.example.com"}
        )
        document = self.Document.sudo().create(
            {
                "company_id": self.company.id,
                "document_type": "01",
                "number": "FE1",
                "cufe": f"{1:096}",
                "supplier_nit": "900200002",
                "issue_date": "2026-10-03",
                "currency_id": self.company.currency_id.id,
                "amount_total": 119000,
                "state": "accepted",
            }
        )
        bill = self.init_invoice("in_invoice", amounts=[119000], company=self.company)
        document.move_id = bill
        bill.action_post()
        self.start_tour("/odoo/einvoices-dian", "l10n_co_dian_list", login="contador")
        months = self.env["l10n_co.dian.list"].search([("company_id", "=", self.company.id)])
        self.assertEqual(months.mapped("state"), ["open", "closed"])
        [line] = months.line_ids.filtered(lambda line: line.place == "missing")
        self.assertEqual(line.asked_by_id, self.manager)

    def test_proof_pack(self):
        self.received(number="FE1")
        self.start_tour("/odoo/einvoice-proof", "l10n_co_proof_pack", login="contador")
        pack = self.Pack.sudo().search([("company_id", "=", self.company.id)])
        self.assertRecordValues(pack, [{"state": "waiting", "create_uid": self.manager.id}])
        self.turns()
        self.start_tour("/odoo/einvoice-proof", "l10n_co_proof_pack_ready", login="contador")

    def test_originals_past_their_time(self):
        document = self.received(number="FE1")
        document.issue_date = "2014-05-06"
        document.mail_ids.filed = "filed"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE l10n_co_received_mail SET create_date = '2014-05-06' WHERE id = %s",
            [document.mail_ids.id],
        )
        document.invalidate_recordset()
        url = "/odoo/action-l10n_co_einvoice_mail.proof_disposal_action"
        self.start_tour(url, "l10n_co_proof_disposal", login="contador")
        disposal = self.env["l10n_co.proof.disposal"].search([])
        self.assertRecordValues(disposal, [{"state": "waiting", "create_uid": self.manager.id}])
