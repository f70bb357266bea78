"""NIT: the tax number of a company, or of a person (whose cédula it is then), with its check digit.

Documents carry it without the check digit (annex 1.9, CompanyID), certificates with, people write
dots, dashes and zeros.
"""

import re
from dataclasses import dataclass

from stdnum.co.nit import calc_check_digit
from stdnum.util import clean

#: A company's NIT lies between 800,000,000 and 999,999,999.
_COMPANY_WITH_CHECK_DIGIT = re.compile(r"[89][0-9]{9}")
_WRITTEN = re.compile(r"(?:NIT|CO)?:?([0-9A-Z]+)(?:-([0-9]))?")
_DIGITS = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True)
class Nit:
    """A number as it is compared: capitals and digits without leading zeros; "" for none.

    :param check_digit: as it was written, None where it was not.
    """

    number: str
    check_digit: str | None = None

    @property
    def is_consistent(self) -> bool:
        """False where a check digit was written and it is not the number's."""
        return self.check_digit in (None, check_digit(self.number))


def normalise(text: str | None) -> Nit:
    """The number that a person or a program wrote as `text`.

    Ten digits that begin as a company's number and end in its check digit are taken for both.
    """
    found = _WRITTEN.fullmatch(clean(text or "", " .,_/'").upper())
    if not found:
        return Nit("")
    number, digit = found[1].lstrip("0"), found[2]
    if digit is None and _COMPANY_WITH_CHECK_DIGIT.fullmatch(number):
        body, last = number[:-1], number[-1]
        if check_digit(body) == last:
            return Nit(body, last)
    return Nit(number, digit)


def check_digit(number: str) -> str | None:
    """The check digit of a number written without it; None where it is no such number."""
    return calc_check_digit(number) if _DIGITS.fullmatch(number) else None


def same_nit(one: str | None, other: str | None) -> bool:
    """True where both name the same person: with or without dots, zeros and check digit.

    Without a dash nobody can tell "717918021" from 71791802 with its check digit, as certificates
    write it: both readings count.
    """
    first, second = normalise(one), normalise(other)
    if not first.number or not second.number:
        return False
    return first.number == second.number or _extends(first, second) or _extends(second, first)


def _extends(longer, shorter):
    """True where `longer` may be `shorter` with its check digit behind it."""
    if longer.check_digit is not None:
        return False
    digit = check_digit(shorter.number)
    return digit is not None and longer.number == shorter.number + digit
