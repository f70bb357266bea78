"""Odoo 19.0 Community: Debian's own package of it, unpacked below `.local/odoo`, or the one at ODOO_HOME.

Debian carries Odoo 19.0 in its unstable suite. It is unpacked, not installed, with the fonts and scripts that
its files link to; its Python dependencies come from `dev/requirements.txt`.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import packages, paths
from .console import run
from .paths import Problem

SERIES = "19.0"
SUITE = "unstable"
PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
)
# Taken from the machine's own release: the unstable one has moved the files that Odoo links to.
RELEASE_PACKAGES = ("fonts-font-awesome",)
# Debian leaves it out (background blur in video calls), but the bundle of every page names it and would log an
# error, at which a browser test stops. An empty script stands in.
LEFT_OUT = ("mail/static/lib/selfie_segmentation/selfie_segmentation.js",)
KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)
APT = paths.LOCAL / "apt"
UNPACKED = paths.ODOO / "usr" / "lib" / "python3" / "dist-packages"


@dataclass(frozen=True)
class Odoo:
    """An Odoo that is there: what goes on Python's path, and its addons folders."""

    python_path: Path
    addons: tuple

    @property
    def key(self):
        """Changes with the Odoo: databases made by one are not served by another."""
        return paths.digest(str(self.python_path), self.python_path / "odoo" / "release.py")


def home():
    """The folder that the person gave as ODOO_HOME, or None."""
    given = os.environ.get("ODOO_HOME")
    return Path(given).expanduser().resolve() if given else None


def find():
    """The Odoo to use; Problem when ODOO_HOME is none of the series, or nothing is unpacked yet."""
    folder = home() or UNPACKED
    release = folder / "odoo" / "release.py"
    if not release.is_file():
        raise Problem(
            f"There is no Odoo in {folder}: ODOO_HOME is the folder with odoo-bin, odoo/ and addons/,"
            " or the Python folder (dist-packages, site-packages) that holds the odoo package."
        )
    if f"({SERIES.replace('.', ', ')}," not in release.read_text():
        raise Problem(f"The Odoo in {folder} is not of the series {SERIES}: see {release}.")
    inside, beside = folder / "odoo" / "addons", folder / "addons"
    # Debian's package has a second, partial copy of the addons beside the package: never take it.
    complete = [inside] if (inside / "account").is_dir() else [beside, inside]
    return Odoo(folder, tuple(complete))


def bring():
    """Download and unpack Odoo; Problem where this machine's archive cannot have it."""
    if not packages.is_debian():
        system = packages.os_release().get("PRETTY_NAME", "This system")
        raise Problem(
            f"{system} is not Debian, whose archive carries Odoo {SERIES}. Get Odoo {SERIES} Community and give"
            " its folder: ODOO_HOME=/path/to/odoo make ..."
        )
    release = _own_release()
    _write_sources(release)
    debs = APT / "debs"
    debs.mkdir(exist_ok=True)
    _apt("update")
    wanted = [f"{name}/{SUITE}" for name in PACKAGES]
    wanted += [f"{name}/{release['Release']}" for name in RELEASE_PACKAGES]
    _apt("download", *wanted, cwd=debs)
    _unpack(sorted(debs.glob("*.deb")))
    shutil.rmtree(APT)


def _own_release():
    """The fields of this machine's own entry for its release of Debian, as apt itself reads its sources."""
    answer = subprocess.run(
        ["apt-get", "indextargets", "Created-By: Packages", "Component: main"],
        capture_output=True,
        text=True,
    )
    paragraphs = [
        dict(re.findall(r"^([\w-]+): (.*)$", text, re.M)) for text in answer.stdout.split("\n\n")
    ]
    names = {packages.os_release().get("VERSION_CODENAME"), "stable", "testing", "unstable", "sid"}
    candidates = [fields for fields in paragraphs if fields.get("Release") in names]
    if not candidates:
        raise Problem(
            f"apt has no source for this release of Debian ({', '.join(filter(None, names))})."
        )
    return min(candidates, key=_strangeness)


def _strangeness(fields):
    """Debian's own entry sorts before a third party's that uses the same release name."""
    file = fields.get("Sourcesentry", "").rsplit(":", 1)[0]
    own_file = file.endswith(("/debian.sources", "/sources.list"))
    return (fields.get("Origin", "Debian") != "Debian", not own_file)


def _write_sources(release):
    """An apt of our own: the machine's archive, with the unstable suite beside the machine's release."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    keyring = release.get("Signed-By") or next(filter(os.path.exists, KEYRINGS), "")
    fields = {
        "Types": "deb",
        "URIs": release["Repo-URI"],
        "Suites": " ".join(dict.fromkeys([SUITE, release["Release"]])),
        "Components": "main",
        "Signed-By": keyring,
    }
    lines = [f"{name}: {value}\n" for name, value in fields.items() if value]
    (APT / "debian.sources").write_text("".join(lines))


def _apt(*arguments, **options):
    settings = {
        "Dir::Etc::sourcelist": APT / "debian.sources",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State::lists": APT / "lists",
        "Dir::Cache": APT / "cache",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        # The account _apt may be unable to enter this folder.
        "APT::Sandbox::User": "root",
    }
    words = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    run(["apt-get", *words, *arguments], **options)


def _unpack(debs):
    """Unpack into a folder beside, fill the gap, and put it in place at the end."""
    part = paths.ODOO.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    for deb in debs:
        run(["dpkg", "-x", deb, part])
    for name in LEFT_OUT:
        file = part / UNPACKED.relative_to(paths.ODOO) / "odoo" / "addons" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    shutil.rmtree(paths.ODOO, ignore_errors=True)
    part.rename(paths.ODOO)
