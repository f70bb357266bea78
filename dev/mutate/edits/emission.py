"""Edits of sending."""

from .. import Edit

EDITS = (
    Edit(
        "models/shared",
        "return value if isinstance(value, kind) else None",
        "return value",
        "test_emission_routing: client",
    ),
    Edit(
        "models/emission",
        "for move in self if self.env.uid != SUPERUSER_ID else ():",
        "for move in ():",
        "test_emission_routing: scheduler",
    ),
    Edit(
        "models/emission",
        'l10n_co_emission_server_id.filtered("l10n_co_confirmed_on")',
        "l10n_co_emission_server_id",
        "test_emission_account, test_emission_routing",
    ),
    Edit(
        "models/emission",
        'return user._l10n_co_accounts().filtered("l10n_co_confirmed_on")',
        "return user._l10n_co_accounts()",
        "test_emission_account, test_emission_routing",
    ),
    Edit(
        "models/emission",
        "if not user or not user._l10n_co_personal_is_allowed():",
        "if not user:",
        "test_emission_account, test_emission_routing",
    ),
    Edit(
        "models/emission",
        'document.check_access("write")',
        "pass",
        "test_emission_log",
    ),
    Edit(
        "models/emission",
        'if not self.try_lock_for_update() or self.state != "pending":',
        "if False:",
        "test_sent_copy",
    ),
    Edit(
        "models/emission",
        'self.env["ir.mail_server"].check_access("write")\n        waiting',
        "waiting",
        "test_sent_copy",
    ),
    Edit(
        "models/emission",
        "return tuple(address for address in wanted if address not in done)",
        "return tuple(wanted)",
        "test_emission_many, test_emission_log",
    ),
    Edit(
        "models/emission",
        'return sender if email_normalize(mail.reply_to or "") in own else mail.reply_to',
        "return sender",
        "test_emission_routing",
    ),
    Edit(
        "models/emission",
        'if smtp_from and email_normalize(smtp_from) != email_normalize(self.from_filter or ""):',
        "if False:",
        "test_emission_account, test_emission_routing, test_emission_failures",
    ),
    Edit(
        "models/emission",
        "is_same = self.mail_id != other.mail_id or self.email_to == other.email_to",
        "is_same = True",
        "test_emission_outcome",
    ),
    Edit(
        "models/emission",
        "row._is_lost() and row.date > since and row._is_only_one()",
        "row._is_lost() and row.date > since",
        "test_emission_outcome",
    ),
    Edit(
        "models/emission",
        "consecutive=self._origin.id",
        "consecutive=1",
        "test_einvoice_mail",
    ),
    Edit(
        "models/emission",
        'if annexes and move_data[DECISION] == "apart":',
        "if annexes:",
        "test_einvoice_mail",
    ),
    Edit(
        "models/letters/documents.py",
        "return record[MODELS[record._name].company] or user._l10n_co_company()",
        "return record[MODELS[record._name].company]",
        "test_emission_routing",
    ),
    Edit(
        "models/emission/mail_thread.py",
        "if layout == LIGHT and self._l10n_co_has_footer():",
        "if False:",
        "test_mail_default",
    ),
    Edit(
        "dian/sending.py",
        "is_support = document.type_code in _SUPPORT_DOCUMENT",
        "is_support = False",
        "unit/test_sending",
    ),
)
