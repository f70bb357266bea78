"""Work that is committed piece by piece, and done again when another transaction was at the same rows."""

import contextlib
import random
import time

import psycopg2
from odoo import SUPERUSER_ID, modules
from odoo.exceptions import ConcurrencyError

# Another transaction touched the same rows: the work is sound and is simply done again.
CONCURRENCY_ERRORS = (psycopg2.OperationalError, psycopg2.errors.UniqueViolation, ConcurrencyError)
TRIES = 4


def commit(env):
    """Commit what was done; within a scheduled action, by Odoo's own way, which also keeps its progress."""
    env["ir.cron"]._commit_progress()


def retried(env, work):
    """Do `work` and commit it; begin anew, after a while, when another transaction touched the same rows.

    :param work: callable without parameters, which can be repeated
    :return: what `work` returns
    :raise: one of `CONCURRENCY_ERRORS`, when that happens too often; `work` has not been done then
    """
    attempt = 1
    while True:
        try:
            result = work()
            commit(env)
        except CONCURRENCY_ERRORS:
            env.cr.rollback()
            if attempt == TRIES:
                raise
            # Two that met do not meet again.
            time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311 - no secret
            attempt += 1
        else:
            return result


@contextlib.contextmanager
def apart(env):
    """A transaction of its own, committed at the end: what it writes stays, whatever becomes of that of `env`.

    In a test, whose records no other transaction sees, it is that of `env`.

    :return: context of an Environment, as superuser
    """
    if modules.module.current_test:
        yield env(user=SUPERUSER_ID, su=True)
        return
    with env.registry.cursor() as cr:
        yield env(cr=cr, user=SUPERUSER_ID, su=True)
