"""How large a mail, and what lies in it, may be; a system parameter `l10n_co_einvoice_mail.limit_NAME` changes one."""

import dataclasses
from typing import NamedTuple

from ...dian.limits import Limits as ContentLimits
from ...mailbox.message import Limits as MessageLimits
from . import parameters


class ReadingLimits(NamedTuple):
    message: MessageLimits
    content: ContentLimits


def limits_of(env):
    """:return: the ReadingLimits of this database"""
    return ReadingLimits(message=_limits(env, MessageLimits), content=_limits(env, ContentLimits))


def _limits(env, kind):
    names = [field.name for field in dataclasses.fields(kind)]
    values = {name: parameters.number(env, f"{parameters.PREFIX}limit_{name}") for name in names}
    return kind(**{name: value for name, value in values.items() if value})
