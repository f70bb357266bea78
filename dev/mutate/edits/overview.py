"""Edits of authorities, of months of DIAN's list, of what a person is shown, and of the company's set-up."""

from .. import Edit

EDITS = (
    Edit(
        "models/authorities",
        "rights.check_settings(self.env)",
        "pass",
        "test_authorities",
    ),
    Edit(
        "models/authorities",
        "if record.authority_key != key:",
        "if False:",
        "test_authorities",
    ),
    Edit(
        "models/dian_list",
        'raise AccessError(self.env._("Only a manager of the e-invoice mail closes months."))',
        "pass",
        "test_dian_list",
    ),
    Edit(
        "models/dian_list/dian_list_upload.py",
        "rights.check_user(self.env)",
        "pass",
        "test_dian_list",
    ),
    # Another company's documents are taken over; a shorter list takes away what a longer one said.
    Edit(
        "models/dian_list/dian_list_upload.py",
        "if not groups:",
        "if False:",
        "test_dian_list: another companys",
    ),
    Edit(
        "models/dian_list/dian_list_line.py",
        'if value not in (None, "")}',
        "}",
        "test_dian_list: says less",
    ),
    # A credit note is booked alone, or counts while it is in doubt.
    Edit(
        "models/dian_list/places.py",
        "(invoice.is_cancelled and not _is_booked(invoice))",
        "invoice.is_cancelled",
        "test_dian_list: never booked",
    ),
    Edit(
        "models/dian_list/received_document.py",
        "if OF_NOTES & vals.keys():",
        "if False:",
        "test_dian_list: note accepted",
    ),
    Edit(
        "models/overview/company_setup.py",
        'raise AccessError(self.env._("Choose this company first, at the top of the page."))',
        "pass",
        "test_company_setup",
    ),
    Edit(
        "models/overview",
        "if company_state.of(company).has_nit:",
        "if False:",
        "test_company_setup",
    ),
    Edit(
        "models/overview",
        "if digit is None or not nit.is_consistent:",
        "if digit is None:",
        "test_company_setup",
    ),
    Edit(
        "models/overview",
        '("company_id", "=", mail.company_id.id), ("reason_code", "=", mail.reason_code)',
        '("reason_code", "=", mail.reason_code)',
        "test_home",
    ),
    Edit(
        "models/overview",
        'if "handled_on" not in records._fields:',
        "if False:",
        "test_home",
    ),
    # A mailbox that nobody ever used asks for its test.
    Edit(
        "models/overview/todo_query.py",
        "AND (a.state = 'draft' AND a.l10n_co_last_success IS NOT NULL OR %s)",
        "AND (a.state = 'draft' OR %s)",
        "test_home",
    ),
)
