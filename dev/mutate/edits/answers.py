"""Edits of what suppliers are written, and of what a person sees of a mail."""

from .. import Edit

LETTERS = "test_letters_to_suppliers"
CONTENT = "test_received_mail_content"

EDITS = (
    # An answer goes to an address that nothing proves.
    Edit(
        "models/answers",
        "if not (proven & SIGNED and proven & ANSWERED):",
        "if False:",
        f"{LETTERS}: only and proven",
    ),
    # Our own mailbox is answered, which answers.
    Edit(
        "models/answers",
        "return address if address and address not in self._own_addresses() else False",
        "return address",
        f"{LETTERS}: ourselves",
    ),
    # A supplier is answered as often as it sends.
    Edit(
        "models/answers",
        "or self._was_answered(document) ",
        "",
        f"{LETTERS}: day and supplier",
    ),
    # What broke is used.
    Edit(
        "models/answers",
        " or not self._account():",
        ":",
        f"{LETTERS}: trouble",
    ),
    # No machine knows that a machine has written.
    Edit(
        "models/answers",
        "letter._send(mail_headers=HEADERS)",
        "letter._send()",
        f"{LETTERS}: marked",
    ),
    # What a forger wrote into the document is where the answer goes.
    Edit(
        "models/answers",
        "if self.reason_code in ways.LOOK_AT_DIAN:",
        "if False:",
        f"{LETTERS}: forged",
    ),
    # A picture in a mail tells its sender that it was read.
    Edit("models/ledger", '"img", "picture"', '"picture"', f"{CONTENT}: fetched"),
    # Anybody reads a file of a mail.
    Edit(
        "models/ledger",
        'rights.check_user(self.env)\n        self.check_access("read")\n        files',
        "files",
        f"{CONTENT}: nobody",
    ),
    Edit(
        "models/bills",
        'if not file.content.startswith(b"%PDF"):',
        "if False:",
        f"{CONTENT}: only",
    ),
    # What was rejected is added up.
    Edit(
        "models/ledger",
        'if state == "rejected":\n        return 0',
        "if False:\n        return 0",
        f"{CONTENT}: purchase",
    ),
    # What ends the process does so for ever.
    Edit(
        "models/ledger",
        "if self.attempts >= MAX_ATTEMPTS:",
        "if False:",
        "test_work: process",
    ),
)
