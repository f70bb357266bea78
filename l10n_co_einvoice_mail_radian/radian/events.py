"""The buyer's events of an invoice: what each says, what it needs and what forbids it, as DIAN's validator has it.

Rule codes (LGC...) are those of annex FE 1.9.
"""

from collections.abc import Collection
from dataclasses import dataclass

INVOICE_TYPE = "01"
#: PaymentMeans/ID
CREDIT = "2"
ACKNOWLEDGE, CLAIM, RECEIVE, ACCEPT, TACIT = "030", "031", "032", "033", "034"


@dataclass(frozen=True)
class Event:
    """One row.

    :param description: the exact text of Response/Description
    :param needs: {code of an approved event: reason when it is missing}
    :param forbidden: {code of an event: reason when it is there}
    """

    code: str
    description: str
    needs: dict[str, str]
    forbidden: dict[str, str]
    names_person: bool = False
    names_concept: bool = False
    ends_with_clock: bool = False


EVENTS = {
    event.code: event
    for event in (
        Event(
            ACKNOWLEDGE,
            "Acuse de recibo de Factura Electrónica de Venta",
            needs={},
            forbidden={ACKNOWLEDGE: "event_done"},
            names_person=True,
        ),
        Event(
            RECEIVE,
            "Recibo del bien y/o prestación del servicio",
            needs={ACKNOWLEDGE: "event_needs_030"},  # LGC09
            forbidden={RECEIVE: "event_done"},
            names_person=True,
        ),
        Event(
            CLAIM,
            "Reclamo de la Factura Electrónica de Venta",
            needs={RECEIVE: "event_needs_032"},  # LGC03
            forbidden={  # LGC02
                CLAIM: "event_done",
                ACCEPT: "event_accepted",
                TACIT: "event_tacit",
            },
            names_concept=True,
            ends_with_clock=True,
        ),
        Event(
            ACCEPT,
            "Aceptación expresa",
            needs={ACKNOWLEDGE: "event_needs_030", RECEIVE: "event_needs_032"},  # LGC13, LGC12
            forbidden={  # LGC04, LGC07
                ACCEPT: "event_done",
                CLAIM: "event_claimed",
                TACIT: "event_tacit",
            },
        ),
    )
}
#: Concepts of a claim (annex 1.9, 13.3.12); the two blanks of 03 are the table's own.
CLAIM_CONCEPTS = {
    "01": "Documento con inconsistencias",
    "02": "Mercancía no entregada",
    "03": "Mercancía  entregada parcialmente",
    "04": "Servicio no prestado",
}


@dataclass(frozen=True)
class Subject:
    """The invoice that an event is about.

    :param approved: codes of the events that DIAN has of it
    :param waiting: codes of those that are on their way: they forbid as approved ones do, and prove nothing yet
    :param is_late: the days to claim are over
    """

    type_code: str
    payment_form: str
    is_accepted: bool = True
    is_bought: bool = True
    approved: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    is_late: bool = False


def objections(code: str, subject: Subject, ahead: Collection[str] = ()) -> list[str]:
    """Why an event may not be sent about an invoice.

    :param ahead: codes of events that are sent before this one, and whose approval it then waits for
    :return: codes of `reasons.REASONS`, the most telling first; none where it may be sent
    """
    event = EVENTS[code]
    there = subject.approved | subject.waiting
    found = [
        (not subject.is_accepted, "event_not_accepted"),
        (not subject.is_bought, "event_not_bought"),
        (subject.type_code != INVOICE_TYPE, "event_no_invoice"),
        (subject.payment_form != CREDIT, "event_no_credit"),  # LGC62
        *((other in there, reason) for other, reason in event.forbidden.items()),
        *((other not in {*subject.approved, *ahead}, r) for other, r in event.needs.items()),
        (event.ends_with_clock and subject.is_late, "event_late"),
    ]
    return [reason for applies, reason in found if applies]
