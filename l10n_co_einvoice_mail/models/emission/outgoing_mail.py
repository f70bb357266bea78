from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize
from odoo.tools.mail import email_normalize_all

from ...mailbox import failures
from ..letters.documents import MODELS
from .sent_copy import COPY_STATES


class OutgoingMail(models.Model):
    """The log of what our accounts sent: one row an e-mail, with what the server answered to it."""

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
    mail_id = fields.Many2one("mail.mail", readonly=True, ondelete="set null", index=True)
    message_id = fields.Char(string="Message-ID", readonly=True, index=True)
    subject = fields.Char(readonly=True)
    email_from = fields.Char(string="From", readonly=True)
    email_to = fields.Char(string="To", readonly=True)
    copy_to = fields.Char(string="Blind copy", readonly=True)
    server_answer = fields.Char(string="Server's answer", readonly=True)
    refused = fields.Text(string="Recipients refused", readonly=True)
    state = fields.Selection(
        [("sent", "Sent"), ("waiting", "Trying again"), ("failed", "Not sent")],
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

    def _tell_unsent(self):
        """:return: what of these mails was not sent, and why; False when all of it was"""
        unsent = self.filtered(lambda row: row.state != "sent")
        return "\n".join(
            self.env._("To %(to)s: %(failure)s", to=row.email_to, failure=row.failure)
            for row in unsent
        )

    # ---- sending again ---------------------------------------------------------------------------

    def action_resend(self):
        """Send again what was not sent; what was sent is sent anew by its document.

        :return: action that tells what came of it, or the document's own one
        """
        self.ensure_one()
        document = self._document()
        # Evidence is written by nobody: who reads it may answer for it.
        document.check_access("read" if getattr(document, "_is_all_evidence", False) else "write")
        if self.state == "sent" or not self.sudo().mail_id:
            return self._send_anew(document)
        return self._resend()

    def _document(self):
        """:return: the record that the mail is about"""
        if not self.res_model or self.res_model not in self.env:
            raise UserError(self.env._("This mail is about no document any more."))
        document = self.env[self.res_model].browse(self.res_id).exists()
        if not document:
            raise UserError(self.env._("The document of this mail was deleted."))
        return document

    def _send_anew(self, document):
        model = MODELS.get(self.res_model)
        if model and model.send and hasattr(document, model.send):
            return getattr(document, model.send)()
        return document.get_formview_action()

    def _resend(self):
        """Send these now, from the account that documents leave from today; whoever calls checks the access."""
        mails = self.sudo().mail_id.filtered(lambda mail: mail.state in ("exception", "outgoing"))
        if not mails:
            raise UserError(
                self.env._("This mail does not exist any more: send the document anew.")
            )
        mails.mark_outgoing()
        mails.send()
        failed = self.sudo()._tell_unsent()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": failed or self.env._("Sent."),
                "type": "danger" if failed else "success",
                "sticky": bool(failed),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_document(self):
        """:return: action that shows the document"""
        self.ensure_one()
        return self._document().get_formview_action()

    # ---- writing it ------------------------------------------------------------------------------

    @api.model
    def _missing_copies(self, session, message, recipients):
        """:return: tuple of the copy addresses to which this mail has not been copied yet"""
        account, company = session.account, self.env["l10n_co.emission"]._company_of(session.mail)
        accounts = account | company.l10n_co_emission_server_id.filtered("l10n_co_copy_all")
        addresses = accounts.mapped(
            lambda account: email_normalize(account.l10n_co_copy_email or "")
        )
        known = [("message_id", "=", message["Message-Id"]), ("copy_to", "!=", False)]
        done = {
            *map(str.lower, recipients),
            *email_normalize_all(", ".join(self.sudo().search(known).mapped("copy_to"))),
        }
        return tuple(
            address for address in dict.fromkeys(addresses) if address and address not in done
        )

    @api.model
    def _note_sent(self, session, message, recipients, blind, receipt):
        """:param receipt: smtp.Receipt
        :return: the row
        """
        refused = {address: error.server_answer for address, error in receipt.refused.items()}
        row = self._row_of(session, message, recipients)
        row.write(
            {
                "state": "sent",
                "copy_to": ", ".join(set(blind) - refused.keys()) or False,
                "server_answer": receipt.answer,
                "refused": "\n".join(f"{address}: {words}" for address, words in refused.items()),
                "failure_code": False,
                "failure_data": False,
            }
        )
        return row

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
                "company_id": document.company_id.id,
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
                note=row.failure,
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
    def _note_failure(self, session, message, recipients, error):
        """:param MailboxError error: why it was not sent"""
        self._row_of(session, message, recipients).write(
            {
                "state": "waiting" if session.mail._l10n_co_will_retry(error) else "failed",
                "server_answer": error.server_answer,
                "failure_code": error.code,
                "failure_data": error.data,
            }
        )

    def _row_of(self, session, message, recipients):
        """:return: the row of this e-mail: the one of its last try, or a new one"""
        values = self._values(session, message, recipients)
        row = self.sudo().search(
            [
                ("message_id", "=", values["message_id"]),
                ("email_to", "=", values["email_to"]),
                ("state", "!=", "sent"),
            ],
            limit=1,
        )
        if row:
            row.date = values["date"]
        return row or self.sudo().create({**values, "state": "waiting"})

    def _values(self, session, message, recipients):
        mail, account = session.mail.sudo(), session.account
        emission = self.env["l10n_co.emission"]
        user = emission._user_of(mail.mail_message_id)
        company = emission._company_of(mail) or account.l10n_co_company_id or user.company_id
        return {
            "date": fields.Datetime.now(),
            "company_id": (company or self.env.company).id,
            "account_id": account.id,
            "user_id": user.id,
            "res_model": mail.model,
            "res_id": mail.res_id,
            "is_document": bool(emission._company_of(mail)),
            "document_name": mail.record_name or self._name_of(mail),
            "mail_id": mail.id,
            "message_id": message["Message-Id"],
            "subject": message["Subject"],
            "email_from": message["From"],
            "email_to": ", ".join(recipients),
        }

    def _name_of(self, mail):
        if not mail.model or mail.model not in self.env or not mail.res_id:
            return False
        return self.env[mail.model].sudo().browse(mail.res_id).exists().display_name
