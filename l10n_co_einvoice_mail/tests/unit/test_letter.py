"""Halves of a page, and the order of a mail's parts."""

import unittest

from ...letter import assembly, repair


class TestRepair(unittest.TestCase):
    def test_halves_of_a_page(self):
        header = "<html><body style='color:#333'><p>Pan</p>"
        self.assertEqual(repair.repaired(header), '<div style="color:#333"><p>Pan</p></div>')
        self.assertEqual(repair.repaired("<p>Pie</p></body></html>"), "<p>Pie</p>")
        self.assertEqual(repair.repaired("</body></html>"), "")
        self.assertEqual(repair.repaired("<html><body>"), "")

    def test_a_table_that_the_other_half_closes(self):
        repaired = repair.repaired("<html><body><table width='600'><tr><td>Pan")
        self.assertEqual(repaired, '<table width="600"><tr><td>Pan</td></tr></table>')

    def test_cells_without_their_table(self):
        footer = "<tr><td>Pie</td></tr></table><p>Fin</p></body></html>"
        self.assertEqual(repair.repaired(footer), "Pie<p>Fin</p>")

    def test_styles_move_onto_the_elements(self):
        header = (
            "<!DOCTYPE html><html><head><style>/* x */ p, .a b {color:red;}\n#c{margin:0}"
            "p:hover{color:blue} @media print {p{color:black}}</style></head>"
            "<body bgcolor='#eee'><p style='color:green'>x</p><i class='a z'><b>y</b></i><u id=c>z</u>"
        )
        self.assertEqual(
            repair.repaired(header),
            '<div style="background-color:#eee"><p style="color:red;color:green">x</p>'
            '<i class="a z"><b style="color:red">y</b></i><u id="c" style="margin:0">z</u></div>',
        )

    def test_a_selector_within_others_and_what_is_no_rule(self):
        header = (
            "<style>@import url(x.css); td .a{color:red} div td i{margin:0} div > p{x:y} /* p{z:z} */ p{} p{c:d"
            "</style><div><table><tr><td><i class=a>x</i></td></tr></table><p>y</p></div>"
        )
        repaired = repair.repaired(header)
        self.assertIn('<i class="a" style="color:red;margin:0">x</i>', repaired)
        self.assertTrue(repaired.endswith("<p>y</p></div>"), repaired)

    def test_colours_of_old_html(self):
        self.assertEqual(
            repair.repaired(
                '<table bgcolor="#0b5394"><tr><td bgcolor="red" style="color:#fff">x</td></tr></table>'
            ),
            '<table bgcolor="#0b5394" style="background-color:#0b5394"><tr>'
            '<td bgcolor="red" style="background-color:red;color:#fff">x</td></tr></table>',
        )

    def test_a_piece_of_html_stays_as_it_is(self):
        for piece in ("<p>Pan <b>y</b> vino</p>", "texto & más", ""):
            self.assertEqual(repair.repaired(piece), piece)
        self.assertEqual(repair.repaired(None), "")


class TestAssembly(unittest.TestCase):
    def test_the_order_and_the_page_around_it(self):
        page = '<html lang="es"><head></head><body style="x"><p>Cuerpo</p></body></html>'
        framed = assembly.framed(page, "<b>H</b>", "<i>F</i>")
        self.assertEqual(framed.count("<body"), 1)
        self.assertLess(framed.index("<body"), framed.index("<b>H</b>"))
        self.assertLess(framed.index("<b>H</b>"), framed.index("<p>Cuerpo</p>"))
        self.assertLess(framed.index("<p>Cuerpo</p>"), framed.index("<i>F</i>"))
        self.assertTrue(framed.endswith("</div></body></html>"))

    def test_a_page_that_quotes_another(self):
        page = "<body><p>x</p><blockquote><body>y</body></blockquote><p>z</p></body>"
        framed = assembly.framed(page, "H", "F")
        self.assertLess(framed.index("<p>z</p>"), framed.index(">F<"))
        self.assertTrue(framed.endswith("</div></body>"))

    def test_a_piece_without_a_page(self):
        self.assertTrue(assembly.framed("<p>x</p>", "H", "").endswith("</div><p>x</p>"))

    def test_a_mail_is_framed_once(self):
        framed = assembly.framed("<body><p>x</p></body>", "H", "F")
        self.assertTrue(assembly.is_framed(framed))
        self.assertEqual(assembly.framed(framed, "H", "F"), framed)

    def test_a_mail_that_quotes_a_framed_one_is_not_framed_yet(self):
        quoted = f"<p>Gracias</p><blockquote>{assembly.framed('<p>x</p>', 'H', 'F')}</blockquote>"
        self.assertFalse(assembly.is_framed(quoted))

    def test_the_hidden_first_words_are_left_out_of_plain_text(self):
        hidden = '<div style="display: none; max-height: 0px">Hola &#847;</div>'
        page = f"<body>{hidden}<div>Hola</div></body>"
        self.assertEqual(assembly.without_preview(page), "<body><div>Hola</div></body>")
        self.assertEqual(assembly.without_preview("<div>Hola</div>"), "<div>Hola</div>")

    def test_a_signature_is_found_as_an_element(self):
        signature = "<div><p>Ana Ruiz</p><p>Cartera</p></div>"
        body = "<p>Hola</p><div>--<br/><div><p>Ana Ruiz</p>\n<p>Cartera</p></div></div>"
        self.assertTrue(assembly.is_signed(body, [signature]))
        self.assertTrue(assembly.is_signed("<p>Hola</p><p>--<br>Ana Ruiz</p>", ["Ana Ruiz"]))

    def test_a_name_within_a_sentence_is_no_signature(self):
        self.assertFalse(assembly.is_signed("<p>Le atiende Ana Ruiz.</p>", ["<p>Ana Ruiz</p>"]))
        self.assertFalse(assembly.is_signed("<p>Hola</p>", ["", "<p><br></p>"]))


if __name__ == "__main__":
    unittest.main()
