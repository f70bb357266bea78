"""What a settings administrator has to do for somebody else, because it holds for every company."""

from markupsafe import escape
from odoo.exceptions import UserError

from . import rights

TODO = "mail.mail_activity_data_todo"


def ask_administrator(records, tell):
    """Ask a settings administrator to look at records, once for each, however often it is asked for.

    :param records: recordset with activities, which the present user may read; the caller has asked for that
    :param tell: callable that returns (summary, note) of one of them, in words
    :return: action that tells who was asked
    :raise UserError: there is no settings administrator
    """
    env = records.env
    administrator = rights.settings_administrator(env)
    if not administrator:
        raise UserError(env._("This database has no administrator who could be asked."))
    records = records.sudo()
    for record in records.filtered(lambda record: not record.activity_ids):
        summary, note = tell(record)
        record.activity_schedule(TODO, user_id=administrator.id, summary=summary, note=escape(note))
    asked = records.activity_ids.user_id or administrator
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": "success",
            "message": env._("Asked: %s", ", ".join(asked.mapped("name"))),
            "next": {"type": "ir.actions.act_window_close"},
        },
    }
