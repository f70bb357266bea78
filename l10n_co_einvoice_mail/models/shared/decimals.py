"""Figures of a document as its readers write them."""

from odoo.tools.misc import formatLang

MAX_DECIMALS = 10


def shown(env, value, least=2):
    """A Decimal in the environment's language.

    :param int least: decimals; as many as the document wrote where it needs more, and no more than a price can need
    """
    needed = -value.normalize().as_tuple().exponent
    return formatLang(env, float(value), digits=min(max(least, needed), MAX_DECIMALS))
