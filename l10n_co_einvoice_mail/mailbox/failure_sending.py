"""Why an account that a mail was to leave from is not used, and the mail leaves from no other one."""

from ..vocabulary.reason import _
from .errors import ArgumentRefused
from .failure import Failure

ROWS = (
    Failure(
        "sender_archived",
        _("The sending account is archived"),
        _("The mail leaves from %(account)s, and that account is archived."),
        _("Restore the account, or choose another one for the company; then send the mail again."),
        error=ArgumentRefused,
        datum="provider",
    ),
    Failure(
        "sender_draft",
        _("The sending account is not confirmed"),
        _("The mail leaves from %(account)s, and that account has not passed its test."),
        _("Open the account and press «Test and activate»; then send the mail again."),
        error=ArgumentRefused,
        datum="provider",
    ),
    Failure(
        "sender_deleted",
        _("The sending account was deleted"),
        _("The mail was to leave from %(account)s, and that account does not exist any more."),
        _("Choose the account the company sends with, and send the document again."),
        error=ArgumentRefused,
        datum="provider",
    ),
    Failure(
        "document_unmade",
        _("The mail could not be made"),
        _("The mail of %(document)s could not be made: %(words)s"),
        _("Mend that and send the document again. The others were sent without it."),
        error=ArgumentRefused,
        datum="provider",
    ),
    Failure(
        "sender_foreign",
        _("Another sender"),
        _("%(account)s sends in its own name only, and this mail is from %(sender)s."),
        _("Choose another outgoing server for this mail, or leave it empty."),
        error=ArgumentRefused,
        datum="sender",
    ),
)
