"""Documents that are judged again in the background: nothing is lost, and the person is told."""

from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.ledger import work as mechanism
from .ledger_common import LedgerCase
from .tools import builder, certificates

LOGGER = "odoo.addons.l10n_co_einvoice_mail.models.ledger.work"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWork(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Work = cls.env["l10n_co.work"].sudo()
        cls.signer = cls.env["l10n_co.trusted.certificate"].search([("usage", "=", "dian_signer")])
        cls.signer.state = "pending"
        cls.startClassPatcher(patch.object(mechanism, "AT_ONCE", 2))
        cls.startClassPatcher(patch.object(mechanism, "PIECE", 2))

    def documents(self, count):
        packages = [builder.Package(builder.Document(number=f"FE{n}")) for n in range(count)]
        documents = self.env["l10n_co.received.document"].union(
            *(self.received(package) for package in packages)
        )
        self.assertEqual(set(documents.mapped("state")), {"review"})
        return documents

    def confirm(self):
        """:return: (action, the work that it shows)"""
        action = self.signer.with_user(self.system).action_confirm()
        return action, self.Work.search([], limit=1)

    def go_on(self):
        """What the scheduler does, as its own user."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr, user=SUPERUSER_ID, su=True)["l10n_co.work"]._cron_go_on()
        self.env.invalidate_all()

    def test_few_at_once(self):
        documents = self.documents(2)
        action, work = self.confirm()
        self.assertEqual(set(documents.mapped("state")), {"accepted"})
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(action["params"]["type"], "success")
        self.assertIn("2", action["params"]["message"])
        self.assertEqual(work.state, "done")

    def test_colour_follows_content(self):
        self.documents(1)
        facts = builder.Document(number="NO1")
        self.received(builder.Package(facts, answers=(builder.signed_answer(facts, "04"),)))
        action, work = self.confirm()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertEqual((work.accepted, work.other), (1, 1))

    def test_many_in_the_background(self):
        documents = self.documents(5)
        action, work = self.confirm()
        self.assertEqual(set(documents.mapped("state")), {"review"}, "the person does not wait")
        self.assertEqual((action["res_model"], action["res_id"]), (work._name, work.id))
        self.assertEqual(work.total, 5)
        mine = self.Work.with_user(self.system)._running()
        self.assertEqual([(item["done"], item["total"]) for item in mine], [(0, 5)])
        self.assertFalse(self.Work.with_user(self.bookkeeper)._running(), "another's")
        self.go_on()
        self.assertEqual(set(documents.mapped("state")), {"accepted"})
        self.assertTrue(all(documents.mapped("move_id")), "what comes of them is done")
        self.assertRecordValues(
            work, [{"state": "done", "done": 5, "accepted": 5, "other": 0, "failed": 0}]
        )
        self.assertFalse(documents.mail_ids.work_id)

    def test_the_person_is_told(self):
        self.documents(3)
        self.confirm()
        told = []
        Users = self.registry["res.users"]
        with patch.object(Users, "_bus_send", lambda user, *args: told.append((user, *args))):
            self.go_on()
        [(user, kind, message)] = told
        self.assertEqual((user, kind), (self.system, "simple_notification"))
        self.assertIn("3", message["message"])

    def test_one_that_fails_keeps_no_other(self):
        documents = self.documents(4)
        bad = documents[1].mail_ids
        self.confirm()
        read = self.registry["l10n_co.received.mail"]._read_again

        def fail(mails):
            if bad in mails:
                raise ValueError("this one")
            return read(mails)

        with (
            patch.object(self.registry["l10n_co.received.mail"], "_read_again", fail),
            self.assertLogs(LOGGER, "ERROR"),
        ):
            self.go_on()
        work = self.Work.search([], limit=1)
        self.assertRecordValues(work, [{"state": "done", "done": 4, "accepted": 3, "failed": 1}])
        self.assertEqual(documents[1].state, "review", "it stays as it was")

    def test_one_that_ends_the_process(self):
        """It was begun three times, and nothing came of it: it is set aside."""
        self.documents(3)
        _action, work = self.confirm()
        work.attempts = mechanism.MAX_ATTEMPTS
        self.go_on()
        self.assertRecordValues(work, [{"state": "done", "accepted": 2, "failed": 1}])

    def test_uploaded_ones_too(self):
        packages = [builder.Package(builder.Document(number=f"UP{n}")) for n in range(3)]
        documents = self.env["l10n_co.received.document"].union(*map(self.uploaded, packages))
        self.assertFalse(documents.mail_ids)
        self.confirm()
        self.go_on()
        self.assertEqual(set(documents.mapped("state")), {"accepted"})

    def test_mails_read_again(self):
        mails = self.documents(3).mail_ids
        action = mails.with_user(self.bookkeeper).action_reprocess()
        work = self.Work.search([], limit=1)
        self.assertEqual(action["res_id"], work.id)
        self.assertEqual(work.user_id, self.bookkeeper)
        self.go_on()
        self.assertRecordValues(work, [{"state": "done", "done": 3, "other": 3}])

    def waiting_ones(self, count):
        return self.Document.union(*(self.waiting(f"AC{n}") for n in range(count)))

    def test_many_accepted(self):
        documents = self.waiting_ones(5)
        action = documents.with_user(self.bookkeeper).action_accept()
        work = self.Work.search([], limit=1)
        self.assertEqual((action["res_model"], action["res_id"]), (work._name, work.id))
        self.assertEqual(set(documents.mapped("state")), {"review"}, "the person does not wait")
        self.go_on()
        self.assertEqual(documents.accepted_by_id, self.bookkeeper)
        self.assertTrue(all(documents.mapped("move_id")))
        self.assertRecordValues(
            work, [{"state": "done", "task": "accept", "accepted": 5, "other": 0, "failed": 0}]
        )

    def test_few_are_accepted_at_once(self):
        documents = self.waiting_ones(2)
        self.assertIs(documents.with_user(self.bookkeeper).action_accept(), True)
        self.assertEqual(set(documents.mapped("state")), {"accepted"})

    def test_what_the_person_may_no_longer_do_is_not_done(self):
        """Rights are asked when it is done: of a user who left, or works for another company now."""
        for taken in (
            {"active": False},
            {"group_ids": [Command.set(self.env.ref("base.group_user").ids)]},
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            },
        ):
            with self.subTest(taken):
                self.env["l10n_co.received.document"].search([]).sudo().handled_on = False
                documents = self.Document.union(
                    *(
                        self.waiting(f"NO{len(taken)}{self.Work.search_count([])}{n}")
                        for n in range(3)
                    )
                )
                user = self.create_user(
                    f"fue{self.Work.search_count([])}", "account.group_account_invoice"
                )
                documents.with_user(user).action_accept()
                user.sudo().write(taken)
                with self.assertLogs(LOGGER, "ERROR"):
                    self.go_on()
                self.assertEqual(set(documents.mapped("state")), {"review"})
                work = self.Work.search([], limit=1)
                self.assertRecordValues(work, [{"state": "done", "accepted": 0, "failed": 3}])

    def test_many_booked(self):
        self.company.l10n_co_bill_policy = "none"
        self.signer.state = "confirmed"
        packages = [builder.Package(builder.Document(number=f"BK{n}")) for n in range(4)]
        documents = self.Document.union(*map(self.received, packages))
        self.assertFalse(documents.move_id)
        documents.with_user(self.bookkeeper).action_create_bill()
        self.assertFalse(documents.move_id)
        self.go_on()
        self.assertTrue(all(documents.mapped("move_id")))
        work = self.Work.search([], limit=1)
        self.assertRecordValues(work, [{"state": "done", "task": "book", "accepted": 4}])
        self.assertIn("Bills drafted: 4", work.told)

    def test_nobody_begins_or_changes_it(self):
        work = self.Work.create({"name": "x", "user_id": self.bookkeeper.id})
        for user in (self.bookkeeper, self.system):
            with self.assertRaises(AccessError):
                work.with_user(user).write({"done": 5})
        with self.assertRaises(AccessError):
            work.with_user(self.manager).read(["name"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLookalikes(LedgerCase):
    def signer(self, **values):
        return (
            self.env["l10n_co.known.signer"]
            .sudo()
            .create({"company_id": self.company.id, "supplier_nit": "900123456", **values})
        )

    def test_a_signer_that_looks_like_a_known_one(self):
        self.signer(name="DATAICO SAS", nit="9012236488", key="a", state="known")
        for name, nit in (
            ("DATAIC\u041e S.A.S.", "1"),
            ("DATA1CO SAS", "1"),
            ("OTRO NOMBRE", "901223648"),
        ):
            new = self.signer(name=name, nit=nit, key=name)
            self.assertIn("DATAICO SAS", new.lookalike)
        self.assertFalse(self.signer(name="SIIGO SAS", nit="830048145", key="b").lookalike)

    def test_a_name_that_ends_with_a_point_has_one(self):
        self.env["res.lang"]._activate_lang("es_CO")
        signer = self.signer(name="NUBE S.A.S.", supplier_name="DÍAZ S.A.S.", key="c")
        for lang in ("en_US", "es_CO"):
            self.assertNotRegex(signer.with_context(lang=lang).question, r"\. ?\.")

    def test_an_authority_of_a_trusted_name(self):
        [trusted] = self.env["l10n_co.trusted.certificate"].search(
            [("usage", "=", "anchor"), ("state", "=", "confirmed")], limit=1
        )
        forger = certificates.issue(
            certificates.subject(trusted.name, "1"),
            certificates.private_key("forger"),
            is_authority=True,
        )
        false = self.env["l10n_co.trusted.certificate"].sudo().create({"pem": forger.pem})
        self.assertIn(trusted.name, false.lookalike)
        self.assertIn("root", false.vouched, "it is its own word")
        self.assertFalse(trusted.lookalike)

    def test_dian_s_signer_says_who_vouches_for_it(self):
        signer = self.env["l10n_co.trusted.certificate"].search([("usage", "=", "dian_signer")])
        signer.state = "pending"
        self.received()
        self.assertIn("trusted here", signer.vouched)
        self.assertEqual((signer.document_count, signer.supplier_count), (1, 1))
        self.assertIn("1", signer.effect)
