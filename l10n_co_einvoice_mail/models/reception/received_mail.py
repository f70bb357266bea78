from datetime import timedelta

from odoo import api, fields, models

from ...mailbox.errors import ConnectionLost, MailboxError

# What a server did not do so often is asked of it in every run; then at growing intervals.
TRIES_AT_ONCE = 3
FIRST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=12)
# A server in trouble refuses for an hour or two; a mail that it cannot read any more it refuses for ever.
REFUSED_PATIENCE = timedelta(days=1)
REASONS = {"fetch_incomplete": "mail_incomplete", "fetch_missing": "mail_missing"}


class ReceivedMail(models.Model):
    """What its mail server did not do for a mail: hand it out, or let it be taken out of the inbox."""

    _inherit = "l10n_co.received.mail"

    announced_size = fields.Integer(
        readonly=True,
        help="Bytes that the mail server announced. Servers only estimate them: they are compared with nothing else.",
    )
    is_cut = fields.Boolean(
        string="Ends in the middle",
        readonly=True,
        help="Its last part is missing as it was fetched: nothing of it is deleted from the mailbox.",
    )
    copied_to = fields.Char(
        readonly=True,
        help="Folder into which the server says that it copied the mail, and where no copy is found.",
    )
    tries = fields.Integer(
        string="Vain tries",
        readonly=True,
        help="How often the mail server did not hand out the mail, or did not take it out of the inbox.",
    )
    retry_on = fields.Datetime(string="Asked for again", readonly=True)

    @api.model
    def _unfetched(self, server):
        """:return: the mails of this mailbox that its server lists and has not handed out yet"""
        return self.search(
            [
                ("server_id", "=", server.id),
                ("state", "=", "fetched"),
                ("raw_attachment_id", "=", False),
            ]
        )

    @api.model
    def _note_refused(self, position, entry, error):
        """Note a mail that the server lists and does not hand out. It stays in the inbox and is asked for again;
        after `REFUSED_PATIENCE` it has failed.

        :param dict position: values of `server_id`, `company_id`, `uidvalidity`, `uid`
        :param entry: mailbox.base.Entry
        :param MailboxError error: why
        """
        mail = self.search([(name, "=", value) for name, value in position.items()])
        mail = mail or self.create({**position, "size": entry.size, "announced_size": entry.size})
        mail._note_vain()
        code, data = _reason_of(error)
        mail.write({"reason_code": code, "reason_data": data})
        if mail.create_date < fields.Datetime.now() - REFUSED_PATIENCE:
            mail._fail(code, data)

    def _note_vain(self):
        """The server did not do what it was asked for these mails."""
        now = fields.Datetime.now()
        for mail in self:
            tries = mail.tries + 1
            pause = min(FIRST_PAUSE * 2 ** min(max(tries - TRIES_AT_ONCE, 0), 10), LONGEST_PAUSE)
            mail.write({"tries": tries, "retry_on": tries >= TRIES_AT_ONCE and now + pause})

    def _note_done(self):
        """The server did it: what comes next is tried at once."""
        self.write({"tries": 0, "retry_on": False, "copied_to": False})

    def _is_due(self):
        """:return: whether the server may be asked again for this mail"""
        return not self.retry_on or self.retry_on <= fields.Datetime.now()


def _reason_of(error: MailboxError):
    """:return: (reason code, reason data) of a mail that was not handed out"""
    if error.code in REASONS:
        return REASONS[error.code], error.data
    code = "mail_breaks_off" if isinstance(error, ConnectionLost) else "mail_refused"
    return code, {"answer": error.server_answer}
