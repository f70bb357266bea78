"""The demo's mail server on loopback: Dovecot, and an SMTP server that delivers. The mails stay in `.local/served/mail`
between runs.
"""

import shutil
from contextlib import contextmanager

from . import accounts, bare

bare.register_bare_packages()

from l10n_co_einvoice_mail.tests.tools import mailbed  # noqa: E402 - needs the bare packages

ADDRESS = "facturas@demo.co"  # receives the suppliers' mails
SENDER = "ventas@demo.co"  # sends the company's documents
OUTSIDE = "clientes@demo.co"  # gets what is sent to anybody else: nothing leaves the machine
PASSWORD = "demo"  # noqa: S105 - of mailboxes on loopback that hold made-up mails
FOLDER = accounts.SERVED / "mail"


@contextmanager
def running(folder=FOLDER):
    """The mail server with the demo company's mailboxes and its customers', while the block lasts.

    :param folder: where the mails stay; None for a place that goes with the block
    """
    users = dict.fromkeys((ADDRESS, SENDER, OUTSIDE), PASSWORD)
    with mailbed.MailBed(users, mail_folder=folder, outside=OUTSIDE) as bed:
        yield bed


def clear():
    """Throw all the mails away. The server does not run."""
    shutil.rmtree(FOLDER, ignore_errors=True)
