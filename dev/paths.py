"""Where the repository keeps what it makes for itself: everything lies below the ignored folder `.local`."""

import hashlib
import os
import pwd
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
ADDON = REPOSITORY / "l10n_co_einvoice_mail"
# The addon, those that come by themselves where it meets another app, and those that are installed by choice.
ADDONS = tuple(sorted(manifest.parent for manifest in REPOSITORY.glob("*/__manifest__.py")))
# Those that meet an app which is not Odoo's own: databases of their own have them.
GUESTS = (REPOSITORY / "l10n_co_einvoice_mail_queue",)
INSTALLED = tuple(addon for addon in ADDONS if addon not in GUESTS)
# What is tested in them.
GUEST_TESTS = (*GUESTS, REPOSITORY / "dev" / "guests")
REQUIREMENTS = REPOSITORY / "dev" / "requirements.txt"
FOREIGN_REQUIREMENTS = REPOSITORY / "dev" / "requirements-foreign.txt"

LOCAL = REPOSITORY / ".local"
ODOO = LOCAL / "odoo"
VENV = LOCAL / "venv"
PYTHON = VENV / "bin" / "python"
ODOO_CONF = LOCAL / "odoo.conf"
FOREIGN = LOCAL / "foreign"
FOREIGN_ADDONS = FOREIGN / "odoo" / "addons"
# The same with those apps.
FOREIGN_CONF = LOCAL / "odoo-foreign.conf"
ODOO_DATA = LOCAL / "data"
STAMPS = LOCAL / "stamps"
LOCKS = LOCAL / "locks"
LOGS = LOCAL / "log"


class Problem(Exception):
    """Something the person at the terminal has to know or do; the message says what."""


def prepare_local():
    """Make `.local`, open for the accounts that servers run under; Problem when it belongs to somebody else."""
    LOCAL.mkdir(exist_ok=True)
    if not os.access(LOCAL, os.W_OK):
        owner = pwd.getpwuid(LOCAL.stat().st_uid).pw_name
        raise Problem(
            f"{LOCAL} belongs to {owner}, who set this repository up. Go on as {owner}, or remove the folder."
        )
    if LOCAL.stat().st_uid == os.getuid():
        LOCAL.chmod(0o755)
    for folder in (STAMPS, LOCKS, LOGS):
        folder.mkdir(exist_ok=True)


def digest(*parts):
    """A short key of texts and of the contents of files and folders (`Path` parts), in their order."""
    key = hashlib.sha256()
    for part in parts:
        content = _content(part) if isinstance(part, Path) else str(part).encode()
        key.update(len(content).to_bytes(8, "big") + content)
    return key.hexdigest()[:12]


def _content(path):
    if path.is_dir():
        files = (file for file in sorted(path.rglob("*")) if _is_source(file))
        return b"".join(bytes(f.relative_to(path)) + b"\0" + f.read_bytes() + b"\0" for f in files)
    return path.read_bytes()


def _is_source(file):
    return file.is_file() and file.suffix != ".pyc"
