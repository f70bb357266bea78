"""What a person can best do about a document or a mail, by the reason of its state.

A button that fits stands in front; the others stay where they are.
"""

#: What came is false, or may be: nothing that the mail says is used, DIAN's own page is looked at.
LOOK_AT_DIAN = frozenset(
    {"answer_forged", "answer_contradicts", "document_altered", "signer_refused"}
)
#: Nothing can be done, and nothing has to be.
DONE = frozenset(
    {
        "event_unrelated",
        "event_unsupported",
        "document_payroll",
        "duplicate",
        "mail_bounce",
        "mail_automatic",
        "mail_is_backup",
    }
)
#: Reading the same bytes once more may come to something else: a limit, a company or the program has changed.
READ_AGAIN = frozenset(
    {
        "too_many_attempts",
        "read_error",
        "receiver_unknown",
        "event_unrelated",
        "mail_too_big",
        "mail_too_many_parts",
        "mail_too_deep",
        "mail_too_many_attachments",
        "files_too_many",
        "archive_too_big",
        "archive_too_many",
        "archive_too_deep",
        "xml_too_big",
        "document_too_long",
    }
)
#: Of those, the ones where it is the first thing to try.
READ_FIRST = frozenset({"too_many_attempts", "read_error"})
