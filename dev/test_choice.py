"""What K chooses. Collected by `make test` among the tests with Odoo."""

import unittest

from _pytest.mark.expression import Expression

from . import choice

NAMES = (
    "test_bill_link.TestLink.test_worse_copy_is_kept_beside_it",
    "test_bill_link.TestLink.test_a_copy",
    "two runs and «Fetch now»",
    "killed at named points",
)
CHOSEN = {
    "": NAMES,
    "   ": NAMES,
    "copy": NAMES[:2],
    "worse copy": NAMES[:1],
    "COPY worse": NAMES[:1],
    "TestLink.test_worse": NAMES[:1],
    "worse or killed": (NAMES[0], NAMES[3]),
    "link not worse": NAMES[1:2],
    "link and not worse": NAMES[1:2],
    "two runs": NAMES[2:3],
    NAMES[2]: NAMES[2:3],
    "nothing of that": (),
}


class TestChoice(unittest.TestCase):
    def test_words_that_stand_in_the_name(self):
        for words, names in CHOSEN.items():
            with self.subTest(words):
                chosen = [name for name in NAMES if choice.chooses(words, name)]
                self.assertEqual(chosen, list(names))

    def test_pytest_chooses_the_same(self):
        for words in filter(str.strip, CHOSEN):
            expression = Expression.compile(choice.for_pytest(words))
            for name in NAMES:
                with self.subTest(f"{words}: {name}"):
                    found = expression.evaluate(lambda word, name=name, **_: word in name.lower())
                    self.assertEqual(found, choice.chooses(words, name))
