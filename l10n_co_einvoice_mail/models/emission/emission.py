"""Which account a mail leaves from: decided here, once, when the mail is created, and stored on it."""

from odoo import SUPERUSER_ID, api, models
from odoo.tools import email_normalize
from odoo.tools.mail import email_normalize_all

# What a company sends: model of the document -> field that tells its company.
DOCUMENTS = {
    "account.move": "company_id",
    "account.payment": "company_id",
    "purchase.order": "company_id",
    "sale.order": "company_id",
    "stock.picking": "company_id",
}
POLICIES = [
    ("company", "Always the company's account"),
    ("user", "The user's own account when he has one"),
]
# Context of a mail that is sent as the document itself: it leaves from the account even to a colleague.
IS_DOCUMENT = "l10n_co_is_document"
# Context of a mail that the scheduler sends for somebody: id of that user.
SENDER_ID = "l10n_co_sender_id"


class Emission(models.AbstractModel):
    """The one place that chooses a mail's account, its From and its Reply-To."""

    _name = "l10n_co.emission"
    _description = "Choice of the sending account (Colombian e-invoice mail)"

    @api.model
    def _assign(self, mails):
        """Store on each of `mails` (mail.mail, just created) the account it leaves from, if it has one.

        Sending happens later, as another user or by the scheduler: nothing but what is stored here counts then.
        """
        for mail in mails.sudo().filtered(lambda mail: not mail.l10n_co_sender):
            account, user = self._account_of(mail)
            if account:
                mail.write(self._sender_values(mail, account, user))

    @api.model
    def _reassign(self, mails):
        """Choose anew for mails that are sent once more: the account may have been replaced meanwhile."""
        ours = mails.sudo().filtered("l10n_co_sender")
        for mail in ours:
            is_own = email_normalize(mail.reply_to or "") == email_normalize(mail.l10n_co_sender)
            mail.write(
                {
                    "l10n_co_account_id": False,
                    "l10n_co_sender": False,
                    "l10n_co_attempts": 0,
                    "mail_server_id": False,
                    "email_from": mail.author_id.email_formatted or mail.email_from,
                    **({"reply_to": False} if is_own else {}),
                }
            )
        self.with_context(**{IS_DOCUMENT: True})._assign(ours)

    def _account_of(self, mail):
        """:return: (ir.mail_server or none, res.users who sends)"""
        user = self._user_of(mail.mail_message_id)
        none = self.env["ir.mail_server"].sudo()
        if not self._leaves_the_house(mail):
            return none, user
        company = self._company_of(mail)
        own = self._own_account(user)
        if company.l10n_co_emission_policy == "user" and own:
            return own, user
        if company.l10n_co_emission_server_id:
            return company.l10n_co_emission_server_id, user
        return (own if self._is_written_by(mail, user, own) else none), user

    def _is_written_by(self, mail, user, account):
        """A mail of no company's account is the user's own only when it goes out in his name."""
        addresses = {email_normalize(user.email or ""), account.l10n_co_address} - {False}
        return email_normalize(mail.email_from or "") in addresses

    @api.model
    def _own_account(self, user):
        """:return: the user's personal account, also one that cannot be used: it then says why"""
        if not user or not user._l10n_co_personal_is_allowed():
            return self.env["ir.mail_server"].sudo()
        return user._l10n_co_accounts()

    def _user_of(self, message):
        """:return: who sends: for what the scheduler sends, whom it does it for"""
        Users = self.env["res.users"].sudo()
        asked = self.env.context.get(SENDER_ID)
        if asked:
            return Users.browse(asked)
        creator = message.create_uid.sudo()
        return message.author_id.sudo().main_user_id if creator.id == SUPERUSER_ID else creator

    def _company_of(self, mail):
        """:return: the company of the document that the mail is about; none when it is about nothing a company sends"""
        field = DOCUMENTS.get(mail.model)
        Company = self.env["res.company"].sudo()
        if not field or mail.model not in self.env or not mail.res_id:
            return Company
        return self.env[mail.model].sudo().browse(mail.res_id).exists()[field]

    # ---- who reads it ------------------------------------------------------------------------------

    def _leaves_the_house(self, mail):
        """False for what only colleagues get: assignments, mentions, copies for followers."""
        partners = mail.recipient_ids
        is_addressed = mail.message_type == "email_outgoing" or partners & mail.partner_ids
        is_notice = mail.message_type == "user_notification"
        if self.env.context.get(IS_DOCUMENT) and is_addressed and not is_notice:
            return True
        addresses = email_normalize_all(f"{mail.email_to or ''},{mail.email_cc or ''}")
        return any(partner.partner_share for partner in partners) or bool(
            set(addresses) - self._colleagues(addresses)
        )

    def _colleagues(self, addresses):
        """:return: set of those of `addresses` that belong to users of this database who work here"""
        if not addresses:
            return set()
        users = (
            self.env["res.users"]
            .sudo()
            .search([("email_normalized", "in", addresses), ("share", "=", False)])
        )
        return set(users.mapped("email_normalized"))

    # ---- in whose name -----------------------------------------------------------------------------

    def _sender_values(self, mail, account, user):
        sender = account._l10n_co_from(user)
        return {
            "l10n_co_account_id": account.id,
            "l10n_co_sender": sender,
            "mail_server_id": account.id,
            "reply_to": self._reply_to(mail, sender),
            "email_from": sender,
        }

    def _reply_to(self, mail, sender):
        """:return: Odoo's own alias where there is one, so that answers come into the chatter; else the sender"""
        own = {email_normalize(mail.email_from or ""), False}
        return sender if email_normalize(mail.reply_to or "") in own else mail.reply_to
