"""Edits of proof packs, and of decisions on originals."""

from .. import Edit

EDITS = (
    Edit(
        "models/proof",
        "except Exception:  # it is tried the next time; the others are done now",
        "except ZeroDivisionError:",
        "test_proof_disposal: fails",
    ),
    Edit(
        "pack/writer.py",
        "if not names.PATH.fullmatch(name) or name in self._zip.NameToInfo:",
        "if name in self._zip.NameToInfo:",
        "unit/test_pack",
    ),
    Edit(
        "pack/tables.py",
        'return "\'" + text if text.startswith(FORMULA) else text',
        "return text",
        "unit/test_pack",
    ),
    Edit(
        "models/proof/contents.py",
        'domain = self.domain() & Domain("company_id", "=", self.company.id)',
        "domain = self.domain()",
        "test_proof_pack",
    ),
    Edit(
        "models/proof/contents.py",
        "lambda mail: mail.company_id == self.company and mail.raw_attachment_id",
        "lambda mail: mail.raw_attachment_id",
        "test_proof_pack",
    ),
    Edit(
        "models/proof/proof_pack.py",
        "if self.is_open or (self.done_count",
        "if (self.done_count",
        "test_proof_pack",
    ),
    Edit(
        "models/proof/proof_disposal.py",
        'Domain("create_date", "<", pack.create_date)',
        'Domain("create_date", "<", pack.made_on)',
        "test_proof_disposal: while a pack",
    ),
    Edit(
        "models/proof/proof_disposal.py",
        "return min(self.before, self.company_id._l10n_co_kept_since())",
        "return self.before",
        "test_proof_disposal: raised since",
    ),
    Edit(
        "models/proof/proof_disposal.py",
        '~Domain("company_id", "=", self.company_id.id)',
        "Domain.FALSE",
        "test_proof_disposal",
    ),
    Edit(
        "models/proof/proof_disposal.py",
        "if disposal.before > since:",
        "if False:",
        "test_proof_disposal",
    ),
    Edit(
        "models/ledger/received_mail.py",
        'mails = self.filtered("raw_attachment_id")\n        before',
        "mails = self\n        before",
        "test_proof_disposal",
    ),
)
