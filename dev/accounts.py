"""Accounts: who may install packages, and under whose name servers that refuse root are run."""

import os
import pwd
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from . import paths
from .console import run, say
from .paths import Problem

ROOT = 0
SERVED = paths.LOCAL / "served"
# Where `.local` cannot be entered by another account (a clone below /root, say).
SYSTEM_DATA = Path("/var/lib/l10n_co_einvoice_mail")


def is_root():
    return os.geteuid() == ROOT


def run_as_root(command, reason):
    """Run `command` with root's rights; Problem with the exact command when there is no way to get them."""
    if is_root():
        return run(command)
    if not _may_sudo():
        raise Problem(
            f"{reason}\nThat needs root's rights, which {_user()} does not have here. Run once:\n\n"
            f"    su -c {shlex.quote(shlex.join(command))}\n\nand then this command again."
        )
    return run(["sudo", *command])


def _may_sudo():
    if not shutil.which("sudo"):
        return False
    if subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return True
    if not sys.stdin.isatty():
        return False
    say("(sudo asks for your password) ", end="")
    return subprocess.run(["sudo", "-v"]).returncode == 0


def _user():
    return pwd.getpwuid(os.geteuid()).pw_name


def service_account(data):
    """The account that serves the folder `data`: None for the user itself, an unprivileged one for root."""
    if not is_root():
        return None
    if data.exists() and data.stat().st_uid != ROOT:
        return pwd.getpwuid(data.stat().st_uid)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Problem("root needs an account named postgres or nobody to run PostgreSQL under.")


def as_account(account, command):
    """`command` run by `account` (None: by the user itself)."""
    command = [str(part) for part in command]
    if account is None:
        return command
    ids = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}"]
    return ["setpriv", *ids, "--init-groups", *command]


def served_folder(account):
    """The folder for data of servers that run as `account`: `.local/served`.

    Where that account cannot reach `.local`, it is a link to a folder of this repository's own below /var/lib.
    """
    if SERVED.is_dir():
        return SERVED.resolve()
    if account is None or _can_enter(account, paths.LOCAL):
        SERVED.mkdir()
    else:
        home = SYSTEM_DATA / paths.digest(str(paths.REPOSITORY))
        home.mkdir(parents=True, exist_ok=True)
        for folder in (SYSTEM_DATA, home):
            folder.chmod(0o755)
        SERVED.unlink(missing_ok=True)
        SERVED.symlink_to(home)
        say(f"({account.pw_name} cannot enter {paths.LOCAL}: data goes to {home}) ", end="")
    SERVED.chmod(0o755)
    return SERVED.resolve()


def _can_enter(account, folder):
    test = as_account(account, ["test", "-x", folder])
    return subprocess.run(test, cwd="/").returncode == 0
