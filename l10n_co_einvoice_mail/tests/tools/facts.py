"""The fiscal facts of a test document: frozen dataclasses whose defaults make a valid invoice.

Amounts are derived from the lines, so that a document adds up unless a test says otherwise. `ubl`
turns the facts into text.
"""

import hashlib
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

CHECK_DIGIT_WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)


def money(amount):
    """An amount with two decimals, as the annex writes it."""
    return str(Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP))


def check_digit(nit):
    """The NIT's check digit (DIAN's weights, modulo 11)."""
    total = sum(int(d) * w for d, w in zip(reversed(nit), CHECK_DIGIT_WEIGHTS, strict=False)) % 11
    return str(total if total < 2 else 11 - total)


@dataclass(frozen=True)
class Party:
    nit: str
    name: str
    trade_name: str = ""
    id_type: str = "31"
    organization_type: str = "1"
    tax_level: str = "R-99-PN"
    activity: str = ""
    tax_scheme: tuple[str, str] = ("01", "IVA")
    email: str = "facturacion@example.com"
    phone: str = "6015550100"
    street: str = "Calle 100 # 8A-55"
    city: tuple[str, str] = ("11001", "Bogotá, D.C.")
    department: tuple[str, str] = ("11", "Bogotá")
    postal_code: str = "110221"
    country: tuple[str, str] = ("CO", "Colombia")
    dv: str | None = None

    @property
    def check_digit(self):
        return self.dv or (check_digit(self.nit) if self.id_type == "31" else "")


SUPPLIER = Party("900123456", "PROVEEDOR DE PRUEBA SAS")
BUYER = Party("800123456", "COMPRADOR DE PRUEBA SAS", email="recepcion@example.com")
DIAN = Party("800197268", "Unidad Especial Dirección de Impuestos y Aduanas Nacionales")


@dataclass(frozen=True)
class Tax:
    """A tax by percent of the base, or `per_unit` a unit."""

    scheme: str = "01"
    percent: Decimal | str | None = "19.00"
    per_unit: Decimal | str | None = None


@dataclass(frozen=True)
class AllowanceCharge:
    amount: Decimal | str
    reason: str = "Descuento comercial"
    code: str = "00"
    is_charge: bool = False
    percent: Decimal | str = "0.00"
    base: Decimal | str | None = None
    #: of the document's own: the taxes on it, which its lines do not have
    taxes: tuple[Tax, ...] = ()


@dataclass(frozen=True)
class Line:
    description: str = "Servicio de prueba"
    price: Decimal | str = "100000.00"
    quantity: Decimal | str = "1.00"
    unit_code: str = "94"
    base_quantity: Decimal | str = "1.00"
    taxes: tuple[Tax, ...] = (Tax(),)
    withholdings: tuple[Tax, ...] = ()
    allowances: tuple[AllowanceCharge, ...] = ()
    standard_code: tuple[str, str] = ("999", "P-1")
    seller_code: str = ""
    brand: str = ""
    model: str = ""
    note: str = ""
    accounting_cost: str = ""
    order_reference: str = ""
    is_free: bool = False
    mandator_nit: str = ""

    @property
    def amount(self):
        """LineExtensionAmount: price by quantity, less allowances, plus charges; 0 when free."""
        if self.is_free:
            return Decimal("0.00")
        amount = Decimal(self.price) * Decimal(self.quantity)
        return Decimal(money(amount + sum(map(_signed, self.allowances))))


@dataclass(frozen=True)
class TaxAmount:
    """One TaxSubtotal."""

    tax: Tax
    taxable: Decimal
    amount: Decimal
    unit_code: str = ""


def tax_amount(tax, taxable, quantity="1", unit_code="94"):
    """What `tax` makes of a taxable amount, or of a quantity when it is a tax a unit."""
    if tax.per_unit is not None:
        amount = Decimal(money(Decimal(tax.per_unit) * Decimal(quantity)))
        return TaxAmount(tax, Decimal("0.00"), amount, unit_code)
    return TaxAmount(tax, taxable, Decimal(money(taxable * Decimal(tax.percent) / 100)))


def _signed(item):
    """A charge adds, a discount takes away."""
    return (1 if item.is_charge else -1) * Decimal(item.amount)


@dataclass(frozen=True)
class Reference:
    number: str
    cufe: str = ""
    date: str = "2026-03-02"


@dataclass(frozen=True)
class Authorization:
    number: str = "18764000000001"
    start: str = "2025-01-01"
    end: str = "2027-01-01"
    prefix: str = "FE"
    first: str = "1"
    last: str = "5000"


