"""An Odoo that has, beside its own addons, those of one folder at most: nothing of this repository is on its way."""

import re
import shutil
from contextlib import contextmanager

from cryptography.fernet import Fernet

from .. import databases, environment, odoo_source, paths, serving
from ..console import run
from ..paths import Problem
from . import inside, package

LOG = "dist"
NOT_QUIET = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) .*", re.M)


class House:
    """Runs Odoo on databases; passwords are encrypted with a key of its own."""

    def __init__(self, server, name, fill=None, key=None):
        """Lay the house out below `.local/dist`.

        :param fill: callable that writes addons into the folder it is given; None: Odoo's own alone
        :param str key: the key of another house, which works on the same databases
        """
        self.server = server
        self.key = key or Fernet.generate_key().decode()
        folder = package.FOLDER / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        addons = [*odoo_source.find().addons]
        if fill:
            addons.append(folder / "addons")
            fill(addons[-1])
        self.conf = folder / "odoo.conf"
        self.conf.write_text(
            f"[options]\naddons_path = {','.join(map(str, addons))}\ndata_dir = {paths.ODOO_DATA}\n"
            "http_interface = 127.0.0.1\n"
        )

    @property
    def variables(self):
        """The environment of its programs."""
        own = {"ODOO_RC": str(self.conf), "L10N_CO_MAIL_KEY": self.key}
        return {**environment.of(self.server), **own}

    def install(self, database, *options):
        """Install or update modules; Problem also where Odoo only warned."""
        with self._quiet():
            databases.install(
                self.server, database, *options, variables=self.variables, log=LOG
            )

    def uninstall(self, database, *modules):
        """Remove modules as the Apps screen does; Problem also where Odoo only warned."""
        command = environment.odoo("module", "uninstall", "-c", self.conf, "-d", database, *modules)
        with self._quiet():
            run(command, log=LOG, env=self.variables)

    def play(self, database, *steps):
        """Call functions with the database's `env`; Problem when one raises.

        :param steps: (function, *arguments), one after the other
        """
        named = [
            (function.__module__, function.__name__, *arguments) for function, *arguments in steps
        ]
        databases.in_shell(
            self.server, database, inside.play, named, variables=self.variables, log=LOG
        )

    @contextmanager
    def serving(self, database, port, *options):
        """Serve the database while the block lasts; yields the address."""
        log = paths.LOGS / f"{LOG}-serve.log"
        with serving.odoo(database, port, log, self.variables, *options):
            yield serving.address(port)
        if errors := re.findall(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) .*", log.read_text(), re.M):
            raise Problem("Odoo's log has errors:\n" + "\n".join(errors))

    @contextmanager
    def _quiet(self):
        file = paths.LOGS / f"{LOG}.log"
        start = file.stat().st_size if file.exists() else 0
        yield
        with file.open("rb") as log:
            log.seek(start)
            said = log.read().decode(errors="replace")
        if lines := [match[0] for match in NOT_QUIET.finditer(said)]:
            raise Problem("Odoo warned:\n" + "\n".join(lines))
