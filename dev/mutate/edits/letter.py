"""Edits of what stands in a mail that is sent."""

from .. import Edit

EDITS = (
    Edit(
        "letter/filling.py",
        'yield _NOT_IN_STYLE.sub("", _value(part, values)) if is_value else part',
        "yield _value(part, values) if is_value else part",
        "unit/test_letter_filling",
    ),
    Edit(
        "letter/filling.py",
        'if name in ("", *_SCHEMES) else ""',
        'if True else ""',
        "unit/test_letter_filling",
    ),
    Edit(
        "letter/filling.py",
        "if unknown:",
        "if False:",
        "unit/test_letter_filling",
    ),
    Edit(
        "letter/assembly.py",
        "if is_framed(page):\n        return page",
        "if False:\n        return page",
        "unit/test_letter",
    ),
    Edit(
        "letter/assembly.py",
        "closings[-1].start() if closings",
        "closings[0].start() if closings",
        "unit/test_letter",
    ),
    Edit(
        "letter/repair.py",
        'next(element.iterancestors("table"), None) is None',
        "False",
        "unit/test_letter",
    ),
)
