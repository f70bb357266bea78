"""Documents of our own with every feature that DIAN's published examples have, so that a fresh clone tests each."""

from dataclasses import replace

from .facts import AllowanceCharge, Document, Line, Party, Tax, credit_note, debit_note

IVA_19, IVA_16, IVA_5, EXEMPT = (Tax("01", rate) for rate in ("19.00", "16.00", "5.00", "0.00"))
INC = Tax("04", "8.00")
FOREIGNER = Party(
    "444444444",
    "FOREIGN BUYER LLC",
    id_type="42",
    country=("US", "Estados Unidos"),
    city=("", "Miami"),
    department=("", "Florida"),
)


def _document(number, **facts):
    return Document(number=number, **facts)


EXAMPLES = {
    "fuel": _document(
        "FE101",
        lines=(
            Line(
                "ACPM",
                "9450.00",
                "20.00",
                "GLL",
                taxes=(IVA_5, Tax("23", None, "149.00"), Tax("24", None, "600.00")),
                allowances=(AllowanceCharge("6300.00", "Descuento por cliente frecuente"),),
                seller_code="AOHV84-225",
            ),
            Line("Bolsa", "1000.00", "1.00", "NIU", taxes=(IVA_16, Tax("22", None, "66.00"))),
        ),
        prepaid="1000.00",
    ),
    "mandates": _document(
        "FE102",
        operation="11",
        lines=(
            Line("Comisión", "50000.00", taxes=(IVA_19,)),
            Line("Por cuenta del mandante", "250000.00", mandator_nit="800242106"),
            Line("Por cuenta de otro", "80000.00", taxes=(), mandator_nit="811000000"),
        ),
    ),
    "AIU": _document(
        "FE103",
        operation="09",
        lines=(
            Line(
                "Obra",
                "1000000.00",
                taxes=(),
                note="Contrato de servicios AIU por concepto de: obra",
            ),
            Line("Administración", "100000.00", taxes=()),
            Line("Imprevistos", "50000.00", taxes=()),
            Line("Utilidad", "70000.00", taxes=(IVA_19,)),
        ),
    ),
    "export": _document(
        "FE104",
        type_code="02",
        customer=FOREIGNER,
        currency="USD",
        exchange_rate="4012.35",
        lines=(
            Line(
                "Café pergamino",
                "3.25",
                "1000.00",
                "KGM",
                taxes=(EXEMPT,),
                brand="Ñandú",
                model="Supremo",
                standard_code=("020", "0901119000"),
            ),
        ),
    ),
    "withholdings": _document(
        "FE105",
        supplier=Party("900123456", "AUTORRETENEDORA SAS", tax_level="O-13;O-15;O-23"),
        lines=(
            Line("Honorarios", "1000000.00", withholdings=(Tax("06", "11.00"),)),
            Line("Servicios", "300000.00", withholdings=(Tax("06", "4.00"), Tax("07", "0.966"))),
        ),
        withholdings=(Tax("05", "15.00"),),
    ),
    "prepaid": _document("FE106", lines=(Line(price="500000.00"),), prepaid="150000.00"),
    "points": _document(
        "FE107",
        lines=(Line(price="90000.00"), Line("Obsequio", "15000.00", is_free=True)),
        allowances=(
            AllowanceCharge("10000.00", "Redención de puntos", "11", base="90000.00"),
            AllowanceCharge("2500.00", "Domicilio", is_charge=True),
        ),
    ),
    "excluded and exempt": _document(
        "FE108",
        lines=(
            Line("Libro", "40000.00", taxes=()),
            Line("Leche", "3500.00", "12.00", taxes=(EXEMPT,)),
            Line("Aceite", "18000.00", "2.00", taxes=(IVA_5,)),
        ),
    ),
    "several taxes": _document(
        "FE109",
        lines=(
            Line("Almuerzo", "28000.00", "3.00", taxes=(INC,)),
            Line("Gaseosa", "4000.00", "6.00", taxes=(IVA_19, Tax("34", None, "28.00"))),
        ),
        period=("2026-02-01", "2026-02-28"),
        order_reference="4500012345",
        payment_form="1",
        notes=("Primera nota", "Segunda: ñ & «á»"),
    ),
    "base quantity": _document(
        "FE110", lines=(Line("Tornillo", "5000.00", "250.00", base_quantity="100.00"),)
    ),
    "rounded": _document(
        "FE111", totals={"PayableRoundingAmount": "0.40", "PayableAmount": "119000.40"}
    ),
    "terms": _document("FE112", due_date="", terms=("60", "DAY")),
    "credit note": credit_note(),
    "debit note": debit_note(),
    "credit note in dollars": replace(
        credit_note(), number="NC56", currency="USD", exchange_rate="4012.35"
    ),
}
