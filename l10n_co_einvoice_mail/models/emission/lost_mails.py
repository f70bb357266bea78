"""Mails of which the server never said whether it took them, looked for among the sent ones of their mailbox."""

import contextlib
from datetime import timedelta

from odoo import fields

from ...mailbox import sent
from ...mailbox.errors import MailboxError

#: Until then the scheduler looks; after that a person has decided, or will.
SOUGHT = timedelta(days=1)


def look_for(rows):
    """Of those that lie in the Sent folder it is known that they were sent; of the others nothing is.

    A mail to several people goes out once for each of them under one Message-ID: there a copy proves nothing.

    :param rows: l10n_co.outgoing.mail, as superuser
    """
    since = fields.Datetime.now() - SOUGHT
    lost = rows.filtered(lambda row: row._is_lost() and row.date > since and row._is_only_one())
    for account, own in lost.grouped("account_id").items():
        with contextlib.suppress(MailboxError):  # a person decides
            _look(account, own)


def _look(account, rows):
    server = account.l10n_co_sent_server_id
    if not server and account._l10n_co_copy_state() == "provider":
        server = server.new(account._l10n_co_propose_sent())
    if not server:
        return
    with account._l10n_co_sent_mailbox(server) as mailbox:
        folder = account.l10n_co_sent_folder or mailbox.special_folder(sent.SENT)
        found = rows.filtered(
            lambda row: folder and mailbox.search_message_id(folder, row.message_id)
        )
    found._note_arrived(rows.env._("It lies in the folder %s of its mailbox.", folder))
