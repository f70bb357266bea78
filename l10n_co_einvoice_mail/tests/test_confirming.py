"""Bills that confirm themselves: only where the company wants it, all is proven and sure; and back again."""

from contextlib import nullcontext
from unittest.mock import patch

from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..models.coding.standing import _is_unusual
from .coding_common import LIMIT, PROVEN, CodingCase
from .tools import builder
from .tools.facts import Line, Party


class ConfirmingCase(CodingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Core's doubts about dates and amounts have tests of their own.
        supplier = {"ignore_abnormal_invoice_date": True, "ignore_abnormal_invoice_amount": True}
        cls.quiet = supplier

    def trusted_supplier(self):
        """Six bills: those of the last three needed no hand."""
        for number in range(1, 4):
            self.confirmed(number, account=self.expense)
        moves = [self.confirmed(number) for number in range(4, 7)]
        self.assertEqual({move.l10n_co_touch for move in moves}, {"none"})
        moves[0].partner_id.write(self.quiet)
        return moves[0].partner_id

    def obstacles(self, move):
        return set((move.l10n_co_obstacles or {}).get("codes", ()))


class TestConfirming(ConfirmingCase):
    def test_it_is_off_by_default(self):
        self.trusted_supplier()
        self.assertEqual(self.send(7).state, "draft")

    def test_a_proven_and_sure_bill_confirms_itself_and_says_why(self):
        self.trusted_supplier()
        self.allow()
        move = self.send(7)
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.l10n_co_touch, "none")
        self.assertIn("Confirmed by itself", " ".join(move.message_ids.mapped("body")))
        self.assertIn("FE6", " ".join(move.message_ids.mapped("body")))
        self.assertEqual(move.l10n_co_confirmed_day_id.responsible_id, self.manager)

    def test_each_doubt_about_the_document(self):
        self.trusted_supplier()
        self.allow()
        for number, received in enumerate(
            (
                {"verdict": "review"},
                {"accepted_by_id": self.manager.id},
                {"dian_status": "missing"},
                {"signature_state": "untrusted"},
                {"reason_code": "bill_error"},
            ),
            start=7,
        ):
            with self.subTest(received):
                move = self.send(number, received=received)
                self.assertEqual(move.state, "draft")
                self.assertIn("confirm_not_proven", self.obstacles(move))

    def test_a_line_that_is_not_sure(self):
        self.trusted_supplier()
        self.allow()
        move = self.send(7, Line("Instalación", seller_code="X9"))
        self.assertEqual(move.state, "draft")
        self.assertEqual(self.obstacles(move), {"confirm_unsure"})
        self.assertIn("Lines to look at: 1 of 1", move.l10n_co_obstacle_text)

    def test_a_notice_that_is_open(self):
        self.trusted_supplier()
        self.allow()
        move = self.send(7, due_date="")
        self.assertEqual(self.obstacles(move), {"confirm_notice"})

    def test_an_amount_above_the_limit(self):
        self.trusted_supplier()
        row = self.allow(limit=119_000)
        self.assertEqual(self.send(7).state, "posted")
        row.limit = 118_999
        self.assertEqual(self.obstacles(self.send(8)), {"confirm_limit"})

    def test_too_few_bills_before(self):
        self.known_supplier()
        self.allow()
        self.assertIn("confirm_few", self.obstacles(self.send(4)))

    def test_a_supplier_of_whom_none_is(self):
        supplier = self.trusted_supplier()
        self.allow()
        supplier.autopost_bills = "never"
        self.assertEqual(self.obstacles(self.send(7)), {"confirm_refused"})
        supplier.autopost_bills = "ask"
        self.allow(partner_id=supplier.id, is_allowed=False)
        self.assertEqual(self.obstacles(self.send(8)), {"confirm_refused"})

    def test_an_order_that_is_asked_for(self):
        self.trusted_supplier()
        self.allow(needs_order=True)
        self.assertEqual(self.obstacles(self.send(7)), {"confirm_order"})

    def test_what_core_calls_unusual(self):
        supplier = self.trusted_supplier()
        self.allow()
        supplier.ignore_abnormal_invoice_amount = False
        model = type(self.env["account.move"])

        def unusual(moves):
            moves.abnormal_amount_warning = "10 times as much"
            moves.abnormal_date_warning = False

        with patch.object(model, "_compute_abnormal_warnings", unusual):
            self.assertEqual(self.obstacles(self.send(7)), {"confirm_unusual"})

    def test_a_rule_that_may_and_one_that_may_not(self):
        self.trusted_supplier()
        self.allow()
        rule = self.rule(words="internet", account_id=self.expense.id)
        self.assertEqual(self.obstacles(self.send(7)), {"confirm_rule"})
        rule.may_confirm = True
        rule.action_try()
        rule.action_switch_on()
        self.assertEqual(self.send(8).state, "posted")

    def test_a_rule_confirms_nothing_that_is_not_proven(self):
        self.trusted_supplier()
        self.allow()
        self.rule(words="internet", account_id=self.expense.id, may_confirm=True)
        move = self.send(7, received={"verdict": "review"})
        self.assertEqual(self.obstacles(move), {"confirm_not_proven"})

    def test_what_odoo_refuses_stays_a_draft(self):
        self.trusted_supplier()
        self.allow()
        for number, error in ((7, UserError("closed")), (8, KeyError("of another addon"))):
            with patch.object(type(self.env["account.move"]), "_post", side_effect=error):
                move = self.send(number)
            self.assertEqual(move.state, "draft")
            self.assertIn(error.args[0], " ".join(move.message_ids.mapped("body")))

    def test_the_limits_mean_something(self):
        for values in ({"limit": 0}, {"bill_count": 1}):
            with self.assertRaises(ValidationError):
                self.allow(**values)


