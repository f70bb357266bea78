"""What each reason means and what to do: out of the tables that the program itself tells them from."""

import re
from html import escape

from .. import bare
from . import table

bare.register_bare_packages()

from l10n_co_einvoice_mail.booking.notices import NOTICES  # noqa: E402 - needs the bare packages
from l10n_co_einvoice_mail.dian.rules import RULES, Outcome  # noqa: E402
from l10n_co_einvoice_mail.mailbox.failures import FAILURES, MAIL_REASONS  # noqa: E402

HEADS = {
    "es": ("Lo que dice Odoo", "Qué pasó", "Qué hacer"),
    "en": ("What Odoo says", "What happened", "What to do"),
}
# The guide is about no document: what a sentence is filled with is told by its name, or left out.
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
WORDS = {
    "number": ("documento", "document"),
    "supplier": ("proveedor", "supplier"),
    "supplier_nit": ("NIT", "NIT"),
    "receiver": ("adquirente", "receiver"),
    "receiver_nit": ("NIT", "NIT"),
    "signer": ("firmante", "signer"),
    "file": ("archivo", "file"),
    "limit": ("tope", "limit"),
    "company": ("empresa", "company"),
    "host": ("servidor", "server"),
    "port": ("puerto", "port"),
    "user": ("usuario", "user"),
    "folder": ("carpeta", "folder"),
    "address": ("dirección", "address"),
}
OUTCOMES = {
    "rejected": Outcome.REJECT,
    "review": Outcome.REVIEW,
    "warnings": Outcome.WARN,
}


def groups():
    """:return: {name of the group: its rows}; a code that two tables have is told by the one that the screens show"""
    from_documents = {
        name: [rule for rule in RULES.values() if rule.outcome is outcome and rule.check]
        for name, outcome in OUTCOMES.items()
    }
    reading = [rule for rule in RULES.values() if not rule.check]
    mails = [row for code, row in MAIL_REASONS.items() if code not in RULES]
    return {
        **from_documents,
        "mails": [*reading, *mails],
        "bills": list(NOTICES.values()),
        "connection": list(FAILURES.values()),
    }


def tables(language, translate):
    """:return: {name of the group: its table in HTML}"""
    return {
        f"reasons_{name}": table.html(
            [HEADS[language], *(_cells(row, language, translate) for row in rows)]
        )
        for name, rows in groups().items()
    }


def _cells(row, language, translate):
    def named(found):
        spanish, english = WORDS.get(found[1], ("…", "…"))
        return f"<em>[{spanish if language == 'es' else english}]</em>"

    texts = (translate(text) for text in (row.title, row.sentence, row.remedy))
    title, *others = (PLACEHOLDER.sub(named, escape(text, quote=False)) for text in texts)
    return [f"<strong>{title}</strong>", *others]
