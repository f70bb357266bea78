"""A month in a Colombian company's reception mailbox: suppliers' mails of every kind, good and bad.

Companies and persons are invented, their NITs are of a range that DIAN does not assign, the signers
are throw-away (`trust_anchors`, `dian_signer`).
"""

import datetime
from dataclasses import dataclass, replace

from . import certificates
from .builder import (
    AllowanceCharge,
    Authorization,
    Document,
    Line,
    Package,
    Party,
    Reference,
    Tax,
    archive,
    attached_document,
    credit_note,
    debit_note,
    event,
    forward,
    mail,
    pdf,
    signed_answer,
    signed_document,
    signer_of,
    subject,
    tampered,
)

COLOMBIA = datetime.timezone(datetime.timedelta(hours=-5))
IVA_19, IVA_5, EXEMPT = Tax("01", "19.00"), Tax("01", "5.00"), Tax("01", "0.00")
CALI = {
    "city": ("76001", "Cali"),
    "department": ("76", "Valle del Cauca"),
    "postal_code": "760001",
    "street": "Calle 5 # 38-25",
}
MEDELLIN = {
    "city": ("05001", "Medellín"),
    "department": ("05", "Antioquia"),
    "postal_code": "050021",
    "street": "Carrera 52 # 14-30",
}
STATIONER = Party("990100101", "PAPELERÍA EL ANDÉN S.A.S.", "Papelería El Andén")
HARDWARE = Party("990100202", "FERRETERÍA LA TUERCA DORADA LTDA.", tax_level="O-23")
CLEANER = Party("990100303", "ASEO INTEGRAL DEL VALLE S.A.S.", **CALI)
SOFTWARE = Party("990100404", "NUBE ANDINA TECNOLOGÍA S.A.S.", tax_level="O-13;O-15")
UTILITY = Party("990100505", "ELECTRIFICADORA SABANA ALTA S.A. E.S.P.", "Sabana Alta Energía")
CARRIER = Party("990100606", "TRANSPORTES RÍO CLARO S.A.", **MEDELLIN)
ADVISER = Party("990100707", "CONSULTORES BEJARANO & DÍAZ S.A.S.")
RESTAURANT = Party(
    "52990181", "MARÍA FERNANDA RESTREPO GÓMEZ", "Fonda La Fernanda", organization_type="2"
)
CUSTOMER = Party("990100808", "ALMACENES LA CANASTA S.A.", email="eventos@canasta.example.com")
PROVIDER = Party("990101010", "FACTURA FÁCIL COLOMBIA S.A.S.")
NEW_SIGNER = Party("990101111", "SOLUCIONES EN LA NUBE S.A.S.")
STRANGER = Party("990100909", "COMERCIALIZADORA DEL OTRO LADO S.A.S.")


@dataclass(frozen=True)
class DemoMail:
    """A mail and what is to become of it.

    `expected_state`: of its document (accepted, review, rejected), `duplicate`, `other_content` of a copy that says
    something else than the document with its CUFE, or `no_document`.
    """

    name: str
    raw: bytes
    expected_state: str
    expected_reason_code: str | None = None


def trust_anchors():
    """PEM texts of the authorities that issued every signer's certificate below."""
    return tuple(map(certificates.pem, certificates.anchors()))


def dian_signer():
    """PEM text of the certificate that signs DIAN's answers below."""
    return certificates.dian().pem


def demo_mails(receiver_nit, receiver_name="COMPAÑÍA DEMO S.A.S.", recipient=None, today=None):
    """The mails in the order in which they arrived, dated in the month before `today`.

    `recipient`: the mailbox' address. The same supplier's documents refer to one another.
    """
    month = _Month(
        Party(receiver_nit, receiver_name),
        recipient or "facturas@comprador.example.com",
        today or datetime.datetime.now(COLOMBIA).date(),
    )
    return [make(month) for make in _MAILS]


