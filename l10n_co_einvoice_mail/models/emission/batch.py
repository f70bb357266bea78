"""Several documents at once: one that cannot be sent does not keep the others back."""

import psycopg2
from odoo.exceptions import ConcurrencyError

# The transaction, or the process, is at its end: nothing of this is a document's fault.
PASSING = (psycopg2.OperationalError, ConcurrencyError, MemoryError)


def each_that_can(records, work, set_aside, *, at_once=True):
    """Do `work` with all of the records or, where that fails, with each that it can be done with.

    :param records: records of one model
    :param work: callable that takes some of them; what it does can be undone by the database
    :param set_aside: callable that takes one of them and the Exception with which `work` failed
    :param bool at_once: begin with all of them, which is faster; not for what the database cannot undo
    :return: list of what `work` returned
    :raise: one of `PASSING`
    """
    if at_once:
        done, _error = _try(records, work)
        if done is not None:
            return done
    results = []
    for record in records:
        done, error = _try(record, work)
        if done is None:
            set_aside(record, error)
        else:
            results += done
    return results


def _try(records, work):
    """:return: ([result], None), or (None, the Exception) when nothing was done"""
    try:
        with records.env.cr.savepoint():
            return [work(records)], None
    except PASSING:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a document is told on it
        return None, error
