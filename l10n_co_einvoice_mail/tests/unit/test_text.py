"""There is one way to show what strangers wrote."""

import unittest

from ...vocabulary.text import one_line, visible

#: What is not seen, or makes the rest look otherwise.
HIDDEN = {
    "soft hyphen": "\u00ad",
    "vowel separator": "\u180e",
    "tag letter": "\U000e0041",
    "right to left": "\u202e",
    "isolate": "\u2066",
    "zero width": "\u200b",
    "joiner": "\u200d",
    "byte order mark": "\ufeff",
    "grapheme joiner": "\u034f",
    "filler": "\u3164",
    "variation selector": "\U000e0100",
    "surrogate": "\ud800",
    "bell": "\x07",
    "C1": "\x9b",
    "annotation": "\ufff9",
}


class TestText(unittest.TestCase):
    def test_hidden_characters(self):
        for name, char in HIDDEN.items():
            with self.subTest(name):
                for show in (visible, one_line):
                    self.assertEqual(show(f"FE{char}1"), "FE1")

    def test_lines(self):
        for text in ("uno\u2028dos", "uno\u2029dos", "uno\r\ndos", "uno\x85dos", "uno\ndos"):
            self.assertEqual(one_line(text), "uno dos")
            self.assertEqual(visible(text), "uno\ndos")
        self.assertEqual(visible("a\u2028b\nc\td", frozenset()), "abcd")
        self.assertEqual(one_line(" a \t\u00a0 b "), "a b")
        self.assertEqual(one_line("abc def", 4), "abc")

    def test_ordinary_text_stays(self):
        for text in ("Ñandú, «cómo» 10 €", "株式会社", "Bogotá D.C. \U0001f600"):
            self.assertEqual(visible(text), text)
            self.assertEqual(one_line(text), text)
