import unittest
import zipfile
from email import message_from_bytes, policy
from io import BytesIO

from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier

from ..tools import builder, certificates
from ..tools.shared_samples import SCHEMAS, needs

#: Everything that a document can have, so that the schemas see all of it.
FULL = {
    "lines": (
        builder.Line(
            taxes=(builder.Tax(), builder.Tax("04", "8.00"), builder.Tax("22", None, "66.00")),
            withholdings=(builder.Tax("06", "2.50"),),
            allowances=(
                builder.AllowanceCharge("10.00"),
                builder.AllowanceCharge("5.00", "Flete", is_charge=True),
            ),
            seller_code="A-1",
            brand="Marca",
            model="Modelo",
            note="Nota",
            mandator_nit="900108281",
        ),
        builder.Line(is_free=True, taxes=()),
    ),
    "allowances": (builder.AllowanceCharge("10.00"),),
    "withholdings": (builder.Tax("06", "2.50"),),
    "prepaid": "100.00",
    "order_reference": "OC-1",
    "period": ("2026-02-01", "2026-02-28"),
    "currency": "USD",
    "exchange_rate": "4000.00",
}
KINDS = {
    "Invoice": builder.Document(**FULL),
    "CreditNote": builder.credit_note(**FULL),
    "DebitNote": builder.debit_note(**FULL),
}


def inner_documents(container):
    """What the Descriptions of a container hold."""
    root = etree.fromstring(container)
    texts = (item.text for item in root.iter("{*}Description"))
    return [text.encode() for text in texts if text and text.startswith("<?xml")]


class TestCufe(unittest.TestCase):
    def test_the_annex_worked_example(self):
        invoice = builder.Document(
            number="323200000129",
            issue_date="2019-01-16",
            issue_time="10:53:10-05:00",
            lines=(builder.Line(price="1500000.00"),),
            supplier=builder.Party("700085371", "A"),
            customer=builder.Party("800199436", "B"),
            technical_key="693ff6f2a553c3646a063436fd4dd9ded0311471",
        )
        self.assertEqual(
            invoice.cufe,
            "8bb918b19ba22a694f1da11c643b5e9de39adf60311cf179179e9b33381030bc"
            "d4c3c3f156c506ed5908f9276f5bd9b4",
        )

    def test_notes_and_equivalent_documents_carry_a_cude(self):
        self.assertEqual(builder.Document().scheme, "CUFE-SHA384")
        self.assertEqual(builder.credit_note().scheme, "CUDE-SHA384")
        self.assertEqual(builder.Document(type_code="60").scheme, "CUDE-SHA384")


@needs(SCHEMAS)
class TestSchemas(unittest.TestCase):
    """What is built is valid by DIAN's schemas, where they are."""

    def assert_valid(self, content):
        root = etree.fromstring(content)
        name = etree.QName(root).localname
        etree.XMLSchema(etree.parse(SCHEMAS / f"UBL-{name}-2.1.xsd")).assertValid(root)

    def test_documents_containers_and_answers(self):
        for kind, facts in KINDS.items():
            with self.subTest(kind):
                package = builder.Package(facts)
                self.assert_valid(package.document)
                self.assert_valid(package.answers[0])
                self.assert_valid(package.container)

    def test_unsigned_container(self):
        facts = builder.Document()
        document = builder.signed_document(facts)
        self.assert_valid(builder.attached_document(facts, document, is_signed=False))

    def test_events(self):
        for code in ("030", "031", "032", "033", "034"):
            with self.subTest(code):
                self.assert_valid(builder.signed_document(builder.event(code)))


class TestSignature(unittest.TestCase):
    def test_signxml_verifies_every_part(self):
        package = builder.Package()
        supplier = builder.signer_of(builder.SUPPLIER)
        config = SignatureConfiguration(expect_references=3)
        for content, signer in (
            (package.document, supplier),
            (package.answers[0], certificates.dian()),
            (package.container, supplier),
        ):
            XMLVerifier().verify(content, x509_cert=signer.certificate, expect_config=config)

    def test_a_container_holds_the_exact_bytes(self):
        facts = builder.Document(notes=("fin ]]> de CDATA & <otros>",))
        for escaped in (False, True):
            with self.subTest(escaped=escaped):
                package = builder.Package(facts)
                parts = (package.document, *package.answers)
                container = builder.attached_document(
                    facts, package.document, package.answers, escaped=escaped
                )
                self.assertEqual(inner_documents(container), list(parts))


class TestPackage(unittest.TestCase):
    def test_mail_holds_one_archive_with_container_and_pdf(self):
        package = builder.Package()
        message = message_from_bytes(package.mail, policy=policy.default)
        self.assertEqual(
            message["Subject"],
            "900123456;PROVEEDOR DE PRUEBA SAS;FE1001;01;PROVEEDOR DE PRUEBA SAS",
        )
        (attachment,) = message.iter_attachments()
        self.assertRegex(attachment.get_filename(), r"^z0900123456000\d\d[0-9a-f]{8}\.zip$")
        with zipfile.ZipFile(BytesIO(attachment.get_content())) as files:
            contents = [files.read(name) for name in files.namelist()]
        self.assertEqual(contents, [package.container, package.pdf])

    def test_later_parts_are_built_around_a_given_one(self):
        document = builder.tampered(builder.signed_document(builder.Document()), "119000", "919000")
        package = builder.Package(document=document)
        self.assertEqual(inner_documents(package.container)[0], document)

    def test_event_mail(self):
        package = builder.Package(builder.event("030"))
        self.assertEqual(
            package.subject,
            "Evento;FE1001;800123456;COMPRADOR DE PRUEBA SAS;FE1001030;030",
        )

    def test_tampering_with_what_is_not_there_fails(self):
        with self.assertRaises(ValueError):
            builder.tampered(b"<a/>", "b", "c")


class TestTotals(unittest.TestCase):
    def test_lines_taxes_discounts_and_advances_add_up(self):
        total = KINDS["Invoice"].monetary_total
        # 100,000 - 10 + 5; IVA 18,999.05, INC 7,999.60, bag 66.00; discount 10, advance 100
        self.assertEqual(total["LineExtensionAmount"], "99995.00")
        self.assertEqual(total["TaxInclusiveAmount"], "127059.65")
        self.assertEqual(total["PayableAmount"], "126949.65")

    def test_an_amount_can_be_replaced(self):
        invoice = builder.Document(totals={"PayableAmount": "1.00"})
        self.assertEqual(invoice.monetary_total["PayableAmount"], "1.00")
        self.assertEqual(invoice.monetary_total["TaxInclusiveAmount"], "119000.00")
