"""Texts with variables: what they are filled with, where, and that nothing else happens to them."""

import random
import unittest
from urllib.parse import quote, unquote

from lxml import html

from ...letter import filling, tokens

VALUES = {"name": "Ana <Ruiz>", "company": "Pan & Café S.A.S.", "website": "https://pan.example.co"}
#: Values of a supplier who means harm: none of them may become more than text.
HOSTILE = {
    "document": "{{ object.env.cr }}",
    "series": "{number}",
    "number": '"><script>alert(1)</script>',
    "company": "javascript:alert(1)",
    "partner": "<t t-out=\"object\"/>' onload='x",
    "amount": "red;background:url(//x)",
    "due_date": "a\r\nBcc: x@y.co\x00\u2028z",
}
#: What people type, and what they should not.
PIECES = (
    *(token.written(lang) for token in tokens.DOCUMENT for lang in ("en", "es")),
    *(
        "{",
        "}",
        "{{",
        "}}",
        "{{{",
        "}}}",
        "$",
        "%7B",
        "%7D",
        "%7Bnumber%7D",
        "{ number }",
        "{Número}",
    ),
    *(
        "{{number}}",
        "{{{number}}}",
        "{{{{number}}}}",
        "{{%7Bnumber%7D}}",
        "${number}",
        "{nit}",
        "{}",
    ),
    *("{{ object.env.cr }}", "{{{{ object.sudo() }}}}", "{% raw %}", "#{number}", "{sitio web}"),
    *("Señores", " ", "ñ", "&", "|||", "\\", "'", '"', "=", "number", "\u00a0", "\U0001f600"),
)
BODIES = ("<", ">", "<p>", "</p>", "<t t-out='object'/>", "<b t-att-x='1'>", "&lt;", "<br>")


def reference(text, values):
    """What a text becomes: written as a reader of the guide would do it by hand, sign by sign."""
    names = {
        name: token.name for token in tokens.DOCUMENT for name in (token.name, token.spanish)
    } | {"número": "number"}
    result, place = "", 0
    while place < len(text):
        end = text.find("}", place)
        name = names.get(text[place + 1 : end].lower().replace(" ", "_")) if end > 0 else None
        is_variable = (
            text[place] == "{"
            and name
            and text[place - 1 : place] not in ("{", "$")
            and text[end + 1 : end + 2] != "}"
        )
        result += values[name] if is_variable else text[place]
        place = end + 1 if is_variable else place + 1
    return result


def printable(text):
    """One line of it, as a header has it."""
    return "".join(char for char in " ".join(text.splitlines()) if char >= " ")


class TestProperties(unittest.TestCase):
    """Whatever is typed, the result is that of the reference."""

    def setUp(self):
        self.random = random.Random(20261128)

    def typed(self, pieces):
        return "".join(self.random.choices(pieces, k=self.random.randint(0, 12)))

    def test_a_line(self):
        for _ in range(4000):
            text = self.typed(PIECES)
            with self.subTest(text):
                filled = filling.fill_line(text, tokens.DOCUMENT, HOSTILE)
                self.assertEqual(filled, printable(reference(text, HOSTILE)))

    def test_the_text_of_html(self):
        values = {name: printable(value) for name, value in HOSTILE.items()}
        for _ in range(4000):
            text = self.typed(PIECES)
            source = f"<p>{escaped(text)}</p>"
            with self.subTest(text):
                filled = html.fragment_fromstring(
                    filling.fill_html(source, tokens.DOCUMENT, values)
                )
                self.assertEqual((filled.tag, len(filled)), ("p", 0))
                self.assertEqual(filled.text_content(), reference(text, values))

    def test_an_attribute(self):
        values = {name: printable(value) for name, value in HOSTILE.items()}
        for _ in range(2000):
            text = self.typed(PIECES)
            source = f'<p title="{escaped(text)}" t-out="{escaped(text)}">x</p>'
            with self.subTest(text):
                filled = html.fragment_fromstring(
                    filling.fill_html(source, tokens.DOCUMENT, values)
                )
                self.assertEqual(set(filled.attrib), {"title", "t-out"})
                self.assertEqual(filled.get("title"), reference(text, values))

    def test_an_address(self):
        """A value is a part of the address, and never more."""
        pieces = [piece for piece in PIECES if piece.strip() and "%" not in piece]
        values = {name: quote(printable(value), safe="/@") for name, value in HOSTILE.items()}
        for _ in range(2000):
            text = "https://x.co/" + self.typed(pieces)
            with self.subTest(text):
                source = f'<a href="{escaped(text)}">x</a>'
                filled = filling.fill_html(source, tokens.DOCUMENT, HOSTILE)
                link = html.fragment_fromstring(filled)
                self.assertEqual(set(link.attrib), {"href"})
                self.assertEqual(unquote(link.get("href")), unquote(reference(text, values)))

    def test_the_structure_stays_as_it_was(self):
        for _ in range(2000):
            source = self.typed(PIECES + BODIES)
            with self.subTest(source):
                before = html.fragment_fromstring(source, create_parent="div")
                filled = filling.fill_html(source, tokens.DOCUMENT, HOSTILE)
                after = html.fragment_fromstring(filled, create_parent="div")
                self.assertEqual(
                    [(element.tag, element.keys()) for element in before.iter()],
                    [(element.tag, element.keys()) for element in after.iter()],
                )


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


