"""Strategies of hypothesis: mails, archives and documents, well written and then spoiled.

Derandomized: the same examples at every run, so that a test that was green stays green until the code changes.
"""

from decimal import Decimal

from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from . import builder, hostile

PROPERTY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
#: For what takes some milliseconds each.
RARE = settings(PROPERTY, max_examples=25)
#: Seeds longer than this make a test slow and no better.
LONGEST = 40_000
#: Characters that XML may hold (XML 1.0, 2.2), and no carriage return: parsers make a line feed of it.
XML_TEXT = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"],
        exclude_characters="\ufffe\uffff",
        include_characters="\n\t",
    )
)
#: Characters that a header shows: no control, no mark that hides or turns text.
SHOWN = st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="/\\")
#: Names of files that are labels already.
NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
#: What is shown as it is written: without marks that nobody sees.
SEEN = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf"], exclude_characters="\ufffe\uffff"),
    min_size=1,
).filter(str.strip)
AMOUNTS = st.decimals(Decimal("0.01"), Decimal("99999999.99"), places=2)


@st.composite
def spoiled(draw, contents):
    """One of `contents` (bytes) with some pieces cut out, doubled, moved or overwritten."""
    content = bytearray(draw(st.sampled_from(contents)))
    for _edit in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, max(len(content) - 1, 0)))
        end = start + draw(st.integers(0, 60))
        piece = draw(
            st.one_of(st.just(b""), st.binary(max_size=12), st.just(bytes(content[start:end]) * 2))
        )
        content[start:end] = piece
    return bytes(content)


def short_mails():
    """The mails of the corpus that are short."""
    return [raw for raw in (case.raw for case in hostile.CASES) if len(raw) <= LONGEST]


def certificates_der():
    """Certificates of a signer and of the authorities above him."""
    signer = builder.signer_of(builder.SUPPLIER)
    return [item.public_bytes(Encoding.DER) for item in (signer.certificate, *signer.chain)]


def headers():
    """Header lines as nobody writes them."""
    names = st.sampled_from(
        ["Subject", "From", "Date", "Message-ID", "Content-Type", "Content-Disposition", "X"]
    )
    pieces = st.sampled_from(
        [
            "=?utf-8?q?",
            "?=",
            "multipart/mixed;",
            "boundary=",
            "filename*0*=",
            "''",
            '"',
            "\n ",
            "%C3",
            ";",
            "(",
            "<",
        ]
    )
    values = st.lists(st.one_of(pieces, st.text(max_size=8)), max_size=12).map("".join)
    lines = st.builds(
        lambda name, value: f"{name}: {value}\n".encode("utf-8", "replace"), names, values
    )
    return st.lists(lines, max_size=8).map(b"".join)


@st.composite
def file_contents(draw):
    """Bytes that are no text, so that a mail keeps them however they are declared."""
    return b"%PDF-" + draw(st.binary(max_size=100)).replace(b"--", b"") + b"%%EOF"


@st.composite
def invoices(draw):
    """Facts of an invoice that DIAN could have validated."""
    taxes = st.sampled_from(
        [(), (builder.Tax(),), (builder.Tax("01", "5.00"),), (builder.Tax("04", "8.00"),)]
    )
    lines = st.builds(
        builder.Line,
        description=SEEN,
        price=AMOUNTS.map(str),
        quantity=st.integers(1, 9999).map(lambda count: f"{count}.00"),
        taxes=taxes,
        note=SEEN,
    )
    return builder.Document(
        number=draw(st.from_regex(r"[A-Z]{1,4}[0-9]{1,15}", fullmatch=True)),
        lines=tuple(draw(st.lists(lines, min_size=1, max_size=4))),
        notes=tuple(draw(st.lists(SEEN, max_size=3))),
        supplier=builder.Party(draw(st.from_regex(r"[1-9][0-9]{5,9}", fullmatch=True)), draw(SEEN)),
        issue_date=draw(st.dates()).isoformat(),
        currency=draw(st.sampled_from(["COP", "USD", "EUR"])),
    )
