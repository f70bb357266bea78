"""At log level debug Odoo writes down what a client calls, with all that was typed: secrets are taken out of it."""

import logging
import re
from collections.abc import Mapping

from odoo.service.model import Params

# Names of fields and parameters: passwords, tokens, and tables of accounts that are pasted or uploaded.
SECRET_NAMES = re.compile(r"pass|pwd|token|secret|pasted|sheet", re.IGNORECASE)
VEIL = "***"


def veiled(value, name=""):
    """:return: `value` without what stands below a name of a secret, at any depth"""
    if value and SECRET_NAMES.search(name):
        return VEIL
    if isinstance(value, Mapping):
        return {key: veiled(part, str(key)) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([veiled(part, name) for part in value])
    return value


class CallFilter(logging.Filter):
    """Of a logger that writes down calls."""

    def filter(self, record):
        if isinstance(record.args, tuple):
            record.args = tuple(map(self._veiled, record.args))
        return True

    def _veiled(self, argument):
        if not isinstance(argument, Params):
            return argument
        return Params(veiled(tuple(argument.args)), veiled(dict(argument.kwargs)))


logging.getLogger("odoo.service.model").addFilter(CallFilter())
