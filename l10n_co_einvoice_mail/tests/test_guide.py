"""The screens' links to the guide lead somewhere, in both languages."""

import re

from lxml import html
from odoo.tests import HttpCase, tagged

MODULE = "l10n_co_einvoice_mail"
LINK = re.compile(rf"/{MODULE}/guide(?:#([\w-]+))?\"")


# Where paths through the menus are written, by language.
PAGES = {
    "es_CO": ("guide/es.html", "description/index.html#es"),
    "en_US": ("guide/en.html", "description/index.html#en"),
}
PLACES = ("Settings", "Ajustes")  # whose second part is a page of the settings, no menu


@tagged("post_install_l10n", "post_install", "-at_install")
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

    def paths(self, address):
        """:return: list of lists of names: the paths through the menus that a page tells"""
        name, _hash, language = address.partition("#")
        response = self.url_open(f"/{MODULE}/static/{name}")
        page = html.fromstring(response.content.decode())
        scope = page.xpath(f"//section[@lang='{language}']") if language else [page]
        self.assertTrue(scope, address)
        texts = {
            element.text_content()
            for section in scope
            for element in section.iter("em")
            if " > " in element.text_content()
        }
        return [text.split(" > ") for text in texts if not text.startswith(PLACES)]

    def test_every_path_through_the_menus_leads_somewhere(self):
        self.env["res.lang"]._activate_lang("es_CO")
        for language, addresses in PAGES.items():
            menus = self.env["ir.ui.menu"].with_context(lang=language)
            for address in addresses:
                paths = self.paths(address)
                self.assertTrue(paths, address)
                for path in paths:
                    with self.subTest(address, path=path):
                        self.assertTrue(self.opened(menus, path))

    def opened(self, menus, path):
        """:return: whether the menu at the end of `path` is there, and its action opens"""
        menu = menus.browse()
        for name in path:
            menu = menus.search([("parent_id", "=", menu.id)]).filtered(
                lambda child, name=name: child.name == name
            )[:1]
            if not menu:
                return False
        action = menu.action
        if action and action._name == "ir.actions.act_window":
            views = [(False, kind) for kind in action.view_mode.split(",")]
            self.env[action.res_model].get_views(views)
        return bool(action or menu.child_id)
