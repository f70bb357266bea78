"""Edits of the ledger: received mails, documents, trusted certificates, the recorder."""

from .. import Edit

EDITS = (
    # Evidence is written by a user.
    Edit(
        "models/shared",
        'if operation == "write" and not self.env.su and self._is_evidence(field):',
        "if False:",
        "test_document_rights: evidence",
    ),
    Edit(
        "models/shared",
        "and self._is_evidence(field)\n            )",
        "and False\n            )",
        "test_document_rights: default",
    ),
    # A file that is another company's is read for a document.
    Edit(
        "models/ledger",
        "return source if is_own else source.browse()",
        "return source",
        "test_document_rights: TestSource",
    ),
    # A document that is judged again only goes up.
    Edit(
        "models/ledger",
        "held[key]._take_verdict(judged[key].values)",
        "pass",
        "test_document_judged_again: rejected",
    ),
    # A person's decision is forgotten.
    Edit(
        "models/ledger",
        'if self.accepted_by_id and values["state"] != "accepted":',
        "if False:",
        "test_document_judged_again: decision",
    ),
    # Anybody decides who signs for a supplier.
    Edit(
        "models/ledger",
        "if not rights.has(self.env, rights.MANAGER):",
        "if False:",
        "test_known_signer: manager",
    ),
    # A signer that one company knows is known to all.
    Edit(
        "models/ledger",
        '[("company_id", "=", company.id), ("state", "=", "known")]',
        '[("state", "=", "known")]',
        "test_known_signer: company",
    ),
    # Another content under the same CUFE is a duplicate.
    Edit(
        "models/ledger",
        "if not held or not content.differs_from(held.content):",
        "if True:",
        "test_received_copy: forged",
    ),
    # A copy in other bytes is kept once more.
    Edit(
        "models/ledger",
        'return {**self.values, "content_key": str(self.edocument.content)}',
        "return self.values",
        "test_received_copy: other_bytes",
    ),
    Edit(
        "models/ledger",
        "return self.content_key in (edocument.digest, str(edocument.content))",
        "return True",
        "test_received_copy: former_version",
    ),
    # The bill of a doubtful document is confirmed before anybody has looked.
    Edit(
        "models/bills",
        "if unseen := documents.filtered(lambda document: document.copy_ids._unseen()):",
        "if unseen := documents.browse():",
        "test_received_copy: alike",
    ),
    # What a supplier sends runs in the browser.
    Edit(
        "models/ledger",
        "stream.mimetype = harmless(stream.mimetype)",
        "pass",
        "test_document_safe_files: stored",
    ),
    # A rejected document can be billed.
    Edit(
        "models/bills",
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
        "waiting = self.filtered(lambda document: document._may_be_accepted())",
        "waiting = self",
        "test_received_document: accepted",
    ),
    # A worse copy replaces a better one.
    Edit(
        "models/ledger",
        "if arrival.rank > rank_of(document):",
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
        "mails.filtered(lambda mail: mail.state != before[mail])",
        "mails.browse()",
        "test_reception: reprocess",
    ),
    Edit(
        "models/bills",
        'keep = {"booking"} if self.booking != "none" and not is_withdrawn else set()',
        "keep = set()",
        "test_received_document, test_reception: deleted",
    ),
    # A bill of another company is found by its CUFE.
    Edit(
        "models/bills",
        'Domain("company_id", "=", self.company_id.id)\n            & ',
        "",
        "test_received_document: company",
    ),
    Edit(
        "models/bills",
        'and values["document_type"] not in (False, APPLICATION_RESPONSE)\n'
        '            and company.l10n_co_bill_policy == "draft"',
        'and values["document_type"] not in (False, APPLICATION_RESPONSE)',
        "test_reception: policy",
    ),
    # Amounts are written a second time, or as they come.
    Edit(
        "models/ledger",
        "[{**v, **k} for v, k in zip(vals_list, known, strict=True)]",
        "vals_list",
        "test_received_document_amounts: beforehand",
    ),
    Edit(
        "models/ledger",
        "self.env.remove_to_compute(self._fields[name], done)",
        "pass",
        "test_received_document_amounts: written again",
    ),
    Edit(
        "models/shared/money.py",
        "float_repr(currency.round(float(value or 0)), currency.decimal_places)",
        "float(value or 0)",
        "test_received_document_amounts: rounded",
    ),
    Edit(
        "models/shared/money.py",
        "return currency.round(float(value))",
        "return float(value)",
        "test_received_document_amounts: rounded",
    ),
)
