"""Cases from real life: the documents and mails beside this repository where they are there, and ones of our own with
the same features, so that a fresh clone tests each of them.
"""

import base64
import datetime
import unittest
from dataclasses import replace
from decimal import Decimal
from email.message import EmailMessage
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from ...booking.lines import LineKind, plan
from ...booking.taxes import Booking, withholdings
from ...dian import reader
from ...dian.archive import File
from ...dian.rules import RULES, Context, Evidence, Outcome, evaluate
from ...dian.signer import fingerprint
from ...dian.trust import TrustStore
from ...mailbox import smime
from ...mailbox.message import parse_message
from ..tools import builder
from ..tools.judging import INVOICE, SERVED, TRUST, judge
from ..tools.shared_samples import CASES as FOLDER
from ..tools.shared_samples import needs

STATES = {Outcome.ACCEPT: "accepted", Outcome.REVIEW: "review", Outcome.REJECT: "rejected"}
D = Decimal
#: What the README says of each: state of the document and its reason, or the problem of a file.
CASES = {
    "s1_namespace_redeclared_in_signature": ("accepted", None),
    "s2_signer_nit_in_authority_oid": ("accepted", None),
    "s4_reindented_and_signer_oid": ("review", "document_changed"),
    "s6_canonical_form_with_comments": ("accepted", None),
    "d1_terms_30_days_no_due_date": ("accepted", None),
    "a3_odoo247938_price_zero_with_charge_and_allowance": ("accepted", None),
    "a5_dolibarr772_negative_line_amount": ("accepted", None),
    "a8_odoo279350_taxed_document_charge": ("accepted", None),
    "a9_global_discount_lowers_tax": ("accepted", None),
    # signed under an authority that is not among the ones beside them
    "b14_line_withholdings": ("review", "dian_signer_untrusted"),
    "b9_currency_lower_case": ("review", "dian_signer_untrusted"),
    "c1_document_base64_in_description": ("accepted", None),
    "c2_document_escaped_inside_cdata": ("accepted", None),
    "m1_winmail_dat": (None, "file_winmail"),
    "m9_gzip": (None, "file_gzip"),
    "m2_smime_p7m_opaque_signed": ("accepted", None),
    "m3_smime_p7s_multipart_signed": ("accepted", None),
    "m10_nomina": (None, "document_payroll"),
    "n1_invoice": ("accepted", None),
}


def treat(_key):
    return Booking.TAX


def bill(document):
    """The planned bill, each line of which must be what quantity, price and discount come to."""
    planned = plan(document, treat, 2)
    for line in planned.lines:
        computed = line.quantity * line.price * (1 - line.discount / 100)
        if abs(computed - line.amount) > D("0.000001"):
            raise AssertionError(f"{computed} is not {line.amount}")
    return planned


def base_and_amount(planned):
    """What the taxes of a bill come to, and on what."""
    taxes = [(tax, line) for line in planned.lines for tax in line.taxes]
    base = sum(line.amount if tax.base is None else tax.base for tax, line in taxes)
    return base, sum(tax.amount for tax, _line in taxes)


