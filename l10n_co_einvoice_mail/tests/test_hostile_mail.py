"""Hostile and odd mails through a real mailbox: each ends in its named state, and the others are done."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models.ledger import received_mail
from ..models.reception import fetchmail_server_run, run
from ..models.shared import reason_mixin
from .common import ReceptionCase
from .tools import builder, hostile

FOLDERS = {"processed": "Procesados", "failed": "Fallidos"}
# A good mail stands before every so many hostile ones.
GOOD_AMONG = 10
RUNS_UNTIL_SET_ASIDE = received_mail.MAX_ATTEMPTS + 1


class Killed(BaseException):
    """What happens to a worker that the system ends: no code of its own runs any more."""


@tagged("post_install_l10n", "post_install", "-at_install")
class TestHostileMail(ReceptionCase):
    def good_mail(self, number):
        return builder.Package(builder.Document(number=f"FE{number}")).mail

    def test_corpus_in_one_run(self):
        good = []
        for position, case in enumerate(hostile.CASES):
            if position % GOOD_AMONG == 0:
                good.append(position + len(good))
                self.deliver(self.good_mail(4000 + position))
            self.deliver(case.raw)
        with (
            patch.object(fetchmail_server_run, "CLICK_SECONDS", 3600),
            patch.object(run, "_session_seconds", lambda is_cron: 3600),
        ):
            self.receive()
        mails = self.ledger().sorted(lambda mail: int(mail.uid))
        self.assertEqual(len(mails), len(hostile.CASES) + len(good))
        good_mails = self.Mail.concat(*(mails[index] for index in good))
        for mail in good_mails:
            self.assert_end(mail, "processed", None, [hostile.ACCEPTED])
            self.assertTrue(mail.document_ids.move_id)
        for case, mail in zip(hostile.CASES, mails - good_mails, strict=True):
            with self.subTest(case.name):
                self.assert_end(mail, case.state, case.reason, case.documents)
        self.assertEqual(self.folder(), [])

    def assert_end(self, mail, state, reason, documents):
        self.assertEqual((mail.state, mail.reason_code or None), (state, reason))
        self.assertEqual((mail.filed, mail.filed_folder), ("filed", FOLDERS[state]))
        self.assertEqual(bool(mail.raw_attachment_id), reason != "mail_too_big")
        self.assertEqual(mail.attempts, 0 if reason == "mail_too_big" else 1)
        if hostile.DUPLICATE not in documents:
            ends = [document.reason_code or hostile.ACCEPTED for document in mail.document_ids]
            self.assertEqual(sorted(ends), sorted(documents))
        with patch.object(
            reason_mixin, "Blank", dict
        ):  # a placeholder without a value is a mistake
            for record in (mail, *mail.document_ids):
                self.assertEqual(bool(record.reason and record.next_step), bool(record.reason_code))
            self.assertEqual(bool(mail.remarks), bool(mail.remark_data))
            mail.document_ids.mapped("warnings")

    def is_killed(self):
        """Whether the run is. Odoo's assertRaises would take back what the run committed."""
        try:
            self.receive()
        except Killed:
            self.env.invalidate_all()
            return True
        return False

    def test_killed_before_reading_counts_as_an_attempt(self):
        self.deliver(self.good_mail(4910))
        with patch.object(run.Run, "understand", side_effect=Killed):
            self.assertTrue(self.is_killed())
        self.assertRecordValues(self.ledger(), [{"state": "fetched", "attempts": 1}])
        self.receive()
        self.assertRecordValues(self.ledger(), [{"state": "processed", "attempts": 2}])

    def test_mail_that_kills_the_worker_is_set_aside(self):
        poison = self.good_mail(4900)
        before, after = self.good_mail(4901), self.good_mail(4902)
        self.deliver(before, poison, after)
        parse = received_mail.parse_message

        def parse_or_die(raw, limits):
            if b"FE4900" in raw:
                raise Killed
            return parse(raw, limits)

        with patch.object(received_mail, "parse_message", parse_or_die):
            for _run in range(RUNS_UNTIL_SET_ASIDE - 1):
                self.assertTrue(self.is_killed())
            self.assertEqual(
                sorted(self.ledger().mapped("state")), ["fetched", "processed", "processed"]
            )
            self.receive()
        first, second, third = self.ledger()
        for mail in (first, third):
            self.assertEqual((mail.state, mail.filed_folder), ("processed", "Procesados"))
            self.assertTrue(mail.document_ids.move_id)
        self.assertEqual((second.state, second.reason_code), ("failed", "too_many_attempts"))
        self.assertEqual(
            (second.attempts, second.filed_folder), (received_mail.MAX_ATTEMPTS, "Fallidos")
        )
        self.assertEqual(second.raw_attachment_id.raw, poison.replace(b"\n", b"\r\n"))
        self.assertEqual(self.folder("Fallidos"), [poison])
        # What killed it is mended: the kept bytes are all that is needed.
        second.action_reprocess()
        self.assertEqual((second.state, second.document_ids.state), ("processed", "accepted"))
