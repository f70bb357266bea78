from markupsafe import escape
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import email_normalize_all

from ...mailbox import failures
from ...mailbox.errors import DeliveryLost
from ..letters import documents
from ..shared.transactions import apart
from .delivery import BEGUN
from .sent_copy import COPY_STATES


class OutgoingMail(models.Model):
    """The log of what our accounts sent: one row for each recipient of an e-mail, with what the server answered."""

    _name = "l10n_co.outgoing.mail"
    _inherit = "l10n_co.handled.mixin"
    _description = "Sent e-mail (Colombian e-invoice mail)"
    _order = "date desc, id desc"
    _rec_name = "subject"

    date = fields.Datetime(required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    account_id = fields.Many2one(
        "ir.mail_server", string="Sending account", readonly=True, ondelete="set null", index=True
    )
    user_id = fields.Many2one("res.users", string="Sent by", readonly=True, ondelete="set null")
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True, index=True
    )
    is_document = fields.Boolean(readonly=True, help="It is about something a company sends.")
    document_name = fields.Char(string="Document", readonly=True)
    # No foreign key: the row is committed before the mail that it is about.
    mail_id = fields.Integer(readonly=True, index=True)
    message_id = fields.Char(string="Message-ID", readonly=True, index=True)
    subject = fields.Char(readonly=True)
    email_from = fields.Char(string="From", readonly=True)
    email_to = fields.Char(string="To", readonly=True)
    copy_to = fields.Char(string="Blind copy", readonly=True)
    server_answer = fields.Char(string="Server's answer", readonly=True)
    refused = fields.Text(string="Recipients refused", readonly=True)
    state = fields.Selection(
        [
            ("sent", "Sent"),
            ("waiting", "Trying again"),
            ("unknown", "Perhaps sent"),
            ("failed", "Not sent"),
        ],
        string="Status",
        required=True,
        readonly=True,
        index=True,
    )
    copy_id = fields.Many2one("l10n_co.sent.copy", readonly=True, ondelete="set null", index=True)
    copy_state = fields.Selection(COPY_STATES, string="Copy in the Sent folder", readonly=True)
    failure_code = fields.Char(readonly=True)
    failure_data = fields.Json(readonly=True)
    failure = fields.Text(string="Why", compute="_compute_failure")

    @api.depends("failure_code", "failure_data")
    @api.depends_context("lang")
    def _compute_failure(self):
        for row in self:
            failure = failures.FAILURES.get(row.failure_code)
            row.failure = failure and self.env["ir.mail_server"]._l10n_co_describe(
                failure, row.failure_data
            )

    def _unsettled(self):
        """:return: those of the rows of some documents that were not sent, nor became so with a later mail"""
        sent = self.filtered(lambda row: row.state == "sent")
        return self.filtered(
            lambda row: row.state != "sent" and not any(later._settles(row) for later in sent)
        )

    def _settles(self, other):
        """:return: whether this mail, which was sent, is what `other` was to be: to the same person, or sent anew"""
        is_same = self.mail_id != other.mail_id or self.email_to == other.email_to
        return is_same and self.res_id == other.res_id and self.date >= other.date

    def _tell(self):
        """:return: why these mails were not sent; False when there are none"""
        return "\n".join(
            self.env._("To %(to)s: %(failure)s", to=row.email_to or "?", failure=row.failure)
            for row in self
        )

    # ---- sending again ---------------------------------------------------------------------------

    def action_resend(self):
        """Send again what was not sent; what was sent is sent anew by its document.

        :return: action that tells what came of it, or the document's own one
        """
        self.ensure_one()
        document = self._document()
        document.check_access("write")
        if self.state == "sent" or not self._mails():
            return self._send_anew(document)
        return self._resend()

    def action_note_arrived(self):
        """Somebody knows that a mail of which nothing is known has arrived."""
        self.ensure_one()
        self._document().check_access("write")
        if self.state != "unknown":
            raise UserError(self.env._("It is known what became of this mail."))
        self._note_arrived(self.env._("It arrived, as %s says.", self.env.user.name))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _note_arrived(self, answer):
        """It is known now that these mails were sent: their rows say so and, of a mail that all have, the mail too.

        :param str answer: how it is known
        """
        with apart(self.env) as env:
            rows = env[self._name].browse(self.ids)
            for row in rows:
                row._note(None, answer)
            rows = rows.search([("mail_id", "in", rows.mapped("mail_id"))])
            unsent = rows.filtered(lambda row: row.state != "sent").mapped("mail_id")
            mails = env["mail.mail"].browse(set(rows.mapped("mail_id")) - {0, *unsent})
            mails.exists()._l10n_co_note_arrived()
        self.invalidate_recordset()

    def _document(self):
        """:return: the record that the mail is about"""
        if not self.res_model or self.res_model not in self.env:
            raise UserError(self.env._("This mail is about no document any more."))
        document = self.env[self.res_model].browse(self.res_id).exists()
        if not document:
            raise UserError(self.env._("The document of this mail was deleted."))
        return document

    def _send_anew(self, document):
        model = documents.MODELS.get(self.res_model)
        if model and model.send and hasattr(document, model.send):
            return getattr(document, model.send)()
        return document.get_formview_action()

    def _mails(self):
        """:return: mail.mail of these rows that can be sent once more, as superuser"""
        mails = self.env["mail.mail"].sudo().browse(set(self.sudo().mapped("mail_id")) - {0})
        return mails.exists().filtered(lambda mail: mail.state in ("exception", "outgoing"))

    def _resend(self):
        """Send these now, from the account that documents leave from today; whoever calls checks the access.

        :return: action that tells what came of it
        """
        mails = self._mails()
        if not mails:
            raise UserError(
                self.env._("This mail does not exist any more: send the document anew.")
            )
        free = mails.filtered(lambda mail: mail._l10n_co_claim())
        if not free:
            return self._notify(self.env._("It is being sent at this moment."), "info")
        free.mark_outgoing()
        free.send_after_commit()
        if any(mail.state == "outgoing" for mail in free.exists()):
            return self._notify(
                self.env._("It is being sent; the document shows what comes of it."), "info"
            )
        failed = self.sudo().filtered(lambda row: row.state != "sent")._tell()
        return self._notify(failed or self.env._("Sent."), "danger" if failed else "success")

    def _notify(self, text, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": kind,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_document(self):
        """:return: action that shows the document"""
        self.ensure_one()
        return self._document().get_formview_action()

    # ---- writing it ------------------------------------------------------------------------------

    @api.model
    def _rows_of(self, mail_id, addresses, values):
        """:param dict values: of rows that there are not yet
        :return: one row for each of `addresses`, in their order
        """
        same = ("mail_id", "=", mail_id) if mail_id else ("message_id", "=", values["message_id"])
        rows = self.search([same, ("email_to", "in", addresses)])
        known = set(rows.mapped("email_to"))
        rows |= self.create(
            [
                {**values, "email_to": address, "state": "waiting"}
                for address in addresses
                if address not in known
            ]
        )
        return rows.sorted(lambda row: addresses.index(row.email_to))

    def _is_lost(self):
        """:return: True when a person has to find out whether it was delivered"""
        return self.state == "unknown" and self.failure_code != BEGUN

    def _is_only_one(self):
        """:return: whether nobody else was to get a mail with this Message-ID"""
        return (
            bool(self.message_id)
            and self.search_count([("message_id", "=", self.message_id)], limit=2) == 1
        )

    def _note(self, error, answer, is_final=True):
        """:param error: MailboxError for why it was not sent, or None when it was
        :param str answer: the server's words
        :param bool is_final: it is not tried again by itself
        """
        state = "sent" if error is None else "failed" if is_final else "waiting"
        if isinstance(error, DeliveryLost):
            state = "unknown"
        self.write(
            {
                "state": state,
                "date": fields.Datetime.now(),
                "server_answer": answer if error is None else error.server_answer,
                "failure_code": error.code if error else False,
                "failure_data": error.data if error else False,
            }
        )

    # ---- blind copies ------------------------------------------------------------------------------

    def _missing_copies(self, wanted):
        """:return: tuple of those of `wanted` to which this message was not copied, and that no server refused"""
        if not wanted:
            return ()
        rows = self.search([("message_id", "in", self.mapped("message_id"))])
        done = {row.email_to.lower() for row in self | rows if row.email_to}
        for row in rows:
            done.update(email_normalize_all(row.copy_to or ""))
            done.update(line.partition(": ")[0] for line in (row.refused or "").splitlines())
        return tuple(address for address in wanted if address not in done)

    def _note_copies(self, addresses, refused):
        """:param addresses: to which this message was copied now
        :param dict refused: {address: MailboxError}; what passes by itself is tried again with the mail
        """
        taken = [address for address in addresses if address not in refused]
        given_up = [
            f"{address}: {refused[address].server_answer}"
            for address in addresses
            if address in refused and not failures.is_temporary(refused[address])
        ]
        self.copy_to = ", ".join(filter(None, [self.copy_to, *taken])) or False
        self.refused = "\n".join(filter(None, [self.refused, *given_up])) or False

    @api.model
    def _note_unmade(self, document, user, error):
        """A mail that could not even be made: its document says so, and whoever asked for it has it to do.

        :param document: record of a model of `documents.MODELS`
        :param user: res.users who wanted it sent
        :param Exception error: why
        """
        words = str(error.args[0] if isinstance(error, UserError) and error.args else error)
        row = self.sudo().create(
            {
                "date": fields.Datetime.now(),
                "company_id": documents.company_of(document, user).id,
                "user_id": user.id,
                "res_model": document._name,
                "res_id": document.id,
                "is_document": True,
                "document_name": document.display_name,
                "state": "failed",
                "failure_code": "document_unmade",
                "failure_data": {
                    "document": document.display_name,
                    "words": failures.scrub(words),
                },
            }
        )
        if "activity_ids" in document._fields and user._is_internal():
            quiet = document.sudo().with_context(mail_activity_quick_update=True)
            quiet.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("Not sent"),
                note=escape(row.failure or ""),
            )

    @api.model
    def _mails_waiting(self, documents):
        """:return: mail.mail that are about one of these documents and have not left yet"""
        return (
            self.env["mail.mail"]
            .sudo()
            .search(
                [
                    ("state", "=", "outgoing"),
                    ("model", "=", documents._name),
                    ("res_id", "in", documents.ids),
                ]
            )
        )

    @api.model
    def _values(self, session, message):
        """:return: dict of what a row says of an e-mail, but for whom it goes to"""
        mail = session.mail.sudo()
        return {
            **self._values_of(mail, session.account),
            "message_id": message["Message-Id"],
            "subject": message["Subject"],
            "email_from": message["From"],
        }

    @api.model
    def _values_of(self, mail, account):
        emission = self.env["l10n_co.emission"]
        user = mail.l10n_co_user_id or emission._user_of(mail.mail_message_id)
        document = emission._company_of(mail, user)
        company = document or account.l10n_co_company_id or user.company_id or self.env.company
        return {
            "date": fields.Datetime.now(),
            "company_id": company.id,
            "account_id": account.id,
            "user_id": user.id,
            "res_model": mail.model,
            "res_id": mail.res_id,
            "is_document": bool(document),
            "document_name": mail.record_name or self._name_of(mail),
            "mail_id": mail.id,
            "message_id": mail.message_id,
            "subject": mail.subject,
            "email_from": mail.l10n_co_sender,
        }

    @api.model
    def _note_kept_back(self, mails, error):
        """Mails that were not handed to a server at all have rows too.

        :param MailboxError error: why
        """
        values = [
            (mail.id, mail._l10n_co_addresses(), self._values_of(mail, mail.l10n_co_account_id))
            for mail in mails
        ]
        is_final = not failures.is_temporary(error)
        with apart(self.env) as env:
            for mail_id, addresses, facts in values:
                for row in env[self._name]._rows_of(mail_id, addresses, facts):
                    if row.state != "sent":
                        row._note(error, "", is_final)

    def _name_of(self, mail):
        if not mail.model or mail.model not in self.env or not mail.res_id:
            return False
        return self.env[mail.model].sudo().browse(mail.res_id).exists().display_name