@needs(FOLDER)
class TestShared(unittest.TestCase):
    def setUp(self):
        anchors = tuple(self.certificate(name) for name in ("anchor0.pem", "anchor1.pem"))
        dian = frozenset({fingerprint(self.certificate("dian.pem"))})
        self.known = {"trust": TrustStore(anchors, dian), "served_nits": frozenset({"990100001-9"})}

    def certificate(self, name):
        return x509.load_pem_x509_certificate((FOLDER / "trust" / name).read_bytes())

    def read(self, name):
        message = parse_message((FOLDER / f"{name}.eml").read_bytes())
        self.assertEqual(message.problems, ())
        files = [File(item.name, item.content) for item in message.attachments]
        return message, reader.read(files)

    def document(self, name):
        return self.read(name)[1].edocuments[0].document

    def test_each_ends_as_its_readme_says(self):
        self.assertEqual({path.stem for path in FOLDER.glob("*.eml")}, set(CASES))
        for name, expected in CASES.items():
            with self.subTest(name):
                message, reading = self.read(name)
                found = [(None, problem.code) for problem in reading.problems]
                for edocument in reading.edocuments:
                    context = Context(subject=message.subject, known_signers=(), **self.known)
                    verdict = evaluate(Evidence(edocument, context))
                    reason = verdict.reason and verdict.reason.code
                    found.append((STATES[verdict.outcome], reason))
                self.assertEqual(found, [expected])

    def test_nothing_is_said_of_another_signer(self):
        _message, reading = self.read("s2_signer_nit_in_authority_oid")
        verdict = evaluate(Evidence(reading.edocuments[0], Context(**self.known)))
        self.assertEqual([finding.code for finding in verdict.findings], [])

    def test_content(self):
        self.assertEqual(
            self.document("d1_terms_30_days_no_due_date").due_on, datetime.date(2026, 12, 20)
        )
        self.assertEqual(
            bill(self.document("a3_odoo247938_price_zero_with_charge_and_allowance")).total,
            D("7.14"),
        )
        self.assertEqual(bill(self.document("a5_dolibarr772_negative_line_amount")).total, D(5000))
        charged = bill(self.document("a8_odoo279350_taxed_document_charge"))
        self.assertEqual(base_and_amount(charged), (D(1050000), D(199500)))
        discounted = bill(self.document("a9_global_discount_lowers_tax"))
        self.assertEqual(base_and_amount(discounted), (D(900000), D(171000)))
        self.assertEqual(
            withholdings(self.document("b14_line_withholdings")), {"ReteRenta": D(110000)}
        )
        self.assertEqual(self.document("b9_currency_lower_case").currency, "COP")

    def test_the_mail_s_own_signature_is_no_annex(self):
        for name in ("m2_smime_p7m_opaque_signed", "m3_smime_p7s_multipart_signed"):
            _message, reading = self.read(name)
            self.assertEqual(reading.edocuments[0].annexes, ())


