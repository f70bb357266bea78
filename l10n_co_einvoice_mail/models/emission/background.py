"""Sending in a thread of its own: the person at a dialog does not wait for a mail server."""

import logging
import threading

from odoo import SUPERUSER_ID, api, http, modules
from odoo.modules.registry import Registry

_logger = logging.getLogger(__name__)

#: As many threads of a process send at once. What finds none free is left to the queue, which was woken for it.
THREADS = threading.BoundedSemaphore(4)


def is_wanted():
    """:return: whether a person waits for the present transaction to end"""
    return bool(http.request) and not modules.module.current_test


def send_after_commit(mails):
    """Send these in the background as soon as the present transaction is committed.

    A thread that is ended with its process leaves what a killed process leaves: the queue sends the rest.

    :param mails: mail.mail
    """
    dbname, ids, context = mails.env.cr.dbname, mails.ids, mails.env.context
    mails.env.cr.postcommit.add(lambda: _start(dbname, ids, context))


def _start(dbname, ids, context):
    if THREADS.acquire(blocking=False):
        name = f"l10n_co_einvoice_mail.sending.{ids[0]}"
        threading.Thread(target=_send, args=(dbname, ids, context), name=name, daemon=True).start()


def _send(dbname, ids, context):
    try:
        threading.current_thread().dbname = dbname
        with Registry(dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, context)
            env["mail.mail"].browse(ids).send(auto_commit=True)
    except Exception:  # the edge of a unit of work: the queue tries again
        _logger.exception("Sending in the background failed: mail.mail %s", ids)
    finally:
        THREADS.release()
