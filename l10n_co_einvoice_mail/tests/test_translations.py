"""Every text of the addon is there in Spanish, and reaches its reader."""

import re

from odoo.tests import TransactionCase, tagged

from ..models.shared.reason_mixin import REASONS
from .catalogue import SPANISH, CatalogueChecks
from .tools import builder

NOT_SIGNED = dict.fromkeys(("signer", "nit", "signed_on", "trust"))


@tagged("post_install", "-at_install")
class TestTranslations(CatalogueChecks, TransactionCase):
    module = "l10n_co_einvoice_mail"

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
        self.assertIn("el valor a pagar 10,00 ≠ 12,00", happened)

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
        document.source_attachment_id.write({"res_model": document._name, "res_id": document.id})
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


def _has_words(text):
    return bool(text and re.search(r"[a-z]{2}", text.replace("?", "")))
