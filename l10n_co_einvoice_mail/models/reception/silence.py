"""A mailbox that nobody can read, or in which nothing arrives any more: nobody misses an invoice that never came."""

from datetime import timedelta

from odoo import fields
from odoo.tools import format_date

from ..shared import parameters

# How far back «usually» looks, and how long nothing may arrive where something usually does: a long weekend.
USUAL_DAYS = 28
QUIET_DAYS = 4
SILENT_HOURS = 12


def unread(mailbox):
    """:param mailbox: one fetchmail.server
    :return: {code of a cause: what to tell}: no successful run for hours
    """
    hours = parameters.number(mailbox.env, f"{parameters.PREFIX}silence_hours", SILENT_HOURS)
    since = mailbox.l10n_co_last_success or mailbox.l10n_co_confirmed_on
    now = fields.Datetime.now()
    if not since or since > now - timedelta(hours=hours):
        return {}
    return {
        "silence": mailbox.env._(
            "%(mailbox)s could not be read for %(hours)s hours. %(cause)s",
            mailbox=mailbox.name,
            hours=int((now - since).total_seconds() // 3600),
            cause=mailbox.l10n_co_failure or "",
        )
    }


def quiet(mailbox):
    """:param mailbox: one fetchmail.server
    :return: {code of a cause: what to tell}: usually something comes every day, and now nothing does
    """
    Mail = mailbox.env["l10n_co.received.mail"].sudo()
    ours = [("server_id", "=", mailbox.id)]
    last = Mail.search(ours, order="create_date desc, id desc", limit=1)
    if not last or last.create_date > fields.Datetime.now() - timedelta(days=QUIET_DAYS):
        return {}
    before = last.create_date - timedelta(days=USUAL_DAYS)
    count = Mail.search_count([*ours, ("create_date", ">=", before)])
    if count < USUAL_DAYS:
        return {}
    return {
        "quiet": mailbox.env._(
            "Usually %(usual)s mails a day arrive in %(mailbox)s, and none since %(date)s. "
            "Is it still the address that is registered at DIAN?",
            usual=round(count / USUAL_DAYS),
            mailbox=mailbox.name,
            date=format_date(mailbox.env, last.create_date),
        )
    }
