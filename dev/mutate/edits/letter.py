"""Edits of what stands in a mail that is sent."""

from .. import Edit

EDITS = (
    Edit(
        "letter/tokens.py",
        'escape(values.get(name) or "")',
        'values.get(name) or ""',
        "unit/test_letter",
    ),
    Edit(
        "letter/template.py",
        '.replace("{{", "{ {")',
        "",
        "unit/test_letter",
    ),
    Edit(
        "letter/template.py",
        'if name.startswith("t-"):',
        "if False:",
        "unit/test_letter",
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
