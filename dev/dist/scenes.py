"""The checks: each makes its databases, and raises Problem where the ZIP does not do what it has to."""

import re
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import requests

from .. import bare, databases, paths, postgres
from ..paths import Problem
from . import apps, footprint, inside, package, records, releases
from .house import House

bare.register_bare_packages()

from l10n_co_einvoice_mail.dian.nit import check_digit  # noqa: E402 - needs the bare packages
from l10n_co_einvoice_mail.tests.tools import builder, mailbed, samples  # noqa: E402

ADDON = package.ADDON
# NITs as Odoo writes them. The first company has no chart of accounts, the second one has.
PLAIN, CHARTED = "7510164", "990177001"
SURVIVOR = "Sigue S.A.S."
BUYER = builder.Party("800123456", "Cliente S.A.S.")
# What earlier versions knew nothing of.
NEW_REASONS = ("signer_unknown", "copy_differs")
PASSWORD = "clave"  # noqa: S105 - of mailboxes on loopback that hold made-up mails
DATABASE = "dist-"
# Odoo's own would ask servers of the outside world.
RUN_OUR_CRONS = (
    "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC', active = id IN"
    f" (SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND module = '{ADDON}')"
)
# Who may send through the mail server.
USERS = {
    inside.SENDER: inside.CORE_PASSWORD,
    inside.PERSONAL: inside.CORE_PASSWORD,
    apps.SENDER: PASSWORD,
}
STATES = ("accepted", "review", "rejected")
PATIENCE = 100  # seconds: the scheduler looks every minute


@dataclass
class Workshop:
    """What the checks share."""

    server: postgres.Server
    archive: object
    bed: mailbed.MailBed

    def house(self, name, key=None):
        """An Odoo with what the ZIP holds."""
        return House(self.server, name, partial(package.unpack, self.archive), key)

    def mailbox(self, address, company_nit, name, without=()):
        """A mailbox with a month's mails for a company, `without` those that end for one of these reasons.

        :return: (facts for `inside`, {state: number of documents})
        """
        self.bed.add_user(address, PASSWORD)
        return self.facts(address), self.deliver(address, company_nit, name, without)

    def deliver(self, address, company_nit, name, without=()):
        """:return: {state: number of documents} of the mails that were delivered"""
        mails = samples.demo_mails(company_nit, name, address)
        mails = [mail for mail in mails if mail.expected_reason_code not in without]
        for mail in mails:
            self.bed.deliver(address, mail.raw)
        counted = Counter(mail.expected_state for mail in mails)
        return {state: counted[state] for state in STATES if counted[state]}

    def facts(self, address):
        """:return: what `inside` has to know of a mailbox"""
        return {
            "address": address,
            "password": PASSWORD,
            "imaps": self.bed.imaps,
            "smtps": self.bed.smtps,
            "anchors": samples.trust_anchors(),
            "dian_signer": samples.dian_signer(),
        }

    @contextmanager
    def database(self, name, source=None):
        """An empty database, or a copy of `source`, that goes with the block."""
        name = DATABASE + name
        databases.drop(self.server, name)
        if source:
            databases.copy(self.server, source, name)
        try:
            yield name
        finally:
            databases.drop(self.server, name)

    def sql(self, database, statement):
        return postgres.sql(self.server, statement, database=database)


def fresh(shop):
    """Install in an empty Odoo without demo data; two companies, one without a chart of accounts; two workers."""
    house = shop.house("fresh")
    with shop.database("fresh") as name:
        house.install(name, "-i", ADDON)
        _check_installed(shop, name, [ADDON])
        for nit, title, charted in ((PLAIN, "Sin plan S.A.S.", False), (CHARTED, "Con plan", True)):
            _receive_a_month(shop, house, name, nit, title, charted)
        _serve_with_workers(shop, house, name)


def _receive_a_month(shop, house, database, nit, title, charted):
    vat = _vat(nit)
    facts, expected = shop.mailbox(_address(nit), nit, title)
    trust = [] if charted else [(inside.trust, facts)]
    house.play(
        database,
        (inside.add_company, title, vat, charted),
        *trust,
        *_reception(vat, facts, expected, charted),
        (inside.see_nothing_of_others, vat, facts),
    )


def _reception(vat, facts, expected, with_bills=True):
    """Steps: a mailbox is set up and read, and what came is what had to come."""
    return (
        (inside.open_mailbox, vat, facts),
        (inside.receive, facts),
        (inside.see_documents, vat, facts, expected, with_bills),
    )


def _serve_with_workers(shop, house, database):
    """Pages, scripts and lists are served by processes of their own, and the scheduler's process receives mail."""
    address = _address(PLAIN)
    shop.bed.deliver(address, samples.demo_mails(PLAIN, "Otra vez", address)[0].raw)
    shop.sql(database, RUN_OUR_CRONS)
    [count] = shop.sql(database, "SELECT count(*) FROM l10n_co_received_mail")
    port, events = mailbed.free_ports(2)
    options = ("--workers=2", "--max-cron-threads=1", "--gevent-port", str(events))
    with house.serving(database, port, *options) as url:
        _browse(url, database)
        deadline = time.monotonic() + PATIENCE
        while shop.sql(database, "SELECT count(*) FROM l10n_co_received_mail") == [count]:
            if time.monotonic() > deadline:
                raise Problem(f"With workers, no mail was received within {PATIENCE} s.")
            time.sleep(1)


