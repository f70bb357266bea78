"""Edits of the ledger: received mails, documents, trusted certificates, the recorder."""

from .. import Edit

EDITS = (
    # A rejected document can be billed.
    Edit(
        "models/ledger",
        'document.state == "accepted"\n                and document.document_type',
        "document.document_type",
        "test_received_document: bill",
    ),
    # Anybody may confirm a certificate.
    Edit(
        "models/ledger",
        "if not rights.has(self.env, rights.SETTINGS_ADMIN):",
        "if False:",
        "test_received_document: certificate",
    ),
    Edit(
        "models/ledger",
        'search([("state", "=", "confirmed")])',
        "search([])",
        "test_received_document: certificate",
    ),
    # A rejected document can be accepted.
    Edit(
        "models/ledger",
        'waiting = self.sudo().filtered(lambda document: document.state == "review")',
        "waiting = self.sudo()",
        "test_received_document: accepted",
    ),
    # Anybody may set a row handled.
    Edit(
        "models/shared",
        'rights.check_user(self.env)\n        self.check_access("read")\n        # Users',
        'self.check_access("read")\n        # Users',
        "test_received_document: handled",
    ),
    # A worse copy replaces a better one.
    Edit(
        "models/ledger",
        "if arrival.rank > _rank(document.state, document.dian_status):",
        "if True:",
        "test_received_document: copy",
    ),
    Edit(
        "models/ledger",
        'if r["code"] in UNREAD or not outcomes',
        "if not outcomes",
        "test_hostile_mail",
    ),
    Edit(
        "models/ledger",
        "lambda mail: mail.attempts >= MAX_ATTEMPTS",
        "lambda mail: mail.attempts > MAX_ATTEMPTS",
        "test_hostile_mail: kills",
    ),
    Edit(
        "models/ledger",
        "by_nit.get(receiver.number, arrival.companies[:1])",
        "arrival.companies[:1]",
        "test_reception: company",
    ),
    Edit(
        "models/ledger",
        "self.filtered(lambda mail: mail.state != before[mail])._step",
        "self.browse()._step",
        "test_reception: reprocess",
    ),
    Edit(
        "models/ledger",
        'keep = {"booking"} if self.booking != "none" and not is_withdrawn else set()',
        "keep = set()",
        "test_received_document, test_reception: deleted",
    ),
    # A bill of another company is found by its CUFE.
    Edit(
        "models/ledger",
        'Domain("company_id", "=", self.company_id.id)\n            & ',
        "",
        "test_received_document: company",
    ),
    Edit(
        "models/ledger",
        'and facts["document_type"] not in (False, APPLICATION_RESPONSE)\n'
        '            and company.l10n_co_bill_policy == "draft"',
        'and facts["document_type"] not in (False, APPLICATION_RESPONSE)',
        "test_reception: policy",
    ),
)