class TestAttack(ConfirmingCase):
    def test_a_bookkeeper_raises_no_limit(self):
        row = self.allow().with_user(self.bookkeeper)
        with self.assertRaises(AccessError):
            row.limit = 10 * LIMIT
        with self.assertRaises(AccessError):
            row.copy({"partner_id": self.company.partner_id.id})
        with self.assertRaises(AccessError):
            row.unlink()

    def test_another_company_s_row_counts_nothing(self):
        self.trusted_supplier()
        other = self.setup_other_company()["company"]
        self.allow(company_id=other.id, responsible_id=self.env.user.id)
        self.assertEqual(self.send(7).state, "draft")

    def test_nobody_writes_what_the_program_found(self):
        move = self.send(1).with_user(self.bookkeeper)
        for change in (
            {"l10n_co_taken_back": True},
            {"l10n_co_approved_by_id": self.bookkeeper.id},
            {"l10n_co_approver_id": self.bookkeeper.id},
            {"l10n_co_coding": {}},
        ):
            with self.assertRaises(AccessError):
                move.write(change)

    def test_a_supplier_that_is_changed_for_one_with_a_higher_limit(self):
        rich = self.trusted_supplier()
        self.allow(partner_id=rich.id, approver_id=self.manager.id)
        poor = self.send(7, supplier=self.party("900373115"), received={"verdict": "accepted"})
        poor.with_user(self.bookkeeper).partner_id = rich
        poor.sudo()._l10n_co_confirm_by_itself()
        self.assertEqual(poor.state, "draft")
        self.assertIn("confirm_changed", self.obstacles(poor))

    def party(self, nit):
        return Party(nit, "OTRO PROVEEDOR SAS")

    def test_a_bill_that_is_edited_while_it_waits_for_its_approver(self):
        self.trusted_supplier()
        self.allow(approver_id=self.manager.id)
        tax = self.send(7).invoice_line_ids.tax_ids
        journal = self.journal.copy({"sequence": 99})
        edits = (
            {"invoice_line_ids": {"tax_ids": tax.copy({"name": "IVA no descontable"})}},
            {"invoice_line_ids": {"account_id": self.other_expense}},
            {"invoice_date_due": "2026-02-01"},
            {"journal_id": journal},
        )
        for number, edit in enumerate(edits, start=8):
            with self.subTest(edit):
                move = self.send(number)
                for name, value in edit.get("invoice_line_ids", edit).items():
                    record = move.invoice_line_ids if "invoice_line_ids" in edit else move
                    record.with_user(self.bookkeeper)[name] = value
                move.with_user(self.manager).action_l10n_co_approve()
                self.assertEqual(move.state, "draft")
                self.assertIn("confirm_changed", self.obstacles(move))

    def test_a_supplier_whose_bank_account_is_new_or_was_changed(self):
        supplier = self.trusted_supplier()
        self.allow()
        Bank = self.env["res.partner.bank"]
        bank = Bank.create({"acc_number": "1", "partner_id": supplier.id})
        move = self.send(7)
        self.assertEqual(move.partner_bank_id, bank)
        self.assertEqual(self.obstacles(move), {"confirm_supplier"})
        move.action_post()
        self.assertEqual(self.send(8).state, "posted")
        # The number of the same account is another one, since the last bill.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner_bank SET write_date = now() + interval '1 minute' WHERE id = %s",
            [bank.id],
        )
        bank.invalidate_recordset()
        self.assertEqual(self.obstacles(self.send(9)), {"confirm_supplier"})

    def test_a_bank_account_that_somebody_chose_on_the_bill(self):
        supplier = self.trusted_supplier()
        self.allow(approver_id=self.manager.id)
        move = self.send(7)
        bank = self.env["res.partner.bank"].create({"acc_number": "2", "partner_id": supplier.id})
        move.with_user(self.bookkeeper).partner_bank_id = bank
        move.with_user(self.manager).action_l10n_co_approve()
        self.assertEqual((move.state, self.obstacles(move)), ("draft", {"confirm_supplier"}))

    def test_a_supplier_whose_name_or_nit_is_another(self):
        self.trusted_supplier()
        self.allow()
        for number, received in enumerate(
            ({"supplier_name": "OTRA RAZÓN SOCIAL SAS"}, {"supplier_nit": "900999999"}), start=7
        ):
            with self.subTest(received):
                move = self.send(number, received=received)
                self.assertEqual(self.obstacles(move), {"confirm_supplier"})

    def test_what_is_withheld_or_negative_makes_no_bill_smaller(self):
        self.trusted_supplier()
        self.allow(limit=118_999)
        withheld = self.chart_tax("l10n_co_tax_23")
        self.rule(words="internet", tax_ids=[Command.set(withheld.ids)], may_confirm=True)
        move = self.send(7)
        self.assertLess(move.amount_total, 118_999)
        self.assertEqual(self.obstacles(move), {"confirm_limit"})

    def test_a_negative_line(self):
        self.trusted_supplier()
        self.allow()
        move = self.send(7)
        self.assertEqual(move.state, "posted")
        move.button_draft()
        with patch.object(type(move.invoice_line_ids), "price_subtotal", -1.0):
            self.assertTrue(_is_unusual(move))
        self.assertFalse(_is_unusual(move))

    def test_a_currency_that_only_the_supplier_says_the_worth_of(self):
        self.trusted_supplier()
        row = self.allow()
        dollar = self.env.ref("base.USD")
        dollar.active = True
        rates = self.env["res.currency.rate"].search([("currency_id", "=", dollar.id)])
        rates.unlink()
        foreign = {"currency": "USD", "exchange_rate": "0.01"}
        self.confirmed(7, Line("Internet", seller_code="I1", price="90.00"), **foreign)
        line = Line("Internet", seller_code="I1", price="1000.00")
        self.assertIn("confirm_rate", self.obstacles(self.send(8, line, **foreign)))
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "name": "2020-01-01", "inverse_company_rate": 4000}
        )
        self.assertEqual(self.obstacles(self.send(9, line, **foreign)), {"confirm_limit"})
        row.limit = 4_760_000
        self.assertEqual(self.send(10, line, **foreign).state, "posted")

    def test_a_closed_period(self):
        self.trusted_supplier()
        self.allow()
        self.company.fiscalyear_lock_date = "2026-01-31"
        self.assertEqual(self.obstacles(self.send(7)), {"confirm_closed"})

    def test_a_credit_note_of_a_bill_that_is_there_and_of_none(self):
        # Odoo names it on a note, as the account into which the supplier pays.
        own = {"acc_number": "001", "partner_id": self.company.partner_id.id}
        self.env["res.partner.bank"].create({**own, "allow_out_payment": True})
        self.trusted_supplier()
        self.allow()
        bill = self.send(7)
        known = builder.Reference("FE7", bill.l10n_co_cufe)
        note = self.send(8, maker=builder.credit_note, references=(known,))
        self.assertEqual((note.state, note.reversed_entry_id), ("posted", bill))
        unknown = builder.Reference("FE99", "f" * 96)
        note = self.send(9, maker=builder.credit_note, references=(unknown,))
        self.assertEqual(note.state, "draft")
        self.assertIn("confirm_notice", self.obstacles(note))

    def test_a_rule_for_the_whole_bill_that_may_not(self):
        self.trusted_supplier()
        self.allow()
        term = self.env.ref("account.account_payment_term_30days")
        rule = self.rule(text="norte", payment_term_id=term.id)
        self.assertEqual(self.obstacles(self.send(7, accounting_cost="NORTE")), {"confirm_rule"})
        rule.may_confirm = True
        rule.action_try()
        rule.action_switch_on()
        self.assertEqual(self.send(8, accounting_cost="NORTE").state, "posted")

    def test_a_row_for_an_address_of_a_supplier_would_be_another_limit(self):
        supplier = self.trusted_supplier()
        self.allow(partner_id=supplier.id, is_allowed=False)
        address = self.env["res.partner"].create({"name": "Bodega", "parent_id": supplier.id})
        with self.assertRaises(ValidationError):
            self.allow(partner_id=address.id)

    def test_who_is_told_and_who_approves_are_of_the_company(self):
        other = self.setup_other_company()["company"]
        stranger = self.worker("forastero", "account.group_account_manager")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for name in ("responsible_id", "approver_id"):
            with self.assertRaises(UserError):
                self.allow(**{name: stranger.id})

    def test_a_document_that_is_rejected_afterwards(self):
        self.trusted_supplier()
        self.allow()
        move, paid = self.send(7), self.send(8)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        ).create({})._create_payments()
        for bill in (move, paid):
            record = bill.l10n_co_received_document_id.sudo()
            verdict = {"state": "rejected", "verdict": "rejected", "booking": "none"}
            record._take_verdict({**verdict, "reason_code": "dian_rejected", "reason_data": False})
            self.assertEqual(bill.activity_ids.user_id, self.manager)
        self.assertEqual((move.state, paid.state), ("draft", "posted"))
        move.sudo()._l10n_co_confirm_by_itself()
        self.assertEqual(move.state, "draft")


