"""The demo's mail server: Dovecot on loopback, whose mails stay in `.local/served/mail` between runs."""

import shutil
from contextlib import contextmanager

from . import accounts, bare

bare.register_bare_packages()

from l10n_co_einvoice_mail.tests.tools import mailbed  # noqa: E402 - needs the bare packages

ADDRESS = "facturas@demo.co"
PASSWORD = "demo"  # noqa: S105 - of a mailbox on loopback that holds made-up mails
FOLDER = accounts.SERVED / "mail"


@contextmanager
def running():
    """The mail server with the demo company's reception mailbox, while the block lasts."""
    with mailbed.MailBed({ADDRESS: PASSWORD}, mail_folder=FOLDER, smtp=False) as bed:
        yield bed


def clear():
    """Throw all the mails away. The server does not run."""
    shutil.rmtree(FOLDER, ignore_errors=True)
