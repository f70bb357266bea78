"""The screens' links to the guide lead somewhere, in both languages."""

import re

from lxml import html
from odoo.tests import HttpCase, tagged

MODULE = "l10n_co_einvoice_mail"
LINK = re.compile(rf"/{MODULE}/guide(?:#([\w-]+))?\"")


@tagged("post_install", "-at_install")
class TestGuide(HttpCase):
    def page(self, language):
        response = self.url_open(f"/{MODULE}/static/guide/{language}.html")
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def test_links_of_the_screens_have_their_chapter(self):
        views = self.env["ir.ui.view"].search([("arch_db", "like", f"/{MODULE}/guide")])
        chapters = {found for view in views for found in LINK.findall(view.arch_db) if found}
        self.assertGreater(len(chapters), 3)
        for language in ("es", "en"):
            self.assertLessEqual(chapters, set(self.page(language).xpath("//@id")), language)

    def test_pages_need_nothing_from_elsewhere(self):
        for language in ("es", "en"):
            page = self.page(language)
            sources = [*page.xpath("//@src"), *page.xpath("//link/@href")]
            self.assertFalse([source for source in sources if "//" in source])
            self.assertFalse(page.xpath("//script"))
            for source in sources:
                address = f"/{MODULE}/static/guide/{source}"
                self.assertEqual(self.url_open(address).status_code, 200, source)
