from odoo import api, models
from odoo.tools import email_normalize

from ...bulk.sheets import SERVER
from ...mailbox import failures
from ...mailbox.base import Credentials
from ...mailbox.diagnosis import Account
from ...mailbox.transport import Encryption, Endpoint
from .mail_account_wizard import oauth_type_of
from .mail_account_wizard_line import DATA

# Of what will change, its old and new value are told too.
SHOWN = frozenset(("l10n_co_address", "smtp_user", "smtp_host", "smtp_port"))


class JudgedAccount(models.TransientModel):
    """What is missing, what a test found, and what the application would change: the state of a line, and its words."""

    _inherit = "l10n_co.mail.account.wizard.line"

    # ---- state -----------------------------------------------------------------------------------

    @api.depends("user_id", *DATA)
    def _compute_state(self):
        accounts = self._accounts()
        for line in self:
            line.state = line._judge(accounts.get(line.user_id))

    def _judge(self, account):
        """:param account: the user's own ir.mail_server, or None
        :return: the state of what is typed
        """
        if self._missing(account):
            return "incomplete"
        if self._is_awaited(account):
            return "done"
        is_present = account and account.l10n_co_address and not self._changes(account)
        if is_present and (account.l10n_co_state == "done" or self._oauth_type()):
            return "done"
        return "ready" if self._oauth_type() else "new"

    def _is_awaited(self, account):
        """:return: whether the account waits for its user to sign in with what is typed"""
        successor = account and account.l10n_co_successor_ids
        return bool(successor) and not self._changes(successor)

    # Not stored: it is told in the language of whoever reads it.
    @api.depends(
        "state", "failure_code", "failure_data", "refusal", "wizard_id.line_ids.email", *DATA
    )
    @api.depends_context("lang")
    def _compute_message(self):
        accounts = self._accounts()
        shared = {wizard: wizard._shared_addresses() for wizard in self.wizard_id}
        for line in self:
            tell = getattr(line, f"_tell_{line.state}", None)
            told = [tell and tell(accounts.get(line.user_id))]
            if (line.email or "").lower() in shared[line.wizard_id]:
                told.append(self.env._("Another user has this address too."))
            line.message = " ".join(filter(None, told))

    def _tell_incomplete(self, account):
        return self.env._("Still missing: %s.", ", ".join(self._missing(account)))

    def _tell_new(self, _account):
        return self.env._("Not tested yet.")

    def _tell_ready(self, _account):
        if self._oauth_type():
            return self._invitation_notice()
        return self.env._("The server takes user, password and sender.")

    def _tell_done(self, account):
        if self._is_awaited(account):
            return self.env._(
                "Was invited to sign in and has not done so yet. Until then the present account goes on sending."
            )
        if account and account.l10n_co_state != "done":
            return self.env._("Was invited to sign in and has not done so yet.")
        return self.env._("Set up.")

    def _tell_failed(self, _account):
        return self.refusal or self._told_failure()

    def _invitation_notice(self):
        if self.wizard_id._has_client(self._oauth_type()):
            return self.env._("Is invited to sign in; needs no password.")
        return self.env._(
            "Is invited to sign in. Register Odoo at the provider first: Settings > General Settings > Discuss."
        )

    def _missing(self, account):
        """:return: list of what still has to be filled in, in words"""
        needed = [
            (email_normalize(self.email or ""), self.env._("address")),
            (self.login, self.env._("mail user")),
            (self.smtp_host and self.smtp_port and self.smtp_encryption, self.env._("server")),
            (self._oauth_type() or self._password_for(account), self.env._("password")),
        ]
        return [name for value, name in needed if not value]

    def _oauth_type(self):
        """:return: "gmail", "outlook", or "" for a user who has a password"""
        return oauth_type_of(self.smtp_host) if self.sign_in else ""

    def _password_for(self, account):
        """:return: the password that was typed, else the stored one where it may go to what is typed"""
        if self.password or not account:
            return self.password
        return account._l10n_co_keeps_secrets(self._account_values()) and account.smtp_pass

    def _account_values(self):
        """:return: dict of the user's account as it is typed, without the password"""
        values = {
            "l10n_co_address": self.email,
            "l10n_co_provider_id": self.provider_id.id,
            "smtp_user": self.login,
            "smtp_authentication": "login",
            **{name: self[name] for name in SERVER},
        }
        if self._oauth_type():  # core's rule for accounts that sign in
            values |= {
                "smtp_authentication": self._oauth_type(),
                "smtp_encryption": "starttls",
                "smtp_port": 587,
            }
        return values

    def _changes(self, account):
        """:return: dict of those values that `account` does not have yet; a typed password is one"""
        values = self._account_values()
        present = {
            name: account._fields[name].convert_to_write(account[name], account) for name in values
        }
        changes = {name: value for name, value in values.items() if present[name] != value}
        return changes | ({"smtp_pass": self.password} if self.password else {})

    @api.depends("user_id", "state", *DATA)
    @api.depends_context("lang")
    def _compute_changes(self):
        """What «Apply» would do to the user's account; nothing is told of a password but that there is another."""
        accounts = self._accounts()
        for line in self:
            account = accounts.get(line.user_id)
            line.changes = line.state != "incomplete" and line._told_changes(account)

    def _told_changes(self, account):
        if not account or not account.l10n_co_address:
            return self.env._("New account")
        changes = self._changes(account)
        labels = {
            "l10n_co_address": self._label("email"),
            "smtp_user": self._label("login"),
            "smtp_pass": self._label("password"),
            "smtp_authentication": self._label("sign_in"),
            **{name: self._label(name) for name in SERVER},
        }
        told = []
        for name in labels.keys() & changes.keys():
            shown = name in SHOWN and account[name]
            old_and_new = f": {account[name]} → {changes[name]}" if shown else ""
            told.append(f"{labels[name]}{old_and_new}")
        return "\n".join(sorted(told))

    def _label(self, name):
        return self._fields[name]._description_string(self.env)

    # ---- testing ---------------------------------------------------------------------------------

    def _diagnosed(self, account):
        """:param account: the user's present ir.mail_server, or None
        :return: diagnosis.Account of what is typed
        :raise MailboxError: a datum of it cannot be used
        """
        return Account(
            "smtp",
            Endpoint(self.smtp_host or "", self.smtp_port, Encryption(self.smtp_encryption)),
            Credentials(self.login or "", password=self._clean_password(account)),
            self.env["ir.mail_server"]._l10n_co_allows_internal(),
            sender=self.email or "",
        )

    def _clean_password(self, account):
        """:return: the password as the account will keep it"""
        server = self.env["ir.mail_server"].new({"smtp_host": self.smtp_host})
        return server._l10n_co_clean_password(self._password_for(account) or "")

    def _told_failure(self):
        """:return: what the test found, in words: what is wrong, what to do, what worked instead"""
        data = self.failure_data or {}
        failure = failures.FAILURES[self.failure_code]
        texts = self.env["ir.mail_server"]._l10n_co_describe(failure, data).split("\n")
        if "works_port" in data:
            encryptions = dict(self._fields["smtp_encryption"]._description_selection(self.env))
            texts.append(
                self.env._(
                    "This works: port %(port)s, %(encryption)s.",
                    port=data["works_port"],
                    encryption=encryptions[data["works_encryption"]],
                )
            )
        return " ".join(texts)

    def _commit(self, done):
        waiting = self.search_count(["|", ("state", "=", "queued"), ("is_finishing", "=", True)])
        return self.env["ir.cron"]._commit_progress(done, remaining=waiting)
