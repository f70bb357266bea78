import argparse
import importlib
import sys
from functools import partial

import odoo.modules.registry
from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.service.model import retrying
from odoo.tools import config

FAILED = 1


class L10nCoMailKey(Command):
    """The key that mail passwords are encrypted with.

    generate  prints a new key, for l10n_co_mail_key in odoo.conf
    rotate    encrypts every stored password with a new key: the first one of l10n_co_mail_key (write the new
              key before the old one: NEW,OLD), or, without that, one that is added to the key file
    forget    clears the passwords whose key is lost, so that they can be typed again

    The database is named with -d. An old key can be taken away when every database that used it was rotated, and no
    backup of one is needed any more.
    """

    name = "l10n_co_mail_key"

    def run(self, args):
        parser = argparse.ArgumentParser(
            prog=self.prog,
            description=self.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.add_argument("action", choices=["generate", *ACTIONS])
        known, rest = parser.parse_known_args(args)
        if known.action == "generate":
            sys.stdout.write(_module("secret_key").generate() + "\n")
            return
        config.parse_config(rest, setup_logging=True)
        if len(config["db_name"]) != 1:
            sys.exit("Name one database with -d.")
        registry = odoo.modules.registry.Registry(config["db_name"][0])
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            sys.exit(ACTIONS[known.action](env))


def _module(name):
    # A command is loaded outside the package of its addon.
    return importlib.import_module(f"odoo.addons.l10n_co_einvoice_mail.models.shared.{name}")


def _rotate(env):
    """:return: exit code: FAILED when a password could not be decrypted; it stays as it is"""
    secret, secret_key = _module("secret"), _module("secret_key")
    if not secret_key.configured():
        if lost := secret.unreadable(env):
            sys.stdout.write(f"{lost} could not be decrypted. {secret.missing_key_words(env)}\n")
            return FAILED
        if secret_key.path().exists():
            secret_key.add_to_file()
    done, unreadable = retrying(partial(secret.reseal, env), env)
    sys.stdout.write(f"{done} encrypted anew, {unreadable} could not be decrypted\n")
    if unreadable:
        sys.stdout.write(f"{secret.missing_key_words(env)}\n")
    return FAILED if unreadable else 0


def _forget(env):
    forgotten = retrying(partial(_module("secret").forget_unreadable, env), env)
    sys.stdout.write(f"{forgotten} forgotten: type them again\n")
    return 0


ACTIONS = {"rotate": _rotate, "forget": _forget}
