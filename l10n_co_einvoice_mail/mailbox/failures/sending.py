"""Why an account that a mail was to leave from is not used, and the mail leaves from no other one."""

from ...vocabulary.reason import _
from ..errors import ArgumentRefused, ConnectionFailed, DeliveryLost, MessageRefused, Throttled
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
        "account_refused",
        _("The account was not taken over"),
        _("The account passed its test, and Odoo refuses it all the same: %(words)s"),
        _("Mend that, and sign in once more."),
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
    Failure(
        "delivery_begun",
        _("Perhaps sent"),
        _("Perhaps sent: the mail was being handed to the server, and nothing was heard since."),
        _("If nothing is heard of it, it is sent once more by itself."),
        error=DeliveryLost,
        datum="server",
    ),
    Failure(
        "delivery_lost",
        _("Perhaps sent"),
        _("Perhaps sent: %(host)s was handed the whole mail and did not say what became of it."),
        _(
            "Look into the Sent folder, or ask the recipient. If the mail did not arrive, press «Send again»; "
            "if it did, press «It arrived»."
        ),
        error=DeliveryLost,
        datum="server",
    ),
    Failure(
        "sending_unreachable",
        _("The mail server cannot be reached"),
        _("%(host)s cannot be reached on port %(port)s at the moment."),
        _("It is tried again by itself. If it goes on, test the sending account."),
        error=ConnectionFailed,
        datum="server",
        temporary=True,
    ),
    Failure(
        "recipient_unsendable",
        _("Address that cannot be sent to"),
        _(
            "The mail server %(host)s takes no address with letters such as those of %(recipient)s before the @."
        ),
        _("Ask the recipient for another address."),
        error=MessageRefused,
        datum="recipient",
    ),
    Failure(
        "sender_unsendable",
        _("Sender that cannot be sent from"),
        _(
            "The mail server %(host)s takes no sender with letters such as those of %(sender)s before the @."
        ),
        _("Use an address without accents as the sender."),
        error=MessageRefused,
        datum="sender",
    ),
    Failure(
        "account_paced",
        _("Waits its turn"),
        _("From a user's own account only so many mails leave in a minute, as providers want it."),
        _("Nothing has to be done: it leaves in a few minutes."),
        error=Throttled,
        datum="provider",
        temporary=True,
    ),
    Failure(
        "recipient_missing",
        _("Nobody to send it to"),
        _("«%(recipient)s» is no address that a mail can be sent to."),
        _("Mend the address of the contact, and send the document again."),
        error=MessageRefused,
        datum="recipient",
    ),
)
