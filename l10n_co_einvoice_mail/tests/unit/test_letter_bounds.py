"""How much HTML a header may be: what would take long is refused, by count, before anybody waits for it."""

import unittest

from ...letter import bounds, repair

RULES = "".join(f"p{{color:#{number:06x}}}" for number in range(2000))


class TestBounds(unittest.TestCase):
    def assert_refused(self, source):
        with self.assertRaises(bounds.TooMuch):
            repair.repaired(source)

    def test_many_rules_for_many_elements(self):
        self.assert_refused(f"<style>{RULES}</style>" + "<p>x</p>" * 500)
        self.assert_refused("<style>" + "* * * * p," * 4000 + "p{a:b}</style>" + "<b>" * 200 + "x")
        self.assert_refused(f"<style>{RULES.replace('p', 'q')}</style>" + "<p>x</p>" * 500)

    def test_length(self):
        self.assert_refused("x" * (bounds.MAX_LENGTH + 1))
        self.assert_refused("x" * 10_000_000)
        long = f"<style>{RULES[:2000]}</style>" + "<p>x</p>" * 200
        self.assertLess(len(long), bounds.MAX_LENGTH // 10)
        repair.repaired(long[: len(long) // 2])

    def test_tags(self):
        self.assert_refused("<b>" * (bounds.MAX_TAGS + 1))

    def test_what_is_opened_and_never_closed(self):
        """Each of them makes one reader or another look through all that follows, again and again."""
        for mark in ("<", "<!--", "<![CDATA[", "[if ", "/* ", "url(", "expression(", "{", "URL("):
            with self.subTest(mark):
                self.assert_refused(f'<p style="{mark * (60_000 // len(mark))}')
        self.assert_refused(' encoding="x"' * 1000)

    def test_what_people_have(self):
        """A page of another system: eighty rules, a table of forty rows, a logo of one megabyte within it."""
        rules = "".join(f".c{number}, .d{number} td {{color:red}}" for number in range(80))
        rows = "<tr><td class=c1>Pan</td><td style='margin:0'>Café</td></tr>" * 40
        logo = f'<img src="data:image/png;base64,{"iVBORw0K" * 175_000}">'
        page = f"<html><style>{rules}</style><body>{logo}<table class=d2>{rows}</table>"
        repaired = repair.repaired(page)
        self.assertEqual(repaired.count('<td class="c1" style="color:red;color:red">'), 40)
        self.assertIn(logo[:-1], repaired)

    def test_pictures(self):
        too_big = "A" * (bounds.MAX_PICTURES + bounds.MAX_LENGTH)
        self.assert_refused(f'<img src="data:image/png;base64,{too_big}">')


if __name__ == "__main__":
    unittest.main()