@dataclass(frozen=True)
class Document:
    """An Invoice, CreditNote or DebitNote.

    `totals` replaces single amounts of the monetary total (UBL name -> amount).
    """

    kind: str = "Invoice"
    number: str = "FE1001"
    type_code: str = "01"
    operation: str = "10"
    environment: str = "1"
    supplier: Party = SUPPLIER
    customer: Party = BUYER
    issue_date: str = "2026-03-02"
    issue_time: str = "10:00:00-05:00"
    due_date: str = "2026-04-01"
    #: duration and UN/ECE unit of the payment terms
    terms: tuple[str, str] | None = None
    period: tuple[str, str] | None = None
    currency: str = "COP"
    exchange_rate: Decimal | str | None = None
    lines: tuple[Line, ...] = (Line(),)
    allowances: tuple[AllowanceCharge, ...] = ()
    withholdings: tuple[Tax, ...] = ()
    prepaid: Decimal | str | None = None
    order_reference: str = ""
    accounting_cost: str = ""
    references: tuple[Reference, ...] = ()
    discrepancy: tuple[str, str] = ("2", "Anulación de factura electrónica")
    payment_form: str = "2"
    payment_means: str = "47"
    notes: tuple[str, ...] = ("Documento de prueba ñ & á",)
    authorization: Authorization | None = field(default_factory=Authorization)
    provider_nit: str = ""
    technical_key: str = "fc8eac422eba16e22ffd8c6f94b3f40a6e38162c"
    totals: dict[str, str] = field(default_factory=dict)
    unique_code: str | None = None
    unique_code_scheme: str = ""
    qr_code: str = ""
    profile: str = "DIAN 2.1: Factura Electrónica de Venta"

    @property
    def scheme(self):
        """Invoices carry a CUFE; contingency 03, notes and equivalent documents a CUDE."""
        is_invoice = self.type_code in ("01", "02", "04")
        return self.unique_code_scheme or ("CUFE-SHA384" if is_invoice else "CUDE-SHA384")

    @property
    def line_extension(self):
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def taxes(self):
        """TaxSubtotals of the header: the taxes of lines, charges and discounts by scheme and rate."""
        subtotals = {}
        taxed = [(line.taxes, line.amount, line.quantity, line.unit_code) for line in self.lines]
        taxed += [(item.taxes, _signed(item), "1", "94") for item in self.allowances]
        for taxes, amount, quantity, unit_code in taxed:
            for tax in taxes:
                item = tax_amount(tax, amount, quantity, unit_code)
                seen = subtotals.get(tax)
                subtotals[tax] = TaxAmount(
                    tax,
                    item.taxable + (seen.taxable if seen else 0),
                    item.amount + (seen.amount if seen else 0),
                    item.unit_code,
                )
        return tuple(subtotals.values())

    @property
    def monetary_total(self):
        """UBL name -> amount, in the schema's order."""
        allowance = sum((Decimal(a.amount) for a in self.allowances if not a.is_charge), Decimal(0))
        charge = sum((Decimal(a.amount) for a in self.allowances if a.is_charge), Decimal(0))
        taxed = sum((line.amount for line in self.lines if line.taxes), Decimal("0.00"))
        taxed += sum(_signed(item) for item in self.allowances if item.taxes)
        inclusive = self.line_extension + sum(item.amount for item in self.taxes)
        prepaid = Decimal(self.prepaid or 0)
        total = {
            "LineExtensionAmount": self.line_extension,
            "TaxExclusiveAmount": taxed,
            "TaxInclusiveAmount": inclusive,
            "AllowanceTotalAmount": allowance,
            "ChargeTotalAmount": charge,
            "PrepaidAmount": prepaid,
            "PayableAmount": inclusive - allowance + charge - prepaid,
        }
        optional = ("AllowanceTotalAmount", "ChargeTotalAmount", "PrepaidAmount")
        computed = {name: value for name, value in total.items() if value or name not in optional}
        return {name: money(value) for name, value in {**computed, **self.totals}.items()}

    @property
    def cufe(self):
        """CUFE or CUDE as annex 1.9 computes it; `technical_key` also stands for the PIN."""
        if self.unique_code is not None:
            return self.unique_code
        sums = {
            scheme: sum((t.amount for t in self.taxes if t.tax.scheme == scheme), Decimal(0))
            for scheme in ("01", "04", "03")
        }
        total = self.monetary_total
        parts = [self.number, self.issue_date, self.issue_time, total["LineExtensionAmount"]]
        parts += [part for scheme, value in sums.items() for part in (scheme, money(value))]
        parts += [total["PayableAmount"], self.supplier.nit, self.customer.nit]
        parts += [self.technical_key, self.environment]
        return hashlib.sha384("".join(parts).encode()).hexdigest()


def credit_note(**facts):
    """A CreditNote (type 91) that corrects an invoice."""
    defaults = {
        "kind": "CreditNote",
        "number": "NC55",
        "type_code": "91",
        "operation": "20",
        "authorization": None,
        "references": (Reference("FE1001", Document().cufe),),
        "profile": "DIAN 2.1: Nota Crédito de Factura Electrónica de Venta",
    }
    return Document(**{**defaults, **facts})


def debit_note(**facts):
    """A DebitNote (type 92) that raises an invoice."""
    defaults = {
        "kind": "DebitNote",
        "number": "ND7",
        "type_code": "92",
        "operation": "30",
        "authorization": None,
        "references": (Reference("FE1001", Document().cufe),),
        "discrepancy": ("3", "Cambio del valor"),
        "profile": "DIAN 2.1: Nota Débito de Factura Electrónica de Venta",
    }
    return Document(**{**defaults, **facts})