class TestApproval(ConfirmingCase):
    def test_the_approver_is_asked_and_his_word_confirms(self):
        self.trusted_supplier()
        self.allow(approver_id=self.manager.id, approval_from=100_000)
        move = self.send(7)
        self.assertEqual(self.obstacles(move), {"confirm_approval"})
        self.assertEqual(move.activity_ids.user_id, self.manager)
        with self.assertRaises(AccessError):
            move.with_user(self.bookkeeper).action_l10n_co_approve()
        move.with_user(self.manager).action_l10n_co_approve()
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.l10n_co_approved_by_id, self.manager)
        self.assertFalse(move.activity_ids)

    def test_by_department(self):
        self.trusted_supplier()
        self.allow()
        self.rule(text="norte", approver_id=self.bookkeeper.id)
        move = self.send(7, notes=("Centro de costo NORTE",))
        self.assertEqual(self.obstacles(move), {"confirm_approval"})
        self.assertEqual(move.activity_ids.user_id, self.bookkeeper)
        self.assertEqual(self.send(8).state, "posted")


class TestUpload(ConfirmingCase):
    """What was uploaded by hand confirms itself as what came by mail does, and no other way beside that."""

    def uploaded(self, number, account=None, **received):
        """The bill of an uploaded document, after Odoo has asked whether it is to be posted by itself."""
        move = self.env["account.move"].create(
            {"move_type": "in_invoice", "journal_id": self.journal.id}
        )
        lines = (Line("Internet", seller_code="I1"),)
        facts = {"issue_date": f"2026-01-{number:02}", "due_date": "2026-12-31"}
        edocument = self.edocument(number=f"FE{number}", lines=lines, **facts)
        record = self.receive(edocument, **{**PROVEN, **received})
        self.importer._enter(move, record, edocument)
        move._autopost_bill()
        return move

    def test_it_confirms_itself_within_the_limits(self):
        supplier = self.trusted_supplier()
        row = self.allow()
        move = self.uploaded(7)
        self.assertEqual((move.state, bool(move.l10n_co_confirmed_day_id)), ("posted", True))
        row.limit = 10
        supplier.autopost_bills = "always"
        self.company.autopost_bills = True
        move = self.uploaded(8)
        self.assertEqual((move.state, self.obstacles(move)), ("draft", {"confirm_limit"}))

    def test_without_limits_core_s_own_way_is_left_but_for_what_is_to_be_approved(self):
        supplier = self.trusted_supplier()
        supplier.autopost_bills = "always"
        self.company.autopost_bills = True
        move = self.uploaded(7)
        self.assertEqual((move.state, bool(move.l10n_co_confirmed_day_id)), ("posted", False))
        self.rule(words="internet", approver_id=self.manager.id)
        move = self.uploaded(8)
        self.assertEqual((move.state, move.activity_ids.user_id), ("draft", self.manager))


