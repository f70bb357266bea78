import argparse
import importlib
import sys

import odoo.modules.registry
from cryptography.fernet import Fernet
from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.tools import config


class L10nCoMailKey(Command):
    """The key that mail passwords are encrypted with.

    generate  prints a new key
    rotate    encrypts every stored password with the first key of l10n_co_mail_key
    decrypt   stores every password in clear again

    To change keys: put the new key before the old one (NEW,OLD), run rotate, then take the old one away.
    """

    name = "l10n_co_mail_key"

    def run(self, args):
        parser = argparse.ArgumentParser(prog=self.prog, description=self.__doc__)
        parser.add_argument("action", choices=["generate", "rotate", "decrypt"])
        known, rest = parser.parse_known_args(args)
        if known.action == "generate":
            sys.stdout.write(Fernet.generate_key().decode() + "\n")
            return
        config.parse_config(rest, setup_logging=True)
        if len(config["db_name"]) != 1:
            sys.exit("Name one database with -d.")
        sys.exit(_rewrite(config["db_name"][0], known.action))


def _rewrite(database, action):
    """:return: exit code: 1 when a password could not be decrypted"""
    # A command is loaded outside the package of its addon.
    secret = importlib.import_module("odoo.addons.l10n_co_einvoice_mail.models.shared.secret")
    if action == "rotate" and not secret.configured_keys():
        sys.exit(f"No key is configured: {secret.OPTION} in odoo.conf, or {secret.ENVIRONMENT}.")
    registry = odoo.modules.registry.Registry(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        convert = secret.seal if action == "rotate" else (lambda clear: clear)
        done, unreadable = secret.restore(env, convert)
    sys.stdout.write(f"{done} rewritten, {unreadable} could not be decrypted\n")
    return 1 if unreadable else 0
