"""`make run`: Odoo with demo data, a mailbox full of suppliers' mails, an account to send from and a DIAN on loopback,
until Ctrl-C.

The database `demo` gets its name when everything is in it: mails received, bills drafted. What an interrupted
first run left is made again.
"""

import os
import socket
from contextlib import ExitStack, contextmanager

from . import (
    bare,
    console,
    databases,
    demo,
    environment,
    fakedian,
    locks,
    mailserver,
    paths,
    postgres,
    processes,
    serving,
)
from .console import say, timed
from .paths import Problem

bare.register_bare_addons()

from l10n_co_einvoice_mail.tests.tools import samples  # noqa: E402 - needs the bare packages

DATABASE = "demo"
# The company that Odoo's own demo data has in Colombia, to which the suppliers' documents are made out.
COMPANY_NIT, COMPANY_NAME = "7510164", "CO Company"
HOME = "odoo/einvoices-to-do"
STAMP = paths.STAMPS / "demo"
LOG = paths.LOGS / "odoo.log"


def main():
    """Serve the demo until Ctrl-C; Problem when something it needs is taken or fails."""
    processes.end_on_signals()
    port = _port()
    with served(port) as odoo:
        address = serving.address(port)
        say(f"Address:  {address}")
        say("Login:    admin, password admin")
        say(f"Look at:  {address}/{HOME}")
        say(f"Sent:     what you send arrives in {mailserver.FOLDER / mailserver.OUTSIDE}")
        try:
            odoo.wait()
        except KeyboardInterrupt:
            say("\nStopping.")
            return
        raise Problem(f"Odoo has ended:\n{console.tail(LOG)}\nAll of it: {LOG}")


@contextmanager
def served(port):
    """The demo, while the block lasts; made or brought up to date before. Yields Odoo's process."""
    claim = locks.try_alone("run")
    if not claim:
        raise Problem("The demo of this repository is served already: there is one database of it.")
    with claim, postgres.opened() as server:
        if os.environ.get("FRESH"):
            databases.drop(server, DATABASE)
        if not databases.exists(server, DATABASE):
            mailserver.clear()
            fakedian.clear()
            with mailserver.running() as bed, fakedian.running() as dian:
                make(server, bed, dian, DATABASE)
            STAMP.write_text(databases.addon_key())
        _update(server)
        with mailserver.running() as bed, fakedian.running() as dian, ExitStack() as stack:
            _connect(server, bed, dian)
            with timed("Odoo"):
                variables = {**environment.of(server), **dian.variables}
                odoo = stack.enter_context(serving.odoo(DATABASE, port, LOG, variables))
            yield odoo


def _port():
    given = os.environ.get("PORT") or "8069"
    if not given.isdecimal() or not 0 < int(given) < 2**16:
        raise Problem(f"PORT={given} is no port number.")
    port = int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((serving.HOST, port))
        except OSError as error:
            raise Problem(
                f"Port {port} is taken by another program ({error.strerror})."
                f" Choose another one: make run PORT={port + 1}"
            ) from error
    return port


def make(server, bed, dian, database):
    """Make the demo's database, deliver the suppliers' mails, receive them once, and speak with DIAN.

    :param bed: the mail server, as `mailserver.running` gives it
    :param dian: the service, as `fakedian.running` gives it
    """
    making = f"{database}-making"
    template = databases.with_addon(server)
    with timed("Demo database, suppliers' mails, first reception"):
        databases.copy(server, template, making)
        variables = {**environment.of(server), **dian.variables}
        facts = _deliver(bed, dian)
        databases.in_shell(server, making, demo.prepare, facts, variables=variables)
        databases.rename(server, making, database)


def _deliver(bed, dian):
    """Put the sample mails into the mailbox, and let DIAN have their documents; return what the demo has to know."""
    raws = [m.raw for m in samples.demo_mails(COMPANY_NIT, COMPANY_NAME, mailserver.ADDRESS)]
    for raw in raws:
        bed.deliver(mailserver.ADDRESS, raw)
    return {
        "dian": fakedian.stock(dian, raws, COMPANY_NIT, COMPANY_NAME),
        **_ports(bed),
        "receiver": mailserver.ADDRESS,
        "sender": mailserver.SENDER,
        "password": mailserver.PASSWORD,
        "anchors": samples.trust_anchors(),
        "dian_signer": samples.dian_signer(),
        "language": databases.LANGUAGE,
    }


def _update(server):
    """Bring the database up to the addon's present code."""
    if STAMP.is_file() and STAMP.read_text() == databases.addon_key():
        return
    with timed("Demo database: the addon has changed, updating"):
        databases.update(server, DATABASE)
        STAMP.write_text(databases.addon_key())


def _ports(bed):
    return {"imaps": bed.imaps, "smtps": bed.smtps}


def _connect(server, bed, dian):
    """The mail server and DIAN have other ports in each run."""
    for statement in (
        f"UPDATE fetchmail_server SET port = {bed.imaps} WHERE server = '{demo.HOST}'",
        f"UPDATE ir_mail_server SET smtp_port = {bed.smtps} WHERE smtp_host = '{demo.HOST}'",
        f"UPDATE ir_config_parameter SET value = '{dian.address}' WHERE key = '{demo.DIAN_ADDRESS}'",
    ):
        postgres.sql(server, statement, database=DATABASE)


if __name__ == "__main__":
    console.main(main)
