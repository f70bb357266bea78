"""What other systems of the market call each thing, and where it is here: `docs/guide/market.tsv`."""

import csv
from html import escape

from .. import paths
from . import table

SOURCE = paths.REPOSITORY / "docs" / "guide" / "market.tsv"
HEADS = {
    "es": ("En otros sistemas", "Aquí", "Quién lo tiene"),
    "en": ("In other systems", "Here", "Who has it"),
}
EVERYBODY = {"es": "Todos", "en": "All"}


def rows():
    """:return: list of dicts, one a feature"""
    with SOURCE.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def html(language):
    """:return: HTML of the table in `language`"""
    return table.html([HEADS[language], *(_cells(row, language) for row in rows())])


def _cells(row, language):
    systems = row["systems"].replace(EVERYBODY["es"], EVERYBODY[language])
    if language == "en":
        systems = systems.replace("(no lo dice)", "(does not say)")
    return [escape(text) for text in (row[language], row[f"{language}_place"], systems)]
