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
    """Make `l10n_co_einvoice_mail.dian` and its siblings importable without Odoo, those of other addons too."""
    for name in (file.parent.name for file in REPOSITORY.glob("*/__manifest__.py")):
        _register(name, REPOSITORY / name)
        _register(f"{name}.tests", REPOSITORY / name / "tests")
    if "odoo" in sys.modules:
        return  # Odoo itself is here
    _register("odoo", REPOSITORY / "none")
    _register(OF_ODOO, REPOSITORY / "none")
    _register(f"{OF_ODOO}.{MAIN}", REPOSITORY / MAIN)
    _register(f"{OF_ODOO}.{MAIN}.tests", REPOSITORY / MAIN / "tests")


def _register(name, folder):
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package
