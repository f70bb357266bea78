"""Facts of events for the tests."""

import datetime

from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder, certificates

from ...radian.document import EventFacts, Invoice, Party, Person, Software
from ...radian.identity import Identity

NOON = datetime.datetime(2026, 11, 27, 17, 6, 26, tzinfo=datetime.timezone.utc)
INVOICE = builder.Document(number="FE77")
SOFTWARE = Software("00000000-0000-4000-8000-000000000001", "12345")
PERSON = Person("100000003", "Ana", "Pérez", job_title="Auxiliar contable", department="Compras")


def identity(nit=builder.BUYER.nit):
    """A company's certificate and key, issued by a test authority."""
    signer = certificates.leaf(f"{nit}{builder.check_digit(nit)}", "COMPRADOR DE PRUEBA SAS")
    return Identity(signer.key, signer.certificate)


def facts(code="030", **changes):
    """An event about `INVOICE`."""
    defaults = {
        "code": code,
        "number": f"EV{code}-1",
        "issued_at": NOON,
        "environment": "2",
        "sender": Party(builder.BUYER.name, builder.BUYER.nit),
        "receiver": Party(builder.SUPPLIER.name, builder.SUPPLIER.nit),
        "invoice": Invoice(INVOICE.number, INVOICE.cufe),
        "software": SOFTWARE,
        "person": PERSON if code in ("030", "032") else None,
        "concept": "03" if code == "031" else "",
    }
    return EventFacts(**{**defaults, **changes})