class TestOwnDocuments(unittest.TestCase):
    def document(self, **facts):
        package = builder.Package(replace(INVOICE, **facts))
        verdict = judge(package)
        self.assertIs(verdict.outcome, Outcome.ACCEPT, verdict.findings)
        files = [File(name, content) for name, content in package.files.items()]
        return reader.read(files).edocuments[0].document

    def test_due_dates(self):
        for terms, form, expected in (
            (("30", "DAY"), "2", datetime.date(2026, 4, 1)),
            (("30.00", "day"), "2", datetime.date(2026, 4, 1)),
            (("2", "WEE"), "2", datetime.date(2026, 3, 16)),
            (("1", "MON"), "2", datetime.date(2026, 4, 2)),
            (("1", "ANN"), "2", datetime.date(2027, 3, 2)),
            (("0", "DAY"), "2", datetime.date(2026, 3, 2)),
            (None, "1", datetime.date(2026, 3, 2)),
            (None, "2", None),
            (("30", "XXX"), "2", None),
            (("-5", "DAY"), "2", None),
            (("1.5", "MON"), "2", None),
            (("99999", "ANN"), "2", None),
        ):
            with self.subTest(terms=terms, form=form):
                document = self.document(due_date="", terms=terms, payment_form=form)
                self.assertEqual(document.due_on, expected)
        stated = self.document(terms=("90", "DAY"))
        self.assertEqual(stated.due_on, datetime.date(2026, 4, 1))
        end = self.document(due_date="", terms=("1000", "ANN"), issue_date="9999-12-31")
        self.assertIsNone(end.due_on)

    def test_a_price_of_nothing_with_allowances(self):
        discount = builder.AllowanceCharge("4.00")
        charge = builder.AllowanceCharge("10.00", "Cargo", is_charge=True)
        for allowances, amounts in (
            ((charge, discount), [D(6)]),
            ((discount,), [D(-4)]),
            ((charge,), [D(0), D(10)]),
        ):
            with self.subTest(amounts):
                line = builder.Line(price="0.00", allowances=allowances)
                other = builder.Line(price="1000.00")
                planned = bill(self.document(lines=(line, other)))
                self.assertEqual([item.amount for item in planned.lines][: len(amounts)], amounts)
                self.assertEqual(planned.total, sum(amounts) * D("1.19") + 1190)

    def test_charges_and_discounts_that_are_taxed(self):
        tax = (builder.Tax(),)
        for is_charge, base in ((True, D(150000)), (False, D(50000))):
            with self.subTest(is_charge=is_charge):
                item = builder.AllowanceCharge("50000", is_charge=is_charge, taxes=tax)
                planned = bill(self.document(allowances=(item,)))
                self.assertEqual(base_and_amount(planned), (base, base * D("0.19")))
                self.assertEqual(planned.total, base * D("1.19"))
                bearing = [line.kind for line in planned.lines if line.taxes]
                kind = LineKind.CHARGE if is_charge else LineKind.ALLOWANCE
                self.assertEqual(bearing, [LineKind.ITEM, kind])

    def test_some_of_several_charges_taxed(self):
        charges = tuple(
            builder.AllowanceCharge(amount, is_charge=True, taxes=taxes)
            for amount, taxes in (
                ("50000", (builder.Tax(),)),
                ("30000", (builder.Tax(),)),
                ("7000", ()),
            )
        )
        planned = bill(self.document(allowances=charges))
        self.assertEqual(base_and_amount(planned), (D(180000), D(34200)))
        self.assertEqual(planned.total, D(100000 + 87000 + 34200))

    def test_withholdings_of_lines(self):
        income, city = builder.Tax("06", "11.00"), builder.Tax("07", "0.966")
        line = builder.Line(withholdings=(income, city))
        of_lines = withholdings(self.document(lines=(line, line)))
        self.assertEqual(of_lines, {"ReteRenta": D(22000), "ReteICA": D(1932)})
        both = withholdings(self.document(lines=(line,), withholdings=(income,)))
        self.assertEqual(both, {"ReteRenta": D(11000), "ReteICA": D(966)})

    def test_currency_in_small_letters(self):
        document = self.document(currency="usd", exchange_rate="4000")
        self.assertEqual(document.currency, "USD")
        self.assertEqual(document.exchange_rate.price_of("USD"), 4000)

    def test_documents_wrapped_otherwise(self):
        package = builder.Package()
        inner = package.document.decode()
        plain = f"<![CDATA[{inner}]]>"
        text = builder.attached_document(
            INVOICE, package.document, package.answers, is_signed=False
        ).decode()
        self.assertIn(plain, text)
        for name, wrapped in {
            "base64": base64.b64encode(package.document).decode(),
            "escaped inside CDATA": f"<![CDATA[{escape(inner)}]]>",
            "escaped twice": escape(escape(inner)),
            "quotes escaped": f"<![CDATA[{escape(inner, {chr(34): '&quot;'})}]]>",
        }.items():
            with self.subTest(name):
                verdict = judge(builder.Package(container=text.replace(plain, wrapped).encode()))
                self.assertIs(verdict.outcome, Outcome.ACCEPT)
                self.assertEqual(verdict.document_signature, "valid")


def signed_mail(options, content):
    signer = builder.signer_of(builder.SUPPLIER)
    made = pkcs7.PKCS7SignatureBuilder().set_data(content)
    made = made.add_signer(signer.certificate, signer.key, hashes.SHA256())
    return made.sign(serialization.Encoding.DER, options)


def in_pieces(content):
    """A signed message in BER of indefinite length, its content in pieces, as OpenSSL streams it."""

    def element(tag, *parts):
        return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"

    def piece(part):
        return b"\x04\x82" + len(part).to_bytes(2, "big") + part

    def kind(oid):
        return b"\x06\x09" + oid

    half = len(content) // 2
    octets = element(0x24, piece(content[:half]), piece(content[half:]))
    info = element(0x30, kind(smime.DATA), element(0xA0, octets))
    signed = element(0x30, b"\x02\x01\x01", b"\x31\x00", info, b"\x31\x00")
    return element(0x30, kind(smime.SIGNED_DATA), element(0xA0, signed))


