"""The ZIP: the addons' files as git knows them, the same bytes from the same commit.

Tests stay behind: they start mail servers of their own with packages that the addon does not need, and would fail in
the test run of whoever installs it.
"""

import ast
import subprocess
import time
import zipfile
from pathlib import PurePosixPath

from .. import paths
from ..console import say
from ..paths import Problem

FOLDER = paths.LOCAL / "dist"
ADDON = paths.ADDON.name
ADDONS = tuple(path.name for path in paths.ADDONS)
# What an Odoo without other people's apps can install.
INSTALLED = tuple(path.name for path in paths.INSTALLED)
LEFT_OUT = ("tests",)  # folders of an addon
LICENSE = "LICENSE"  # of the repository; each addon gets it
ICON = "static/description/icon.png"
PERMISSIONS = 0o100644 << 16


def manifest(addon=ADDON):
    """:return: what an addon's manifest says (dict)"""
    return ast.literal_eval((paths.REPOSITORY / addon / "__manifest__.py").read_text())


def version():
    """:return: the addon's version"""
    return manifest()["version"]


def build():
    """Write the ZIP; return its path.

    :raises Problem: this is no clone, or an addon lacks what the store shows
    """
    FOLDER.mkdir(exist_ok=True)
    target = FOLDER / f"{ADDON}-{version()}.zip"
    files = {name: paths.REPOSITORY / name for addon in ADDONS for name in _files(addon)}
    _check_complete(files)
    files |= {f"{addon}/{LICENSE}": paths.REPOSITORY / LICENSE for addon in ADDONS}
    moment = _moment()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, moment)
            entry.external_attr = PERMISSIONS
            archive.writestr(entry, files[name].read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return target


def unpack(archive, folder):
    """Write what the ZIP holds into `folder`, as somebody who downloaded it would."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)


def _files(addon):
    listed = _git("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", addon)
    names = [name for name in listed.split("\0") if name and (paths.REPOSITORY / name).is_file()]
    return [name for name in names if PurePosixPath(name).parts[1] not in LEFT_OUT]


def _moment():
    """When the last commit was made: Odoo tells by a file's time whether a bundle of scripts has changed."""
    if _git("status", "--porcelain", "--", *ADDONS):
        say("The addons hold changes that are not committed: so does the ZIP.")
    return time.gmtime(int(_git("log", "-1", "--format=%ct")))[:6]


def _check_complete(files):
    """The store shows a page, else the README."""
    shown = [f"{addon}/{name}" for addon in ADDONS for name in ("README.rst", ICON)]
    missing = {*shown, f"{ADDON}/static/description/index.html"} - files.keys()
    if missing:
        raise Problem(f"The store wants files that are not there: {', '.join(sorted(missing))}")


def _git(*arguments):
    # A clone may belong to another account than the one that works in it.
    command = ["git", "-c", "safe.directory=*", *arguments]
    answer = subprocess.run(command, cwd=paths.REPOSITORY, capture_output=True, text=True)
    if answer.returncode:
        raise Problem(f"The ZIP holds what git knows, and git says:\n{answer.stderr.strip()}")
    return answer.stdout
