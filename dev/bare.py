"""Import the addon's plain-Python parts without Odoo.

`l10n_co_einvoice_mail/__init__.py` imports the Odoo models. `dian/`, `mailbox/` and the test tools need none of
them, so their parent packages are registered here by path only, without running their `__init__`.
"""

import sys
import types
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
BARE_PACKAGES = ("l10n_co_einvoice_mail", "l10n_co_einvoice_mail.tests")


def register_bare_packages():
    """Make `l10n_co_einvoice_mail.dian` and its siblings importable without Odoo."""
    for name in BARE_PACKAGES:
        package = types.ModuleType(name)
        package.__path__ = [str(REPOSITORY.joinpath(*name.split(".")))]
        sys.modules[name] = package
