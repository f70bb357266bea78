"""How long the present thread may wait for a server's answer to a whole mail."""

import threading
import time

from odoo.tools import config

from ...mailbox.smtp import ANSWER_SECONDS

# What is left to write down what the server did not say, before Odoo ends a thread that takes too long.
MARGIN = 20
LEAST = 30


def patience():
    """:return: seconds: those of RFC 5321 §4.5.3.2.6, as far as Odoo lets this thread live"""
    thread = threading.current_thread()
    limit = config["limit_time_real"]
    if getattr(thread, "type", None) == "cron" and config["limit_time_real_cron"] > 0:
        limit = config["limit_time_real_cron"]
    began = getattr(thread, "start_time", None)
    if not limit or (thread.daemon and began is None):  # nobody ends it
        return ANSWER_SECONDS
    spent = time.time() - began if began else 0
    return max(min(limit - MARGIN - spent, ANSWER_SECONDS), LEAST)