class TestOwnMails(unittest.TestCase):
    """What programs do to a mail."""

    @classmethod
    def setUpClass(cls):
        cls.package = builder.Package()
        message = EmailMessage()
        message["Subject"] = "interior"
        message.set_content("Adjunto")
        message.add_attachment(
            cls.package.archive, maintype="application", subtype="zip", filename="z.zip"
        )
        cls.inner = message.as_bytes().replace(b"\n", b"\r\n")

    def mail(self, content, subtype="octet-stream", filename="adjunto"):
        message = EmailMessage()
        message["Subject"] = self.package.subject
        message.set_content("Adjunto")
        message.add_attachment(content, maintype="application", subtype=subtype, filename=filename)
        return parse_message(message.as_bytes())

    def read(self, message):
        return reader.read([File(item.name, item.content) for item in message.attachments])

    def test_signed_with_smime(self):
        signed = signed_mail([pkcs7.PKCS7Options.Binary], self.inner)
        for subtype, filename in (
            ("pkcs7-mime", "smime.p7m"),
            ("x-pkcs7-mime", "firmado"),
            ("octet-stream", "smime.p7m"),
        ):
            with self.subTest(subtype):
                message = self.mail(signed, subtype, filename)
                [edocument] = self.read(message).edocuments
                self.assertEqual(edocument.xml, self.package.document)
                self.assertEqual([item.name for item in message.attachments], ["z.zip"])

    def test_signed_and_written_in_pieces(self):
        message = self.mail(in_pieces(self.inner), "pkcs7-mime", "smime.p7m")
        [edocument] = self.read(message).edocuments
        self.assertEqual(edocument.xml, self.package.document)

    def test_a_signature_is_no_annex(self):
        detached = signed_mail([pkcs7.PKCS7Options.DetachedSignature], self.inner)
        for subtype, filename in (
            ("pkcs7-signature", "smime.p7s"),
            ("x-pkcs7-signature", "firma"),
            ("octet-stream", "smime.p7s"),
        ):
            self.assertEqual(self.mail(detached, subtype, filename).attachments, ())
        kept = self.mail(self.package.document, "pkcs7-signature", "smime.p7s")
        self.assertEqual(len(self.read(kept).edocuments), 1)

    def test_smime_that_cannot_be_opened(self):
        signed = signed_mail([pkcs7.PKCS7Options.Binary], self.inner)
        for content in (
            signed[:-20000],
            signed[:30],
            b"",
            b"\x30\x80" * 400,
            b"0" * 50,
            b"\xff" * 50,
        ):
            message = self.mail(content, "pkcs7-mime", "smime.p7m")
            self.assertEqual([item.name for item in message.attachments], ["smime.p7m"])
            self.assertEqual(self.read(message).edocuments, ())

    def test_encrypted(self):
        signer = builder.signer_of(builder.SUPPLIER)
        encrypted = pkcs7.PKCS7EnvelopeBuilder().set_data(b"secreto")
        encrypted = encrypted.add_recipient(signer.certificate)
        content = encrypted.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
        [problem] = self.mail(content, "pkcs7-mime", "smime.p7m").problems
        self.assertEqual((problem.code, problem.data), ("mail_encrypted", {"name": "smime.p7m"}))

    def test_files_that_are_no_zip(self):
        outlook = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
        outlook += "__properties_version1.0".encode("utf-16-le")
        payroll = '<NominaIndividual xmlns="dian:gov:co:facturaelectronica:NominaIndividual"/>'
        for content, code, words in (
            (b"\x78\x9f\x3e\x22" + bytes(50), "file_winmail", "Outlook"),
            (b"\x1f\x8b\x08" + bytes(50), "file_gzip", "gzip"),
            (outlook, "file_outlook", ".msg"),
            (payroll.encode(), "document_payroll", "payroll"),
            (payroll.replace("dual ", "dualDeAjuste ").encode(), "document_payroll", "purchase"),
        ):
            with self.subTest(code):
                [problem] = self.read(self.mail(content)).problems
                self.assertEqual(problem.code, code)
                self.assertIn(words, RULES[code].sentence)

    def test_a_bill_without_xml_is_told_truthfully(self):
        self.assertIn("support document", RULES["no_edocument"].remedy)


