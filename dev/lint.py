"""Style and mistakes: ruff, mypy, pylint with OCA's mandatory checks for Odoo, and places not to be named here."""

import os
import re
import subprocess

from . import console, paths
from .console import say
from .docs import __main__ as docs
from .paths import Problem

# A clone works for everybody: the machine's own package sources, nobody's folders.
# (The brackets keep the patterns from finding themselves.)
PLACES = {
    "a package registry": r"pypi\.org|[p]ythonhosted|debian\.org|ubuntu\.com|[n]pmjs|/[s]imple/|[i]ndex-url",
    "a folder of one machine": r"/(home|Users)/\w+|/[r]oot/|/[w]ork/|/[o]pt/|/[m]nt/",
}
ADDONS = [addon.name for addon in paths.ADDONS]
# Without Odoo there is no `self.env._`, and `read` is nobody's ORM method.
PLAIN_PACKAGES = (
    "booking",
    "bulk",
    "coding",
    "dian",
    "letter",
    "mailbox",
    "pack",
    "radian",
    "tests/tools",
    "tests/unit",
    "vocabulary",
)
PLAIN = [
    f"{addon.name}/{name}"
    for addon in paths.ADDONS
    for name in PLAIN_PACKAGES
    if (addon / name).is_dir()
]
NOT_PLAIN = "prefer-env-translation,method-required-super,print-used"
TEXT = re.compile(
    rb"\.(py|pyi|sh|js|xml|csv|toml|txt|rst|md|conf|po|pot|yml|json|cfg|ini)$|/[^.]+$"
)


def main():
    """Return 0 when everything is clean. All the checks run, whatever the first ones find."""
    ruff, pylint = ([paths.PYTHON, "-m", tool] for tool in ("ruff", "pylint"))
    checks = {
        "ruff check": [*ruff, "check", "."],
        "ruff format": [*ruff, "format", "--check", "."],
        "mypy": [paths.PYTHON, "-m", "mypy"],
        "pylint-odoo": [*pylint, f"--ignore-paths={'|'.join(PLAIN)}", *ADDONS],
        "pylint-odoo, plain packages": [*pylint, f"--disable={NOT_PLAIN}", *PLAIN],
    }
    failed = [name for name, command in checks.items() if not _passes(name, command)]
    if not _names_no_place():
        failed.append("places")
    if not _pages_are_made():
        failed.append("docs")
    say(f"Lint: {', '.join(failed)} failed." if failed else "Lint: clean.")
    return 1 if failed else 0


def _passes(name, command):
    say(name)
    variables = {**os.environ, "PYLINTHOME": str(paths.LOCAL / "pylint")}
    return subprocess.run(command, cwd=paths.REPOSITORY, env=variables).returncode == 0


def _names_no_place():
    """Whether no file of the repository names a place of one machine."""
    say("places")
    clean = True
    for file in _files():
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            for place, pattern in PLACES.items():
                if found := re.search(pattern, line):
                    name = file.relative_to(paths.REPOSITORY)
                    say(f"{name}:{number}: {found[0]} names {place}")
                    clean = False
    return clean


def _pages_are_made():
    """Whether READMEs and guides say what their sources and the program say."""
    say("docs")
    problems = docs.problems()
    for problem in problems:
        say(problem)
    return not problems


def _files():
    """The repository's own text files: those of git, with the new ones."""
    # A clone may belong to another account than the one that works in it.
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    command = [*git, "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=paths.REPOSITORY, capture_output=True)
    if answer.returncode:
        raise Problem(f"git does not list the repository's files:\n{answer.stderr.decode()}")
    names = [name for name in answer.stdout.split(b"\0") if TEXT.search(b"/" + name)]
    files = [paths.REPOSITORY / name.decode() for name in names]
    return [file for file in files if file.is_file()]


if __name__ == "__main__":
    console.main(main)
