"""What never came by mail is fetched at DIAN, and goes the way of a mail."""

from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RadianCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFetch(RadianCase):
    def missing(self, facts, **values):
        """:return: line of DIAN's list of an invoice that never came"""
        month = facts.issue_date[:8] + "01"
        lists = self.env["l10n_co.dian.list"].sudo()
        record = lists.search([("month", "=", month), ("company_id", "=", self.company.id)])
        record = record or lists.create({"company_id": self.company.id, "month": month})
        return self.env["l10n_co.dian.list.line"].sudo().create(
            {
                "list_id": record.id,
                "company_id": self.company.id,
                "is_listed": True,
                "type_code": "01",
                "cufe": facts.cufe,
                "number": facts.number,
                "issuer_nit": facts.supplier.nit,
                "issue_date": facts.issue_date,
                "group": "received",
                "is_credit": True,
                **values,
            }
        )  # fmt: skip

    def fetch(self, line):
        line.with_user(self.bookkeeper).action_fetch()
        self.assertIn("being fetched", line.with_context(lang="en_US").next_step)
        self.work()
        return line.document_id

    def test_comes_with_dians_answer(self):
        package = self.dian.invoice("FE1", environment="1")
        line = self.missing(package.facts)
        self.assertEqual(line.place, "missing")
        document = self.fetch(line)
        self.assertEqual((document.state, document.dian_status), ("accepted", "validated"))
        self.assertTrue(document.fetched_on)
        self.assertNotEqual(line.place, "missing")
        edocument = document._read_edocument()
        self.assertEqual(edocument.xml, package.document)
        self.assertEqual(edocument.answers[0].xml, package.answers[0])

    def test_waits_for_a_person_without_it(self):
        package = builder.Package(builder.Document(number="FE2"))
        self.dian.know(package, is_validated=False)
        document = self.fetch(self.missing(package.facts))
        self.assertEqual((document.state, document.dian_status), ("review", "missing"))

    def test_an_answer_that_is_not_dians_is_no_proof(self):
        facts = builder.Document(number="FE3")
        forged = builder.signed_answer(facts, signer=builder.signer_of(facts.supplier))
        self.dian.know(builder.Package(facts, answers=(forged,)))
        document = self.fetch(self.missing(facts))
        self.assertNotEqual(document.state, "accepted")

    def test_what_dian_does_not_hand_out(self):
        line = self.missing(builder.Document(number="FE4"))
        self.assertFalse(self.fetch(line))
        self.assertEqual(line.fetch_failure["code"], "not_found")
        self.assertIn("404", line.next_step)
        self.assertFalse(line.fetch_on)

    def test_another_document_is_not_taken(self):
        asked, other = builder.Document(number="FE5"), builder.Document(number="FE6")
        package = builder.Package(other)
        self.dian.books.documents[asked.cufe] = (package.document, *package.answers)
        line = self.missing(asked)
        self.assertFalse(self.fetch(line))
        self.assertEqual(line.fetch_failure["code"], "other_document")
        self.assertFalse(self.Document.search([("number", "=", "FE6")]))

    def test_trouble_is_said_and_nothing_lost(self):
        package = self.dian.invoice("FE7", environment="1")
        line = self.missing(package.facts)
        self.dian.moods += ["garbage"] * 3
        self.assertFalse(self.fetch(line))
        self.assertEqual(line.fetch_failure["code"], "strange")
        self.assertTrue(self.fetch(line))

    def test_only_what_is_missing(self):
        document = self.bought("FE8")
        line = self.missing(builder.Document(number="FE8"), document_id=document.id)
        with self.assertRaises(UserError):
            line.with_user(self.bookkeeper).action_fetch()

    def test_both_receipts_end_the_remark_of_its_month(self):
        package = self.dian.invoice("FE9", environment="1")
        line = self.missing(package.facts)
        document = self.fetch(line)
        self.send(document, "receipts")
        self.work()
        self.make_due(self.events())
        self.work()
        self.assertEqual(document.radian_step, "received")
        self.assertTrue(line.events_done_on)
