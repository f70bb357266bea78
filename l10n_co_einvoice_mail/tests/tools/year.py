"""A year of one company's bills, made up: what its suppliers send, and how its accountant would code every line.

It judges what proposes the coding (`make bench`), and knows nothing of it. What is irregular, and how often, stands
in the tables below; the same seed gives the same year. There are two: what proposes may be tuned on the `FIRST`; the
`HELD_OUT` is of another company, with suppliers and words of its own, and only tells whether that holds elsewhere.

A bill is right when each of its lines has the account and the cost centre that hold on that day. What was decided
before, on an earlier bill, by a rule or with the order, can be known; that something is new, or a matter of opinion,
can be known to be unknown, and marked. Only of what is `UNFORESEEABLE` neither is possible: it is counted apart.
"""

import datetime
import random
from dataclasses import dataclass, field, replace

SEED = 19_003
SUPPLIERS = 60
BILLS = 1_200
FIRST_DAY = datetime.date(2025, 1, 1)
DAYS = 365
#: How many suppliers are of which kind, and how often one bills, compared with the others.
KINDS = {
    # the same one to three things each month, the month and a number in their words
    "steady": (30, 2),
    # many things, known by their codes, on several accounts
    "catalogue": (12, 5),
    # one thing for several cost centres, which the document names
    "centres": (6, 3),
    # other words each time, no codes, one account
    "free_text": (5, 2),
    # several things under one code, on several accounts: only their words tell
    "one_code": (4, 3),
    # one thing, on one of two accounts, as a person thinks best each time
    "judgement": (3, 1),
}
#: Of the steady suppliers: whose account changes in the year. Told: by a rule that the accountant makes on that day.
#: Silent: on the next bill, when somebody books it otherwise.
CHANGES = {"told": 3, "silent": 3}
#: Shares of all bills that are irregular.
SHARES = {
    # a thing that this supplier never sold before, on an account of its own
    "new_item": 0.04,
    # a known thing that is booked on another account this once
    "exception": 0.004,
    # a document of which not everything is proven
    "review": 0.02,
    # a note about the bill before
    "credit_note": 0.04,
}
#: Suppliers whose bills mostly name a purchase order, and how often they do.
ORDERED_SUPPLIERS = 6
ORDERED = 0.7
#: After so many bills of a supplier the accountant has made the rules that he needs for it.
BILLS_BEFORE_RULES = 3

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
ACCOUNTS = (
    "511010", "511515", "512010", "513505", "513525", "513530",
    "513535", "513550", "514515", "519520", "519525", "519530",
)  # fmt: skip
CENTRES = ("NORTE", "SUR", "ORIENTE", "PLANTA")
THINGS = (
    "Internet", "Energía", "Acueducto", "Arriendo oficina", "Vigilancia", "Aseo", "Honorarios contables", "Transporte",
    "Papelería", "Mantenimiento", "Telefonía", "Mensajería", "Software", "Publicidad", "Seguros", "Cafetería",
)  # fmt: skip
GOODS = (
    "Tornillo", "Tuerca", "Lija", "Broca", "Cable", "Breaker", "Tubo", "Codo", "Pintura", "Brocha", "Guante", "Casco",
    "Resma", "Carpeta", "Tóner", "Grapas", "Marcador", "Cinta", "Bolsa", "Jabón", "Cloro", "Trapero", "Café", "Azúcar",
)  # fmt: skip
FREE = (
    "visita", "informe", "diligencia", "gestión", "trámite", "revisión", "apoyo", "entrega", "reunión", "inventario",
    "sede", "cliente", "archivo", "predio", "proyecto", "contrato", "licencia", "registro", "sucursal", "bodega",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Company:
    """Whose year it is: its suppliers by kind, how often something is irregular, what is sold, and in which words."""

    seed: int = SEED
    kinds: dict = field(default_factory=lambda: KINDS)
    changes: dict = field(default_factory=lambda: CHANGES)
    shares: dict = field(default_factory=lambda: SHARES)
    things: tuple = THINGS
    goods: tuple = GOODS
    free: tuple = FREE
    #: of what comes each month
    monthly: str = "{thing} {{month}} ref {{number}}"


FIRST = Company()
HELD_OUT = Company(
    seed=52_374,
    kinds={
        "steady": (26, 2),
        "catalogue": (12, 4),
        "centres": (7, 3),
        "free_text": (6, 2),
        "one_code": (5, 3),
        "judgement": (4, 1),
    },
    changes={"told": 3, "silent": 4},
    shares={"new_item": 0.04, "exception": 0.006, "review": 0.02, "credit_note": 0.06},
    things=(
        "Lavandería", "Fumigación", "Parqueadero", "Hosting", "Licencias ofimática", "Alarma", "Jardinería",
        "Gas natural", "Arriendo bodega", "Nómina externa", "Asesoría jurídica", "Restaurante", "Combustible",
        "Mudanzas", "Calibración equipos", "Plataforma cursos",
    ),
    goods=(
        "Correa", "Rodamiento", "Filtro aceite", "Aceite", "Bujía", "Llanta", "Empaque", "Manguera", "Válvula",
        "Sensor", "Fusible", "Bombillo", "Extintor", "Bota", "Delantal", "Tapabocas", "Cuaderno", "Esfero", "Sobre",
        "Etiqueta", "Estiba", "Zuncho", "Vinipel", "Candado",
    ),
    free=(
        "consulta", "acompañamiento", "peritaje", "traslado", "montaje", "soporte", "taller", "auditoría", "planos",
        "obra", "lote", "finca", "puerto", "planta", "socio", "expediente", "permiso", "diseño", "cargue", "muestra",
    ),
    monthly="Servicio de {thing}, periodo {{month}}, contrato {{number}}",
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """Something that a supplier sells; `words` may have a place for what changes from bill to bill."""

    code: str
    words: str
    account: str
    price: int
    centre: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a bill, with what is right for it. `why` says what is irregular about it, if anything."""

    code: str
    description: str
    price: int
    quantity: int
    account: str
    centre: str = ""
    why: str = ""


#: Of which irregular lines nothing at all tells that they are to be coded otherwise than ever before.
UNFORESEEABLE = {
    "exception": "booked otherwise this once",
    "silent_change": "the first bill after a change that nobody told",
    "first_doubt": "the first time that opinions differ about a thing",
}


@dataclass(frozen=True)
class Rule:
    """What the accountant has laid down: lines of this supplier, with these words of the document, get this coding."""

    supplier: int
    account: str = ""
    centre: str = ""
    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class Bill:
    """One document, in the order of arrival. `rules` are those that were made just before it came."""

    number: str
    supplier: int
    date: datetime.date
    lines: tuple[Line, ...]
    is_note: bool = False
    is_proven: bool = True
    order: str = ""
    text: str = ""
    rules: tuple[Rule, ...] = ()
    corrects: str = ""


@dataclass
class Supplier:
    """Who sends bills, and what is known of it by now."""

    number: int
    kind: str
    items: list[Item]
    bills: int = 0
    is_ordered: bool = False
    change: str = ""
    change_on: datetime.date | None = None
    last: Bill | None = None
    is_silent: bool = False
    accounts: list[str] = field(default_factory=list)


class Year:
    """The bills of a year, in the order in which they come."""

    def __init__(self, company=FIRST):
        """Draw the year of a company."""
        self.company = company
        self.random = random.Random(company.seed)
        self.suppliers = self._suppliers()
        self.bills = [self._bill(*one) for one in self._calendar()]

    # ---- who -------------------------------------------------------------------------------------

    def _suppliers(self):
        kinds = [
            kind for kind, (count, _weight) in self.company.kinds.items() for _ in range(count)
        ]
        suppliers = [
            Supplier(number, kind, self._items(kind, number)) for number, kind in enumerate(kinds)
        ]
        steady = [supplier for supplier in suppliers if supplier.kind == "steady"]
        changing = iter(self.random.sample(steady, sum(self.company.changes.values())))
        for change, count in self.company.changes.items():
            for _ in range(count):
                supplier = next(changing)
                supplier.change = change
                supplier.change_on = FIRST_DAY + datetime.timedelta(self.random.randint(120, 240))
        regular = [s for s in suppliers if s.kind in ("steady", "catalogue") and not s.change]
        for supplier in self.random.sample(regular, ORDERED_SUPPLIERS):
            supplier.is_ordered = True
        return suppliers

    def _items(self, kind, number):
        pick, account, company = self.random.choice, self.random.choice(ACCOUNTS), self.company
        if kind == "steady":
            things = self.random.sample(company.things, self.random.randint(1, 3))
            return [
                self._item(f"S{n}", company.monthly.format(thing=thing))
                for n, thing in enumerate(things)
            ]
        if kind == "catalogue":
            goods = self.random.sample(company.goods, self.random.randint(8, 20))
            few = self.random.sample(ACCOUNTS, 3)
            return [
                self._item(f"{number}-{n:03}", f"{good} {pick('ABCD')}{n}", pick(few))
                for n, good in enumerate(goods)
            ]
        if kind == "centres":
            return [self._item("", f"{pick(company.things)} sede", account)]
        if kind == "free_text":
            return [self._item("", "{free}", account)]
        if kind == "one_code":
            things = zip(
                self.random.sample(company.things, 3), self.random.sample(ACCOUNTS, 3), strict=True
            )
            return [self._item("SERV", f"{thing} {{month}}", booked) for thing, booked in things]
        return [self._item("R1", f"Repuesto {pick(company.goods)}", account)]

    def _item(self, code, words, account=None):
        account = account or self.random.choice(ACCOUNTS)
        return Item(code, words, account, self.random.randrange(20_000, 900_000, 1_000))

    # ---- when ------------------------------------------------------------------------------------

    def _calendar(self):
        """Yield (supplier, day) in the order of time, `BILLS` of them."""
        weights = [self.company.kinds[supplier.kind][1] for supplier in self.suppliers]
        # Nobody who bills at all bills less than six times a year.
        chosen = [supplier for supplier in self.suppliers for _ in range(6)]
        chosen += self.random.choices(self.suppliers, weights, k=BILLS - len(chosen))
        days = [(self.random.randrange(DAYS), place, s) for place, s in enumerate(chosen)]
        for day, _place, supplier in sorted(days, key=lambda one: one[:2]):
            yield supplier, FIRST_DAY + datetime.timedelta(day)

    # ---- what ------------------------------------------------------------------------------------

    def _bill(self, supplier, date):
        rules = self._rules(supplier, date)
        supplier.bills += 1
        is_note = bool(supplier.last) and self._happens("credit_note")
        centre = self.random.choice(CENTRES) if supplier.kind == "centres" else ""
        lines = supplier.last.lines[:1] if is_note else self._lines(supplier, date, centre)
        if is_note:
            centre = lines[0].centre
        ordered = supplier.is_ordered and not is_note and self.random.random() < ORDERED
        bill = Bill(
            number=f"{'NC' if is_note else 'FE'}{supplier.number:02}{supplier.bills:03}",
            supplier=supplier.number,
            date=date,
            lines=tuple(lines),
            is_note=is_note,
            is_proven=not self._happens("review"),
            order=f"P{supplier.number:02}{supplier.bills:03}" if ordered else "",
            text=f"Centro de costo {centre}" if centre else "",
            rules=rules,
            corrects=supplier.last.number if is_note else "",
        )
        if not is_note:
            supplier.last = bill
        return bill

    def _happens(self, share):
        return self.random.random() < self.company.shares[share]

    def _rules(self, supplier, date):
        """The rules that the accountant makes before this bill of a supplier comes."""
        number = supplier.number
        if supplier.change and date >= supplier.change_on:
            return self._change(supplier)
        if supplier.bills != BILLS_BEFORE_RULES:
            return ()
        if supplier.kind == "free_text":
            return (Rule(number, account=supplier.items[0].account),)
        if supplier.kind == "centres":
            account = supplier.items[0].account
            return tuple(Rule(number, account, centre, text=centre) for centre in CENTRES)
        return ()

    def _change(self, supplier):
        """From now on the first thing of a supplier goes to another account."""
        first = supplier.items[0]
        others = [account for account in ACCOUNTS if account != first.account]
        change, supplier.change = supplier.change, ""
        account = self.random.choice(others)
        changed = Item(first.code, first.words, account, first.price)
        supplier.items = [changed, *supplier.items[1:]]
        supplier.is_silent = change == "silent"
        return (Rule(supplier.number, account, code=first.code),) if change == "told" else ()

    def _lines(self, supplier, date, centre):
        lines = [self._line(supplier, item, date, centre) for item in self._chosen(supplier)]
        if supplier.is_silent:
            supplier.is_silent = False
            lines[0] = replace(lines[0], why="silent_change")
        elif supplier.kind in ("steady", "catalogue") and supplier.bills > 1:
            if self._happens("new_item"):
                lines.append(self._new_line(supplier))
            elif self._happens("exception"):
                lines[0] = self._exception(lines[0])
        return lines

    def _chosen(self, supplier):
        if supplier.kind == "catalogue":
            # What is bought often is bought much more often than what is bought seldom.
            weights = [1 / (place + 1) for place in range(len(supplier.items))]
            drawn = self.random.choices(supplier.items, weights, k=self.random.randint(2, 6))
            return list(dict.fromkeys(drawn))
        if supplier.kind == "one_code":
            return [self.random.choice(supplier.items)]
        return supplier.items

    def _line(self, supplier, item, date, centre):
        free = " ".join(self.random.sample(self.company.free, 4)).capitalize()
        description = item.words.format(
            month=f"{MONTHS[date.month - 1]} {date.year}",
            number=self.random.randrange(1_000, 99_999),
            free=free,
        )
        account, why = item.account, ""
        if supplier.kind == "judgement":
            account = self.random.choice((item.account, ACCOUNTS[0]))
            supplier.accounts.append(account)
            differs = len(set(supplier.accounts)) - len(set(supplier.accounts[:-1]))
            why = "first_doubt" if differs and supplier.accounts[1:] else "judgement"
        price = round(item.price * self.random.uniform(0.9, 1.1), -2)
        quantity = self.random.randint(1, 5) if supplier.kind == "catalogue" else 1
        return Line(item.code, description, int(price), quantity, account, centre, why)

    def _new_line(self, supplier):
        number = self.random.randrange(100, 999)
        word = self.random.choice(("Equipo", "Instalación", "Garantía", "Reconexión"))
        item = self._item(f"N{number}", f"{word} {self.random.choice(self.company.goods)}")
        return Line(item.code, item.words, item.price, 1, item.account, why="new_item")

    def _exception(self, line):
        others = [account for account in ACCOUNTS if account != line.account]
        return replace(line, account=self.random.choice(others), why="exception")
