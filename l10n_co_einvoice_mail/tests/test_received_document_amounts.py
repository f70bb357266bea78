"""Amounts of received documents: known when a row is created, and the same figures that Odoo comes to."""

from unittest.mock import patch

from odoo import fields
from odoo.sql_db import Cursor
from odoo.tests import tagged

from ..models.ledger.received_document_amounts import SIGNED
from .ledger_common import LedgerCase

TABLE = "l10n_co_received_document"
AMOUNTS = (0, 0.005, 1234.565, -2.675, 10**12 + 0.1)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAmounts(LedgerCase):
    def values(self, **more):
        return {
            "company_id": self.company.id,
            "currency_id": self.company.currency_id.id,
            "document_type": "01",
            "state": "review",
            "amount_untaxed": 100.005,
            "amount_tax": 19.001,
            "amount_total": 119.006,
            **more,
        }

    def create_each_kind(self):
        """:return: documents of each state, an invoice on credit and a credit note of each"""
        kinds = [
            self.values(state=state, document_type=kind, payment_form="2")
            for state in ("accepted", "review", "rejected")
            for kind in ("01", "91")
        ]
        return self.Document.sudo().create(kinds)

    def test_a_new_row_is_not_written_again(self):
        statements = []
        execute = Cursor.execute

        def noted(cursor, query, *more, **named):
            statements.append(str(getattr(query, "code", query)).lstrip())
            return execute(cursor, query, *more, **named)

        with patch.object(Cursor, "execute", noted):
            documents = self.create_each_kind()
            for name in SIGNED:
                self.assertFalse(self.env.records_to_compute(documents._fields[name]))
            documents.flush_recordset()
        for verb, times in (("INSERT INTO", 1), ("UPDATE", 0)):
            found = [text for text in statements if text.startswith(f'{verb} "{TABLE}"')]
            self.assertEqual(len(found), times, found)

    def test_what_is_known_beforehand_is_what_is_computed(self):
        documents = self.create_each_kind()
        known = documents.read(SIGNED)
        for name in SIGNED:
            self.env.add_to_compute(documents._fields[name], documents)
        self.assertEqual(documents.read(SIGNED), known)
        totals = documents.mapped("amount_total_signed")
        self.assertEqual(totals, [119.01, -119.01, 119.01, -119.01, 0, 0])

    def test_another_currency_waits_for_its_rate(self):
        euro = self.env.ref("base.EUR")
        document = self.Document.sudo().create(
            self.values(currency_id=euro.id, exchange_rate=4000.0, amount_total=2)
        )
        self.assertEqual(document.amount_total_signed, 8000)

    def test_rounded_as_odoo_rounds(self):
        Document, own = self.Document.sudo(), self.company.currency_id
        for currency in (own, self.env.ref("base.JPY"), own.browse()):
            for amount in AMOUNTS:
                values = self.values(currency_id=currency.id, amount_tax=amount)
                document = Document.create(values)
                for name in ("amount_tax", "amount_tax_signed"):
                    with self.subTest(currency=currency.name, amount=amount, name=name):
                        self.check_conversions(document._fields[name], amount, document, values)

    def check_conversions(self, field, amount, document, values):
        nobody, odoo = document.browse(), fields.Monetary
        self.assertEqual(
            field.convert_to_column_insert(amount, nobody, values),
            odoo.convert_to_column_insert(field, amount, nobody, values),
        )
        self.assertEqual(
            field.convert_to_cache(amount, document),
            odoo.convert_to_cache(field, amount, document),
        )
