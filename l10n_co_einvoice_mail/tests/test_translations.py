"""Every text of the addon is there in Spanish: the catalogue against what Odoo itself finds to translate."""

import re
from collections import Counter

import polib
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader

from ..models.reason_mixin import REASONS
from .tools import builder

MODULE = "l10n_co_einvoice_mail"
SPANISH = "es_CO"
# What a translation has to keep: placeholders of %, of braces, and tags.
FIXED = re.compile(r"%\(\w+\)[#0\-+ ]*[\d.]*[sdif]|%[sdif]|\{\w*\}|</?\w+|&\w+;")
NOT_SIGNED = dict.fromkeys(("signer", "nit", "signed_on", "trust"))
REMEDY = "Run `make i18n`, and translate what it prints in i18n/es.po."


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    """`i18n/es.po` serves all Spanish: Odoo loads es, then es_419, then es_CO."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catalogue = polib.pofile(file_path(f"{MODULE}/i18n/es.po"))
        cls.template = polib.pofile(file_path(f"{MODULE}/i18n/{MODULE}.pot"))
        cls.env["res.lang"]._activate_lang(SPANISH)
        cls.env["ir.module.module"]._load_module_terms([MODULE], [SPANISH])
        rows = TranslationModuleReader(cls.env.cr, [MODULE])
        cls.terms = {source for _module, _type, _name, _id, source, _value, _comments in rows}

    def assert_none(self, terms, what):
        """No term is left, else they are named."""
        listed = "\n".join(f"- {term}" for term in sorted(terms))
        self.assertFalse(terms, f"{what}:\n{listed}\n{REMEDY}")

    def test_terms_are_found(self):
        """The exporter sees every kind of text: tables without Odoo, models, screens, data."""
        samples = {
            "Rejected by DIAN",  # dian/
            "The mailbox is full",  # mailbox/
            "No purchase journal",  # booking/
            "Received e-documents",  # a menu
            "Fetch now",  # a button
            "Gmail",  # a provider
        }
        self.assert_none(samples - self.terms, "The exporter does not find")

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

    def test_reasons_are_told_in_spanish(self):
        """The tables' texts reach the reader in his language, not only the catalogue."""
        Reason = self.env["l10n_co.received.mail"]
        english = Reason.with_context(lang="en_US")
        spanish = Reason.with_context(lang=SPANISH)
        same = {
            text
            for code in REASONS
            for text, told in zip(english._describe(code), spanish._describe(code), strict=True)
            if text == told and _has_words(text)
        }
        self.assert_none(same, "Told in English")

    def test_names_of_the_xml_are_told_in_words(self):
        Reason = self.env["l10n_co.received.mail"].with_context(lang=SPANISH)
        data = {"number": "FE1", "differences": "PayableAmount 10.00 ≠ 12.00"}
        happened, _next_step = Reason._describe("totals_differ", data)
        self.assertIn("el valor a pagar 10.00 ≠ 12.00", happened)

    def test_titles_of_reasons_are_spanish(self):
        english, spanish = (dict(self._reason_selection(lang)) for lang in ("en_US", SPANISH))
        same = {title for code, title in english.items() if spanish[code] == title}
        self.assert_none(same, "Title in English")

    def test_a_document_is_shown_in_each_readers_language(self):
        """One after the other in the same transaction: what one reader saw is not shown to the next."""
        package = builder.Package()
        document = self.env["l10n_co.received.document"].create(
            {
                "company_id": self.env.company.id,
                "number": package.facts.number,
                "document_type": "91",
                "cufe": package.facts.cufe,
                "state": "accepted",
                "check_data": [{**NOT_SIGNED, "part": "document", "integrity": "unsigned"}],
                "source_attachment_id": self.env["ir.attachment"]
                .create({"name": "ad.xml", "raw": package.container})
                .id,
            }
        )
        for lang, name, total, integrity in (
            ("en_US", "Credit note", "To pay", "Unsigned"),
            (SPANISH, "Nota crédito", "Valor a pagar", "Sin firma"),
        ):
            shown = document.with_context(lang=lang)
            self.assertEqual(shown.display_name, f"{name} {document.number}")
            self.assertIn(total, shown.content_html)
            self.assertIn(integrity, shown.checks_html)

    def _reason_selection(self, lang):
        Mail = self.env["l10n_co.received.mail"].with_context(lang=lang)
        return Mail.fields_get(["reason_code"], ["selection"])["reason_code"]["selection"]


def _fixed(text):
    """How often each placeholder and tag occurs."""
    return Counter(FIXED.findall(text))


def _edges(text):
    """Whether a text begins, and whether it ends, with white space."""
    return text[:1].isspace(), text[-1:].isspace()


def _has_words(text):
    return bool(text and re.search(r"[a-z]{2}", text.replace("?", "")))