class TestForged(unittest.TestCase):
    """Whoever holds a genuine answer and any certificate; before the genuine one, and after it."""

    def test_variants(self):
        genuine = builder.Package()
        cheat = builder.Party("900777777", "ESTAFAS SAS")
        signers = {
            "another company": builder.signer_of(cheat),
            "the supplier's names": builder.certificates.leaf("9007777771", builder.SUPPLIER.name),
        }
        changes = {
            "amounts": {"lines": (builder.Line(price="900000"),)},
            "supplier": {"supplier": cheat},
            "buyer": {"customer": builder.Party("811000000", "OTRA NUESTRA")},
            "number": {"number": "FE9999"},
        }
        for change, facts in changes.items():
            forged = replace(INVOICE, unique_code=INVOICE.cufe, **facts)
            for name, signer in signers.items():
                with self.subTest(change=change, signer=name):
                    document = builder.signed_document(forged, signer)
                    package = builder.Package(forged, document=document, answers=genuine.answers)
                    verdict = judge(package, known_signers=())
                    self.assertIsNot(verdict.outcome, Outcome.ACCEPT)

    def test_the_answer_of_another(self):
        other = replace(INVOICE, number="FE2002", lines=(builder.Line(price="5"),))
        answers = (builder.signed_answer(other),)
        verdict = judge(builder.Package(answers=answers))
        self.assertEqual(verdict.reason.code, "answer_mismatch")
        self.assertFalse(verdict.may_be_overridden)

    def test_the_answer_names_the_issuer(self):
        """The same number and CUFE, taken from another supplier's document."""
        for name, changes in {
            "receiver": {"receiver": builder.Party("900777777", "ESTAFAS SAS")},
            "type": {"about_type": "91"},
            "date": {"issue_date": "2026-02-01"},
        }.items():
            with self.subTest(name):
                answers = (builder.signed_answer(INVOICE, **changes),)
                verdict = judge(builder.Package(answers=answers))
                self.assertEqual(verdict.reason.code, "answer_contradicts")
                self.assertEqual(verdict.dian_status, "missing")
                self.assertFalse(verdict.may_be_overridden)

    def test_a_second_signer_in_the_signature(self):
        package = builder.Package()
        start, end = b"<ds:KeyInfo", b"</ds:KeyInfo>"
        key_info = start + package.document.partition(start)[2].partition(end)[0] + end
        document = package.document.replace(key_info, key_info * 2)
        verdict = judge(builder.Package(document=document), known_signers=())
        self.assertIs(verdict.outcome, Outcome.REJECT)
        self.assertFalse(verdict.may_be_overridden)

    def test_both_in_one_mail(self):
        genuine = builder.Package()
        forged = replace(INVOICE, unique_code=INVOICE.cufe, lines=(builder.Line(price="900000"),))
        signer = builder.signer_of(builder.Party("900777777", "ESTAFAS SAS"))
        document = builder.signed_document(forged, signer)
        container = builder.attached_document(forged, document, genuine.answers)
        for contents in ((genuine.container, container), (container, genuine.container)):
            files = [File(f"{n}.xml", content) for n, content in enumerate(contents)]
            context = Context(trust=TRUST, served_nits=SERVED, known_signers=())
            outcomes = {
                int(item.document.totals.payable): evaluate(Evidence(item, context)).outcome
                for item in reader.read(files).edocuments
            }
            self.assertEqual(outcomes, {119000: Outcome.ACCEPT, 1071000: Outcome.REVIEW})
