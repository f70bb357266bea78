"""Which tests `K` chooses: `K="worse copy"` those in whose name both words stand.

`or` separates alternatives, `not` before a word excludes it; letters count as the same large and small.
"""

import re

WORD = re.compile(r"[\w:+.\[\]/-]+")  # what pytest takes for a word
OPERATORS = ("and", "or", "not")


def chooses(choice, name):
    """:return: whether the test of this name is chosen; without a choice every test is"""
    name = name.lower()
    alternatives = _alternatives(choice)
    return not alternatives or any(
        all((word in name) is wanted for word, wanted in words) for words in alternatives
    )


def for_pytest(choice):
    """:return: the same choice as an expression for pytest's `-k`, which sees each part of a dotted name alone"""
    return " or ".join(
        " and ".join(_expression(word, wanted) for word, wanted in words)
        for words in _alternatives(choice)
    )


def _expression(word, wanted):
    parts = " and ".join(filter(None, re.split(r"\.|::", word)))
    return parts if wanted else f"not ({parts})"


def _alternatives(choice):
    """:return: [[(word, whether it has to be in the name)]]"""
    alternatives, wanted = [[]], True
    for word in WORD.findall(choice.lower()):
        if word == "or":
            alternatives.append([])
        elif word not in OPERATORS:
            alternatives[-1].append((word, wanted))
        wanted = word != "not"
    return [words for words in alternatives if words]