def never_came(receiver_nit, receiver_name="COMPAÑÍA DEMO S.A.S.", today=None):
    """What DIAN has of a supplier and no mail brought, by what becomes of it in the demo: {name: Package}.

    `taken_back` is an invoice, `note` the credit note over the whole of it; `fetched` and `missing` are invoices.
    """
    month = _Month(
        Party(receiver_nit, receiver_name), "", today or datetime.datetime.now(COLOMBIA).date()
    )
    screws = (Line("Tornillo galvanizado 1/4 x 2", "450.00", "400.00"),)
    taken_back = month.invoice(HARDWARE, "FTD905", 9, lines=screws)
    note = credit_note(
        number="NCF31",
        supplier=taken_back.supplier,
        customer=taken_back.customer,
        lines=screws,
        issue_date=taken_back.issue_date,
        due_date=taken_back.due_date,
        references=(Reference(taken_back.number, taken_back.cufe, taken_back.issue_date),),
        discrepancy=("2", "Anulación de factura electrónica"),
    )
    paint = (Line("Pintura vinilo blanco, caneca", "238000.00", "2.00"),)
    ladder = (Line("Escalera de tijera 6 pasos", "325000.00"),)
    return {
        "taken_back": Package(taken_back),
        "note": Package(note),
        "fetched": Package(month.invoice(HARDWARE, "FTD911", 8, lines=paint)),
        "missing": Package(month.invoice(HARDWARE, "FTD918", 7, lines=ladder)),
    }


@dataclass(frozen=True)
class _Month:
    """To whom and when: what the mails have in common."""

    receiver: Party
    recipient: str
    today: datetime.date

    def invoice(self, supplier, number, days_ago, **facts):
        """Facts of an invoice issued some days ago, within its supplier's numbering range."""
        issued = self.today - datetime.timedelta(days=days_ago)
        prefix = number.rstrip("0123456789")
        defaults = {
            "number": number,
            "supplier": replace(supplier, email=f"facturacion@{prefix.lower()}.example.com"),
            "customer": self.receiver,
            "issue_date": issued.isoformat(),
            "due_date": (issued + datetime.timedelta(days=30)).isoformat(),
            "notes": ("Gracias por su compra.",),
            "authorization": Authorization(
                start=f"{issued.year - 1}-01-01",
                end=f"{issued.year + 1}-12-31",
                prefix=prefix,
                last="999999",
            ),
        }
        return Document(**{**defaults, **facts})

    def mail(self, name, facts, attachments, subject_=None):
        """A mail of the document's supplier, sent an hour after issue."""
        return mail(
            subject(facts) if subject_ is None else subject_,
            attachments,
            sender=facts.supplier.email,
            recipient=self.recipient,
            message_id=f"<{name}@{facts.supplier.nit}.example.com>",
            date=_sent(facts.issue_date),
        )

    def demo(self, name, package, state="accepted", reason=None):
        """The mail of a package as the annex asks for it."""
        return DemoMail(name, self.mail(name, package.facts, package.attachments), state, reason)


def _sent(day):
    return datetime.datetime.fromisoformat(f"{day}T13:00:00-05:00")


def _stationery(month):
    return month.invoice(
        STATIONER,
        "PEA1201",
        28,
        order_reference="4500012345",
        lines=(
            Line("Resma papel bond carta 75 g", "18500.00", "20.00", taxes=(IVA_19,)),
            Line(
                "Carpeta celuguía oficio",
                "950.00",
                "150.00",
                allowances=(AllowanceCharge("14250.00", "Descuento por volumen", percent="10.00"),),
            ),
            Line("Cuaderno cosido 100 hojas", "4200.00", "30.00", taxes=(IVA_5,)),
            Line("Libro de contabilidad básica", "62000.00", "2.00", taxes=(EXEMPT,)),
            Line(
                "Bolsa plástica",
                "100.00",
                "3.00",
                taxes=(IVA_19, Tax("22", None, "66.00")),
            ),
        ),
    )


def _several_lines(month):
    return month.demo("factura_papeleria", Package(_stationery(month)))


def _several_suppliers(month):
    facts = month.invoice(
        HARDWARE,
        "FTD880",
        26,
        lines=(
            Line('Taladro percutor 1/2" 750 W', "389900.00", "2.00", brand="Fuerte", model="T750"),
            Line('Broca para concreto 3/8"', "12700.00", "10.00"),
            Line("Muestra: guantes de carnaza", "9800.00", is_free=True, taxes=()),
        ),
        allowances=(AllowanceCharge("20000.00", "Descuento pronto pago", percent="2.20"),),
    )
    return month.demo("factura_ferreteria", Package(facts))


def _withholdings(month):
    facts = month.invoice(
        CLEANER,
        "AIV3310",
        25,
        lines=(Line("Servicio de aseo, mes vencido", "4200000.00", unit_code="E48"),),
        withholdings=(Tax("06", "2.00"), Tax("07", "0.966")),
    )
    return month.demo("factura_aseo_retenciones", Package(facts))


