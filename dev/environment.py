"""The environment in which Odoo's own programs run here."""

import os

from . import odoo_source, packages, paths


def of(server):
    """The variables for a program that works with this repository's Odoo and the PostgreSQL `server`."""
    search = [str(paths.VENV / "bin"), str(server.binaries), packages.SYSTEM_PATH]
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONHOME", "PGPASSWORD")
    }
    return {
        **kept,
        **server.environment,
        "PATH": os.pathsep.join(search),
        "PYTHONPATH": str(odoo_source.find().python_path),
        "ODOO_RC": str(paths.ODOO_CONF),
    }


def with_guests(server):
    """The same for an Odoo that has the apps which are not its own, too."""
    return {**of(server), "ODOO_RC": str(paths.FOREIGN_CONF)}


def odoo(*arguments):
    """Odoo's command line."""
    return [str(paths.PYTHON), str(paths.REPOSITORY / "dev" / "bin" / "odoo-bin"), *arguments]
