"""Edits of what a document means on a bill."""

from .. import Edit

EDITS = (
    Edit(
        "booking/guard.py",
        'return Decimal(1) if currency in (None, PESO) else Decimal("0.01")',
        "return Decimal(1)",
        "unit/test_booking",
    ),
    Edit(
        "booking/guard.py",
        'if kept["lines"] not in (None, lines):',
        "if False:",
        "unit/test_booking",
    ),
    Edit(
        "booking/guard.py",
        'for scheme in sorted({*kept["taxes"], *taxes}):',
        'for scheme in sorted(kept["taxes"]):',
        "unit/test_booking",
    ),
    Edit(
        "booking/lines.py",
        "if abs(off) > SUPPLIER_ROUNDING * len(bearing):",
        "if False:",
        "unit/test_booking",
    ),
    Edit(
        "booking/lines.py",
        "yield [_flat(LineKind.PREPAID, -totals.prepaid)] if totals.prepaid else []",
        "yield []",
        "unit/test_booking",
    ),
    Edit(
        "booking/lines.py",
        "if rest and abs(rest) <= tolerance(document.currency):",
        "if rest:",
        "unit/test_booking",
    ),
    Edit(
        "booking/lines.py",
        "if 0 <= discount <= gross:",
        "if True:",
        "unit/test_booking",
    ),
    Edit(
        "booking/taxes.py",
        "if not tax.per_unit_amount and tax.taxable_amount:",
        "if tax.taxable_amount:",
        "unit/test_booking",
    ),
    Edit(
        "booking/taxes.py",
        "return {**missing, **of_document}",
        "return of_document",
        "unit/test_booking",
    ),
)
