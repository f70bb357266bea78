"""Proof packs: what is in them, how they are made, and who may."""

import csv
import io
import subprocess
import zipfile
from unittest import mock

import psycopg2
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from ..models.proof import contents, proof_pack
from ..models.shared import ir_attachment
from ..pack import writer
from .ledger_common import LedgerCase
from .tools import builder

SPAM = b"From: tienda@example.com\r\nSubject: =HYPERLINK(1)\r\n\r\nTodo barato.\r\n"


class ProofCase(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.l10n_co_bill_policy = "draft"
        cls.Pack = cls.env["l10n_co.proof.pack"]

    def ask(self, user=None, first="2000-01-01", last="2099-12-31", **values):
        """:return: a pack that is asked for, as its maker sees it"""
        pack = self.Pack.with_user(user or self.manager).create(
            {"company_id": self.company.id, "date_from": first, "date_to": last, **values}
        )
        pack.action_make()
        return pack

    def turns(self, count=2):
        """Let the scheduler do so many turns."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self.env(cr=cr, su=True)
            for _turn in range(count):
                env["l10n_co.proof.pack"]._cron_make()
        self.env.invalidate_all()

    def made(self, **values):
        """:return: (pack, ZipFile) of one that was made"""
        pack = self.ask(**values)
        self.turns()
        self.assertEqual(pack.state, "done", pack.failure)
        return pack, zipfile.ZipFile(io.BytesIO(pack.sudo().file_id.raw))

    def table(self, package, name):
        text = package.read(f"{name}.csv").decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def mail_of(self, raw):
        """:return: a mail of these bytes, with the digest that a run writes down"""
        mail = self.arrive(None, raw)
        mail.sha256 = writer.hashlib.sha256(raw).hexdigest()
        return mail


@tagged("post_install_l10n", "post_install", "-at_install")
class TestContents(ProofCase):
    def test_originals_documents_bills_and_ledger(self):
        raw = builder.Package(builder.Document(number="FE1")).mail
        mail = self.mail_of(raw)
        document = mail.document_ids
        pack, package = self.made()
        [row] = self.table(package, "libro")
        self.assertEqual((row["Número"], row["CUFE o CUDE"]), ("FE1", document.cufe))
        self.assertEqual(package.read(row["Correos originales"]), raw)
        self.assertEqual(row["SHA-256 de los correos, en el mismo orden"], mail.sha256)
        files = row["Archivos"].split(" ")
        self.assertEqual(
            [name.rpartition("/")[2] for name in files],
            ["documento.xml", "contenedor.xml", "respuesta-1.xml", "representacion.pdf"],
        )
        digests = row["SHA-256 de los archivos, en el mismo orden"].split(" ")
        for name, digest in zip(files, digests, strict=True):
            self.assertEqual(writer.hashlib.sha256(package.read(name)).hexdigest(), digest)
        [bill] = self.table(package, "facturas")
        self.assertEqual(bill["CUFE"], document.cufe)
        items = self.table(package, "asientos")
        self.assertEqual(
            sum(float(item["Débito"]) for item in items),
            sum(float(item["Crédito"]) for item in items),
        )
        self.assertEqual((pack.document_count, pack.mail_count), (1, 1))

    def test_is_checked_without_this_program(self):
        self.mail_of(builder.Package(builder.Document(number="FE1")).mail)
        pack, _package = self.made()
        folder = pack.sudo()._folder()
        writer.discard(folder)
        folder.mkdir()
        self.addCleanup(writer.discard, folder)
        zipped = folder / "soportes.zip"
        zipped.write_bytes(pack.sudo().file_id.raw)
        told = subprocess.run(["sha256sum", zipped], check=True, capture_output=True, text=True)
        self.assertEqual(told.stdout.split()[0], pack.sha256)
        subprocess.run(["unzip", "-q", zipped], check=True, cwd=folder)
        command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
        self.assertEqual(subprocess.run(command, cwd=folder, check=False).returncode, 0)

    def test_a_mail_without_document_is_there_and_runs_no_formula(self):
        self.mail_of(SPAM)
        _pack, package = self.made()
        [row] = self.table(package, "correos")
        self.assertEqual(row["Asunto"], "'=HYPERLINK(1)")
        self.assertEqual(package.read(row["Archivo"]), SPAM)
        self.assertTrue(row["Motivo"])

    def test_an_original_that_was_changed_on_disk_is_told(self):
        mail = self.mail_of(SPAM)
        mail.sha256 = "0" * 64
        _pack, package = self.made()
        [row] = self.table(package, "correos")
        self.assertEqual(row["Observación"], contents.UNFIT)

    def test_only_the_period(self):
        self.received(number="FE1", issue_date="2026-03-02")
        self.received(number="FE2", issue_date="2026-04-02")
        _pack, package = self.made(first="2026-03-01", last="2026-03-31")
        self.assertEqual([row["Número"] for row in self.table(package, "libro")], ["FE1"])
        self.assertEqual(len(self.table(package, "correos")), 1)

    def test_nothing_of_another_company(self):
        self.received(number="FE1")
        other = self.mail_of(SPAM)
        other.company_id = self.other_company
        foreign = self.received(number="FE2")
        foreign.move_id.unlink()
        foreign.company_id = self.other_company
        _pack, package = self.made()
        self.assertEqual([row["Número"] for row in self.table(package, "libro")], ["FE1"])
        self.assertNotIn(SPAM, [package.read(name) for name in package.namelist()])

    def test_a_mail_in_another_companys_mailbox_stays_there(self):
        document = self.received(number="FE1")
        document.mail_ids.company_id = self.other_company
        _pack, package = self.made()
        [row] = self.table(package, "libro")
        self.assertEqual(row["Correos originales"], "")
        self.assertEqual(row["Observación"], contents.FOREIGN)
        self.assertFalse([name for name in package.namelist() if name.endswith(".eml")])

    def test_hostile_numbers_and_names(self):
        document = self.received(number="../../../etc/x")
        document.sudo().supplier_name = "=cmd|' /C calc'!A0"
        self.env["ir.attachment"].create(
            {
                "name": "../../x.sh\n",
                "raw": b"#!/bin/sh",
                "res_model": "account.move",
                "res_id": document.move_id.id,
            }
        )
        _pack, package = self.made()
        for name in package.namelist():
            self.assertNotIn("..", name)
            self.assertRegex(name, r"\A[A-Za-z0-9][A-Za-z0-9._/-]*\Z")
        self.assertEqual(self.table(package, "libro")[0]["Emisor"][0], "'")
        [bill] = self.table(package, "facturas")
        self.assertEqual(package.read(bill["Otros soportes"]), b"#!/bin/sh")

    def test_the_comparison_with_dian(self):
        document = self.received(number="FE1")
        month = (
            self.env["l10n_co.dian.list"]
            .sudo()
            ._of_months(self.company, {document.issue_date.replace(day=1)})
        )
        self.env["l10n_co.dian.list.line"].sudo()._add_unlisted_of(next(iter(month.values())))
        _pack, package = self.made()
        [row] = self.table(package, "dian")
        self.assertEqual((row["Número"], row["En el listado de la DIAN"]), (document.number, "no"))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMaking(ProofCase):
    def test_goes_on_in_turns(self):
        for number in range(3):
            self.received(number=f"FE{number}")
        pack = self.ask()
        run = self.env.registry["ir.cron"]
        with mock.patch.object(proof_pack, "BATCH", 1):
            for turn in range(1, 9):
                with mock.patch.object(run, "_commit_progress", return_value=0):
                    self.turns(1)
                if pack.state == "done":
                    break
                self.assertEqual((pack.done_count, pack.is_open), (min(turn, 6), False))
        self.assertEqual(pack.state, "done")
        package = zipfile.ZipFile(io.BytesIO(pack.sudo().file_id.raw))
        self.assertEqual(len(self.table(package, "libro")), 3)
        self.assertEqual(len(self.table(package, "correos")), 3)
        self.assertFalse(pack.sudo()._folder().exists())

    def test_begins_anew_after_a_process_that_was_killed(self):
        self.received(number="FE1")
        pack = self.ask()
        folder = pack.sudo()._folder()
        folder.mkdir(parents=True)
        (folder / "pack.zip").write_bytes(b"PK torn")
        pack.sudo().write({"is_open": True, "done_count": 1, "part": 1, "position": 9**6})
        self.turns()
        self.assertEqual((pack.state, pack.done_count), ("done", 2))

    def test_a_conflict_begins_it_anew(self):
        self.received(number="FE1")
        pack = self.ask()
        busy = psycopg2.errors.SerializationFailure("could not serialize access")
        with mock.patch.object(contents.Mails, "put", side_effect=busy):
            self.turns(1)
        self.assertEqual((pack.state, pack.is_open), ("waiting", True))
        self.turns()
        self.assertEqual((pack.state, pack.document_count), ("done", 1))

    def test_where_files_are_stored_in_the_database(self):
        self.env["ir.config_parameter"].sudo().set_param("ir_attachment.location", "db")
        self.received(number="FE1")
        pack, package = self.made()
        self.assertFalse(pack.sudo().file_id.store_fname)
        self.assertEqual(len(self.table(package, "libro")), 1)

    def test_one_of_more_bytes_than_the_column_of_its_size_holds(self):
        """2 GiB and more: PostgreSQL would refuse the number."""
        self.received(number="FE1")
        with mock.patch.object(ir_attachment, "MOST_BYTES", 10):
            pack, package = self.made()
        self.assertEqual(pack.sudo().file_id.file_size, 10)
        self.assertFalse(package.testzip())
        self.assertGreater(len(pack.sudo().file_id.raw), 10)

    def test_gives_up_after_some_times(self):
        pack = self.ask()
        pack.sudo().write({"is_open": True, "attempts": 2})
        self.turns(1)
        self.assertEqual((pack.state, pack.failure_code), ("failed", "interrupted"))
        pack.action_make()
        self.turns()
        self.assertEqual(pack.state, "done")

    def test_one_that_fails_stops_no_other(self):
        self.received(number="FE1")
        first, second = self.ask(), self.ask(first="2001-01-01", last="2001-01-31")
        full = OSError(28, "No space left on device")
        with (
            mock.patch.object(contents.Mails, "put", side_effect=full),
            self.assertLogs("odoo.addons.l10n_co_einvoice_mail", "ERROR"),
        ):
            self.turns()
        self.assertEqual((first.state, first.failure_code), ("failed", "disk_full"))
        self.assertTrue(first.failure)
        self.assertEqual(second.state, "done")

    def test_who_made_it_stays_when_the_file_goes(self):
        pack, _package = self.made()
        file = pack.sudo().file_id
        pack.action_remove_file()
        self.assertFalse(file.exists())
        self.assertTrue(pack.sha256)
        self.assertEqual((pack.create_uid, pack.removed_by_id), (self.manager, self.manager))
        with self.assertRaises(UserError):
            pack.action_download()
        with self.assertRaises(AccessError):
            pack.unlink()

    def test_a_period_has_an_end(self):
        with self.assertRaises(ValidationError):
            self.ask(first="2026-02-01", last="2026-01-01")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRights(ProofCase, HttpCase):
    def test_only_who_sees_the_whole_accounting(self):
        pack, _package = self.made()
        for user in (self.bookkeeper, self.mail_admin, self.system, *self.strangers):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.ask(user)
                for action in ("action_make", "action_download", "action_remove_file"):
                    with self.assertRaises(AccessError):
                        getattr(pack.with_user(user), action)()
                with self.assertRaises(AccessError):
                    pack.sudo().file_id.with_user(user).read(["raw"])

    def test_nobody_writes_what_the_program_found(self):
        pack = self.ask()
        for values in ({"state": "done"}, {"sha256": "x"}, {"company_id": self.company.id}):
            with self.subTest(values), self.assertRaises(AccessError):
                pack.write(values)
        with self.assertRaises(AccessError):
            self.ask(file_id=self.env["ir.attachment"].search([], limit=1).id)

    def test_none_of_another_company(self):
        with self.assertRaises(AccessError):
            self.ask(company_id=self.other_company.id)

    def test_is_handed_out_from_disk(self):
        pack, _package = self.made()
        url = pack.action_download()["url"]
        self.authenticate("contador", "contador")
        with mock.patch.object(
            self.env.registry["ir.attachment"], "_file_read", side_effect=AssertionError
        ):
            answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(writer.hashlib.sha256(answer.content).hexdigest(), pack.sha256)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.authenticate("vecino", "vecino")
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate("auxiliar", "auxiliar")
        self.assertEqual(self.url_open(url).status_code, 404)
