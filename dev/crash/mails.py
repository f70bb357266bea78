"""The mails that suppliers send in the harness, and what has to become of each."""

import functools
import hashlib
import itertools
import queue
import threading
from dataclasses import dataclass

from .. import bare

bare.register_bare_packages()

from l10n_co_einvoice_mail.tests.tools import builder, certificates  # noqa: E402 - needs the bare packages

PROCESSED, FAILED = "processed", "failed"
STRANGER = builder.Party("901019681", "OTRA EMPRESA S.A.S.")
SUPPLIERS = 12
AHEAD = 60  # mails written before they are asked for
# How many of a hundred mails are of which kind.
KINDS = {
    "invoice": 55,
    "nameless": 6,
    "copy": 12,
    "noise": 12,
    "foreign": 8,
    "unanswered": 7,
}


@dataclass(frozen=True, eq=False)
class Letter:
    """A mail and what has to become of it."""

    raw: bytes
    state: str = PROCESSED
    cufe: str | None = None
    document_state: str | None = None
    has_bill: bool = False
    number: str = ""
    supplier_nit: str = ""

    @functools.cached_property
    def digest(self):
        """SHA-256 of the bytes as a mail server hands them out."""
        return digest(self.raw)


def digest(raw):
    """SHA-256 of a mail, whatever line endings it is stored with."""
    return hashlib.sha256(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).hexdigest()


def company_vat():
    """The number of the company that the invoices are made out to."""
    return f"{builder.BUYER.nit}-{builder.BUYER.check_digit}"


def trust():
    """The certificates that a company has to trust for these mails, as PEM texts."""
    anchors = [certificates.pem(anchor) for anchor in certificates.anchors()]
    return {"anchors": anchors, "dian_signer": certificates.dian().pem}


class Writer:
    """Writes mails, each of them once; in a thread, ahead of who asks for them."""

    def __init__(self, random):
        # Before the thread begins: two threads would each make authorities of their own.
        self.trust = trust()
        self._random = random
        self._numbers = itertools.count(1)
        self._suppliers = [self._supplier(number) for number in range(SUPPLIERS)]
        self._last = None  # invoice, for a copy of it
        self._written = queue.Queue(AHEAD)
        threading.Thread(target=self._write_ahead, daemon=True).start()

    def letters(self, count):
        """The next `count` letters, of all kinds."""
        return [self._written.get() for _number in range(count)]

    def invoices(self, count, new_supplier=False):
        """Invoices, if wanted all of one supplier who was never seen before."""
        supplier = self._supplier(next(self._numbers)) if new_supplier else None
        return [self._invoice(supplier=supplier) for _number in range(count)]

    def _write_ahead(self):
        kinds = [kind for kind, share in KINDS.items() for _ in range(share)]
        while True:
            self._written.put(getattr(self, f"_{self._random.choice(kinds)}")())

    # ---- kinds -----------------------------------------------------------------------------------

    def _invoice(self, supplier=None, **changes):
        package = builder.Package(self._facts(supplier))
        letter = self._letter(package, **changes)
        self._last = letter
        return letter

    def _nameless(self):
        """Without a Message-ID, by which it could be found again."""
        package = builder.Package(self._facts())
        raw = builder.mail(package.subject, package.attachments)
        return self._letter(package, raw=raw)

    def _copy(self):
        """An invoice that was sent already, forwarded."""
        original = self._last or self._invoice()
        raw = builder.forward(original.raw, f"RV: {original.number}", message_id=self._message_id())
        facts = {name: getattr(original, name) for name in ("cufe", "number", "supplier_nit")}
        return Letter(raw, document_state="accepted", has_bill=True, **facts)

    def _noise(self):
        """Without any document."""
        raw = builder.mail(
            f"Promoción {next(self._numbers)}",
            {"oferta.pdf": builder.pdf("Oferta")},
            message_id=self._message_id(),
        )
        return Letter(raw, state=FAILED)

    def _foreign(self):
        """Made out to another company."""
        package = builder.Package(self._facts(customer=STRANGER))
        return self._letter(package, state=FAILED, document_state="rejected", has_bill=False)

    def _unanswered(self):
        """Without DIAN's answer: a person decides."""
        package = builder.Package(self._facts(), answers=())
        return self._letter(package, document_state="review", has_bill=False)

    # ---- parts -----------------------------------------------------------------------------------

    def _letter(self, package, raw=None, **changes):
        facts = package.facts
        expected = {
            "cufe": facts.cufe,
            "document_state": "accepted",
            "has_bill": True,
            "number": facts.number,
            "supplier_nit": facts.supplier.nit,
        }
        return Letter(raw or package.mail, **{**expected, **changes})

    def _facts(self, supplier=None, **facts):
        number = f"CR{next(self._numbers)}"
        supplier = supplier or self._random.choice(self._suppliers)
        return builder.Document(number=number, supplier=supplier, **facts)

    def _supplier(self, number):
        return builder.Party(str(900_500_000 + number), f"PROVEEDOR {number} S.A.S.")

    def _message_id(self):
        return f"<{next(self._numbers)}.{self._random.getrandbits(48):x}@example.com>"