def _browse(url, database):
    """Log in, open the page with its scripts, read a list."""
    with requests.Session() as browser:
        login = {"db": database, "login": "admin", "password": "admin"}
        _ask(browser, f"{url}/web/session/authenticate", login)
        page = browser.get(f"{url}/odoo/received-edocuments", timeout=PATIENCE)
        files = set(re.findall(r'(?:src|href)="(/web/assets/[^"]+)"', page.text))
        files |= {f"/{ADDON}/{package.ICON}"}
        for file in files:
            browser.get(url + file, timeout=PATIENCE).raise_for_status()
        call = {
            "model": "l10n_co.received.document",
            "method": "web_search_read",
            "args": [],
            "kwargs": {"domain": [], "specification": {"number": {}}},
        }
        _ask(browser, f"{url}/web/dataset/call_kw", call)


def _ask(browser, url, parameters):
    answer = browser.post(url, json={"params": parameters}, timeout=PATIENCE).json()
    if "error" in answer:
        raise Problem(f"{url}: {answer['error']['data']['message']}")
    return answer["result"]


def uninstalled(shop):
    """With all our addons; used, then removed: nothing of it stays, core's secrets and servers do."""
    house = shop.house("uninstalled")
    stock = House(shop.server, "stock", key=house.key)
    facts, expected = shop.mailbox("facturas@desinstalar.example.com", PLAIN, "Se va S.A.S.")
    with shop.database("stock") as before:
        stock.install(before, "-i", ",".join(_dependencies()))
        stock.play(before, (inside.settle,))
        with shop.database("uninstalled", before) as name:
            house.install(name, "-i", ",".join(package.INSTALLED))
            _check_installed(shop, name, package.INSTALLED)
            _use(house, name, facts, expected)
            house.uninstall(name, ADDON)
            _check_forgotten(shop, before, name)
            stock.play(name, (inside.use_core_accounts,))


def _dependencies():
    """The apps that our addons depend on: with all of them, the addons that join them install themselves."""
    needed = {name for addon in package.INSTALLED for name in package.manifest(addon)["depends"]}
    return sorted(needed - set(package.INSTALLED))


def _check_installed(shop, database, modules):
    installed = shop.sql(database, "SELECT name FROM ir_module_module WHERE state = 'installed'")
    if missing := set(modules) - set(installed):
        raise Problem(f"Odoo did not install {', '.join(missing)}.")


def _use(house, database, facts, expected):
    """Everything that leaves something behind."""
    vat = _vat(PLAIN)
    house.play(
        database,
        (inside.identify, vat),
        (inside.trust, facts),
        (inside.add_core_accounts, facts),
        (inside.add_company_sender, vat, facts),
        (inside.open_dian_service, vat),
        *_reception(vat, facts, expected),
    )


def _check_forgotten(shop, before, after):
    """The footprint is what it was; passwords are what core can read."""
    left = footprint.difference(footprint.of(shop.server, before), footprint.of(shop.server, after))
    for table, column in (("ir_mail_server", "smtp_pass"), ("fetchmail_server", "password")):
        sealed = f"SELECT name FROM {table} WHERE {column} LIKE 'l10n\\_co:%'"
        left += [f"password left encrypted: {name}" for name in shop.sql(after, sealed)]
    if left:
        raise Problem("After removal:\n" + "\n".join(left))


def beside_other_apps(shop):
    """Documents of apps that the addon does not depend on leave as an invoice does, and so does a batch of invoices
    that Debian's wkhtmltopdf prints.
    """
    apps.check_program()
    house = shop.house("apps")
    document = builder.Document(
        number=apps.NUMBER, supplier=builder.Party(PLAIN, "CO Company"), customer=BUYER
    )
    facts = {"smtps": shop.bed.smtps, "password": PASSWORD}
    with shop.database("apps", databases.without_addon(shop.server)) as name:
        house.install(name, "-i", ",".join((ADDON, *apps.APPS)))
        house.play(
            name,
            (apps.prepare, facts),
            (apps.send_documents,),
            (apps.send_batch, builder.Package(document).container),
        )
    apps.check_arrived(shop.bed.sink.messages)


def upgraded(shop, version):
    """A database with demo data and all the apps that was made with an earlier version keeps its data, and goes on."""
    old = House(shop.server, f"version-{version}", partial(releases.bring, version))
    house = shop.house(f"upgraded-{version}", old.key)
    address = f"facturas@{version}.example.com"
    facts, expected = shop.mailbox(address, PLAIN, SURVIVOR, without=NEW_REASONS)
    with shop.database(f"upgraded-{version}", databases.without_addon(shop.server)) as name:
        old.install(name, "-i", ADDON)
        _use_before_upgrade(old, name, facts, expected)
        before = records.of(shop.server, name)
        house.install(name, "-u", ADDON)
        losses = records.losses(before, records.of(shop.server, name), releases.MOVED)
        if losses:
            raise Problem("The upgrade changed:\n" + "\n".join(losses))
        _go_on_after_upgrade(shop, house, name, facts)


def _use_before_upgrade(house, database, facts, expected):
    vat = _vat(PLAIN)
    house.play(
        database,
        (inside.identify, vat, "base.demo_company_co"),
        (inside.trust, facts),
        (inside.add_company_sender, vat, facts),
        *_reception(vat, facts, expected),
    )


def _go_on_after_upgrade(shop, house, database, facts):
    """The version is told; the same mails once more make nothing twice, new ones end as they do now; the originals are
    readable.
    """
    query = f"SELECT latest_version FROM ir_module_module WHERE name = '{ADDON}'"
    if shop.sql(database, query) != [package.version()]:
        raise Problem(f"Odoo takes the addon for {shop.sql(database, query)}.")
    expected = shop.deliver(facts["address"], PLAIN, SURVIVOR)
    house.play(
        database,
        (inside.see_drafts_noted,),
        (inside.receive, facts),
        (inside.see_documents, _vat(PLAIN), facts, expected, True),
        (inside.read_originals_again,),
    )


def _vat(nit):
    return f"{nit}-{check_digit(nit)}"


def _address(nit):
    return f"facturas@{nit}.example.com"
