"""The words of a reason, in the reader's language."""

from odoo.addons.l10n_co_einvoice_mail.models.shared.reason_mixin import Blank

from ..radian.reasons import REASONS


def told(env, code, data=None):
    """
    :param str code: of `reasons.REASONS`, or False
    :return: (what happened, what to do next); (False, False) without a code
    """
    reason = REASONS.get(code)
    if not reason:
        return False, False
    values = Blank(data or {})
    return env._(reason.sentence) % values, reason.remedy and env._(reason.remedy) % values


def in_one(env, code, data=None):
    """:return: the same in one text, "" without a code"""
    return " ".join(filter(None, told(env, code, data)))
