"""What all scenarios share: the database, the mail servers, the nursery, the writer of mails."""

import os
import shutil
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

import psycopg2

from .. import bare, databases, postgres
from ..paths import Problem
from . import cluster, family, mails

bare.register_bare_packages()

from l10n_co_einvoice_mail.tests.tools import mailbed  # noqa: E402 - needs the bare packages

PASSWORD = "s3 cr&t"  # noqa: S105 - of mailboxes on loopback that holds made-up mails
BACKUP = "respaldo@comprador.example.com"
SENDER = "saliente@comprador.example.com"
# The kinds of mailboxes, and the servers they lie on.
BEDS = {
    "move": {},
    "copy": {"capabilities": mailbed.WITHOUT_MOVE},
    "plain": {"capabilities": mailbed.WITHOUT_UIDPLUS, "separator": ".", "prefix": "INBOX."},
}
FOLDERS = {mails.PROCESSED: "Procesados", mails.FAILED: "Fallidos"}


@dataclass
class Inbox:
    """A mailbox that Odoo receives from, and what was delivered into it."""

    kind: str
    address: str
    bed: object
    id: int
    letters: list = field(default_factory=list)

    def deliver(self, letters):
        """Let these mails arrive."""
        for letter in letters:
            self.bed.deliver(self.address, letter.raw)
        self.letters += letters

    def folders(self):
        """:return: {name of the folder, "" for the inbox: [digests of the mails in it]}"""
        home = self.bed.folder_path(self.address)
        names = ["", *(path.name[1:] for path in home.glob(".*") if (path / "cur").is_dir())]
        return {name: self.lying_in(name) for name in names}

    def lying_in(self, folder):
        """:return: [digests of the mails in a folder, "" for the inbox]"""
        while True:
            # The mail server may be at work there: what it has just renamed is looked for once more.
            with suppress(FileNotFoundError):
                return [mails.digest(raw) for raw in self.bed.mails(self.address, folder or None)]


class Stage:
    """See the module; made by `opened`."""

    def __init__(self, copy, database, nursery, beds, random):
        self.cluster = copy
        self.database = database
        self.nursery = nursery
        self.beds = beds
        self.random = random
        self.writer = mails.Writer(random)
        self._count = 0

    def sql(self, statement, values=()):
        """Run a statement in a transaction of its own; return its rows."""
        server = self.cluster.server
        connection = psycopg2.connect(
            host=server.host, port=server.port, user=postgres.ROLE, dbname=self.database
        )
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def inbox(self, kind="move", port=None):
        """A new mailbox of a kind; `port` is where Odoo finds the server instead (a proxy, spoken to in clear)."""
        self._count += 1
        address = f"buzon{self._count}@comprador.example.com"
        bed = self.beds["move" if kind == "pop" else kind]
        bed.add_user(address, PASSWORD)
        values = {
            "name": address,
            "server": "127.0.0.1",
            "server_type": "pop" if kind == "pop" else "imap",
            "port": port or (bed.pop3s if kind == "pop" else bed.imaps),
            "l10n_co_encryption": "none" if port else "ssl",
            "user": address,
            "password": PASSWORD,
        }
        if kind == "pop":
            values["l10n_co_backup_email"] = BACKUP
        return Inbox(kind, address, bed, self.nursery.do("create_mailbox", values=values))

    def forgive(self):
        """Let mailboxes be read at once that Odoo leaves in peace after a failure."""
        self.sql("UPDATE fetchmail_server SET l10n_co_next_run = NULL")

    def retire(self, inboxes):
        """Let the cron pass over these mailboxes."""
        ids = [inbox.id for inbox in inboxes]
        self.sql("UPDATE fetchmail_server SET state = 'draft' WHERE id = ANY(%s)", (ids,))


@contextmanager
def opened(random):
    """The stage, while the block lasts; nothing of it is left behind."""
    database = f"{cluster.PREFIX}{os.getpid()}"
    with ExitStack() as stack:
        with postgres.opened() as server:
            template = databases.with_addon(server)
            copy = stack.enter_context(cluster.copied(server))
        stack.callback(shutil.rmtree, databases.FILESTORE / database, ignore_errors=True)
        databases.copy(copy.server, template, database)
        beds = {
            kind: stack.enter_context(
                mailbed.MailBed({SENDER: PASSWORD}, fsync="optimized", **options)
            )
            for kind, options in BEDS.items()
        }
        with _made_from(template):
            nursery = stack.enter_context(family.nursery(copy.server, database))
            stage = Stage(copy, database, nursery, beds, random)
            _prepare(stage)
        yield stage


@contextmanager
def _made_from(template):
    """Odoo starts in this block. It cannot work with an addon that is not the one its database was made from.

    :raises Problem: the addon was changed meanwhile
    """
    failed = None
    try:
        yield
    except Problem as problem:
        failed = problem
    if template != databases.addon_template():
        raise Problem(
            f"The addon was changed while its database was made. Start again.\n{failed or ''}"
        )
    if failed:
        raise failed


def _prepare(stage):
    """The company, its trust, and a first reception that lets the nursery load what the children need."""
    smtp = {
        "host": "127.0.0.1",
        "port": stage.beds["move"].smtps,
        "user": SENDER,
        "password": PASSWORD,
    }
    facts = {"vat": mails.company_vat(), "smtp": smtp, **stage.writer.trust}
    stage.nursery.warm("prepare", facts=facts)
    inbox = stage.inbox()
    inbox.deliver(stage.writer.letters(5))
    stage.nursery.warm("fetch", mailbox=inbox.id)
    stage.retire([inbox])
