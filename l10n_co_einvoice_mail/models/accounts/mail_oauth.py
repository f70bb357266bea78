import secrets

import requests
from odoo import models, release
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.misc import hmac
from odoo.tools.urls import urljoin

from ...mailbox import failures, oauth
from ...mailbox.errors import LoginFailed, MailboxError, Throttled
from ...mailbox.providers import SIGN_INS
from ..shared import parameters

GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, no secret
# The value of server_type and smtp_authentication -> prefix of core's fields for it.
OAUTH_TYPES = {kind: sign_in.prefix for kind, sign_in in SIGN_INS.items()}
# Of a session: {account: what its permission has to come back with}.
NONCES = "l10n_co_mail_oauth"


class MailOauth(models.AbstractModel):
    """Accounts that sign in at Google or Microsoft: core's tokens, renewed in a transaction of their own.

    Core renews them in the caller's transaction. When that one is rolled back, a rotated refresh
    token is lost with it, and with the token the mailbox.
    """

    _name = "l10n_co.mail.oauth.mixin"
    _inherit = ["l10n_co.secret.guard.mixin"]
    _description = "Mail account with sign-in (Colombian e-invoice mail)"

    # How the model calls what accounts of both kinds have; see `l10n_co.mail.account.mixin`.
    _l10n_co_names = {}

    def _l10n_co_oauth_type(self):
        """:return: "gmail", "outlook", or False for an account with a password"""
        value = self._l10n_co_names and self[self._l10n_co_names["type"]]
        return value if value in OAUTH_TYPES else False

    def _l10n_co_bound_token(self, token):
        """Core's token tells the account only, so that anybody's permission could be put into it by who knows it.

        :param str token: core's CSRF token of this record
        :return: the token that the provider sends back; for an account of ours that of the present user alone
        """
        if not self._l10n_co_hides_secrets():
            return token
        facts = (token, self.env.uid, self._l10n_co_nonces().get(self._l10n_co_nonce_key()))
        return hmac(self.env(su=True), "l10n_co_mail_oauth", facts)

    def _l10n_co_nonces(self):
        """:return: {account: nonce} of the accounts that are being connected in this browser"""
        return (request and request.session.get(NONCES)) or {}

    def _l10n_co_nonce_key(self):
        return f"{self._name},{self.id}"

    def _l10n_co_begin_connecting(self):
        """From now on a permission for this account is taken back once, in this browser."""
        if request and self._l10n_co_hides_secrets():
            nonce = {self._l10n_co_nonce_key(): secrets.token_urlsafe(16)}
            request.session[NONCES] = self._l10n_co_nonces() | nonce
            self.invalidate_recordset(
                [f"{OAUTH_TYPES[self._l10n_co_oauth_type()]}_uri"], flush=False
            )

    def _l10n_co_end_connecting(self):
        """A permission came back: the same answer is not taken twice."""
        key = self._l10n_co_nonce_key()
        nonces = {name: nonce for name, nonce in self._l10n_co_nonces().items() if name != key}
        request.session[NONCES] = nonces

    def _l10n_co_token(self, name):
        """:param str name: refresh_token, access_token or access_token_expiration"""
        return self.sudo()[f"{OAUTH_TYPES[self._l10n_co_oauth_type()]}_{name}"]

    def _l10n_co_is_connected(self):
        """:return: True when a permission was given and not withdrawn since"""
        return bool(self._l10n_co_oauth_type() and self._l10n_co_token("refresh_token"))

    def _l10n_co_has_token(self, refused=""):
        """:param str refused: the token that a server did not accept
        :return: True when there is another one, and it outlives a run
        """
        token = self._l10n_co_token("access_token")
        return token != refused and oauth.is_fresh(self._l10n_co_token("access_token_expiration"))

    def _l10n_co_renew_tokens(self, refused=""):
        """Renew what is about to expire, each account in a transaction of its own, committed at once.

        A permission that is gone is taken off the account (it has to be connected again); a token server that does not
        answer changes nothing.

        :param str refused: token that a server did not accept: it is renewed although its time is not over
        :return: True when something was written: the caller's transaction began before, and does not see it
        """
        renewed = False
        for account in self:
            if not account._l10n_co_is_connected() or account._l10n_co_has_token(refused):
                continue
            with self.env.registry.cursor() as cr:
                own = account.with_env(account.env(cr=cr, su=True))
                renewed |= own._l10n_co_renew_token(refused)
        return renewed

    def _l10n_co_renew_token(self, refused):
        if not self.try_lock_for_update():
            return False  # another run renews it, or holds the mailbox
        prefix = OAUTH_TYPES[self._l10n_co_oauth_type()]
        if self._l10n_co_has_token(refused):
            return True
        user = self[self._l10n_co_names["user"]]
        try:
            grant = self._l10n_co_new_grant(user)
        except LoginFailed as error:
            tokens = dict.fromkeys((f"{prefix}_refresh_token", f"{prefix}_access_token"), False)
            self._l10n_co_note_failure(error, tokens if error.code == "oauth_expired" else {})
            return True
        except MailboxError as error:
            self._l10n_co_note_failure(error, {})
            return True
        self.write(
            {
                f"{prefix}_refresh_token": grant.refresh_token,
                f"{prefix}_access_token": grant.access_token,
                f"{prefix}_access_token_expiration": grant.expires_at,
                # The same permission: what was tested with it stays tested.
                self._l10n_co_names["state"]: self[self._l10n_co_names["state"]],
            }
        )
        return True

    def _l10n_co_is_registered(self):
        """:return: True when people can sign in at the account's provider: this Odoo is registered there, or Odoo's own
        service (IAP, of the Enterprise edition) is between
        """
        client = self._l10n_co_oauth_client()
        return bool(client.client_id and client.client_secret) or _has_iap()

    def _l10n_co_new_grant(self, user):
        """:return: oauth.Grant
        :raise MailboxError: there is none, or not now
        """
        client, token = self._l10n_co_oauth_client(), self._l10n_co_token("refresh_token")
        if client.client_id and client.client_secret:
            return oauth.refresh(client, token, user)
        if not _has_iap():
            raise LoginFailed("oauth_unregistered", data={"user": user})
        is_google = self._l10n_co_oauth_type() == "gmail"
        fetch = self._fetch_gmail_access_token if is_google else self._fetch_outlook_access_token
        try:
            renewed = token if is_google else ""
            *rest, expires_at = fetch(token)
            if is_google:
                [access] = rest
            else:
                renewed, access, _id_token = rest
            return oauth.Grant(access, renewed, int(expires_at))
        except (UserError, requests.RequestException, ValueError, TypeError) as error:
            answer = failures.scrub(str(error), (token,))
            raise Throttled("oauth_waits", answer, {"user": user}) from None

    def _l10n_co_replace_token(self):
        """A server did not accept the token, though its time is not over: the provider ended it, or another run has
        renewed it meanwhile. Get another one.

        :raise MailboxError: there is none, or not now
        """
        refused = self._l10n_co_token("access_token")
        self._l10n_co_renew_first(refused)
        facts = {"user": self[self._l10n_co_names["user"]] or ""}
        if self._l10n_co_token("access_token") == refused:
            known = failures.FAILURES.get(self.l10n_co_failure_code)
            if known and known.code.startswith("oauth_") and issubclass(known.error, LoginFailed):
                raise failures.error_of(known.code, data=facts)
            raise Throttled("oauth_waits", data=facts)

    def _l10n_co_oauth_client(self):
        prefix = OAUTH_TYPES[self._l10n_co_oauth_type()]
        keys = [
            parameters.text(self.env, f"{prefix}_{name}") for name in ("client_id", "client_secret")
        ]
        if prefix == "google_gmail":
            return oauth.Client(GOOGLE_TOKEN_URL, *keys)
        scope = f"openid email offline_access https://outlook.office.com/User.read {self._OUTLOOK_SCOPE}"
        return oauth.Client(urljoin(self._get_microsoft_endpoint(), "token"), *keys, scope)

    def _l10n_co_oauth_string(self):
        """:return: SASL XOAUTH2 string; "" before the account was connected
        :raise LoginFailed: the permission is gone, or could not be renewed
        """
        user = self[self._l10n_co_names["user"]] or ""
        if not self._l10n_co_is_connected():
            if self.l10n_co_failure_code == "oauth_expired":
                raise LoginFailed("oauth_expired", data={"user": user})
            return ""
        return oauth.login_string(user, self._l10n_co_token("access_token") or "")

    def _l10n_co_renew_first(self, refused=""):
        """Put a token that was renewed in its own transaction, or why it was not, into this one's cache, whose
        snapshot is older.

        :param str refused: see `_l10n_co_renew_tokens`
        """
        if not self._l10n_co_oauth_type() or not self._l10n_co_renew_tokens(refused):
            return
        prefix = OAUTH_TYPES[self._l10n_co_oauth_type()]
        tokens = ("refresh_token", "access_token", "access_token_expiration")
        names = [*(f"{prefix}_{name}" for name in tokens), "l10n_co_failure_code"]
        with self.env.registry.cursor() as cr:
            fresh = self.with_env(self.env(cr=cr, su=True))
            values = {name: fresh[name] for name in names}
        for name, value in values.items():
            field = self._fields[name]
            field._update_cache(self, field.convert_to_cache(value, self))


def _has_iap():
    """:return: True where core connects accounts by Odoo's own service when this Odoo is not registered"""
    return release.version_info[-1] == "e"
