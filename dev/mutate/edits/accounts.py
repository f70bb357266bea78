"""Edits of mail accounts, their secrets and tokens."""

from .. import Edit

TESTS_OF_ACCOUNTS = "test_mail_account_rights, test_mail_secret"

EDITS = (
    # A permission is taken twice, from another browser, or from who may not set accounts up.
    Edit(
        "models/accounts/mail_oauth.py",
        "facts = (token, self.env.uid, self._l10n_co_nonces().get(self._l10n_co_nonce_key()))",
        "facts = (token, self.env.uid)",
        "test_mail_oauth_callback",
    ),
    Edit(
        "controllers/microsoft_outlook.py",
        "record.with_env(request.env)._l10n_co_check_admin()",
        "pass",
        "test_mail_oauth_callback",
    ),
    Edit(
        "controllers/microsoft_outlook.py",
        "if not record._l10n_co_connected_url():",
        "if True:",
        "test_mail_oauth_callback",
    ),
    Edit(
        "models/accounts/mail_oauth.py",
        "answer = failures.scrub(str(error), (token,))",
        "answer = str(error)",
        "test_mail_oauth",
    ),
    # What failed is forgotten.
    Edit(
        "models/accounts/mail_account_mixin.py",
        "elif self._l10n_co_is_draft() or not failures.is_temporary(error):",
        "elif not failures.is_temporary(error):",
        "test_mail_diagnosis",
    ),
    Edit(
        "models/accounts/mail_account_server.py",
        "if not way or not self._l10n_co_is_account() or way not in self._l10n_co_ways():",
        "if not way:",
        "test_mail_account",
    ),
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
        'if held or changed & {names["host"], names["user"]}:',
        "if held:",
        TESTS_OF_ACCOUNTS,
    ),
    Edit(
        "models/accounts",
        'return not is_elsewhere or Encryption(encryption or "none").is_verified',
        "return True",
        TESTS_OF_ACCOUNTS,
    ),
    Edit(
        "models/accounts",
        "((moved, self._l10n_co_no_secrets()), (changed, {}))",
        "((moved, {}), (changed, {}))",
        TESTS_OF_ACCOUNTS,
    ),
    Edit(
        "models/accounts",
        "if changed & results:",
        "if False:",
        TESTS_OF_ACCOUNTS,
    ),
    Edit(
        "models/accounts",
        "if any(account[name] or self._fields[name].relational for name in changed & fixed):",
        "if False:",
        TESTS_OF_ACCOUNTS,
    ),
    Edit(
        "models/accounts",
        '                **self._l10n_co_no_secrets(),\n                "active": False,',
        '                "active": False,',
        TESTS_OF_ACCOUNTS,
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
        "unit/test_oauth",
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
    # A password that was typed for another server goes along.
    Edit(
        "models/accounts",
        "        if self.needs_password:",
        "        if False:",
        "test_mail_diagnosis",
    ),
    # Whoever holds an old test of an account mends it.
    Edit(
        "models/accounts",
        "        account.sudo(self.env.su)._l10n_co_check_admin()\n",
        "",
        "test_mail_diagnosis",
    ),
    Edit(
        "models/accounts",
        "if CANCELLED in self.step_ids.mapped",
        "if False and self.step_ids.mapped",
        "test_mail_diagnosis",
    ),
    Edit(
        "mailbox/probe.py",
        "*(typed if typed_port else ())",
        "*()",
        "unit/test_diagnosis",
    ),
    Edit(
        "mailbox/diagnosis.py",
        "        except GeneratorExit:  # whoever asked wants no more\n            connection.abandon()\n",
        "        except GeneratorExit:  # whoever asked wants no more\n",
        "unit/test_diagnosis",
    ),
)
