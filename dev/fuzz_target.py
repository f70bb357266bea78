"""Fuzz one target until its time is over: `python -m dev.fuzz_target NAME [libFuzzer's options and folders]`.

Needs atheris, which `make fuzz` brings. What is watched for new paths are `dian/` and `mailbox/`.
"""

import sys

import atheris

from .bare import register_bare_packages

WATCHED = ["l10n_co_einvoice_mail.dian", "l10n_co_einvoice_mail.mailbox"]


def main(name, options):
    """Fuzz the target `name`; libFuzzer ends the process."""
    register_bare_packages()
    with atheris.instrument_imports(include=WATCHED):
        from l10n_co_einvoice_mail.tests.tools import invariants
    target = invariants.TARGETS[name]
    target(b"")
    atheris.Setup([sys.argv[0], *options], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
