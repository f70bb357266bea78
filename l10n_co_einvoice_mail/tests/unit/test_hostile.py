"""What the reading of each hostile mail costs, and that it ends as the corpus says."""

import unittest

from ...dian.rules import RULES
from ...mailbox.failures import MAIL_REASONS
from ..tools import hostile, invariants, judging
from ..tools.measuring import Meter

SECONDS = 2  # of the CPU
MEBIBYTES = 190  # 200 MB
#: What the whole mail comes to where nothing in it says why.
OF_THE_MAIL = {"no_edocument", "mail_bounce", "mail_automatic"}


class TestCorpus(unittest.TestCase):
    def test_cases(self):
        self.assertGreaterEqual(len(hostile.CASES), 60)
        names = [case.name for case in hostile.CASES]
        self.assertEqual(len(names), len(set(names)))
        for case in hostile.CASES:
            known = {*RULES, *MAIL_REASONS, hostile.ACCEPTED, None}
            self.assertLessEqual({case.reason, *case.documents}, known, case.name)

    def test_every_mail_within_time_and_memory(self):
        with Meter(judging.TRUST) as meter:
            for case in hostile.CASES:
                with self.subTest(case.name):
                    raw = case.raw
                    self.check(case, meter.measure(raw))
                    invariants.message(raw)

    def check(self, case, cost):
        self.assertEqual(cost.ended, "")
        self.assertLess(cost.seconds, SECONDS)
        self.assertLess(cost.mebibytes, MEBIBYTES)
        # That an invoice came before is known to the ledger alone.
        expected = [
            hostile.ACCEPTED if code == hostile.DUPLICATE else code for code in case.documents
        ]
        self.assertEqual(sorted(cost.verdicts), sorted(expected))
        if case.state == "failed" and case.reason not in OF_THE_MAIL:
            self.assertIn(case.reason, (*cost.problems, *cost.verdicts))
