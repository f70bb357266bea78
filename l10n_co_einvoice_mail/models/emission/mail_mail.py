from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import html2plaintext, split_every
from odoo.tools.mail import email_normalize_all

from ...letter.assembly import framed, without_preview
from ...mailbox import failures
from ...mailbox.errors import ArgumentRefused
from ..letters import documents
from ..shared import parameters
from .sending_account_mixin import KEEPS_ATTACHMENTS
from .session import SESSION, Session

# After the first failure; twice as long after each further one.
PAUSE = timedelta(minutes=5)
MAX_PAUSE = timedelta(hours=4)
MAX_ATTEMPTS = 12  # about a day and a half
QUEUE = "mail.ir_cron_mail_scheduler_action"
# Until then, less the seconds of its minute, what leaves at once has left.
SOON = timedelta(minutes=2)

#: What people send: neither notes for colleagues nor what Odoo tells them.
SENT = ("comment", "email_outgoing", "email", "notification")


class MailMail(models.Model):
    """A mail knows from its beginning which of our accounts it leaves from, and leaves from no other one."""

    _inherit = "mail.mail"

    l10n_co_account_id = fields.Many2one(
        "ir.mail_server",
        string="Leaves from",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    l10n_co_sender = fields.Char(string="In the name of", readonly=True)
    l10n_co_reply_to = fields.Char(string="Answers go to", readonly=True)
    l10n_co_attempts = fields.Integer(string="Attempts", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        self.env["l10n_co.emission"]._assign(mails)
        mails._l10n_co_wake_queue()
        return mails

    def _l10n_co_wake_queue(self):
        """What does not leave at once, for whatever reason, leaves soon, and not when Odoo looks after its queue."""
        soon = (fields.Datetime.now() + SOON).replace(second=0)
        waiting = self.sudo().filtered(
            lambda mail: mail.l10n_co_account_id and mail.state == "outgoing"
        )
        times = {mail.scheduled_date or soon for mail in waiting}
        known = self.env.cr.precommit.data.setdefault("l10n_co_queue", set())  # once a transaction
        for time in times - known:
            self.env.ref(QUEUE).sudo()._trigger(time)
        known |= times

    def _filter_mail_mail_servers(self, mail_servers):
        # EXTENDS mail: an account that a mail was given is its own, whoever wrote it
        allowed = super()._filter_mail_mail_servers(mail_servers)
        return allowed | (mail_servers & self.l10n_co_account_id)

    def mark_outgoing(self):
        # EXTENDS mail: it is sent once more, now
        self.env["l10n_co.emission"]._reassign(self)
        self.filtered("l10n_co_account_id").scheduled_date = False
        return super().mark_outgoing()

    # ---- where it leaves from ----------------------------------------------------------------------

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        # EXTENDS mail: without the account it was given, a mail does not leave from another one. What waited for the
        # end of a transaction may be gone with a part of it that was undone.
        mails = self.exists()
        orphans = mails.filtered(lambda mail: mail.l10n_co_sender and not mail.l10n_co_account_id)
        for mail in orphans.filtered(lambda mail: mail.state == "outgoing"):
            mail._l10n_co_refuse(
                ArgumentRefused("sender_deleted", data={"account": mail.l10n_co_sender})
            )
        return super(MailMail, mails - orphans).send(
            auto_commit=auto_commit,
            raise_exception=raise_exception,
            post_send_callback=post_send_callback,
        )

    def _l10n_co_refuse(self, error):
        text = self.env["ir.mail_server"]._l10n_co_tell_failure(error)
        self.write({"state": "exception", "failure_type": "mail_smtp", "failure_reason": text})
        self._postprocess_sent_message([], [], failure_reason=text, failure_type="mail_smtp")

    def _split_by_mail_configuration(self):
        # EXTENDS mail: ours by their account; what an account was forced upon, as core sends the others
        ours = self.filtered("l10n_co_account_id")
        forced = (self - ours).filtered(lambda mail: mail.mail_server_id._l10n_co_is_account())
        groups = defaultdict(list)
        for mail in ours:
            key = (mail.l10n_co_account_id.id, mail.record_alias_domain_id.id, mail.l10n_co_sender)
            groups[key].append(mail.id)
        for mail in forced:
            server, sender = mail._l10n_co_way_of_core()
            groups[server.id, mail.record_alias_domain_id.id, sender].append(mail.id)
        size = parameters.number(self.env, "mail.session.batch.size", 1000)
        for key, ids in groups.items():
            for batch in split_every(size, ids):
                yield *key, batch
        yield from super(MailMail, self - ours - forced)._split_by_mail_configuration()

    def _l10n_co_way_of_core(self):
        """:return: (ir.mail_server, may be none; From) that core finds for this mail where none was forced upon it"""
        Server = self.env["ir.mail_server"].sudo()
        domain = self.record_alias_domain_id
        if domain:
            Server = Server.with_context(
                domain_notifications_email=domain.default_from_email,
                domain_bounce_address=domain.bounce_email,
            )
        server, sender = Server._find_mail_server(self.email_from or False)
        return server or Server, sender

    # ---- sending -----------------------------------------------------------------------------------

    def _send(self, *args, smtp_session=None, **kwargs):
        # EXTENDS mail
        mails = self
        if isinstance(smtp_session, Session):
            mails = self.with_context(**{SESSION: smtp_session})
        return super(MailMail, mails)._send(*args, smtp_session=smtp_session, **kwargs)

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        # EXTENDS mail
        session = self.env.context.get(SESSION)
        if session is None:
            return super()._prepare_outgoing_list(mail_server, doc_to_followers)
        session.begin(self)
        keeps = self.model == "account.move" and any(
            (attachment.name or "").lower().endswith(".zip") for attachment in self.attachment_ids
        )
        server = session.account.with_context(**{KEEPS_ATTACHMENTS: keeps})
        mails = super()._prepare_outgoing_list(server, doc_to_followers)
        for mail in mails:
            mail["headers"] = self._l10n_co_headers(mail, session)
            mail["reply_to"] = self.l10n_co_reply_to or mail["reply_to"]
        return mails

    def _l10n_co_headers(self, mail, session):
        """The envelope's sender is the account itself, which the server alone vouches for; a receipt goes there too."""
        headers = {name: value for name, value in mail["headers"].items() if name != "Return-Path"}
        others = set(email_normalize_all(headers.get("X-Msg-To-Add"))) - set(
            mail["email_to_normalized"]
        )
        if not others:  # core would end the header To with a comma
            headers.pop("X-Msg-To-Add", None)
        if session.account.l10n_co_read_receipt:
            headers["Disposition-Notification-To"] = session.smtp_from
        return headers

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # EXTENDS mail: what passes by itself is tried again
        session = self.env.context.get(SESSION)
        error = session.error if session is not None else None
        if error and self._l10n_co_will_retry(error):
            return self._l10n_co_postpone(success_pids, success_emails, failure_reason)
        if error:
            failure_type = "mail_smtp"
            self.failure_type = failure_type
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _l10n_co_will_retry(self, error):
        """:param MailboxError error: why this mail was not sent"""
        return failures.is_temporary(error) and self.l10n_co_attempts < MAX_ATTEMPTS

    def _l10n_co_postpone(self, success_pids, success_emails, reason):
        """Keep the mail for those who did not get it yet, and send it later."""
        pause = min(PAUSE * 2**self.l10n_co_attempts, MAX_PAUSE)
        later = fields.Datetime.now() + pause
        done = self.env["res.partner"].union(*success_pids)
        self.write(
            {
                "state": "outgoing",
                "scheduled_date": later,
                "failure_type": False,
                "l10n_co_attempts": self.l10n_co_attempts + 1,
                "recipient_ids": [fields.Command.unlink(partner.id) for partner in done],
                **({"email_to": False, "email_cc": False} if success_emails else {}),
            }
        )
        self._l10n_co_update_notifications(done, reason)
        self.env.ref(QUEUE).sudo()._trigger(later)
        return True

    def _l10n_co_update_notifications(self, done, reason):
        notifications = (
            self.env["mail.notification"].sudo().search([("mail_mail_id", "in", self.ids)])
        )
        served = notifications.filtered(lambda n: n.res_partner_id in done)
        served.write({"notification_status": "sent", "failure_type": "", "failure_reason": ""})
        waiting = (notifications - served).filtered(
            lambda n: n.notification_status not in ("sent", "canceled")
        )
        waiting.write(
            {"notification_status": "ready", "failure_type": "", "failure_reason": reason}
        )


class FramedMail(models.Model):
    """The mails that documents are sent with get a header and a footer when they are made.

    Not when they are sent: that is later, by the scheduler, when nobody knows any more who made them.
    """

    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        mails._l10n_co_frame()
        return mails

    def _l10n_co_frame(self):
        """Put the sender's header and footer around the mails with documents; around each once."""
        for mail in self.sudo().filtered(lambda mail: mail._l10n_co_carries_document()):
            record = self.env[mail.model].browse(mail.res_id)
            sender = self.env["l10n_co.emission"]._user_of(mail.mail_message_id)._l10n_co_person()
            header, footer = sender._l10n_co_frame(record.company_id or self.env.company)
            if header or footer:
                body = mail.body_html or ""
                if mail.message_type == "email_outgoing":  # core signs what is posted only
                    footer = sender._l10n_co_missing_signature(body, record) + footer
                mail.body_html = framed(body, header, footer)

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        # EXTENDS mail: the plain text says everything once
        mails = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        if self._l10n_co_carries_document():
            for mail in mails:
                mail["body_alternative"] = html2plaintext(without_preview(mail["body"]))
        return mails

    def _l10n_co_carries_document(self):
        """Whether a mail is about a document and meant for people outside."""
        comment = self.env.ref("mail.mt_comment")
        return (
            documents.is_sent(self.env, self.model)
            and bool(self.res_id)
            and self.message_type in SENT
            and self.subtype_id in (comment, comment.browse())
            and not self.is_internal
        )
