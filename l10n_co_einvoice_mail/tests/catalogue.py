"""What every addon's Spanish catalogue has to be: complete, and of the addon's own terms alone."""

import re
from collections import Counter

import polib
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader

SPANISH = "es_CO"
# What a translation has to keep: placeholders of %, of braces, and tags.
FIXED = re.compile(r"%\(\w+\)[#0\-+ ]*[\d.]*[sdif]|%[sdif]|\{\w*\}|</?\w+|&\w+;")
REMEDY = "Run `make i18n`, and translate what it prints in i18n/es.po."


class CatalogueChecks:
    """Tests of `i18n/es.po` of the addon `module`, against what Odoo itself finds to translate. It serves all
    Spanish: Odoo loads es, then es_419, then es_CO.
    """

    module = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catalogue = polib.pofile(file_path(f"{cls.module}/i18n/es.po"))
        cls.template = polib.pofile(file_path(f"{cls.module}/i18n/{cls.module}.pot"))
        cls.env["res.lang"]._activate_lang(SPANISH)
        cls.env["ir.module.module"]._load_module_terms([cls.module], [SPANISH])
        rows = TranslationModuleReader(cls.env.cr, [cls.module])
        cls.terms = {source for _module, _type, _name, _id, source, _value, _comments in rows}

    def assert_none(self, terms, what):
        """No term is left, else they are named."""
        listed = "\n".join(f"- {term}" for term in sorted(terms))
        self.assertFalse(terms, f"{what}:\n{listed}\n{REMEDY}")

    def test_every_term_is_translated(self):
        translated = {entry.msgid for entry in self.catalogue if entry.msgstr.strip()}
        self.assert_none(self.terms - translated, "Not translated")

    def test_nothing_is_left_over(self):
        """No term that the addon no longer has, nothing that a tool only guessed."""
        of_catalogue = {entry.msgid for entry in self.catalogue}
        self.assert_none(of_catalogue - self.terms, "No longer in the addon")
        self.assert_none({entry.msgid for entry in self.catalogue.fuzzy_entries()}, "Fuzzy")
        self.assert_none({entry.msgid for entry in self.catalogue.obsolete_entries()}, "Obsolete")

    def test_template_is_up_to_date(self):
        of_template = {entry.msgid for entry in self.template}
        self.assert_none(self.terms ^ of_template, "Not the same in the template")

    def test_placeholders_and_tags_are_kept(self):
        changed = {
            f"{entry.msgid} -> {entry.msgstr}"
            for entry in self.catalogue
            if entry.msgstr and _fixed(entry.msgid) != _fixed(entry.msgstr)
        }
        self.assert_none(changed, "Placeholders or tags changed")

    def test_no_text_is_cut_out_of_its_line(self):
        """A text that begins or ends with a space is put beside another one: both keep the space."""
        changed = {
            entry.msgid
            for entry in self.catalogue
            if entry.msgstr and _edges(entry.msgid) != _edges(entry.msgstr)
        }
        self.assert_none(changed, "Spaces or line breaks at the edges changed")


def _fixed(text):
    """How often each placeholder and tag occurs."""
    return Counter(FIXED.findall(text))


def _edges(text):
    """Whether a text begins, and whether it ends, with white space."""
    return text[:1].isspace(), text[-1:].isspace()
