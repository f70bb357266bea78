"""Edits of what reads DIAN's documents and judges them."""

from .. import Edit

EDITS = (
    Edit(
        "models/dian_list",
        "lambda note: (note.referenced_cufe, note.supplier_nit, note.currency_id)",
        "lambda note: (note.referenced_cufe, self.issuer_nit, note.currency_id)",
        "test_dian_list: somebody",
    ),
    Edit(
        "dian/archive.py",
        "if len(chunk) > self.bytes_left:",
        "if len(chunk) > 2 * self.bytes_left:",
        "unit/test_archive",
    ),
    Edit(
        "dian/archive.py",
        "if self.files_left < 0:",
        "if self.files_left < -1:",
        "unit/test_archive",
    ),
    Edit(
        "dian/archive.py",
        "content[:_PDF_WITHIN] else",
        "content else",
        "unit/test_archive",
    ),
    Edit("dian/signature.py", "if len(found) > 1:", "if len(found) > 2:", "unit/test_signature"),
    Edit(
        "dian/signature.py",
        "if place[::-1][1:] != PLACE:",
        "if place[::-1][-1:] != PLACE[-1:]:",
        "unit/test_signature",
    ),
    Edit(
        "dian/signature.py",
        'raise SignatureFlaw("the signature does not name its certificate")',
        "return",
        "unit/test_signature",
    ),
    Edit(
        "dian/signature.py",
        "key.verify(value, signed, PKCS1v15(), SIGNATURE_METHODS[method])",
        "pass",
        "unit/test_signature",
    ),
    Edit(
        "dian/signature.py",
        'if failing not in ([], [""]):',
        'if failing and "" not in failing:',
        "unit/test_signature",
    ),
    Edit(
        "dian/signature.py",
        "return Integrity.ROOT_DIGEST if failing else Integrity.INTACT",
        "return Integrity.INTACT",
        "unit/test_signature",
    ),
    Edit(
        "dian/signature.py",
        "if len(transforms) > 1:",
        "if False:",
        "unit/test_signature",
    ),
    Edit(
        "dian/signer.py",
        "key.key_size < MINIMUM_RSA_BITS",
        "key.key_size < MINIMUM_RSA_BITS // 2",
        "unit/test_signature",
    ),
    Edit(
        "dian/signer.py",
        "return begin <= at <= certificate.not_valid_after_utc + CLOCK_TOLERANCE",
        "return begin <= at",
        "unit/test_signature",
    ),
    Edit(
        "dian/trust.py",
        "at = min(max(at or begin, begin), end)",
        "at = at or begin",
        "unit/test_trust",
    ),
    Edit(
        "dian/trust.py",
        "if not self.anchors:\n            return ChainState.UNCHECKED",
        "if not self.anchors:\n            return ChainState.TRUSTED",
        "unit/test_trust",
    ),
    Edit(
        "dian/trust.py",
        "return fingerprint(certificate) in self.dian_signers",
        "return bool(self.dian_signers)",
        "unit/test_trust",
    ),
    Edit(
        "dian/nit.py",
        "if check_digit(body) == last:",
        "if check_digit(body):",
        "unit/test_nit",
    ),
    Edit(
        "dian/nit.py",
        "if longer.check_digit is not None:",
        "if False:",
        "unit/test_nit",
    ),
    Edit(
        "dian",
        "return _met(nit != codes.FINAL_CONSUMER and not evidence.serves(nit))",
        "return _met(not nit)",
        "unit/test_verdicts",
    ),
    Edit(
        "dian",
        "return _met(codes.TEST_ENVIRONMENT in (evidence.document.environment, *answers))",
        "return _met(evidence.document.environment == codes.TEST_ENVIRONMENT)",
        "unit/test_verdicts",
    ),
    Edit(
        "dian",
        'SHA384_HEX = re.compile(r"[0-9a-f]{96}")',
        'SHA384_HEX = re.compile(r"[0-9a-f]{64,96}")',
        "unit/test_rules",
    ),
    Edit(
        "dian",
        "proven = validation is not None and validation.state is AnswerState.PROVEN",
        "proven = validation is not None",
        "unit/test_verdicts",
    ),
    Edit(
        "dian",
        "return _met(evidence.signature.integrity is Integrity.BROKEN)",
        "return _met(False)",
        "unit/test_verdicts",
    ),
    Edit(
        "dian",
        "return None if same_cufe and same_number else",
        "return None if same_cufe or same_number else",
        "unit/test_rules",
    ),
    Edit(
        "dian",
        "range_.first <= int(consecutive) <= range_.last",
        "range_.first <= int(consecutive)",
        "unit/test_rules",
    ),
    Edit(
        "dian",
        "too_late = range_.end is not None and issued > range_.end",
        "too_late = False",
        "unit/test_rules",
    ),
    # The name that the document says is its supplier's is taken for it.
    Edit(
        "dian",
        "return told.name if told and same_nit(told.id_number, self.issuer.id_number) else None",
        "return self.issuer.name",
        "unit/test_forgeries: renamed",
    ),
    # A person of the same name is the supplier.
    Edit(
        "dian",
        'if self.nit and not COMPANY.fullmatch(nit or ""):',
        "if False:",
        "unit/test_forgeries: namesake",
    ),
    # Letters of other alphabets are no letters.
    Edit("dian", "[^\\W_]+", "[A-Z0-9]+", "unit/test_forgeries: alphabets"),
    Edit(
        "dian/dian_list.py",
        "limit = min(MAX_UNPACKED, max(SMALL_UNPACKED, MAX_RATIO * len(content)))",
        "limit = MAX_UNPACKED",
        "unit/test_dian_list",
    ),
    Edit(
        "dian/dian_list.py",
        "if count >= after:",
        "if count > after:",
        "unit/test_dian_list",
    ),
    # Half of what somebody packed together is passed over.
    Edit(
        "dian/dian_list.py",
        "        if not is_list:\n            raise ListRefused",
        "        if False:\n            raise ListRefused",
        "unit/test_dian_list: no list",
    ),
)
