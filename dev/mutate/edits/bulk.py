"""Edits of lists of accounts."""

from .. import Edit

EDITS = (
    Edit(
        "bulk/addresses.py",
        "if address not in taken:",
        "if True:",
        "unit/test_bulk_addresses",
    ),
    Edit(
        "bulk/sheets.py",
        "or len(filled) > MAX_ROWS:",
        "or len(filled) > MAX_ROWS + 1:",
        "unit/test_bulk_sheets",
    ),
    Edit(
        "bulk/sheets.py",
        "0 < int(port) < 2**16",
        "0 <= int(port) <= 2**16",
        "unit/test_bulk_sheets",
    ),
    Edit(
        "bulk/sheets.py",
        '"" if name == "password" else row[name]',
        "row[name]",
        "unit/test_bulk_sheets",
    ),
    Edit(
        "models/bulk/ir_mail_server.py",
        'return self.l10n_co_state == "done" and self._l10n_co_is_untested(values)',
        "return False",
        "test_bulk_apply",
    ),
    Edit(
        "models/bulk/ir_mail_server.py",
        "return succeeded._l10n_co_check_admin() if succeeded else super()._l10n_co_check_admin()",
        "return None if succeeded else super()._l10n_co_check_admin()",
        "test_bulk_apply",
    ),
)
