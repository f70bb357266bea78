from collections import defaultdict
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.tools import html2plaintext, split_every
from odoo.tools.mail import email_normalize_all

from ...letter.assembly import framed, without_preview
from ...mailbox import failures
from ...mailbox.errors import ArgumentRefused, MessageRefused, Throttled
from ..letters import documents
from ..shared import parameters
from ..shared.contexts import Told, carried
from ..shared.transactions import apart
from . import background
from .ir_mail_server_sending import KEEPS_ATTACHMENTS
from .session import SESSION, SendingFailed, Session

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
    l10n_co_user_id = fields.Many2one("res.users", string="Sent by", readonly=True)
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
        self._l10n_co_reopen()
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

    def _split_by_delayed_batch(self, mail_server):
        # EXTENDS mail: what waits its turn says so
        to_send = super()._split_by_delayed_batch(mail_server)
        delayed = (self - to_send).filtered("l10n_co_account_id")
        if delayed:
            self.env["l10n_co.outgoing.mail"]._note_kept_back(delayed, Throttled("account_paced"))
        return to_send

    def _l10n_co_refuse(self, error):
        self.env["l10n_co.outgoing.mail"]._note_kept_back(self, error)
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

    def send_after_commit(self):
        # EXTENDS mail: the person at a dialog does not wait for a mail server
        ours = self.filtered("l10n_co_account_id") if background.is_wanted() else self.browse()
        if ours:
            background.send_after_commit(ours)
        return super(MailMail, self - ours).send_after_commit()

    def _send(self, *args, smtp_session=None, raise_exception=False, **kwargs):
        # EXTENDS mail
        if not isinstance(smtp_session, Session):
            return super()._send(
                *args, smtp_session=smtp_session, raise_exception=raise_exception, **kwargs
            )
        for mail in self.with_context(**{SESSION: smtp_session}):
            if mail._l10n_co_claim():  # else another process sends it
                super(MailMail, mail)._send(*args, smtp_session=smtp_session, **kwargs)
                error = smtp_session.error
                if raise_exception and error:
                    raise SendingFailed(smtp_session.account._l10n_co_tell_failure(error), error)
        return True

    def _l10n_co_claim(self):
        """Only one process at a time sends a mail: the one that holds its row until its transaction ends.

        :return: False when another one does, or just did
        """
        try:
            with self.env.cr.savepoint():
                return bool(self.try_lock_for_update())
        except psycopg2.errors.SerializationFailure:
            return False

    def _l10n_co_reopen(self):
        """A person wants these mails sent once more: also to whom they may have arrived or, of a mail that was sent, to
        everybody.
        """
        sent = set(self.filtered(lambda mail: mail.state == "sent").ids)
        with apart(self.env) as env:
            rows = env["l10n_co.outgoing.mail"].search([("mail_id", "in", self.ids)])
            rows.filtered(lambda row: row.mail_id in sent).mail_id = False
            rows.filtered(lambda row: row.state == "unknown").write(
                {"state": "waiting", "date": fields.Datetime.now()}
            )

    def _l10n_co_addresses(self):
        """:return: list of the addresses that this mail goes to"""
        texts = [self.email_to, self.email_cc, *self.recipient_ids.mapped("email")]
        return list(dict.fromkeys(email_normalize_all(", ".join(filter(None, texts)))))

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        # EXTENDS mail
        session = carried(self.env, SESSION, Session)
        if session is None:
            return super()._prepare_outgoing_list(mail_server, doc_to_followers)
        session.begin(self)
        keeps = self.model == "account.move" and any(
            (attachment.name or "").lower().endswith(".zip") for attachment in self.attachment_ids
        )
        server = session.account.with_context(**{KEEPS_ATTACHMENTS: Told(keeps)})
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
            # The address alone: a name with accents would be encoded, which many programs cannot read there.
            headers["Disposition-Notification-To"] = session.account.from_filter
        return headers

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # EXTENDS mail: what passes by itself is tried again, for those who did not get it
        session = carried(self.env, SESSION, Session)
        error = session.error if session is not None else None
        if session is not None and not error and failure_type:
            error = self._l10n_co_note_nobody(session, failure_reason)
        reason = error and session.account._l10n_co_tell_failure(error)
        if session is not None and self._l10n_co_waits(session):
            return self._l10n_co_postpone(success_pids, reason)
        if error:
            failure_type, failure_reason = "mail_smtp", reason
            self.write(
                {"state": "exception", "failure_type": failure_type, "failure_reason": reason}
            )
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _l10n_co_note_nobody(self, session, reason):
        """Core found no recipient that a mail can be sent to.

        :return: MailboxError
        """
        names = ", ".join(filter(None, [self.email_to, *self.recipient_ids.mapped("display_name")]))
        error = MessageRefused("recipient_missing", data={"recipient": names or reason})
        log = self.env["l10n_co.outgoing.mail"]
        values = log._values_of(self.sudo(), session.account)
        with apart(self.env) as env:
            env[log._name]._rows_of(self.id, [names or "?"], values)._note(error, "")
        return error

    def _l10n_co_waits(self, session):
        errors = session.errors.values()
        return any(map(self._l10n_co_will_retry, errors)) or (
            session.is_copy_deferred and self.l10n_co_attempts < MAX_ATTEMPTS
        )

    def _l10n_co_will_retry(self, error):
        """:param MailboxError error: why this mail was not sent
        :return: whether it is tried again by itself
        """
        return failures.is_temporary(error) and self.l10n_co_attempts < MAX_ATTEMPTS

    def _l10n_co_postpone(self, success_pids, reason):
        """Keep the mail for those who did not get it yet, and send it later."""
        pause = min(PAUSE * 2**self.l10n_co_attempts, MAX_PAUSE)
        later = fields.Datetime.now() + pause
        self.write(
            {
                "state": "outgoing",
                "scheduled_date": later,
                "failure_type": False,
                "l10n_co_attempts": self.l10n_co_attempts + 1,
            }
        )
        self._l10n_co_update_notifications(self.env["res.partner"].union(*success_pids), reason)
        self.env.ref(QUEUE).sudo()._trigger(later)
        return True

    def _l10n_co_note_arrived(self):
        """Everybody has these mails, as is known now."""
        lost = self.filtered(lambda mail: mail.state == "exception")
        lost.write({"state": "sent", "failure_type": False, "failure_reason": False})
        lost._l10n_co_update_notifications(lost.recipient_ids, False)
        lost.mail_message_id._notify_message_notification_update()

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
            header, footer = sender._l10n_co_frame(documents.company_of(record, sender))
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
