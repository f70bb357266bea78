"""Import the addons' plain-Python parts without Odoo.

`l10n_co_einvoice_mail/__init__.py` imports the Odoo models. `dian/`, `mailbox/` and the test tools need none of
them, so their parent packages are registered here by path only, without running their `__init__`. What another addon
builds on those parts it imports from `odoo.addons`, which is registered in the same way.
"""

import sys
import types
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
MAIN = "l10n_co_einvoice_mail"
OF_ODOO = "odoo.addons"


def register_bare_packages():
    """Make `l10n_co_einvoice_mail.dian` and its siblings importable without Odoo."""
    _register_addon(MAIN, REPOSITORY / MAIN)


def register_bare_addons():
    """The same for the other addons; not where Odoo itself is to be imported later."""
    for file in REPOSITORY.glob("*/__manifest__.py"):
        _register_addon(file.parent.name, file.parent)
    _register("odoo", REPOSITORY / "none")
    _register(OF_ODOO, REPOSITORY / "none")
    _register_addon(f"{OF_ODOO}.{MAIN}", REPOSITORY / MAIN)


def _register_addon(name, folder):
    _register(name, folder)
    _register(f"{name}.tests", folder / "tests")


def _register(name, folder):
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
