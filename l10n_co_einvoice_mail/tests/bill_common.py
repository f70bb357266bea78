"""What the tests of vendor bills share."""

from decimal import Decimal

from ..dian.archive import File
from ..dian.reader import read
from .common import ColombianCase
from .tools import builder


class BillCase(ColombianCase):
    """Documents that were received, and the bills made of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.company_data["default_journal_purchase"]
        cls.importer = cls.env["l10n_co.bill.import"].sudo().with_company(cls.company)

    @classmethod
    def chart_tax(cls, name):
        return cls.env["account.chart.template"].with_company(cls.company).ref(name)

    @staticmethod
    def read_file(content, name="ad.xml"):
        """The only e-document in a file."""
        [edocument] = read([File(name, content)]).edocuments
        return edocument

    def edocument(self, **facts):
        """A built document, unsigned: no bill depends on a signature."""
        maker = facts.pop("maker", builder.Document)
        return self.edocument_of(maker(**facts))

    def edocument_of(self, facts):
        return self.read_file(builder.unsigned(builder.ubl.document(facts)), "fv.xml")

    def receive(self, edocument, **values):
        """The received document of an e-document, as if it had been checked and accepted."""
        document = edocument.document
        return (
            self.env["l10n_co.received.document"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "document_type": document.type_code,
                    "number": document.number,
                    "cufe": document.cufe,
                    "supplier_nit": document.supplier.id_number,
                    "state": "accepted",
                    **values,
                }
            )
        )

    def bill(self, edocument=None, **facts):
        """The bill of one document."""
        edocument = edocument or self.edocument(**facts)
        return self.bill_of(self.receive(edocument), edocument)

    def bill_of(self, record, edocument):
        return self.importer._create_bills([(record, edocument)])[record].sudo(False)

    def assert_says(self, move, document):
        """The bill says what the document says, to the cent: total, taxes by scheme, lines, and
        nothing is left to check."""
        self.assertFalse(move._l10n_co_differences())
        payable = document.totals.payable
        self.assertEqual(Decimal(f"{move.amount_total:.2f}"), payable)
        items = move.invoice_line_ids.filtered(lambda line: line.l10n_co_line_kind == "item")
        self.assertEqual(len(items), len(document.lines))
        for item, line in zip(items.sorted("sequence"), document.lines, strict=True):
            charges = sum((a.amount for a in line.allowances if a.is_charge), Decimal(0))
            self.assertAlmostEqual(item.price_subtotal, float(line.amount - charges), 2)
        stated = {}
        for tax in document.taxes:
            if tax.amount:
                stated[tax.scheme] = stated.get(tax.scheme, 0) + tax.amount
        taxes, _withheld = move._l10n_co_taxes()
        self.assertEqual({k: v for k, v in taxes.items() if v}, stated)

    def notice_codes(self, move):
        return {notice["code"] for notice in move._l10n_co_open_notices()}
