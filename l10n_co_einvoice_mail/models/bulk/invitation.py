"""Users asked to sign in at their provider: nobody else can give this permission. A mail and a to-do carry the link."""

from markupsafe import Markup
from odoo.tools import formataddr

from ...mailbox.providers import SIGN_INS
from ..shared.contexts import FOR_COMPANY, Told
from .ir_mail_server import PREFERENCES

TODO = "mail.mail_activity_data_todo"


def invite(line):
    """Ask the user of a line, in the user's own language."""
    user = line.user_id.sudo()
    line = line.with_context(lang=user.lang or line.env.lang)
    _send(line, user)
    _schedule(line, user)


def _send(line, user):
    env = line.env
    link = f"{line.get_base_url()}{PREFERENCES}"
    button = Markup('<p><a href="%s">%s</a></p>') % (link, env._("Connect my mail account"))
    notices = env["mail.mail"].sudo().with_context(**{FOR_COMPANY: Told(user.company_id.id)})
    notices.create(
        {
            "subject": env._("Connect your mail account with Odoo"),
            "body_html": Markup("<p>%s</p>%s") % (_request(line), button),
            "email_to": formataddr((user.name, line.email)),
            "auto_delete": True,
        }
    )


def _schedule(line, user):
    """One to-do, however often the user is invited."""
    env, partner = line.env, user.partner_id
    summary = env._("Connect your mail account")
    if not partner.activity_ids.filtered(lambda a: a.user_id == user and a.summary == summary):
        # The mail tells it already.
        partner.with_context(mail_activity_quick_update=True).activity_schedule(
            TODO,
            summary=summary,
            note=Markup("<p>%s</p><p><a href='%s'>%s</a></p>")
            % (_request(line), PREFERENCES, env._("Connect my mail account")),
            user_id=user.id,
        )


def _request(line):
    return line.env._(
        "So that your mails leave Odoo from %(address)s, sign in once at %(provider)s. "
        "No password is typed in Odoo.",
        address=line.email,
        provider=SIGN_INS[line._oauth_type()].name,
    )
