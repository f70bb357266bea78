from odoo import fields, models


class MailProvider(models.Model):
    """What a provider stands from those who read many mailboxes; 0: it tells no limit."""

    _inherit = "l10n_co.mail.provider"

    session_count = fields.Integer(
        string="Mailboxes read at once",
        help="At most so many mailboxes of one of its servers are read at the same time. 0: no limit.",
    )
    logins_per_minute = fields.Integer(
        help="At most so many mailboxes of one of its servers are read in a minute. 0: no limit."
    )

    _no_negative_limit = models.Constraint(
        "CHECK(session_count >= 0 AND logins_per_minute >= 0)", "A limit is 0 or more."
    )
