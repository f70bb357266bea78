"""Edits of users' own accounts and of lists of accounts."""

from .. import Edit

EDITS = (
    Edit(
        "models/users",
        'raise AccessError(self.env._("Everybody sets up their own mail account only."))',
        "return",
        "test_personal_account_rights",
    ),
    Edit(
        "models/users",
        "return me.has_group(MAIL_ADMIN) and self.sudo().company_id in me.company_ids",
        "return me.has_group(MAIL_ADMIN)",
        "test_personal_account_rights",
    ),
    Edit(
        "models/bulk",
        'application.apply(self.line_ids.filtered(lambda line: line.state == "ready"))',
        'application.apply(self.line_ids.filtered(lambda line: line.state != "done"))',
        "test_bulk_apply",
    ),
    Edit(
        "models/bulk",
        "if not self.env.user.has_group(MAIL_ADMIN):",
        "if False:",
        "test_bulk_accounts",
    ),
    Edit(
        "models/bulk",
        'applied.sudo().write({"password": False, "is_finishing": True})',
        'applied.sudo().write({"is_finishing": True})',
        "test_bulk_apply",
    ),
)
