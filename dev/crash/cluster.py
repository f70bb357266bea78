"""A PostgreSQL cluster of the harness' own, a copy of the repository's: it may be restarted at any moment."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from .. import accounts, databases, postgres, processes
from ..console import run

PREFIX = "crash-"


class Cluster:
    """A running copy; `server` tells clients where it is."""

    def __init__(self, folder):
        self.folder = folder
        self.server = postgres.start(folder)

    def restart(self, mode):
        """Restart the server at its old place.

        :param str mode: `fast` ends the sessions and closes the files, `immediate` is a crash with recovery
        """
        postgres.control(self.folder, "restart", "-w", "-m", mode, "-l", self.folder / "log")

    def stop(self):
        """Stop the server without ceremony and remove its data."""
        postgres.stop(self.folder, "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def copied(server):
    """A copy of the cluster of the running `server`, with all its databases, while the block lasts."""
    served = accounts.SERVED.resolve()
    _remove_abandoned(served)
    cluster = Cluster(_copy(server, served / f"{PREFIX}{os.getpid()}"))
    try:
        yield cluster
    finally:
        with processes.undisturbed():
            cluster.stop()


def _copy(server, folder):
    account = accounts.service_account(postgres.data_folder())
    folder.mkdir(mode=0o700)
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    where = ["-h", server.host, "-p", str(server.port), "-U", postgres.SUPERUSER]
    command = [server.binaries / "pg_basebackup", *where, "-D", folder, "-c", "fast", "--no-sync"]
    run(accounts.as_account(account, command), log="postgres", cwd="/")
    return folder


def _remove_abandoned(served):
    """Remove what harnesses left that were killed themselves."""
    for folder in served.glob(f"{PREFIX}*"):
        if not Path("/proc", folder.name.removeprefix(PREFIX)).exists():
            postgres.stop(folder, "immediate")
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(databases.FILESTORE / folder.name, ignore_errors=True)