def _restaurant(month):
    inc = (Tax("04", "8.00"),)
    facts = month.invoice(
        RESTAURANT,
        "FON77",
        24,
        payment_form="1",
        payment_means="10",
        lines=(Line("Almuerzo ejecutivo", "22000.00", "12.00", taxes=inc),),
    )
    return month.demo("factura_persona_natural", Package(facts))


def _credit(month):
    invoice = _stationery(month)
    issued = month.invoice(STATIONER, "NCP31", 20)
    facts = credit_note(
        number="NCP31",
        supplier=issued.supplier,
        customer=month.receiver,
        issue_date=issued.issue_date,
        due_date=issued.due_date,
        references=(Reference(invoice.number, invoice.cufe, invoice.issue_date),),
        discrepancy=("1", "Devolución parcial de los bienes"),
        lines=(Line("Devolución: resma papel bond carta", "18500.00", "2.00"),),
    )
    return month.demo("nota_credito_papeleria", Package(facts))


def _debit(month):
    invoice = _stationery(month)
    issued = month.invoice(STATIONER, "NDP8", 18)
    facts = debit_note(
        number="NDP8",
        supplier=issued.supplier,
        customer=month.receiver,
        issue_date=issued.issue_date,
        due_date=issued.due_date,
        references=(Reference(invoice.number, invoice.cufe, invoice.issue_date),),
        discrepancy=("2", "Gastos por cobrar"),
        lines=(Line("Flete de entrega urgente", "25000.00"),),
    )
    return month.demo("nota_debito_papeleria", Package(facts))


def _dollars(month):
    facts = month.invoice(
        SOFTWARE,
        "NAT5002",
        17,
        currency="USD",
        exchange_rate="4012.35",
        lines=(Line("Suscripción anual de respaldo en la nube", "1250.00", taxes=(IVA_19,)),),
    )
    package = Package(facts)
    answers = package.answers
    container = attached_document(facts, package.document, answers, is_signed=False)
    return month.demo("factura_usd", Package(facts, container=container))


def _utility_bill(month):
    facts = month.invoice(
        UTILITY,
        "ESA900121",
        15,
        type_code="60",
        profile="DIAN 2.1: documento equivalente electrónico servicios públicos domiciliarios",
        lines=(
            Line("Energía activa", "812.40", "530.00", "KWH", taxes=()),
            Line("Alumbrado público", "18400.00", taxes=()),
        ),
    )
    return month.demo("servicios_publicos", Package(facts))


def _freight(month):
    return month.invoice(
        CARRIER,
        "TRC640",
        14,
        lines=(Line("Flete Bogotá - Medellín, 12 t", "2350000.00", taxes=(EXEMPT,)),),
    )


def _annexes(month):
    facts = _freight(month)
    package = Package(facts)
    annexes = archive({"remesa-8812.pdf": pdf("Remesa 8812"), "cumplido.txt": b"Recibido a las 8."})
    files = {**package.files, "anexos.zip": annexes}
    return month.demo("factura_flete_anexos", Package(facts, files=files))


def _contingency(month):
    facts = month.invoice(CARRIER, "TRC641", 13, type_code="04")
    return month.demo("contingencia_dian", Package(facts, answers=()))


def _bare(month):
    facts = month.invoice(ADVISER, "CBD15", 12, lines=(Line("Asesoría tributaria", "3800000.00"),))
    package = Package(facts)
    attachments = {"factura CBD15.xml": package.document, "factura CBD15.pdf": package.pdf}
    raw = month.mail("factura_suelta", facts, attachments, "Factura de octubre, honorarios")
    return DemoMail("factura_suelta", raw, "review", "dian_answer_missing")


def _reformatted(month):
    facts = month.invoice(HARDWARE, "FTD893", 11)
    document = signed_document(facts).replace(b"><cbc:", b">\n  <cbc:")
    package = Package(facts, document=document)
    return month.demo("factura_reformateada", package, "review", "document_changed")


def _altered(month):
    facts = month.invoice(HARDWARE, "FTD901", 10, lines=(Line("Cemento gris 50 kg", "31500.00"),))
    payable = facts.monetary_total["PayableAmount"]
    document = tampered(signed_document(facts), f">{payable}<", ">937485.00<")
    package = Package(facts, document=document)
    return month.demo("factura_alterada", package, "rejected", "document_altered")


