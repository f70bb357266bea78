"""Account, From and Reply-To belong to each mail now; on the message, which others share, stand its author's again."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    waiting = env["mail.mail"].search(
        [
            ("state", "in", ("outgoing", "exception")),
            ("mail_server_id.l10n_co_address", "!=", False),
        ]
    )
    for mail in waiting.filtered("l10n_co_sender"):
        mail.l10n_co_reply_to = mail.reply_to
    for message in waiting.mail_message_id:
        sender = message.author_id.email_formatted or message.email_from
        message.write({"mail_server_id": False, "email_from": sender})
