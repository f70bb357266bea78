"""Faults by chance at any command of a run: nothing is lost, nothing doubled, and what was disturbed ends by itself."""

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.l10n_co_einvoice_mail.mailbox import transport
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_reception_pop import PopReceptionCase
from .test_reception_servers import invoices
from .tools.servers import faults
from .tools.writing import PROPERTY

COMMANDS = 25  # of a run; later faults never come
SETTLING = 4
SECONDS = 0.2
SOME = st.dictionaries(st.integers(0, COMMANDS), st.sampled_from(faults.FAULTS), max_size=4)
#: Each example takes some runs.
FEW = settings(PROPERTY, max_examples=10)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFaults(PopReceptionCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(transport, "READ_SECONDS", SECONDS))
        self._numbers = iter(range(1000))

    @mute_logger("odoo.addons.l10n_co_einvoice_mail.models.reception.run")
    def received(self, kind, disturbances):
        """:return: (server, mails, rows) after runs that are disturbed, and some that are not"""
        mails = invoices(*(f"FA{next(self._numbers)}" for _mail in range(3)))
        self.bed.sink.messages.clear()
        with kind(mails) as server:
            mailbox = self.create_mailbox(
                f"b{next(self._numbers)}@x.co",
                server="localhost",
                server_type="pop" if kind is faults.FaultyPopServer else "imap",
                port=server.port,
                l10n_co_encryption="none",
                l10n_co_start_date=False,
            )
            for some in (*disturbances, *[{}] * SETTLING):
                server.disturb(some)
                self.receive(mailbox)
        self.assertFalse(mailbox.l10n_co_failure_code)
        rows = self.Mail.search([("server_id", "=", mailbox.id)])
        self.assertEqual(rows.mapped("state"), ["processed"] * 3)
        self.assertEqual(rows.mapped("filed"), ["filed"] * 3)
        self.assertEqual(len(rows.document_ids), 3)
        return server, mails

    @FEW
    @given(st.sampled_from(faults.IMAP), st.lists(SOME, min_size=1, max_size=2))
    def test_imap(self, kind, disturbances):
        server, mails = self.received(kind, disturbances)
        self.assertFalse(server.inbox.contents)
        filed = server.folders["Procesados"].contents
        for raw in mails:
            self.assertIn(filed.count(raw), (1, 2))

    @FEW
    @given(st.lists(SOME, min_size=1, max_size=2))
    def test_pop(self, disturbances):
        server, mails = self.received(faults.FaultyPopServer, disturbances)
        self.assertFalse(server.mails)
        self.assertEqual(len(self.backups()), len(mails))
