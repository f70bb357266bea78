"""A fresh `make run` logs no error of ours. Collected by `make test` among the tests with Odoo."""

import subprocess

from odoo.tests import BaseCase, tagged

from . import paths

CODE = "from dev import first_start as f; print(len(f.faults({log!r}, [{name!r}])))"
NAME = "E-invoice mail: look after the accounts"
TRACE = "Traceback (most recent call last):\npsycopg2.errors.SerializationFailure: could not serialize access\n"


@tagged("post_install", "-at_install")
class TestFirstStart(BaseCase):
    """In a process of its own: it is the real command that makes the demo and serves it."""

    def run_python(self, *words):
        return subprocess.run(
            [paths.PYTHON, *words], cwd=paths.REPOSITORY, capture_output=True, text=True
        )

    def test_nothing_of_ours_fails(self):
        answer = self.run_python("-m", "dev.first_start")
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)

    def test_what_counts(self):
        start = "2026-11-29 01:58:22,778 19748"
        for entry, count in (
            (f"{start} ERROR demo odoo.addons.base.models.ir_cron: Job {NAME!r} failed\n", 1),
            (f"{start} INFO demo odoo.addons.base.models.ir_cron: Job {NAME!r} x\n{TRACE}", 1),
            (f"{start} ERROR demo odoo.addons.l10n_co_einvoice_mail.models.x: x\n", 1),
            (f"{start} ERROR demo odoo.addons.stock.models.stock_rule: x\n{TRACE}", 0),
            (f"{start} INFO demo odoo.addons.base.models.ir_cron: Job {NAME!r} fully done\n", 0),
        ):
            with self.subTest(entry):
                log = f"{start} INFO demo werkzeug: x\n{entry}{start} INFO demo werkzeug: y\n"
                answer = self.run_python("-c", CODE.format(log=log, name=NAME))
                self.assertEqual(answer.stdout, f"{count}\n", answer.stderr)
