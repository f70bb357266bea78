"""Bring what the repository needs, step by step: `python -m dev.setup [--quiet]`.

A step is done when its stamp holds the key of its inputs and its result is there. The stamp is written last,
so an interrupted step is done again. Standard library only: this runs before the virtual environment exists.
"""

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

from . import console, locks, odoo_source, packages, paths, postgres
from .console import run, say, timed


@dataclass(frozen=True)
class Step:
    """One part of the set-up."""

    name: str
    title: str
    inputs: callable  # the texts and files on which the result depends
    present: callable  # whether the result is there
    work: callable

    @property
    def stamp(self):
        return paths.STAMPS / self.name

    def is_done(self):
        """Whether the result of the present inputs is there."""
        stamped = self.stamp.is_file() and self.stamp.read_text() == self._key()
        return stamped and bool(self.present())

    def do(self):
        """Do the work, and stamp it."""
        self.stamp.unlink(missing_ok=True)
        self.work()
        self.stamp.write_text(self._key())

    def _key(self):
        return paths.digest(*self.inputs())


def make_venv():
    """The virtual environment with the pinned requirements; one of another Python is thrown away."""
    if not _venv_works():
        shutil.rmtree(paths.VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", paths.VENV])
    pip = [paths.PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
    run([*pip, "-r", paths.REQUIREMENTS])


def unpack_foreign():
    """The apps that are not Odoo's own."""
    shutil.rmtree(paths.FOREIGN, ignore_errors=True)
    pip = [paths.PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
    run([*pip, "--no-deps", "--target", paths.FOREIGN, "-r", paths.FOREIGN_REQUIREMENTS])


def _venv_works():
    """Whether the environment is there and is of the Python that sets it up."""
    if not paths.PYTHON.exists():
        return False
    ask = [paths.PYTHON, "-c", "import sys; print(sys.version)"]
    return subprocess.run(ask, capture_output=True, text=True).stdout.strip() == sys.version


def write_odoo_conf():
    """Odoo's configuration files: the addons and the data folder; the database server comes by environment."""
    addons = [*odoo_source.find().addons, paths.REPOSITORY]
    for conf, folders in {
        paths.ODOO_CONF: addons,
        paths.FOREIGN_CONF: [*addons, paths.FOREIGN_ADDONS],
    }.items():
        options = {
            "addons_path": ",".join(map(str, folders)),
            "data_dir": paths.ODOO_DATA,
            "http_interface": "127.0.0.1",
        }
        lines = [f"{name} = {value}\n" for name, value in options.items()]
        conf.write_text("[options]\n" + "".join(lines))


def steps():
    """The set-up's steps in their order; with ODOO_HOME, Odoo is not brought."""
    odoo = Step(
        "odoo",
        f"Odoo {odoo_source.SERIES}",
        lambda: (
            odoo_source.SUITE,
            *odoo_source.PACKAGES,
            *odoo_source.RELEASE_PACKAGES,
            *odoo_source.LEFT_OUT,
        ),
        odoo_source.UNPACKED.is_dir,
        odoo_source.bring,
    )
    given = (str(odoo_source.home()), str(paths.REPOSITORY))
    return [
        Step("packages", "System packages", lambda: (), packages.complete, packages.install),
        *([] if odoo_source.home() else [odoo]),
        Step(
            "venv",
            "Python environment",
            lambda: (sys.version, str(paths.VENV), paths.REQUIREMENTS),
            _venv_works,
            make_venv,
        ),
        Step(
            "foreign",
            "Apps that are not Odoo's own",
            lambda: (sys.version, paths.FOREIGN_REQUIREMENTS),
            paths.FOREIGN_ADDONS.is_dir,
            unpack_foreign,
        ),
        Step("postgres", "PostgreSQL cluster", lambda: (), postgres.exists, postgres.create),
        Step("conf", "Odoo's settings", lambda: given, paths.FOREIGN_CONF.exists, write_odoo_conf),
    ]


def set_up(quiet=False):
    """Do the steps that are not done; `quiet` passes over the others in silence."""
    paths.prepare_local()
    if odoo_source.home():
        odoo_source.find()
    start = time.monotonic()
    with locks.alone("setup", waiting_for="the set-up"):
        todo = steps()
        worked = [
            _take(step, f"[{number}/{len(todo)}]", quiet) for number, step in enumerate(todo, 1)
        ]
    if any(worked) or not quiet:
        say(f"Set up in {time.monotonic() - start:.0f} s.")


def _take(step, place, quiet):
    if step.is_done():
        if not quiet:
            say(f"{place} {step.title}: there")
        return False
    with timed(f"{place} {step.title}"):
        step.do()
    return True


if __name__ == "__main__":
    console.main(lambda: set_up(quiet="--quiet" in sys.argv[1:]))
