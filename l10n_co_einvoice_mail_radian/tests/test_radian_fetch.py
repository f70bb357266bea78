"""What never came by mail is fetched at DIAN, and goes the way of a mail."""

from unittest import mock

from odoo import fields
from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import new_test_user, tagged

from ..models import dian_list_line, radian_account, radian_errand_mixin
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
                "total": float(facts.monetary_total["PayableAmount"]),
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
        self.assertEqual(line.radian_failure["code"], "not_found")
        self.assertIn("404", line.next_step)
        self.assertFalse(line.radian_try_on, "a word of DIAN's is not asked for again")

    def test_another_document_is_not_taken(self):
        asked, other = builder.Document(number="FE5"), builder.Document(number="FE6")
        package = builder.Package(other)
        self.dian.books.documents[asked.cufe] = (package.document, *package.answers)
        line = self.missing(asked)
        self.assertFalse(self.fetch(line))
        self.assertEqual(line.radian_failure["code"], "other_document")
        self.assertFalse(self.Document.search([("number", "=", "FE6")]))

    def test_trouble_is_said_and_tried_again_by_itself(self):
        package = self.dian.invoice("FE7", environment="1")
        line = self.missing(package.facts)
        self.dian.moods += ["garbage"] * 3
        self.assertFalse(self.fetch(line))
        self.assertEqual(line.radian_failure["code"], "strange")
        self.assertGreater(line.radian_try_on, fields.Datetime.now())
        self.work()
        self.assertFalse(line.document_id, "not at once")
        line.radian_try_on = "2020-01-01"
        self.work()
        self.assertTrue(line.document_id)
        self.assertRecordValues(line, [{"radian_try_on": False, "radian_failure": False}])

    def test_is_left_to_a_person_after_some_tries(self):
        line = self.missing(self.dian.invoice("FE7", environment="1").facts)
        self.assertFalse(self.fetch_in_vain(line))
        for _pause in radian_errand_mixin.PAUSES:
            self.assertTrue(line.radian_try_on)
            line.radian_try_on = "2020-01-01"
            self.work_in_vain()
        self.assertFalse(line.radian_try_on)
        self.assertEqual(line.radian_failure["code"], "cut_off")
        self.assertTrue(self.fetch(line), "and may be asked for again")

    def fetch_in_vain(self, line):
        self.dian.moods += ["cut"] * 3
        return self.fetch(line)

    def work_in_vain(self):
        self.dian.moods += ["cut"] * 3
        self.work()

    def test_an_error_of_the_program_keeps_nobody_waiting(self):
        lines = [self.missing(self.dian.invoice(n, environment="1").facts) for n in ("FE7", "FE8")]
        lines[0].with_user(self.bookkeeper).action_fetch()
        original = dian_list_line.DianListLine._record

        def stumble(line, content):
            if line == lines[0]:
                raise ZeroDivisionError
            return original(line, content)

        with (
            mock.patch.object(dian_list_line.DianListLine, "_record", stumble),
            self.assertLogs(radian_account._logger, "ERROR"),
        ):
            self.assertTrue(self.fetch(lines[1]))
        self.assertEqual(lines[0].radian_failure["code"], "program")
        self.assertFalse(lines[0].radian_try_on)

    def test_another_transaction_at_the_same_rows_is_no_error(self):
        line = self.missing(self.dian.invoice("FE7", environment="1").facts)
        with (
            mock.patch.object(
                dian_list_line.DianListLine, "_record", side_effect=ConcurrencyError("busy")
            ),
            self.assertNoLogs(radian_account._logger, "ERROR"),
        ):
            self.assertFalse(self.fetch(line))
        self.assertEqual(line.radian_failure["code"], "busy")
        self.assertTrue(line.radian_try_on, "it is done again by itself")
        line.radian_try_on = "2020-01-01"
        self.work()
        self.assertTrue(line.document_id)

    def test_trouble_of_one_company_is_not_the_others(self):
        line = self.missing(self.dian.invoice("FE7", environment="1").facts)
        others = self.account.create(self.account_values(self.other_company))
        others.state = "done"
        line.with_user(self.bookkeeper).action_fetch()
        original = radian_account.RadianAccount._identity

        def stumble(account):
            if account.company_id == self.other_company:
                raise ZeroDivisionError
            return original(account)

        with (
            mock.patch.object(radian_account.RadianAccount, "_identity", stumble),
            # Whose turn comes first is not for the test to know.
            mock.patch.object(radian_account.RadianAccount, "_order", "id desc"),
            self.assertLogs(radian_account._logger, "ERROR"),
        ):
            self.work()
        self.assertTrue(line.document_id)

    def test_not_for_another_companys_people(self):
        line = self.missing(self.dian.invoice("FE7", environment="1").facts)
        other = new_test_user(self.env, "ajena", groups="account.group_account_invoice")
        other.write({"company_ids": self.other_company.ids, "company_id": self.other_company.id})
        for action in ("action_fetch", "action_radian_send"):
            with self.assertRaises(AccessError):
                getattr(line.with_user(other), action)()
        self.assertFalse(line.radian_try_on)

    def test_only_what_is_missing(self):
        document = self.bought("FE8")
        line = self.missing(builder.Document(number="FE8"), document_id=document.id)
        with self.assertRaises(UserError):
            line.with_user(self.bookkeeper).action_fetch()

    def test_both_receipts_end_the_remark_of_its_month(self):
        package = self.dian.invoice("FE9", environment="1")
        line = self.missing(package.facts)
        document = self.fetch(line)
        document.sudo()._book()
        document.move_id.sudo().action_post()
        self.assertEqual(line.place, "events_missing")
        self.assertIn("030", line.with_context(lang="en_US").next_step)
        action = line.with_user(self.manager).action_radian_send()
        send = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
        self.assertEqual((send.document_ids, send.kind), (document, "receipts"))
        send.action_send()
        self.assertEqual(line.place, "events_missing", "what waits proves nothing")
        for _event in range(2):
            self.work()
            self.make_due(self.events().filtered(lambda event: event.state != "approved"))
        self.assertEqual(document.radian_step, "received")
        self.assertEqual(line.place, "booked")
        self.account.environment = "1"
        self.assertEqual(line.place, "events_missing", "the test environment proves nothing")

    def test_events_that_were_there_before_the_list(self):
        document = self.bought("FE9")
        self.send(document, "receipts")
        for _event in range(2):
            self.work()
            self.make_due(self.events().filtered(lambda event: event.state != "approved"))
        document.sudo()._book()
        document.move_id.sudo().action_post()
        facts = builder.Document(number="FE9", payment_form="2", environment="1")
        line = self.missing(facts, cufe=document.cufe, document_id=document.id)
        self.assertEqual(line.place, "booked")
