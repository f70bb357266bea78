import logging
import xmlrpc.client
from dataclasses import dataclass

from odoo import SUPERUSER_ID, api, fields, models

from ...mailbox.headers import addressed_to
from ..shared import transactions
from ..shared.contexts import carried

_logger = logging.getLogger(__name__)

#: Context key: the `Handed` mail that Odoo's mail gateway is at.
HANDED = "l10n_co_handed_mail"
#: Reasons of mails that bring nothing of DIAN's. What Odoo makes of them it goes on making: a draft with the PDF.
NOTHING_OF_DIAN = frozenset({"no_edocument", "mail_bounce", "mail_automatic"})
PURCHASES = [("type", "=", "purchase"), ("company_id.account_fiscal_country_id.code", "=", "CO")]


@dataclass
class Handed:
    """A mail that the gateway is handed over.

    :ivar raw: its exact bytes
    :ivar is_routed: whether the gateway took it somewhere
    """

    raw: bytes
    is_routed: bool = False


class MailThread(models.AbstractModel):
    """Mails to a purchase journal's alias are kept in the ledger and read as those of a mailbox are, whatever Odoo's
    gateway thinks of them: it passes over a mail whose Message-ID it has seen, and stumbles over odd headers.
    """

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):  # fmt: skip
        # EXTENDS mail
        handed = Handed(_bytes_of(message))
        self = self.with_context(**{HANDED: handed})
        arguments = (model, message, custom_values, save_original, strip_attachments, thread_id)
        addressed = self._l10n_co_addressed(handed.raw)
        if not addressed:
            return super().message_process(*arguments)
        result = False
        try:
            with self.env.cr.savepoint():
                result = super().message_process(*arguments)
        except transactions.CONCURRENCY_ERRORS:
            raise
        except Exception as error:
            _logger.warning("Odoo's gateway refuses a mail to %s", addressed, exc_info=error)
            handed.is_routed = False
        if not handed.is_routed:
            for journal in addressed:
                self.env["l10n_co.received.mail"]._take_in(journal, handed.raw)
        return result

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        # EXTENDS mail
        handed = carried(self.env, HANDED, Handed) or Handed(message.as_bytes())
        handed.is_routed = bool(routes)
        others, result = [], False
        for route in routes or ():
            journal = self._l10n_co_journal(route)
            if not journal:
                others.append(route)
                continue
            mail = self.env["l10n_co.received.mail"]._take_in(journal, handed.raw)
            if mail.reason_code in NOTHING_OF_DIAN and not mail.handled_on:
                result = self._l10n_co_hand_on(mail, message, message_dict, route) or result
        if others or not routes:
            return super()._message_route_process(message, message_dict, others)
        return result

    @api.model
    def _l10n_co_addressed(self, raw):
        """:return: the purchase journals of Colombian companies whose open aliases a mail names"""
        addresses = addressed_to(raw)
        journals = self.env["account.journal"].sudo()
        if not addresses:
            return journals
        return journals.search(
            [
                *PURCHASES,
                ("alias_id.alias_full_name", "in", list(addresses)),
                ("alias_id.alias_contact", "=", "everyone"),
            ]
        )

    @api.model
    def _l10n_co_journal(self, route):
        """:return: the purchase journal of a Colombian company to which a route of the gateway leads, or none"""
        model, thread_id, values, _user, alias = route
        journals = self.env["account.journal"].sudo()
        if model != "account.move" or thread_id or not alias:
            return journals
        return journals.search([*PURCHASES, ("id", "=", (values or {}).get("journal_id"))])

    @api.model
    def _l10n_co_hand_on(self, mail, message, message_dict, route):
        """Let Odoo make a draft bill of a mail without e-document. The mail is done with then; when that fails, it
        waits for a person.

        :return: id of the draft, False without one
        """
        try:
            with self.env.cr.savepoint():
                bill_id = super()._message_route_process(message, {**message_dict}, [route])
        except Exception:
            _logger.exception("No draft bill of mail %s", mail.id)
            return False
        mail.write({"handled_on": fields.Datetime.now(), "handled_by_id": SUPERUSER_ID})
        return bill_id


def _bytes_of(message):
    """:return: bytes of what a gateway hands over"""
    if isinstance(message, xmlrpc.client.Binary):
        return bytes(message.data)
    return message.encode() if isinstance(message, str) else bytes(message)
