from odoo import api, fields, models

from ...bulk import testing
from ...mailbox import failures, oauth
from ...mailbox.base import Credentials
from ...mailbox.diagnosis import Account
from ...mailbox.transport import Encryption, Endpoint
from ..accounts.mail_oauth import OAUTH_TYPES

CRON = "l10n_co_einvoice_mail.cron_test_accounts"
TOKENS = ("refresh_token", "access_token", "access_token_expiration")


class SucceededAccount(models.Model):
    """An account that sends until its user has signed in with what comes after it, and that has passed its test."""

    _inherit = "ir.mail_server"

    l10n_co_successor = fields.Json(
        string="What comes after it",
        readonly=True,
        copy=False,
        help="Values of the account that its user signs in with; until then it stays as it is.",
    )

    def _l10n_co_succeed(self, values):
        """Keep what the account is to become until its user has signed in.

        :param dict values: fields of an account that signs in at Google or Microsoft, of the same mailbox
        """
        self.l10n_co_successor = {"values": values}

    def _l10n_co_may_wait(self, values):
        """:return: whether this account can go on sending until its user has signed in"""
        is_same = (self.l10n_co_address, self.smtp_user) == (
            values["l10n_co_address"],
            values["smtp_user"],
        )
        return is_same and self.l10n_co_state == "done" and not self._l10n_co_oauth_type()

    def _l10n_co_next_type(self):
        """:return: "gmail" or "outlook" of what comes after, else False"""
        values = (self.sudo().l10n_co_successor or {}).get("values") or {}
        return values.get("smtp_authentication") or False

    def _l10n_co_sign_in_type(self):
        # EXTENDS l10n_co.mail.account.mixin
        return self._l10n_co_next_type() or super()._l10n_co_sign_in_type()

    def _l10n_co_is_untested(self, vals):
        # EXTENDS l10n_co.mail.account.mixin: the permission that it waits for leaves the account as it is
        kind = self._l10n_co_next_type()
        names = {f"{OAUTH_TYPES[kind]}_{name}" for name in TOKENS} if kind else set()
        return super()._l10n_co_is_untested(
            {name: value for name, value in vals.items() if name not in names}
        )

    def write(self, vals):
        result = super().write(vals)
        waiting = self.filtered(lambda account: account._l10n_co_next_token("refresh_token"))
        if waiting and not vals.keys().isdisjoint(waiting._l10n_co_token_names()):
            for account in waiting.sudo():  # another permission, another test
                account._l10n_co_succeed(account.l10n_co_successor["values"])
            self.env.ref(CRON).sudo()._trigger()
        return result

    def _l10n_co_token_names(self):
        prefixes = {OAUTH_TYPES[account._l10n_co_next_type()] for account in self}
        return {f"{prefix}_{name}" for prefix in prefixes for name in TOKENS}

    def _l10n_co_next_token(self, name):
        kind = self._l10n_co_next_type()
        return kind and self.sudo()[f"{OAUTH_TYPES[kind]}_{name}"]

    # ---- the test --------------------------------------------------------------------------------

    @api.model
    def _l10n_co_test_successors(self):
        """Test what comes after the accounts whose users have signed in; what passes takes its account's place."""
        accounts = self.search([("l10n_co_successor", "!=", False)]).filtered(
            lambda account: (
                account._l10n_co_next_token("refresh_token")
                and "failure_code" not in account.l10n_co_successor
            )
        )
        tested = {account.id: account._l10n_co_next_account() for account in accounts}
        self.env["ir.cron"]._commit_progress(0)  # no transaction waits for mail servers
        for account_id, verdict in testing.verdicts(tested):
            self.browse(account_id)._l10n_co_note_successor(verdict.error)
            self.env["ir.cron"]._commit_progress(0)

    def _l10n_co_next_account(self):
        values, user = self.l10n_co_successor["values"], self.smtp_user or ""
        return Account(
            "smtp",
            Endpoint(
                values["smtp_host"], values["smtp_port"], Encryption(values["smtp_encryption"])
            ),
            Credentials(
                user,
                oauth_string=oauth.login_string(user, self._l10n_co_next_token("access_token")),
            ),
            self._l10n_co_allows_internal(),
            sender=self.l10n_co_address or "",
        )

    def _l10n_co_note_successor(self, error):
        """:param MailboxError error: why the test failed; None when it passed"""
        successor = self.l10n_co_successor
        if error:
            data = {name: str(value) for name, value in error.data.items()}
            self.l10n_co_successor = {
                **successor,
                "failure_code": error.code,
                "failure_data": data,
            }
            return
        tokens = {name: self[name] for name in self._l10n_co_token_names()}
        self.write({**successor["values"], **tokens, "l10n_co_successor": False})
        self.with_context(l10n_co_sent_folder_later=True)._l10n_co_confirm()

    def _l10n_co_tell_successor(self):
        """:return: what the user still has to do, in words; False for nothing"""
        if not self._l10n_co_next_type():
            return False
        successor = self.sudo().l10n_co_successor
        text = self.env._(
            "Sign in once: from then on your mails leave with this sign-in, until then as before."
        )
        if self._l10n_co_next_token("refresh_token") and "failure_code" not in successor:
            return self.env._(
                "You have signed in: that is being tested. Until then your mails leave as before."
            )
        failure = failures.FAILURES.get(successor.get("failure_code"))
        if failure:
            text += " " + self._l10n_co_describe(failure, successor["failure_data"])
        return text
