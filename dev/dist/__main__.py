"""Build the ZIP and check it: `make dist`. K=name does the checks whose name contains it; K=none builds only."""

import os
import time
from functools import partial

from .. import console, databases, locks, postgres, processes
from ..console import say
from ..paths import Problem
from . import package, releases, scenes


def main():
    """Return 0 when the ZIP is built and all its checks are passed."""
    processes.end_on_signals()
    if package.version() in releases.RELEASES:
        raise Problem(f"{package.version()} is out already: the manifest needs a new version.")
    archive = package.build()
    if archive.read_bytes() != package.build().read_bytes():
        raise Problem("The ZIP built twice is not the same.")
    say(f"{archive} ({archive.stat().st_size // 1024} KiB)")
    chosen = {n: check for n, check in _checks().items() if os.environ.get("K", "") in n}
    with locks.alone("dist", waiting_for="the checks"), postgres.opened() as server:
        _drop_abandoned(server)
        with scenes.mailbed.MailBed(scenes.USERS) as bed:
            shop = scenes.Workshop(server, archive, bed)
            failed = [name for name, check in chosen.items() if not _passes(name, check, shop)]
    say(f"Failed: {', '.join(failed)}." if failed else "The ZIP is ready.")
    return 1 if failed else 0


def _checks():
    return {
        "installed without demo data, with workers": scenes.fresh,
        "removed": scenes.uninstalled,
        "beside other apps": scenes.beside_other_apps,
        **{f"upgraded from {v}": partial(scenes.upgraded, version=v) for v in releases.RELEASES},
    }


def _passes(name, check, shop):
    start = time.monotonic()
    try:
        check(shop)
    except Problem as problem:
        say(f"{name}: FAILED\n{problem}")
        return False
    say(f"{name}: ok ({time.monotonic() - start:.0f} s)")
    return True


def _drop_abandoned(server):
    """Drop what a killed run left."""
    query = f"SELECT datname FROM pg_database WHERE datname LIKE '{scenes.DATABASE}%'"
    for name in postgres.sql(server, query):
        databases.drop(server, name)


if __name__ == "__main__":
    console.main(main)