def _other_company(month):
    facts = month.invoice(CLEANER, "AIV3325", 9, customer=STRANGER)
    return month.demo("factura_de_otra_empresa", Package(facts), "rejected", "receiver_unknown")


def _test_environment(month):
    facts = month.invoice(SOFTWARE, "NAT5003", 8, environment="2")
    return month.demo("factura_de_pruebas", Package(facts), "rejected", "test_environment")


def _rejected_by_dian(month):
    facts = month.invoice(ADVISER, "CBD16", 7)
    notifications = (("FAD06", "Valor del CUFE no está calculado correctamente"),)
    answers = (signed_answer(facts, "04", notifications=notifications),)
    package = Package(facts, answers=answers)
    return month.demo("factura_rechazada_dian", package, "rejected", "dian_rejected")


def _forged_answer(month):
    facts = month.invoice(STRANGER, "COL1", 6, lines=(Line("Insumos varios", "9800000.00"),))
    answers = (signed_answer(facts, signer=signer_of(STRANGER)),)
    package = Package(facts, answers=answers)
    return month.demo("respuesta_falsificada", package, "rejected", "answer_forged")


def _duplicate(month):
    facts = _stationery(month)
    original = month.mail("factura_papeleria", facts, Package(facts).attachments)
    raw = forward(
        original,
        f"RV: {subject(facts)}",
        recipient=month.recipient,
        message_id="<factura_reenviada@comprador.example.com>",
        date=_sent((month.today - datetime.timedelta(days=5)).isoformat()),
    )
    return DemoMail("factura_reenviada", raw, "duplicate", "duplicate")


def _by_a_provider(month):
    facts = month.invoice(CLEANER, "AIV3331", 5, lines=(Line("Aseo de oficinas", "640000.00"),))
    package = Package(facts, document=signed_document(facts, signer_of(PROVIDER)))
    return month.demo("factura_firmada_por_proveedor", package, "review", "signer_unknown")


def _new_signer(month):
    facts = month.invoice(ADVISER, "CBD18", 3, lines=(Line("Revisoría fiscal", "2900000.00"),))
    package = Package(facts, document=signed_document(facts, signer_of(NEW_SIGNER)))
    return month.demo("factura_con_firmante_nuevo", package, "review", "signer_unknown")


def _same_cufe(month):
    """DIAN's genuine answer about an invoice that came before, and other amounts: signed by somebody else."""
    genuine = _freight(month)
    facts = replace(
        genuine,
        lines=(Line("Flete Bogotá - Medellín, 12 t", "7350000.00", taxes=(EXEMPT,)),),
        unique_code=genuine.cufe,
    )
    document = signed_document(facts, signer_of(NEW_SIGNER))
    package = Package(facts, document=document, answers=(signed_answer(genuine),))
    raw = month.mail("factura_cufe_repetido", facts, package.attachments)
    return DemoMail("factura_cufe_repetido", raw, "other_content", "copy_differs")


def _event(month):
    sale = month.invoice(month.receiver, "FV2045", 5, customer=CUSTOMER)
    return month.demo("evento_acuse_de_recibo", Package(event("030", sale)))


def _pdf_only(month):
    facts = month.invoice(ADVISER, "CBD17", 4)
    attachments = {"Cuenta de cobro CBD17.pdf": pdf("Cuenta de cobro", facts.supplier.name)}
    raw = month.mail("solo_pdf", facts, attachments, "Cuenta de cobro de noviembre")
    return DemoMail("solo_pdf", raw, "no_document", "no_edocument")


def _advertising(month):
    facts = month.invoice(STATIONER, "PEA1300", 3)
    raw = month.mail("publicidad", facts, {}, "¡Regreso a clases! 30 % en toda la tienda")
    return DemoMail("publicidad", raw, "no_document", "no_edocument")


_MAILS = (
    _several_lines,
    _several_suppliers,
    _withholdings,
    _restaurant,
    _credit,
    _debit,
    _dollars,
    _utility_bill,
    _annexes,
    _contingency,
    _bare,
    _reformatted,
    _altered,
    _other_company,
    _test_environment,
    _rejected_by_dian,
    _forged_answer,
    _duplicate,
    _by_a_provider,
    _new_signer,
    _same_cufe,
    _event,
    _pdf_only,
    _advertising,
)
