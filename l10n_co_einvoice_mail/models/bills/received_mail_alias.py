import hashlib
import logging
import re

from odoo import api, models
from odoo.fields import Domain

from ...mailbox.message import parse_message
from ..ledger.read_ahead import READ_AHEAD, ReadAhead
from ..ledger.received_mail import facts_of
from ..shared import rights, transactions
from ..shared.ir_attachment import WHOLE_FILES

_logger = logging.getLogger(__name__)

#: Rows with a mail's Message-ID that are held against it; whoever sends may give many mails the same one.
COMPARED = 20
END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")


class ReceivedMail(models.Model):
    """A mail that came to a purchase journal's address, by a forwarding rule or directly. It has a row like any other,
    no account, and no inbox that it is to be taken out of.
    """

    _inherit = "l10n_co.received.mail"

    @api.model
    def _take_in(self, journal, raw):
        """Keep a mail that came by a journal's alias, read it, and draft the bills of what it brought.

        :param journal: account.journal
        :param bytes raw: the mail, byte for byte
        :return: the mail's row; the one that is there when the same mail is delivered again
        :raise AccessError: no mail server, but a user without a right to received mail hands it over
        """
        # Odoo lets everybody who can log in call its gateway, portal users too.
        rights.check_user(self.env)
        company = journal.company_id
        context = {
            "lang": company.partner_id.lang or self.env.lang,
            "allowed_company_ids": company.ids,
            WHOLE_FILES: True,
            READ_AHEAD: ReadAhead(),
        }
        self = self.sudo().with_context(**context)
        if same := self._delivered_before(journal, raw):
            return same
        mail = self._keep(journal, raw)
        mail._understand()
        return mail

    def _delivered_before(self, journal, raw):
        """:return: the row of the same mail. Delivered again, it has other headers of its way, and the same content;
        the same Message-ID alone is no proof: whoever sends chooses it.
        """
        ours = Domain("journal_id", "=", journal.id)
        if same := self.search(ours & Domain("sha256", "=", _digest(raw)), limit=1):
            return same
        name = facts_of(parse_message(raw))["message_id"]
        if not name:
            return self.browse()
        content = _content(raw)
        named = self.search(ours & Domain("message_id", "=", name), limit=COMPARED)
        return named.filtered(lambda mail: _content(mail.raw_attachment_id.raw or b"") == content)[
            :1
        ]

    def _keep(self, journal, raw):
        """:return: the row of a mail, with its bytes; nothing of it is understood yet"""
        mail = self.create(
            {
                "journal_id": journal.id,
                "company_id": journal.company_id.id,
                "size": len(raw),
                "sha256": _digest(raw),
                "filed": "filed",
            }
        )
        mail.raw_attachment_id = self.env["ir.attachment"].create(
            {
                "name": f"{mail.sha256[:16]}.eml",
                "raw": raw,
                "mimetype": "message/rfc822",
                "res_model": mail._name,
                "res_id": mail.id,
            }
        )
        return mail

    def _understand(self):
        """Read the mail and book what it brought. Whatever goes wrong, its row stays: one that meets another
        transaction's work is read in the background, one that cannot be read has failed.
        """
        self._begin_attempt()
        try:
            with self.env.cr.savepoint():
                self._read_mails()
                self.document_ids._follow_up()
        except transactions.CONCURRENCY_ERRORS:
            self._step("put off")
            self.env["l10n_co.work"]._put_off(self, self.env._("Mails by the alias of a journal"))
        except Exception:
            _logger.exception("Mail %s could not be read", self.id)
            self._fail("read_error")


def _digest(raw):
    return hashlib.sha256(raw).hexdigest()


def _content(raw):
    """:return: bytes, a mail without its headers"""
    end = END_OF_HEADERS.search(raw)
    return raw[end.end() :] if end else b""
