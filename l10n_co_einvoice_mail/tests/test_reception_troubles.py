"""What mail servers and other mail programs do to mails that are on their way."""

import contextlib
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.addons.l10n_co_einvoice_mail.mailbox.errors import ServerRefused
from odoo.addons.l10n_co_einvoice_mail.mailbox.imap import ImapMailbox
from odoo.addons.l10n_co_einvoice_mail.models.reception.run import Run
from odoo.addons.l10n_co_einvoice_mail.models.shared.ir_attachment import WHOLE_FILES
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ReceptionCase
from .tools import builder
from .tools.mailbed import WITHOUT_UIDPLUS

POSITION_FILES = ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache")


def refuse(mailbox, entries, max_bytes=None, limit=None):
    """Instead of `Mailbox.fetch`: the server hands nothing out."""
    error = ServerRefused("server_refused", "NO [SERVERBUG] Internal error", {})
    mailbox.refused.update((entry.uid, error) for entry in entries)
    return iter(())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTroubles(ReceptionCase):
    def test_mail_that_is_not_handed_out_is_asked_for_again(self):
        self.deliver(builder.Package(builder.Document(number="FT1")).mail)
        with patch.object(ImapMailbox, "fetch", refuse):
            self.receive()
            self.receive()
        self.assertRecordValues(
            self.ledger(), [{"state": "fetched", "filed": "pending", "reason_code": "mail_refused"}]
        )
        self.assertIn("SERVERBUG", self.ledger().reason)
        self.receive()
        self.assertRecordValues(
            self.ledger(), [{"state": "processed", "filed": "filed", "reason_code": False}]
        )
        self.assertTrue(self.ledger().document_ids.move_id)

    def test_mail_that_is_never_handed_out_fails_after_a_day(self):
        self.deliver(builder.Package(builder.Document(number="FT2")).mail)
        with patch.object(ImapMailbox, "fetch", refuse):
            self.receive()
            yesterday = fields.Datetime.now() - timedelta(hours=25)
            self.env.cr.execute(
                "UPDATE l10n_co_received_mail SET create_date = %s WHERE id = %s",
                (yesterday, self.ledger().id),
            )
            self.receive()
        self.assertRecordValues(
            self.ledger(), [{"state": "failed", "filed": "filed", "reason_code": "mail_refused"}]
        )
        self.assertEqual(len(self.folder("Fallidos")), 1)

    def test_mail_that_was_never_handed_out_and_has_gone_leaves_no_row(self):
        self.deliver(builder.Package(builder.Document(number="FT3")).mail)
        with patch.object(ImapMailbox, "fetch", refuse):
            self.receive()
        with self.mailbox._l10n_co_mailbox() as mailbox:
            mailbox.file_away([entry.uid for entry in mailbox.list_new()], "Otra")
        self.receive()
        self.assertFalse(self.ledger())

    def test_unread_mail_that_left_and_came_back_has_one_row(self):
        self.deliver(builder.Package(builder.Document(number="FT8")).mail)
        with patch.object(Run, "read"):
            self.receive()
        row = self.ledger()
        self.assertEqual((row.state, row.filed), ("fetched", "pending"))
        for source, target in (("INBOX", "Otra"), ("Otra", "INBOX")):
            with self.mailbox._l10n_co_mailbox(inbox=source) as mailbox:
                mailbox.file_away([entry.uid for entry in mailbox.list_new()], target)
        self.receive()
        self.assertEqual(self.ledger(), row)
        self.assertEqual((row.state, row.filed), ("processed", "filed"))

    def test_uid_that_belongs_to_another_mail_now_hides_none(self):
        first, second = (
            builder.Package(builder.Document(number=number)).mail for number in ("FT9", "FT10")
        )
        self.deliver(first)
        self.receive()
        gone = self.ledger().sudo()
        # As a server does that restored its folders: the next mail has the UID of one that was filed.
        gone.uid = str(int(gone.uid) + 1)
        self.deliver(second)
        self.receive()
        self.assertEqual(len(self.ledger()), 2)
        self.assertEqual(set(self.ledger().mapped("filed")), {"filed"})
        self.assertEqual(len(self.ledger().document_ids), 2)

    def test_mail_whose_end_changed_twice_stays_in_its_folder(self):
        package = builder.Package(builder.Document(number="FT4"))
        self.deliver(package.mail)
        self.receive()
        self.ledger().sudo().filed = "pending"
        self.receive()
        self.assertEqual(self.ledger().filed, "filed")
        self.assertEqual(self.folder("Procesados"), [package.mail])

    def test_torn_file_of_a_killed_process_is_replaced(self):
        package = builder.Package(builder.Document(number="FT7"))
        raw = package.mail.replace(b"\n", b"\r\n")
        Attachment = self.env["ir.attachment"]
        for content in (raw, package.pdf):
            checksum = Attachment._compute_checksum(content)
            path = Path(Attachment._full_path(f"{checksum[:2]}/{checksum}"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content[:100])
            self.addCleanup(path.unlink, missing_ok=True)
        self.deliver(package.mail)
        self.receive()
        self.assertEqual(self.ledger().raw_attachment_id.raw, raw)
        bill = self.ledger().document_ids.move_id
        self.assertIn(package.pdf, bill.attachment_ids.mapped("raw"))

    def test_a_file_is_marked_for_cleaning_without_a_second_file(self):
        """Odoo's cleaning looks at what is marked, and deletes what nobody names."""
        Attachment = self.env["ir.attachment"].with_context(**{WHOLE_FILES: True})
        for has_links in (True, False):
            content = f"{self.id()} {has_links}".encode()
            refused = None if has_links else OSError("no links on this disk")
            with self.subTest(has_links=has_links), self.no_links(refused):
                name = Attachment.create({"name": "a.eml", "raw": content}).store_fname
                file, mark = (
                    Path(Attachment._full_path(f"{where}{name}")) for where in ("", "checklist/")
                )
                self.addCleanup(mark.unlink, missing_ok=True)
                self.addCleanup(file.unlink, missing_ok=True)
                self.assertEqual(file.read_bytes(), content)
                self.assertTrue(mark.exists())
                self.assertEqual(mark.samefile(file), has_links)
                self.assertEqual(list(mark.parent.glob(f"{mark.name}-*")), [])

    @contextlib.contextmanager
    def no_links(self, error):
        if not error:
            yield
            return
        with patch.object(Path, "hardlink_to", side_effect=error):
            yield

    def test_mails_for_which_the_disk_has_no_room_stay_in_the_inbox(self):
        mails = [builder.Package(builder.Document(number=f"FT8{n}")).mail for n in range(6)]
        self.deliver(*mails)
        full, write = OSError(28, "No space left on device"), Path.write_bytes
        room = iter(range(len(mails) - 1))

        def write_while_there_is_room(path, content):
            if next(room, None) is None:
                raise full
            return write(path, content)

        with (
            patch.object(Path, "write_bytes", write_while_there_is_room),
            self.assertRaises(OSError),
        ):
            self.receive()
        self.assertFalse(self.ledger())
        self.assertEqual(len(self.folder()), len(mails))
        self.receive()
        self.assertEqual(self.ledger().mapped("state"), ["processed"] * len(mails))
        kept = [
            raw.replace(b"\r\n", b"\n") for raw in self.ledger().raw_attachment_id.mapped("raw")
        ]
        self.assertCountEqual(kept, mails)

    def test_another_file_is_never_replaced(self):
        Attachment = self.env["ir.attachment"].with_context(**{WHOLE_FILES: True})
        content = b"two contents of one checksum " + self.id().encode()
        path = Path(Attachment._full_path("00/" + "0" * 40))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content[::-1])
        self.addCleanup(path.unlink, missing_ok=True)
        with self.assertRaises(UserError):
            Attachment._file_write(content, "0" * 40)
        self.assertEqual(path.read_bytes(), content[::-1])

    def test_twins_keep_their_rows_when_the_server_renumbers(self):
        raw = builder.Package(builder.Document(number="FT5")).mail
        self.deliver(raw, raw)
        with patch.object(ImapMailbox, "file_away", return_value=set()):
            self.receive()
        rows = self.ledger()
        self.assertEqual(rows.mapped("filed"), ["pending", "pending"])
        for name in POSITION_FILES:
            (self.bed.folder_path(self.address) / name).unlink(missing_ok=True)
        rows.sudo().uidvalidity = "1"
        self.receive()
        self.assertEqual(self.ledger(), rows)
        self.assertEqual(rows.mapped("filed"), ["filed", "filed"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTroublesWithoutUidplus(ReceptionCase):
    bed_options = {"capabilities": WITHOUT_UIDPLUS}

    def test_mails_of_which_the_expunge_waited_are_expunged_later(self):
        """A bare EXPUNGE would destroy what another program has marked."""
        package = builder.Package(builder.Document(number="FT6"))
        self.deliver(package.mail)
        with patch.object(ImapMailbox, "_expunge"):
            self.receive()
        self.assertEqual(self.ledger().filed, "filed")
        self.assertEqual(len(self.folder()), 1)
        self.receive()
        self.assertEqual(self.ledger().filed, "filed")
        self.assertEqual(self.folder(), [])
        self.assertEqual(self.folder("Procesados"), [package.mail])
