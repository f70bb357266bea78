"""Edits of what is told to DIAN, and fetched from it."""

from .. import Edit

ADDON = "../l10n_co_einvoice_mail_radian"
EVENT, FETCH, ACCOUNT = (
    f"../{ADDON}/tests/test_radian_{name}" for name in ("event", "fetch", "account")
)

EDITS = (
    # What DIAN's rules forbid is sent.
    Edit(
        f"{ADDON}/radian",
        "there = subject.approved | subject.waiting",
        "there = subject.approved",
        "unit/test_events",
    ),
    Edit(
        f"{ADDON}/radian",
        "(event.ends_with_clock and subject.is_late",
        "(False and subject.is_late",
        "unit/test_events",
    ),
    # A code or a signature that DIAN would refuse.
    Edit(
        f"{ADDON}/radian",
        "self.code, self.invoice.number, self.invoice.type_code, self.software.pin,",
        "self.code, self.invoice.number, self.software.pin,",
        "unit/test_event_document",
    ),
    Edit(
        f"{ADDON}/radian",
        "_reference(info, _digest(_canonical(properties)), [], **described)",
        "_reference(info, _digest(_canonical(key_info)), [], **described)",
        "unit/test_event_document",
    ),
    # What may be there is handed over again.
    Edit(
        f"{ADDON}/radian",
        "may_be_done = isinstance(error, Uncertain) and not is_question",
        "may_be_done = False",
        "unit/test_client: outcomes",
    ),
    Edit(
        f"{ADDON}/models/sending.py",
        '"try_on": fields.Datetime.now() + ASK_AFTER,\n                "reason_code": "uncertain",\n'
        '                "reason_data": False,\n            }\n        )\n        transactions.commit(self.env)',
        '"try_on": fields.Datetime.now() + ASK_AFTER,\n                "reason_code": "uncertain",\n'
        '                "reason_data": False,\n            }\n        )',
        f"{EVENT}: committed",
    ),
    Edit(
        f"{ADDON}/models/sending.py",
        'elif event.state == "unknown":\n            self._ask()',
        'elif event.state == "unknown":\n            self._send()',
        f"{EVENT}: TestUncertain",
    ),
    Edit(
        f"{ADDON}/models/radian_event.py",
        "if not event._is_left_to_person():",
        "if False:",
        f"{EVENT}: person decides",
    ),
    # Anybody accepts a debt, or it is accepted by itself.
    Edit(
        f"{ADDON}/models/received_document.py",
        "if code in OF_MANAGERS and not rights.has(self.env, rights.MANAGER):",
        "if False:",
        f"{EVENT}: only manager",
    ),
    # A document counts as proven, or is another one.
    Edit(
        f"{ADDON}/models/dian_list_line.py",
        "[item for item in reading.edocuments if item.code == self.cufe]",
        "reading.edocuments",
        f"{FETCH}: another document",
    ),
    # What DIAN did not answer is forgotten; events that are approved are asked for.
    Edit(
        f"{ADDON}/models/radian_errand_mixin.py",
        "is_tried = is_passing and self.radian_tries < len(PAUSES)",
        "is_tried = False",
        f"{FETCH}: tried again",
    ),
    Edit(
        f"{ADDON}/models/dian_list_line.py",
        "super()._has_events() or self.document_id.radian_step in WITH_RECEIPTS",
        "super()._has_events()",
        f"{FETCH}: receipts",
    ),
    Edit(
        f"{ADDON}/models/sending.py",
        "if not self._was_sent_elsewhere():",
        "if True:",
        f"{EVENT}: portal",
    ),
    # Nobody learns that the certificate expires; somebody says that it was told.
    Edit(
        f"{ADDON}/models/radian_account.py",
        "if self.valid_to and self.valid_to <= soon:",
        "if False:",
        f"{ACCOUNT}: in time",
    ),
    Edit(
        f"{ADDON}/models/radian_account.py",
        "l10n_co_notices = fields.Json(evidence=True)",
        "l10n_co_notices = fields.Json()",
        f"{ACCOUNT}: by hand",
    ),
    Edit(
        f"{ADDON}/models/radian_account.py",
        "        sequences.unlink()\n",
        "",
        f"{ACCOUNT}: leaves nothing",
    ),
    # Two that meet leave a document unfetched; one company's trouble is all the companies'.
    Edit(
        f"{ADDON}/models/radian_account.py",
        'record._radian_failed("busy", {}, is_passing=True)',
        'record._radian_failed("busy", {})',
        f"{FETCH}: same rows",
    ),
    Edit(
        f"{ADDON}/models/radian_account.py",
        """            except Exception:
                # One company""",
        """            except KeyError:
                # One company""",
        f"{FETCH}: trouble of one company",
    ),
    # A set-up that nobody tested is used; production is led elsewhere.
    Edit(
        f"{ADDON}/models/radian_account.py",
        'if "state" not in vals and TESTED & vals.keys():',
        "if False:",
        f"{ACCOUNT}: tested again",
    ),
    Edit(
        f"{ADDON}/models/radian_account.py",
        'parameters.text(self.env, TEST_ADDRESS) if self.environment == TEST else ""',
        "parameters.text(self.env, TEST_ADDRESS)",
        f"{ACCOUNT}: production",
    ),
    # What is in doubt is told to DIAN.
    Edit(
        f"{ADDON}/radian",
        '(not subject.is_accepted, "event_not_accepted"),',
        "",
        "unit/test_events",
    ),
    # Production is said to have what the test environment has.
    Edit(
        f"{ADDON}/models/received_document.py",
        "lambda event: event.environment == account.environment",
        "lambda event: True",
        f"{EVENT}: environment",
    ),
    # The row of each invoice is written a second time.
    Edit(
        f"{ADDON}/models/received_document.py",
        "_awaits_events(*map(vals.get, AWAITING)) and NO_EVENT}",
        "False}",
        "test_received_document_amounts: written again",
    ),
)
