"""`dev/odoo ARGS...`: Odoo's own command line, with this repository's Odoo, addons and PostgreSQL."""

import sys

from . import console, environment, postgres, processes
from .setup import set_up


def main():
    """Set up what is missing, run Odoo, return its exit code."""
    set_up(quiet=True)
    processes.end_on_signals()
    with postgres.opened() as server:
        command = environment.odoo(*sys.argv[1:])
        return processes.in_foreground(command, env=environment.of(server))


if __name__ == "__main__":
    console.main(main)
