"""Keys of the context by which one subject tells another what it cannot see."""

#: Of a mail that the addon itself writes: id of the company for which it does. It leaves from that company's own
#: sending account, if that works, else as Odoo's own mails do.
FOR_COMPANY = "l10n_co_for_company"
#: Of a mail that is sent as the document itself: it leaves from the account even to a colleague.
IS_DOCUMENT = "l10n_co_is_document"
#: Of a mail that the scheduler sends for somebody: id of that user.
SENDER_ID = "l10n_co_sender_id"


class Told(int):
    """A value that the program put under one of these keys.

    A client may send any context with a call, but only numbers and texts in it: by the same name his is a plain int,
    and is not believed. So is this one when it went to a browser and came back.
    """


def carried(env, key, kind):
    """:return: the object of the class `kind` that the program, and no client, put into the context; None without"""
    value = env.context.get(key)
    return value if isinstance(value, kind) else None


def told(env, key):
    """:return: the int that the program, and no client, put into the context; 0 for none"""
    return int(carried(env, key, Told) or 0)
