"""Originals whose legal time is over: a person decides, what was recorded of them stays, nothing else goes."""

import datetime
from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .test_proof_pack import SPAM, ProofCase
from .tools import builder

OLD = datetime.date(2014, 5, 6)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDisposal(ProofCase):
    def old(self, number="FE1", raw=None):
        """:return: a mail that came, was read and was filed long ago"""
        mail = self.mail_of(raw or builder.Package(builder.Document(number=number)).mail)
        mail.document_ids.issue_date = OLD
        mail.filed = "filed"
        self.age(mail)
        return mail

    def age(self, record):
        self.env.flush_all()
        table = SQL.identifier(record._table)
        self.env.cr.execute(
            SQL("UPDATE %s SET create_date = '2014-05-06' WHERE id = %s", table, record.id)
        )
        record.invalidate_recordset()

    def decide(self, user=None, way="deleted", **values):
        disposal = (
            self.env["l10n_co.proof.disposal"]
            .with_user(user or self.manager)
            .create({"company_id": self.company.id, "way": way, **values})
        )
        return self.dispose(disposal)

    def dispose(self, disposal):
        """Decide on it, and let the scheduled action do it.

        :return: the decision
        """
        disposal.action_dispose()
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr, su=True)["l10n_co.proof.disposal"]._cron_dispose()
        self.env.invalidate_all()
        return disposal

    def test_the_row_and_its_digest_stay(self):
        mail = self.old()
        document, sha256, original = mail.document_ids, mail.sha256, mail.raw_attachment_id
        disposal = self.decide()
        self.assertFalse(original.exists())
        self.assertRecordValues(
            mail, [{"sha256": sha256, "state": "processed", "disposal_id": disposal.id}]
        )
        self.assertRecordValues(
            document, [{"number": "FE1", "state": "accepted", "disposal_id": disposal.id}]
        )
        self.assertEqual((disposal.state, disposal.mail_count), ("done", 1))
        self.assertEqual(disposal.create_uid, self.manager)
        self.assertTrue(document.move_id)

    def test_what_is_without_its_original_is_not_judged_anew(self):
        mail = self.old()
        self.decide()
        mail._read_again()
        mail.document_ids._judge_again()
        self.assertEqual((mail.state, mail.document_ids.state), ("processed", "accepted"))

    def test_what_has_to_be_kept_stays(self):
        young = self.mail_of(SPAM)
        young.filed = "filed"
        unfiled = self.old("FE2")
        unfiled.filed = "pending"
        waiting = self.old("FE3")
        waiting.document_ids.state = "review"
        foreign = self.old("FE4")
        foreign.document_ids.move_id.unlink()
        foreign.document_ids.company_id = self.other_company
        recent = self.old("FE5")
        recent.document_ids.issue_date = "2026-01-01"
        disposal = self.decide()
        for mail in (young, unfiled, waiting, foreign, recent):
            self.assertTrue(mail.raw_attachment_id)
        self.assertEqual((disposal.state, disposal.mail_count), ("done", 0))

    def test_archived_is_only_what_a_pack_holds(self):
        packed = self.old()
        self.made(last="2014-12-31")
        later = self.old("FE2")
        later.document_ids.issue_date = "2013-01-01"
        self.env.cr.execute(
            "UPDATE l10n_co_received_mail SET create_date = '2013-01-01' WHERE id = %s", (later.id,)
        )
        self.env.cr.execute(
            "UPDATE l10n_co_proof_pack SET date_from = '2014-01-01' WHERE company_id = %s",
            (self.company.id,),
        )
        self.env.invalidate_all()
        disposal = self.decide(way="archived")
        self.assertFalse(packed.raw_attachment_id)
        self.assertTrue(later.raw_attachment_id)
        self.assertEqual(disposal.mail_count, 1)

    def test_uploaded_documents_too(self):
        document = self.uploaded(builder.Package(builder.Document(number="UP1")))
        document._follow_up()
        document.issue_date = OLD
        self.age(document)
        original = document.source_attachment_id
        disposal = self.decide()
        self.assertFalse(original.exists())
        self.assertEqual((disposal.document_count, document.disposal_id), (1, disposal))

    @freeze_time("2026-11-28")
    def test_nothing_younger_than_the_law_has_it(self):
        self.company.l10n_co_keep_years = 5
        self.decide(before="2021-01-01")
        with self.assertRaises(ValidationError):
            self.decide(before="2021-01-02")
        with self.assertRaises(ValidationError):
            self.company.l10n_co_keep_years = 4

    def test_what_came_while_a_pack_was_made_is_not_in_it(self):
        packed = self.old()
        self.made(last="2014-12-31")
        late = self.old("FE2")
        # The pack was begun before that mail came, and ready after it.
        self.env.cr.execute(
            "UPDATE l10n_co_proof_pack SET create_date = '2014-05-05', made_on = '2014-05-07' WHERE company_id = %s",
            (self.company.id,),
        )
        self.env.cr.execute(
            "UPDATE l10n_co_received_mail SET create_date = '2014-05-04' WHERE id = %s",
            (packed.id,),
        )
        self.env.invalidate_all()
        self.decide(way="archived")
        self.assertFalse(packed.raw_attachment_id)
        self.assertTrue(late.raw_attachment_id)

    @freeze_time("2026-11-28")
    def test_years_that_were_raised_since_count(self):
        self.company.l10n_co_keep_years = 5
        kept = self.old()
        kept.document_ids.issue_date = "2018-05-06"
        older = self.old("FE2")
        disposal = self.env["l10n_co.proof.disposal"].with_user(self.manager)
        disposal = disposal.create({"company_id": self.company.id, "way": "deleted"})
        self.company.l10n_co_keep_years = 10
        self.dispose(disposal)
        self.assertTrue(kept.raw_attachment_id)
        self.assertFalse(older.raw_attachment_id)
        self.assertEqual(disposal.state, "done")

    def test_only_who_sees_the_whole_accounting(self):
        mail = self.old()
        for user in (self.bookkeeper, self.mail_admin, self.system, *self.strangers):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.decide(user)
        disposal = self.env["l10n_co.proof.disposal"].create({"company_id": self.company.id})
        for user in (self.bookkeeper, *self.strangers):
            with self.subTest(user.login), self.assertRaises(AccessError):
                disposal.with_user(user).action_dispose()
        with self.assertRaises(AccessError):
            self.decide(company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            self.decide(state="done")
        self.assertTrue(mail.raw_attachment_id)

    def test_one_that_fails_keeps_no_other_back(self):
        mail = self.old()
        disposals = self.env["l10n_co.proof.disposal"].with_user(self.manager)
        values = {"company_id": self.company.id, "way": "deleted"}
        first = disposals.create(values)
        first.action_dispose()
        some = type(first)._dispose_any

        def fail(disposal):
            if disposal.id == first.id:
                raise ValueError("no such file")
            return some(disposal)

        with (
            patch.object(type(first), "_dispose_any", fail),
            mute_logger("odoo.addons.l10n_co_einvoice_mail.models.proof.proof_disposal"),
        ):
            second = self.dispose(disposals.create(values))
        self.assertEqual((first.state, second.state), ("waiting", "done"))
        self.assertFalse(mail.raw_attachment_id)

    def test_nothing_goes_by_itself(self):
        mail = self.old()
        self.env["l10n_co.proof.disposal"].with_user(self.manager).create(
            {"company_id": self.company.id, "way": "deleted"}
        )
        self.env["l10n_co.proof.disposal"]._cron_dispose()
        self.assertTrue(mail.raw_attachment_id)

    def test_how_many_is_told_before(self):
        self.old()
        disposal = self.env["l10n_co.proof.disposal"].with_user(self.manager)
        new = disposal.new({"company_id": self.company.id, "way": "deleted"})
        self.assertEqual(new.affected_count, 1)
        new = disposal.new({"company_id": self.other_company.id, "way": "deleted"})
        self.assertEqual(new.affected_count, 0)
