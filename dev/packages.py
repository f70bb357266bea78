"""The programs that come from the operating system, and their installation where that is Debian."""

import ctypes.util
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import accounts, paths
from .console import say
from .paths import Problem

INSTALLER = paths.REPOSITORY / "dev" / "packages.sh"
POSTGRES_BINARIES = "/usr/lib/postgresql"
DOVECOT_BINARIES = ("/usr/lib/dovecot", "/usr/libexec/dovecot")
# Programs of servers and administrators, which an ordinary user's PATH may lack.
SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])


@dataclass(frozen=True)
class Program:
    """What is needed, how it is found here, and the Debian packages that bring it."""

    name: str
    found: callable
    packages: tuple
    without: str = ""  # what is lost without it; empty: nothing works


def which(*names):
    """Whether one of the programs is there."""
    return any(shutil.which(name, path=SYSTEM_PATH) for name in names)


def postgres_bin(major=None):
    """The folder of PostgreSQL's server programs, of the version `major` or the newest; None if there is none."""
    folders = [initdb.parent for initdb in Path(POSTGRES_BINARIES).glob("*/bin/initdb")]
    if initdb := shutil.which("initdb", path=SYSTEM_PATH):
        folders.append(Path(initdb).resolve().parent)
    versions = sorted(((_postgres_major(folder), folder) for folder in folders), reverse=True)
    return next((folder for version, folder in versions if major in (None, version)), None)


def _postgres_major(folder):
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    return int(answer.stdout.split()[2].split(".")[0])


def _dovecot_speaks(*protocols):
    return which("dovecot") and all(
        any(Path(folder, protocol).exists() for folder in DOVECOT_BINARIES)
        for protocol in protocols
    )


def _python_makes_venvs():
    return subprocess.run([sys.executable, "-c", "import ensurepip, venv"]).returncode == 0


PROGRAMS = (
    Program("Python's venv and ensurepip modules", _python_makes_venvs, ("python3-venv",)),
    Program("PostgreSQL's server (13 or newer)", postgres_bin, ("postgresql",)),
    Program(
        "Dovecot with IMAP and POP3",
        lambda: _dovecot_speaks("imap", "pop3"),
        ("dovecot-imapd", "dovecot-pop3d"),
    ),
    Program(
        "Chromium or Chrome",
        lambda: which("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        ("chromium",),
    ),
    Program("msgfmt (gettext)", lambda: which("msgfmt"), ("gettext",)),
    Program("openssl", lambda: which("openssl"), ("openssl",)),
    Program("libmagic", lambda: ctypes.util.find_library("magic"), ("libmagic1",)),
    Program("setpriv (util-linux)", lambda: which("setpriv"), ("util-linux",)),
    Program(
        "wkhtmltopdf", lambda: which("wkhtmltopdf"), ("wkhtmltopdf",), "Odoo prints no PDF reports"
    ),
)


def missing():
    """The programs that are not here."""
    return [program for program in PROGRAMS if not program.found()]


def complete():
    """Whether everything that cannot be done without is here."""
    return all(program.without for program in missing())


def install():
    """Install what is missing; Problem when that takes somebody else's rights or hands."""
    lacking = missing()
    if not is_debian():
        _say_what_to_install([program for program in lacking if not program.without])
        return
    wanted = [
        name for program in lacking for name in program.packages if _is_offered(name, program)
    ]
    if wanted:
        _install(wanted, ", ".join(program.name for program in lacking))
    if not complete():
        left = ", ".join(program.name for program in missing() if not program.without)
        raise Problem(f"Still missing after the installation of {' '.join(wanted)}: {left}.")


def _install(wanted, names):
    try:
        accounts.run_as_root([str(INSTALLER), *wanted], f"Missing on this machine: {names}.")
    except Problem as problem:
        if not complete():
            raise
        say(f"\n{problem}\n(going on without) ", end="")


def is_debian():
    """Whether this is Debian itself: the only system whose archive carries Odoo 19.0."""
    return os_release().get("ID") == "debian"


def os_release():
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _is_offered(package, program):
    """A package that can be done without is asked for only where this release of Debian has it."""
    if not program.without:
        return True
    answer = subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True)
    if "Candidate: " in answer.stdout and "Candidate: (none)" not in answer.stdout:
        return True
    say(f"(without {program.name}, which is not offered here: {program.without}) ", end="")
    return False


def _say_what_to_install(lacking):
    if lacking:
        lines = "\n".join(
            f"  - {program.name}   (Debian: {' '.join(program.packages)})" for program in lacking
        )
        system = os_release().get("PRETTY_NAME", platform.system())
        raise Problem(f"{system} is not Debian. Install these with its own means:\n{lines}")
