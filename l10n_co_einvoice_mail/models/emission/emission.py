"""Which account a mail leaves from: decided here, once, when the mail is created, and stored on it."""

from odoo import SUPERUSER_ID, api, models
from odoo.tools import email_normalize
from odoo.tools.mail import email_normalize_all

from ..letters.documents import company_of, is_sent
from ..shared.contexts import FOR_COMPANY, IS_DOCUMENT, SENDER_ID, Told, told

POLICIES = [
    ("company", "Always the company's account"),
    ("user", "The user's own account when he has one"),
]
# What the choice leaves on a mail.
UNDECIDED = {"l10n_co_account_id": False, "l10n_co_sender": False, "l10n_co_reply_to": False}


class Emission(models.AbstractModel):
    """The one place that chooses a mail's account, its From and its Reply-To.

    All three belong to the mail. The message, which the mails to a customer and to his colleagues share, keeps its
    author's words: core lets nobody else's account stand on it.
    """

    _name = "l10n_co.emission"
    _description = "Choice of the sending account (Colombian e-invoice mail)"

    @api.model
    def _account_for(self, user, company):
        """The account that what a user writes leaves from: what chooses it, and what the user is told.

        An account that never passed its test is not chosen. One that passed it once is, even when it works no more:
        its mails fail and say so, and leave in nobody else's name.

        :param user: res.users who sends, may be none
        :param company: res.company of the document; none for a mail about no document
        :return: ir.mail_server, with the rights to use it; none for Odoo's own way
        """
        own = self._own_account(user)
        of_company = company.sudo().l10n_co_emission_server_id.filtered("l10n_co_confirmed_on")
        first, second = (own, of_company) if self._prefers_own(company) else (of_company, own)
        return first or second

    @api.model
    def _prefers_own(self, company):
        return not company or company.sudo().l10n_co_emission_policy == "user"

    @api.model
    def _own_account(self, user):
        """:return: the user's personal account, if it ever passed its test"""
        if not user or not user._l10n_co_personal_is_allowed():
            return self.env["ir.mail_server"].sudo()
        return user._l10n_co_accounts().filtered("l10n_co_confirmed_on")

    # ---- of one mail ---------------------------------------------------------------------------------

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
        ours.write({**UNDECIDED, "l10n_co_attempts": 0})
        self.with_context(**{IS_DOCUMENT: Told(True)})._assign(ours)

    def _account_of(self, mail):
        """:return: (ir.mail_server or none, res.users who sends)"""
        user = self._user_of(mail.mail_message_id)
        if company_id := told(self.env, FOR_COMPANY):
            company = self.env["res.company"].sudo().browse(company_id)
            return self._account_of_notices(company.exists()), user
        company = self._company_of(mail, user)
        account = self._account_for(user, company)
        if self._is_external(mail):
            if account.owner_user_id and not (company and self._prefers_own(company)):
                account = account.filtered(lambda own: self._is_written_by(mail, own))
        else:
            account = self._forged_by_core(mail, account | self._own_account(user))
        return account, user

    @api.model
    def _account_of_notices(self, company):
        """:return: the account that backups, alarms and invitations of a company leave from: they have to arrive, and
        one that is known not to work is not tried
        """
        return company.sudo().l10n_co_emission_server_id.filtered(
            lambda account: account.l10n_co_state == "done" and not account.l10n_co_failure_code
        )

    def _is_written_by(self, mail, account):
        """A mail of no company's account is the user's own only when it goes out in his name."""
        owner = account.owner_user_id
        sender = email_normalize(mail.email_from or "")
        if not sender:  # a user without an address has that of his account
            return mail.author_id == owner.partner_id
        return sender in {email_normalize(owner.email or ""), account.from_filter}

    def _forged_by_core(self, mail, accounts):
        """:return: that of `accounts` in whose name core would send a colleague's copy through another server"""
        sender = email_normalize(mail.email_from or "")
        account = accounts.filtered(lambda account: account.from_filter == sender)[:1]
        if not account or mail.message_type == "user_notification":
            return account.browse()
        server, shown = mail._l10n_co_way_of_core()
        is_servers_own = server.from_filter and server._match_from_filter(
            sender, server.from_filter
        )
        system = server.env.context.get("domain_notifications_email")
        is_systems_own = sender == email_normalize(
            system or server._get_default_from_address() or ""
        )
        is_forged = email_normalize(shown or "") == sender
        return (
            account if is_forged and not is_servers_own and not is_systems_own else account.browse()
        )

    def _user_of(self, message):
        """:return: who sends: for what a visitor or the scheduler sets off, whom it does it for"""
        Users = self.env["res.users"].sudo()
        if asked := told(self.env, SENDER_ID):
            return Users.browse(asked)
        creator = message.create_uid.sudo()
        if creator.id == SUPERUSER_ID or creator.share:
            return message.author_id.sudo().main_user_id or creator
        return creator

    def _company_of(self, mail, user):
        """:return: the company of the document that the mail is about; none when it is about nothing a company sends"""
        is_about = is_sent(self.env, mail.model) and bool(mail.res_id)
        record = is_about and self.env[mail.model].sudo().browse(mail.res_id).exists()
        return company_of(record, user).sudo() if record else self.env["res.company"].sudo()

    # ---- who reads it ------------------------------------------------------------------------------

    def _is_external(self, mail):
        """:return: False for what only colleagues get: assignments, mentions, copies for followers"""
        partners = mail.recipient_ids
        is_addressed = mail.message_type == "email_outgoing" or partners & mail.partner_ids
        is_notice = mail.message_type == "user_notification"
        if told(self.env, IS_DOCUMENT) and is_addressed and not is_notice:
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
            "l10n_co_reply_to": self._reply_to(mail, sender),
            "l10n_co_user_id": user.id,
        }

    def _reply_to(self, mail, sender):
        """:return: Odoo's own alias where there is one, so that answers come into the chatter; else the sender"""
        own = {email_normalize(mail.email_from or ""), False}
        return sender if email_normalize(mail.reply_to or "") in own else mail.reply_to
