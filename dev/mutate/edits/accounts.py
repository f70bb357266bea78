"""Edits of mail accounts, their secrets and tokens."""

from .. import Edit

EDITS = (
    # A secret field gives clear text.
    Edit(
        "models/shared/secret.py",
        "if not value or record._l10n_co_hides_secrets():\n            return False",
        "if not value:\n            return False",
        "test_mail_secret",
    ),
    Edit(
        "models/shared/secret.py",
        'raise AccessError(model.env._("Passwords cannot be searched for."))',
        "pass",
        "test_mail_secret",
    ),
    Edit(
        "models/shared",
        'raise AccessError(self.env._("Passwords cannot be read."))',
        "pass",
        "test_mail_secret",
    ),
    Edit(
        "models/accounts",
        "super(MailSecretMixin, moved.sudo()).write(self._l10n_co_without_secrets(vals))",
        "pass",
        "test_mail_secret",
    ),
    Edit(
        "models/accounts",
        "compact if is_google and len(compact) == 16",
        "compact if len(compact) == 16",
        "test_mail_secret, test_mail_account",
    ),
    # A token inside its last minutes.
    Edit(
        "mailbox/oauth.py",
        "expires_at - MARGIN_SECONDS > time.time()",
        "expires_at > time.time()",
        "test_mail_oauth",
    ),
    Edit(
        "models/accounts",
        'tokens if error.code == "oauth_expired" else {}',
        "tokens",
        "test_mail_oauth",
    ),
    Edit(
        "models/accounts",
        "return token != refused and oauth.is_fresh",
        "return oauth.is_fresh",
        "test_mail_oauth, test_emission_oauth",
    ),
)
