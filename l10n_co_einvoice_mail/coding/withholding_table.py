"""What is known of withholdings on purchases: least bases and rates. A company takes it over, looks it through and
confirms each concept; what nobody could confirm says so, and what depends on a municipality is not here."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from .withholding import Kind, Payee

#: Goods: Oficio DIAN 12327/2025 takes each service alone, DUR 1.3.2.1.13 each operation of ReteIVA.
OF_A_DAY = frozenset({"purchases", "purchases_not_declaring", "farm", "coffee"})
FIRST_DAY = datetime.date(2020, 1, 1)


@dataclass(frozen=True)
class Window:
    """From when to when a set of least bases holds, in UVT, and by which norm."""

    since: datetime.date
    until: datetime.date | None
    norm: str
    purchases: int
    services: int
    farm: int
    coffee: int
    is_sure: bool = True


#: Decreto 572 de 2025 lowered the bases; its suspension in May 2026 and the end of that are known from copies alone.
WINDOWS = (
    Window(FIRST_DAY, datetime.date(2025, 5, 31), "DUR 1625/2016", 27, 4, 92, 160),
    Window(
        datetime.date(2025, 6, 1),
        datetime.date(2026, 5, 7),
        "Decreto 572/2025",
        10,
        2,
        70,
        70,
    ),
    Window(
        datetime.date(2026, 5, 8),
        datetime.date(2026, 6, 30),
        "Decreto 572/2025, suspendido (auto de mayo de 2026)",
        27,
        4,
        92,
        160,
        is_sure=False,
    ),
    Window(
        datetime.date(2026, 7, 1),
        None,
        "Decreto 572/2025 (auto de junio de 2026, exp. 30229)",
        10,
        2,
        70,
        70,
        is_sure=False,
    ),
)


@dataclass(frozen=True)
class Concept:
    """A concept: `base` names the set of least bases, "" for none; `tax` is the chart's (`l10n_co_tax_N`)."""

    key: str
    kind: Kind
    name: str
    payee: Payee
    rate: Decimal
    tax: int
    base: str = ""
    #: of ReteIVA: at which rate of IVA
    iva: int = 0

    @property
    def of_a_day(self) -> bool:
        """Whether purchases of one day may have to be counted together: services and ReteIVA are each taken alone."""
        return self.key in OF_A_DAY


def _renta(key, name, rate, tax, base="", payee=Payee.LEGAL):
    return Concept(key, Kind.RENTA, name, payee, Decimal(rate), tax, base)


def _iva(key, name, rate, tax, base, iva):
    return Concept(key, Kind.IVA, name, Payee.ANY, Decimal(rate), tax, base, iva)


CONCEPTS = (
    _renta("purchases", "Compras", "2.5", 19, "purchases"),
    _renta(
        "purchases_not_declaring", "Compras, no declarante", "3.5", 35, "purchases", Payee.NATURAL
    ),
    _renta("farm", "Productos agropecuarios sin proceso industrial", "1.5", 37, "farm"),
    _renta("coffee", "Café pergamino o cereza", "0.5", 17, "coffee"),
    _renta("fuel", "Combustibles derivados del petróleo", "0.1", 16),
    _renta("services", "Servicios", "4", 23, "services"),
    _renta("services_natural", "Servicios, no declarante", "6", 25, "services", Payee.NATURAL),
    _renta("fees", "Honorarios", "11", 40),
    _renta("fees_natural", "Honorarios, persona natural", "10", 32, payee=Payee.NATURAL),
    _renta("commissions", "Comisiones", "11", 36),
    _renta("commissions_natural", "Comisiones, persona natural", "10", 18, payee=Payee.NATURAL),
    _renta("lease_movable", "Arrendamiento de bienes muebles", "4", 29),
    _renta("lease_immovable", "Arrendamiento de bienes inmuebles", "3.5", 30, "purchases"),
    _renta("freight", "Transporte de carga", "1", 24, "services"),
    _renta("passengers", "Transporte terrestre de pasajeros", "3.5", 38, "purchases"),
    _renta("hotel", "Hotel y restaurante", "3.5", 42, "services"),
    _iva("iva_19_services", "ReteIVA 15 %, servicios al 19 %", "2.85", 12, "services", 19),
    _iva("iva_19_goods", "ReteIVA 15 %, bienes al 19 %", "2.85", 12, "purchases", 19),
    _iva("iva_5_services", "ReteIVA 15 %, servicios al 5 %", "0.75", 13, "services", 5),
    _iva("iva_5_goods", "ReteIVA 15 %, bienes al 5 %", "0.75", 13, "purchases", 5),
)
