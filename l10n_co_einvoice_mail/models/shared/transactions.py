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
_END = object()


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
            _wait(attempt)
            attempt += 1
        else:
            return result


def in_pieces(env, begin):
    """Do work piece by piece, and commit each; go on from what is committed when another transaction touched the same
    rows.

    :param begin: function that returns an iterator, which does one piece at a time and goes on from what is committed
    :return: generator that does the work; it yields after each piece that was committed
    :raise: one of `CONCURRENCY_ERRORS`, when that happens to one piece too often; it has not been done then
    """
    attempt, pieces = 1, begin()
    while True:
        try:
            piece = next(pieces, _END)
            commit(env)
        except CONCURRENCY_ERRORS:
            env.cr.rollback()
            if attempt == TRIES:
                raise
            _wait(attempt)
            attempt, pieces = attempt + 1, begin()
            continue
        if piece is _END:
            return
        attempt = 1
        yield piece


def _wait(attempt):
    # Two that met do not meet again.
    time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311 - no secret


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