class TestFilling(unittest.TestCase):
    def fill(self, source, **values):
        return filling.fill_html(source, tokens.SENDER, values or VALUES)

    def test_values_are_text(self):
        self.assertEqual(
            self.fill("<b>{name}</b>, {company}"),
            "<b>Ana &lt;Ruiz&gt;</b>, Pan &amp; Café S.A.S.",
        )

    def test_names_are_read_in_spanish_with_or_without_accents(self):
        for written in ("{due_date}", "{vencimiento}", "{Vencimiento}"):
            self.assertEqual(
                filling.fill_line(written, tokens.DOCUMENT, {"due_date": "hoy"}), "hoy"
            )
        self.assertEqual(filling.fill_line("{número}", tokens.DOCUMENT, {"number": "1"}), "1")
        self.assertEqual(self.fill("{sitio web}"), "https://pan.example.co")
        self.assertEqual(self.fill("{n&oacute;mbre}", name="Ana"), "Ana")

    def test_what_has_no_value_leaves_nothing(self):
        self.assertEqual(self.fill("[{mobile}]", mobile=None), "[]")
        self.assertEqual(filling.fill_html(None, tokens.SENDER, {}), "")
        self.assertEqual(filling.fill_html("<!-- x -->", tokens.SENDER, {}), "<!-- x -->")

    def test_a_variable_without_a_value_leaves_no_dash(self):
        values = {"name": "Ana", "department": "Cartera"}
        for source, expected in (
            ("{name} - {job} - {department}", "Ana - Cartera"),
            ("{job} - {name}", "Ana"),
            ("{name} | {phone} · {mobile}", "Ana"),
            ("{job} - {phone} - {mobile}", ""),
            ("{name}, {job}", "Ana"),
            ("{job}, {name} / {mobile}", "Ana"),
            ("{name} - x {job}", "Ana - x "),
            ("A-{job}-{name}", "A--Ana"),
            ("Tel. {phone}", "Tel. "),
        ):
            with self.subTest(source):
                self.assertEqual(filling.fill_line(source, tokens.SENDER, values), expected)
                filled = filling.fill_html(f"<p>{source}</p>", tokens.SENDER, values)
                self.assertEqual(filled, f"<p>{expected}</p>")

    def test_braces_of_others_stay_as_they_are_typed(self):
        for text in (
            "{{ object.name }}",
            "p { color: red }",
            "{}",
            "{1}",
            "${name}",
            "{{{name}}}",
            "{",
            "%7Bname%7D",
        ):
            with self.subTest(text):
                filling.check_line(text, tokens.SENDER)
                filling.check_html(text, tokens.SENDER)
                self.assertEqual(filling.fill_line(text, tokens.SENDER, VALUES), text)
                self.assertEqual(self.fill(f"<p>{text}</p>"), f"<p>{text}</p>")

    def test_addresses(self):
        for source, value, href in (
            ("%7Bwebsite%7D/x", "https://pan.example.co", "https://pan.example.co/x"),
            ("%7Bsitio%20web%7D", "https://pan.example.co/a?b=1", "https://pan.example.co/a?b=1"),
            ("{website}", "javascript:alert(1)", ""),
            ("{website}", " java\tscript:alert(1)", "java%20script:alert(1)"),
            ("{website}", "data:text/html,x", ""),
            ("https://x.co/?n={website}&s=1", "A/1&b=2#c", "https://x.co/?n=A/1%26b%3D2%23c&s=1"),
            ("mailto:{website}", "ana+x@pan.co", "mailto:ana%2Bx@pan.co"),
            ("tel:{website}", "+57 (300) 123-4567", "tel:+573001234567"),
            ("{{%7Bwebsite%7D}}", "x", "{{%7Bwebsite%7D}}"),
            ("{{{website}}}", "x", "{{{website}}}"),
        ):
            with self.subTest(source):
                filled = self.fill(f'<a href="{source}">x</a>', website=value)
                link = html.fragment_fromstring(filled)
                expected = {href, quote(href, safe="/:?&=#@%+")}
                self.assertIn(link.get("href"), expected)

    def test_a_style(self):
        filled = self.fill('<p style="color:{name};margin:0">x</p>', name="red;background:url(//x)")
        self.assertEqual(filled, '<p style="color:redbackgroundurlx;margin:0">x</p>')

    def test_a_line_stays_one_line(self):
        filled = filling.fill_line(
            "A\r\n{partner}", tokens.DOCUMENT, {"partner": "x\r\nBcc: y\u2028z\x00"}
        )
        self.assertEqual(filled, "A x Bcc: y z")

    def test_unknown_variables_are_named_once(self):
        with self.assertRaises(tokens.UnknownTokenError) as caught:
            filling.check_line("{total} {number} {total} {iva}", tokens.DOCUMENT)
        self.assertEqual(caught.exception.names, ["{total}", "{iva}"])
        with self.assertRaises(tokens.UnknownTokenError) as caught:
            filling.check_html(
                '<a href="https://x.co/%7Bnit%7D" title="{a}">{n&iacute;}</a>{b}', tokens.DOCUMENT
            )
        self.assertEqual(set(caught.exception.names), {"{nit}", "{a}", "{ní}", "{b}"})

    def test_what_a_text_uses(self):
        self.assertEqual(filling.used_in_line("{serie}-{x}", tokens.DOCUMENT), {"series"})
        self.assertEqual(
            filling.used_in_html('<a href="%7Bnumero%7D">{serie}</a>', tokens.DOCUMENT),
            {"number", "series"},
        )

    def test_the_list_writes_them_as_the_reader_does(self):
        self.assertEqual(tokens.DOCUMENT[-1].written("es_CO"), "{vencimiento}")
        self.assertEqual(tokens.DOCUMENT[-1].written(None), "{due_date}")


if __name__ == "__main__":
    unittest.main()
