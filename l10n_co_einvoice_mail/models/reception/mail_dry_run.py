import hashlib

from odoo import fields, models
from odoo.exceptions import UserError

from ...mailbox import failures
from ...mailbox.errors import MailboxError
from ..shared.limits import limits_of

LAST_MAILS = 20
# Where the rows that are undone would stand: no mail server calls its inbox so.
NOWHERE = "dry run"


class MailDryRun(models.TransientModel):
    """What would become of the last mails of a mailbox: read as always, then undone; nothing is moved or recorded."""

    _name = "l10n_co.mail.dry.run"
    _description = "What would happen to the last mails"

    server_id = fields.Many2one(
        "fetchmail.server", required=True, ondelete="cascade", readonly=True
    )
    line_ids = fields.One2many("l10n_co.mail.dry.run.line", "dry_run_id", readonly=True)

    def run(self):
        """Read the last mails and note what would become of each."""
        self.ensure_one()
        self.server_id._l10n_co_check_admin()
        self.server_id._l10n_co_check_receives()
        self.server_id._l10n_co_begin_run()
        try:
            lines = self._outcomes()
        except MailboxError as error:
            failure = failures.FAILURES[error.code]
            raise UserError(self.server_id._l10n_co_describe(failure, error.data)) from error
        self.line_ids = [fields.Command.clear(), *(fields.Command.create(line) for line in lines)]

    def _outcomes(self):
        """:return: list of dicts of the lines' values"""
        with self.env.registry.cursor() as cr:
            server = self.server_id.sudo().with_env(self.env(cr=cr, su=True))
            try:
                with server._l10n_co_mailbox() as mailbox:
                    fetched = list(mailbox.fetch(_readable(server, mailbox)))
                mails = server.env["l10n_co.received.mail"].union(
                    *(self._record(server, entry, raw) for entry, raw in fetched)
                )
                mails._read_mails()
                return [_line_of(mail) for mail in mails]
            finally:
                cr.rollback()

    def _record(self, server, entry, raw):
        mail = server.env["l10n_co.received.mail"].create(
            {
                "server_id": server.id,
                "company_id": server.l10n_co_company_id.id,
                "uidvalidity": NOWHERE,
                "uid": entry.uid,
                "size": len(raw),
                "sha256": hashlib.sha256(raw).hexdigest(),
            }
        )
        mail.raw_attachment_id = server.env["ir.attachment"].create(
            {"name": "dry-run.eml", "raw": raw, "res_model": mail._name, "res_id": mail.id}
        )
        return mail


class MailDryRunLine(models.TransientModel):
    _name = "l10n_co.mail.dry.run.line"
    _description = "What would happen to a mail"

    dry_run_id = fields.Many2one(
        "l10n_co.mail.dry.run", required=True, ondelete="cascade", index=True
    )
    subject = fields.Char()
    email_from = fields.Char(string="From")
    date = fields.Datetime()
    outcome = fields.Selection(
        [("processed", "Processed"), ("failed", "Failed")], string="It would be"
    )
    documents = fields.Char(string="E-documents")
    reason = fields.Text(string="Why")


def _readable(server, mailbox):
    """:return: the last entries of the inbox that are not too large to be read"""
    limit = limits_of(server.env).message.raw_bytes
    return [entry for entry in mailbox.list_new()[-LAST_MAILS:] if entry.size <= limit]


def _line_of(mail):
    documents = [
        f"{d.supplier_name or d.supplier_nit or ''} {d.number or ''}".strip()
        for d in mail.document_ids
    ]
    return {
        "subject": mail.subject,
        "email_from": mail.email_from,
        "date": mail.date,
        "outcome": mail.state if mail.state in ("processed", "failed") else "failed",
        "documents": ", ".join(documents),
        "reason": mail.reason,
    }
