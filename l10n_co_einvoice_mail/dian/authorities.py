"""Where Colombia's certification authorities write the NIT of whom they certify.

Each authority has its own way: a number is read only where the authority that issued the certificate writes the
holder's, since a subject may carry other companies' names and numbers anywhere else.

Source: subjects of the certificates that sign e-invoices; the arc 1.3.6.1.4.1.23267 is Certicámara's own.
"""

import re
import unicodedata
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

from ..vocabulary.text import visible

NAME_LENGTH = 200
SERIAL_NUMBER = NameOID.SERIAL_NUMBER
ORGANIZATION_IDENTIFIER = NameOID.ORGANIZATION_IDENTIFIER  # 2.5.4.97
UNIQUE_IDENTIFIER = NameOID.X500_UNIQUE_IDENTIFIER  # 2.5.4.45
CERTICAMARA_NIT = x509.ObjectIdentifier("1.3.6.1.4.1.23267.2.3")
ORGANIZATION_NIT = x509.ObjectIdentifier("1.3.6.1.4.1.4710.1.3.2")


@dataclass(frozen=True)
class Authority:
    """What an authority does.

    :param words: of the issuer's name, by which it is recognised; without accents, in capitals.
    :param attributes: of the subject, that hold the holder's NIT; the first found counts. An organisation's number
        stands before `serialNumber`, which may be the person's who signs for it.
    """

    words: str
    attributes: tuple[x509.ObjectIdentifier, ...]


AUTHORITIES = (
    Authority("CERTICAMARA", (CERTICAMARA_NIT,)),  # its serialNumber is a counter
    Authority("ANDES SCD", (SERIAL_NUMBER,)),
    Authority("GSE", (ORGANIZATION_NIT, ORGANIZATION_IDENTIFIER, SERIAL_NUMBER)),
    Authority("CAMERFIRMA", (ORGANIZATION_NIT, ORGANIZATION_IDENTIFIER, SERIAL_NUMBER)),
)
#: An authority that the table does not know may do what any other does.
ANY_AUTHORITY = Authority(
    "",
    (
        CERTICAMARA_NIT,
        ORGANIZATION_NIT,
        ORGANIZATION_IDENTIFIER,
        UNIQUE_IDENTIFIER,
        SERIAL_NUMBER,
    ),
)
#: A company's NIT (800,000,000 to 999,999,999), perhaps with its check digit. No cédula looks like it.
COMPANY = re.compile(r"([89][0-9]{8})[0-9]?")
_NUMBER = re.compile(r"[0-9](?:[0-9.,' -]*[0-9])?")
#: Digits of the shortest cédula in use, and of more than the longest number of any kind.
SHORTEST_NUMBER, LONGEST_NUMBER = 5, 15


@dataclass(frozen=True)
class Holder:
    """Whom a certificate is about, as far as its subject says."""

    #: Digits of a NIT or a cédula, with or without check digit; None where there is none, or of two companies.
    nit: str | None = None
    #: Of the person and of the organisation.
    names: tuple[str, ...] = ()
    #: Is it known whose number it is? A serialNumber that is no company's may be the cédula of the person who signs
    #: for a company, or a counter of the authority.
    is_certain: bool = False
    #: Are there two companies in it, so that nobody can tell whose it is?
    is_ambiguous: bool = False

    def is_party(self, nit: str | None, name: str | None) -> bool | None:
        """Is it the party of that NIT (without check digit) and registered name? None: nobody can tell."""
        if self.is_ambiguous:
            return None
        if carries(self.nit, nit):
            return True
        if self.nit and self.is_certain:
            return False
        if self.nit and not COMPANY.fullmatch(nit or ""):
            # Two persons may have one name; a company's representative has the company's.
            return None
        return True if any(same_name(name, own) for own in self.names) else None


NOBODY = Holder()


def holder_of(certificate: x509.Certificate) -> Holder:
    """Whom a certificate is about, read as the authority that issued it writes it."""
    numbers = [
        (number, oid is not SERIAL_NUMBER or bool(COMPANY.fullmatch(number)))
        for oid in authority_of(certificate).attributes
        for attribute in certificate.subject.get_attributes_for_oid(oid)
        if (number := _number(attribute.value))
    ]
    names = tuple(
        visible(str(attribute.value)[:NAME_LENGTH])
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        for attribute in certificate.subject.get_attributes_for_oid(oid)
    )
    companies = {found[1] for number, _certain in numbers if (found := COMPANY.fullmatch(number))}
    if len(companies) > 1:
        return Holder(names=names, is_ambiguous=True)
    nit, is_certain = numbers[0] if numbers else (None, False)
    return Holder(nit, names, is_certain)


def carries(signer_nit: str | None, nit: str | None) -> bool:
    """Is a certificate's number the NIT?

    Authorities write it with or without the check digit, which is not always right.
    """
    signer, wanted = (re.sub(r"[^0-9]", "", text or "").lstrip("0") for text in (signer_nit, nit))
    return bool(wanted) and wanted in (signer, signer[:-1])


def authority_of(certificate: x509.Certificate) -> Authority:
    """What the authority that issued a certificate does, by the issuer's name; `ANY_AUTHORITY` of an unknown one."""
    issuer = f" {' '.join(_words(str(item.value)) for item in certificate.issuer)} "
    return next((item for item in AUTHORITIES if f" {item.words} " in issuer), ANY_AUTHORITY)


def _number(value):
    """The digits of a number written as `900123456-8`, `NIT 900.123.456`, `VATCO-900123456`; "" of other texts."""
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    written = _NUMBER.findall(text)
    digits = re.sub(r"[^0-9]", "", written[0]) if len(written) == 1 else ""
    number = digits.lstrip("0")
    return number if SHORTEST_NUMBER <= len(number) <= LONGEST_NUMBER else ""


def same_name(one: str | None, other: str | None) -> bool:
    """Do two names differ in capitals, accents, blanks and marks only (`S.A.S.` is `SAS`)? Never of no name."""
    one, other = (_words(name).replace(" ", "") for name in (one, other))
    return bool(one) and one == other


def _words(text):
    """A text in capitals without accents; marks part words, points do not (`S.A.S.`). Letters of other alphabets stay:
    they make another name.
    """
    plain = unicodedata.normalize("NFKD", (text or "").replace(".", "")).upper()
    return " ".join(
        re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))
    )
