"""What pytest does here beside its own: it tells `make test` what it found, and makes a company once for all tests."""

import os
import signal

import pytest

from .parts import KILLED
from .report import Report

COMPANY = {"name": "company_1_data", "country": "base.co"}  # Odoo's own test case names it so


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Let a worker of pytest-xdist have the database that was copied for it.

    pytest-odoo would copy one too, with the files of all in one folder: what one worker deletes, another misses.
    """
    if worker := os.environ.pop("PYTEST_XDIST_WORKER", None):
        config.option.odoo_database += f"-{worker}"
    return (yield)


def pytest_collection_modifyitems(items):
    """Begin with what takes longest: the tours, of which a file takes a minute or two."""
    items.sort(key=lambda item: "_tour" not in item.nodeid)


def pytest_configure(config):
    """End as with Ctrl-C when the command that started this ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config.pluginmanager.register(Reporter())


class Reporter:
    """Reports what was found, and whether a signal ended it: Odoo's tests end with 2 for many reasons."""

    was_interrupted = False

    def pytest_keyboard_interrupt(self, excinfo):
        """Keep apart what else pytest calls an interruption: errors of collection."""
        self.was_interrupted = excinfo.type is KeyboardInterrupt

    def pytest_sessionfinish(self, session):
        """End as programs do that a signal ended."""
        if self.was_interrupted:
            session.exitstatus = KILLED + signal.SIGINT

    def pytest_terminal_summary(self, terminalreporter):
        """Only the process with the terminal knows of all the tests."""
        stats = terminalreporter.stats
        failed = [test.nodeid for kind in ("failed", "error") for test in stats.get(kind, ())]
        failed = list(dict.fromkeys(failed))  # a test with several subtests is one
        skipped = {test.nodeid: test.longrepr[-1] for test in stats.get("skipped", ())}
        Report(len(stats.get("passed", ())), failed, skipped).write()


@pytest.fixture(scope="session", autouse=True)
def colombian_company(load_registry):
    """Make the company that each test case would otherwise make for itself: it takes Odoo seconds.

    Only in a database that the tests have for themselves: it stays there, and the next run finds it.
    """
    import odoo

    name = odoo.tests.common.get_db_name()
    with odoo.modules.registry.Registry(name).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
        if not env["res.company"].search_count([("name", "=", COMPANY["name"])]):
            _make_company(env)


def _make_company(env):
    country = env.ref(COMPANY["country"])
    values = {"country_id": country.id, "currency_id": country.currency_id.id}
    company = env["res.company"].create({"name": COMPANY["name"], **values})
    chart = env["account.chart.template"]
    chart.try_loading(chart._guess_chart_template(country), company=company, install_demo=False)
    # The chart's own currency may have come instead.
    company.currency_id = country.currency_id
