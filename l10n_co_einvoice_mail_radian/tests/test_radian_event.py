"""Events from the decision to DIAN's answer, and everything that can come between."""

import base64
import functools
from unittest import mock

from freezegun import freeze_time
from odoo.addons.l10n_co_einvoice_mail.dian.document import parse_document
from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import radian_account, sending
from ..radian.client import Client, Uncertain
from .common import RadianCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRadianEvent(RadianCase):
    def test_both_receipts_at_once(self):
        document = self.bought()
        self.assertEqual(document.radian_step, "missing")
        events = self.send(document, "receipts")
        self.assertEqual(set(events.mapped("state")), {"waiting"})
        self.assertEqual(document.radian_step, "missing", "what waits proves nothing")
        self.work()
        self.make_due(events)
        self.work()
        self.assertEqual(events.mapped("state"), ["approved"] * 2, events.mapped("reason"))
        self.assertEqual(document.radian_step, "received")
        first = events.filtered(lambda event: event.code == "030").with_context(bin_size=False)
        self.assertIn(b"Ana", base64.b64decode(first.xml))
        answer = parse_document(base64.b64decode(first.answer_xml))
        self.assertEqual(answer.sender.id_number, "800197268")
        self.assertEqual(first.call_ids.operation, "SendEventUpdateStatus")

    def test_a_proof_pack_has_what_dian_was_told_and_answered(self):
        document = self.bought()
        event = self.send(document)
        self.work()
        files = dict(document._proof_files())
        self.assertIn(b"Ana", files[f"evento-030-{event.id}.xml"])
        self.assertIn(b"ApplicationResponse", files[f"evento-030-{event.id}-respuesta.xml"])
        self.assertIn("documento.xml", files)

    def test_many(self):
        documents = self.bought("FE1") + self.bought("FE2") + self.bought("FE3", payment_form="1")
        events = self.send(documents)
        self.assertEqual(events.document_id, documents[:2], "one is not on credit")
        self.work()
        self.assertEqual(set(events.mapped("state")), {"approved"})

    def test_a_claim_and_an_acceptance_exclude_each_other(self):
        document = self.bought()
        self.send(document)
        self.work()
        self.send(document, "032")
        self.work()
        self.assertEqual(document.radian_step, "received")
        claim = self.send(document, "031", concept="03")
        self.work()
        self.assertEqual(claim.state, "approved", claim.reason)
        self.assertIn(b'listID="03"', base64.b64decode(claim.with_context(bin_size=False).xml))
        with self.assertRaisesRegex(UserError, "claim"):
            self.send(document, "033")

    def test_only_a_manager_claims_and_accepts(self):
        document = self.bought()
        self.send(document, "receipts", user=self.bookkeeper)
        for kind in ("031", "033"):
            with self.assertRaises(AccessError):
                self.send(document, kind, user=self.bookkeeper, concept="01")

    def test_nobody_else_sends_again_what_a_manager_decided(self):
        document = self.bought()
        self.send(document, "receipts")
        self.work()
        self.make_due(self.events())
        self.work()
        claim = self.send(document, "031", concept="01")
        claim._refuse("refused", {"answer": "x"})
        with self.assertRaises(AccessError):
            claim.with_user(self.bookkeeper).action_send()
        self.assertEqual(claim.state, "refused")
        claim.with_user(self.manager).action_send()
        self.assertEqual(claim.state, "waiting")

    def test_the_supplier_accepted_tacitly(self):
        package = self.dian.invoice("FE1", environment="1")
        document = self.received(package)
        self.received(builder.Package(builder.event("034", package.facts)))
        self.assertIn("event_tacit", document._radian_objections("033"))

    def test_what_dian_refuses_is_said(self):
        document = self.bought()
        self.type_pin("999")
        event = self.send(document)
        self.work()
        self.assertEqual((event.state, event.reason_code), ("refused", "refused"))
        self.assertIn("AAB27b", event.reason)
        self.assertEqual(document.radian_step, "missing")

    def test_what_was_refused_is_made_anew(self):
        document = self.bought()
        self.type_pin("999")
        event = self.send(document)
        self.work()
        number = event.number
        self.type_pin("12345")
        event.with_user(self.bookkeeper).action_send()
        self.work()
        self.assertEqual(event.state, "approved", event.reason)
        self.assertNotEqual(event.number, number)

    def test_processed_before_counts_as_done(self):
        event = self.send(self.bought())
        self.dian.moods.append("cut")
        self.work()
        self.assertEqual(event.state, "unknown")
        event.write({"state": "waiting", "try_on": "2020-01-01"})
        self.work()
        self.assertEqual(event.state, "approved")
        self.assertIn("90", event.answer)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestUncertain(RadianCase):
    """A connection that breaks off after an event was handed over."""

    def lost(self, mood):
        event = self.send(self.bought())
        self.dian.moods.append(mood)
        self.work()
        self.assertEqual((event.state, event.reason_code), ("unknown", "uncertain"))
        self.dian.asked.clear()
        return event

    def test_is_not_sent_again_before_it_is_asked_for(self):
        event = self.lost("cut")
        self.work()
        self.assertEqual(self.operations(), [], "not at once")
        event.with_user(self.bookkeeper).action_send()
        self.work()
        self.assertEqual(self.operations(), ["GetStatusEvent"])
        self.assertEqual(event.state, "approved")
        self.assertFalse(event.is_foreign)

    def test_however_the_answer_is_lost_dian_is_asked_before_it_is_sent_again(self):
        impatient = functools.partial(Client, seconds=0.5)
        for number, mood in enumerate(("cut", "slow", "busy", "garbage", "huge")):
            with self.subTest(mood), mock.patch.object(radian_account, "Client", impatient):
                event = self.send(self.bought(f"FE{number}"))
                self.dian.moods.append(mood)
                self.work()
                self.assertEqual((event.state, event.attempts), ("unknown", 1))
                self.dian.asked.clear()
                self.make_due(event)
                self.work()
                self.assertEqual(self.operations()[0], "GetStatusEvent")
                self.make_due(event)
                self.work()
                self.assertEqual(event.state, "approved", event.reason)
                self.assertEqual(len(self.dian.books.events[event.document_id.cufe]), 1)

    def test_is_sent_again_when_dian_has_it_not(self):
        event = self.lost("cut before")
        xml = event.with_context(bin_size=False).xml
        self.make_due(event)
        self.work()
        self.assertEqual(self.operations(), ["GetStatusEvent", "GetStatus"])
        self.assertEqual(event.state, "waiting")
        self.work()
        self.assertEqual(event.state, "approved", event.reason)
        self.assertEqual(event.with_context(bin_size=False).xml, xml, "the same event")

    def test_is_made_anew_on_another_day(self):
        event = self.lost("cut before")
        number = event.number
        self.make_due(event)
        self.work()
        event.issued_on = "2020-01-01"
        self.work()
        self.assertEqual(event.state, "approved", event.reason)
        self.assertNotEqual(event.number, number)

    def test_a_person_decides_only_when_dian_does_not_say(self):
        event = self.lost("cut before")
        with self.assertRaises(UserError):
            event.with_user(self.manager).action_send_again()
        for _question in range(3):
            self.make_due(event)
            self.dian.moods += ["garbage"] * 3
            self.work()
        self.assertEqual((event.state, event.questions), ("unknown", 3))
        event.with_user(self.manager).action_send_again()
        self.work()
        self.assertEqual(event.state, "approved", event.reason)

    def test_is_noted_and_committed_before_it_is_handed_over(self):
        """A process that ends in the middle leaves it unknown."""
        event, seen = self.send(self.bought()), []

        def commit(env):
            env.flush_all()
            seen.append(env["l10n_co.radian.event"].browse(event.id).state)

        def hand_over(_client, _xml, _cude):
            seen.append("handed over")
            raise Uncertain("uncertain")

        with (
            mock.patch.object(sending.transactions, "commit", commit),
            mock.patch.object(sending.Client, "send_event", hand_over),
        ):
            self.work()
        self.assertEqual(seen[:3], ["unknown", "handed over", "unknown"])

    def test_what_never_left_waits(self):
        event = self.send(self.bought())
        with mock.patch.object(
            radian_account.RadianAccount, "_address", return_value="https://localhost:1/x"
        ):
            self.work()
        self.assertEqual((event.state, event.reason_code), ("waiting", "unreachable"))
        self.make_due(event)
        self.work()
        self.assertEqual(event.state, "approved")

    def test_trouble_with_one_costs_no_other(self):
        events = self.send(self.bought("FE1") + self.bought("FE2"))
        original = sending.Sending._facts

        def stumble(step, invoice):
            if invoice.number == "FE1":
                raise ZeroDivisionError
            return original(step, invoice)

        with (
            mock.patch.object(sending.Sending, "_facts", stumble),
            self.assertLogs(radian_account._logger, "ERROR"),
        ):
            self.work()
        self.assertEqual(sorted(events.mapped("state")), ["approved", "waiting"])

    def test_not_too_many_in_a_minute(self):
        events = self.send(self.bought("FE1") + self.bought("FE2"))
        with mock.patch.object(radian_account, "PER_MINUTE", 1):
            self.work()
        self.assertEqual(sorted(events.mapped("state")), ["approved", "waiting"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestKnownElsewhere(RadianCase):
    def test_events_that_were_sent_elsewhere_are_noted(self):
        document = self.bought()
        event = self.send(document)
        self.work()
        event.call_ids.unlink()
        event.unlink()
        self.assertEqual(document.radian_step, "missing")
        document.with_user(self.bookkeeper).action_radian_ask()
        self.work()
        self.assertEqual(document.radian_step, "acknowledged")
        self.assertTrue(document.radian_event_ids.is_foreign)

    def test_what_was_sent_at_the_portal_before_is_not_refused(self):
        package = self.dian.invoice("FE1", environment="1")
        theirs = parse_document(builder.Package(builder.event("030", package.facts)).document)
        self.dian.books._keep(theirs)
        document = self.received(package)
        event = self.send(document)
        self.work()
        self.assertEqual(self.operations(), ["SendEventUpdateStatus", "GetStatusEvent"])
        self.assertRecordValues(event, [{"state": "approved", "is_foreign": True}])
        self.assertEqual(event.approved_on, theirs.issue_date)
        self.assertEqual(document.radian_step, "acknowledged")

    def test_what_is_refused_stays_so_where_dian_does_not_say_what_it_has(self):
        self.type_pin("999")
        event = self.send(self.bought())
        with mock.patch.object(Client, "events", side_effect=Uncertain("cut_off")):
            self.work()
        self.assertEqual((event.state, event.reason_code), ("refused", "refused"))

    def test_one_that_cannot_be_asked_about_is_told_and_keeps_nobody_waiting(self):
        document = self.bought()
        document.with_user(self.bookkeeper).action_radian_ask()
        with (
            mock.patch.object(Client, "events", side_effect=RuntimeError("x")),
            self.assertLogs(radian_account._logger, "ERROR"),
        ):
            self.work()
        self.assertFalse(document.radian_try_on)
        self.assertTrue(document.radian_answer)

    def test_one_environment_says_nothing_of_the_other(self):
        document = self.bought()
        self.send(document)
        self.work()
        self.assertEqual(document.radian_step, "acknowledged")
        self.account.write({"environment": "1"})
        self.assertEqual(document.radian_step, "missing")
        self.assertEqual(document._radian_objections("030"), [])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTodo(RadianCase):
    def todo(self):
        return self.env["l10n_co.todo"].search([("kind", "=", "radian_event")])

    def test_what_dian_refused_is_on_the_list_until_it_is_sent_anew_or_done(self):
        self.type_pin("999")
        first, second = (self.send(self.bought(number)) for number in ("FE1", "FE2"))
        self.assertFalse(self.todo())
        self.work()
        self.assertEqual(set(self.todo().mapped("res_id")), {first.id, second.id})
        line = self.todo().filtered(lambda line: line.res_id == first.id)
        self.assertIn("AAB27b", line.reason)
        self.assertEqual((line.number, line.amount), ("FE1", first.document_id.amount_total))
        self.assertEqual(line.with_user(self.bookkeeper).action_next()["res_id"], first.id)
        line.with_user(self.bookkeeper).action_set_done()
        self.type_pin("12345")
        second.with_user(self.bookkeeper).action_send()
        self.assertFalse(self.todo())

    def test_what_dian_does_not_say_whether_it_has(self):
        event = self.send(self.bought())
        event.write({"state": "unknown", "questions": 2})
        self.assertFalse(self.todo())
        event.questions = 3
        self.assertEqual(self.todo().res_id, event.id)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestClock(RadianCase):
    def received_on(self, day):
        document = self.bought()
        self.send(document, "receipts")
        self.work()
        self.make_due(self.events())
        self.work()
        receipt = document.radian_event_ids.filtered(lambda event: event.code == "032")
        receipt.sudo().approved_on = day
        document.invalidate_recordset()
        return document

    def test_three_working_days_from_the_receipt_of_goods(self):
        document = self.received_on("2026-07-10")
        self.assertEqual(str(document.radian_claim_until), "2026-07-16")

    def test_a_day_of_ones_own_and_saturdays(self):
        document = self.received_on("2026-07-10")
        self.env["l10n_co.radian.holiday"].create(
            {"company_id": self.company.id, "date": "2026-07-14"}
        )
        document.invalidate_recordset()
        self.assertEqual(str(document.radian_claim_until), "2026-07-17")
        self.company.l10n_co_radian_saturday = True
        document.invalidate_recordset()
        self.assertEqual(str(document.radian_claim_until), "2026-07-16")

    def test_from_the_reception_of_the_invoice(self):
        self.company.l10n_co_radian_clock_start = "invoice"
        document = self.bought()
        self.assertTrue(document.radian_claim_until)

    def test_a_claim_that_comes_late_is_not_sent(self):
        document = self.received_on("2026-07-10")
        with freeze_time("2026-07-16 20:00:00"):
            document.invalidate_recordset()
            self.assertEqual(document._radian_objections("031"), [])
        with freeze_time("2026-07-17 20:00:00"):
            document.invalidate_recordset()
            self.assertEqual(document._radian_objections("031"), ["event_late"])
