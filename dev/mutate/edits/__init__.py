"""The edits, by the package in which they are made."""

from . import (
    accounts,
    answers,
    bills,
    booking,
    bulk,
    coding,
    dian,
    emission,
    ledger,
    letter,
    mailbox,
    overview,
    people,
    proof,
    queue,
    radian,
    reception,
)

PLAIN = (dian, mailbox, booking, letter, bulk)
WITH_ODOO = (
    ledger,
    answers,
    bills,
    coding,
    reception,
    accounts,
    emission,
    people,
    overview,
    proof,
    radian,
    queue,
)
ALL = tuple(edit for part in (*PLAIN, *WITH_ODOO) for edit in part.EDITS)