class TestDay(ConfirmingCase):
    def test_two_that_begin_a_day_at_the_same_instant(self):
        self.trusted_supplier()
        self.allow()
        day = self.send(7).l10n_co_confirmed_day_id
        self.env.flush_all()
        kind = type(day)
        # Another transaction has made it meanwhile: this one does not see it.
        with (
            patch.object(kind, "search", lambda rows, *_args, **_more: rows.browse()),
            mute_logger("odoo.sql_db"),
            self.assertRaises(ConcurrencyError),
        ):
            self.send(8)
        self.assertEqual(len(kind.search(day, [])), 1)

    def tell(self, today=None):
        """As the scheduled action does."""
        self.env.flush_all()
        with (
            freeze_time(today) if today else nullcontext(),
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
        ):
            self.env(cr=cr, su=True)["l10n_co.confirmed.day"]._cron_tell()
        self.env.invalidate_all()

    def test_a_day_that_cannot_be_told_keeps_no_other_back(self):
        self.trusted_supplier()
        self.allow()
        day = self.send(7).l10n_co_confirmed_day_id
        other = day.sudo().copy({"date": "2020-01-01"})
        tell = type(day)._tell

        def fail_once(days):
            if days.id == other.id:
                raise ValueError("no address")
            tell(days)

        with (
            patch.object(type(day), "_tell", fail_once),
            mute_logger("odoo.addons.l10n_co_einvoice_mail.models.coding.confirmed_day"),
        ):
            self.tell("2099-01-01")
        self.assertTrue(day.told_on)
        self.assertFalse(other.told_on)

    def test_the_responsible_is_told_once(self):
        self.trusted_supplier()
        self.allow()
        day = self.send(7).l10n_co_confirmed_day_id
        self.tell()
        self.assertFalse(day.told_on)
        self.tell("2099-01-01")
        self.tell("2099-01-01")
        told = self.env["mail.message"].search(
            [
                ("model", "=", day._name),
                ("res_id", "=", day.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(told.notified_partner_ids, self.manager.partner_id)
        self.assertEqual(len(told), 1)

    def test_one_click_takes_them_back_for_good(self):
        self.trusted_supplier()
        self.allow()
        moves = self.send(7) + self.send(8)
        day = moves.l10n_co_confirmed_day_id
        day.with_user(self.bookkeeper).action_take_back()
        self.assertEqual(set(moves.mapped("state")), {"draft"})
        moves.sudo()._l10n_co_confirm_by_itself()
        self.assertEqual(set(moves.mapped("state")), {"draft"})
        self.assertEqual(self.obstacles(moves[0]), {"confirm_taken_back"})
        with self.assertRaises(UserError):
            day.action_take_back()

    def test_what_is_paid_stays(self):
        self.trusted_supplier()
        self.allow()
        paid, unpaid = self.send(7), self.send(8)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        ).create({})._create_payments()
        paid.l10n_co_confirmed_day_id.action_take_back()
        self.assertEqual((paid.state, unpaid.state), ("posted", "draft"))

    def test_another_company_s_day_is_not_seen(self):
        self.trusted_supplier()
        self.allow()
        day = self.send(7).l10n_co_confirmed_day_id
        other = self.setup_other_company()["company"]
        neighbour = self.worker("vecino", "account.group_account_manager")
        neighbour.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            day.with_user(neighbour).action_take_back()
