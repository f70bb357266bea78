"""What was received, checked and decided is written by the program alone; who may not decide cannot."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .ledger_common import LedgerCase
from .tools import builder

#: A value for each kind of field.
VALUES = {
    "char": "x",
    "text": "x",
    "selection": None,
    "date": "2026-01-01",
    "datetime": "2026-01-01 00:00:00",
    "monetary": 1,
    "float": 1.0,
    "integer": 1,
    "boolean": True,
    "many2one": 1,
    "many2many": [Command.clear()],
    "json": {"x": 1},
}
MOVE_EVIDENCE = {
    "l10n_co_cufe": "f" * 96,
    "l10n_co_xml_total": 1,
    "l10n_co_received_document_id": False,
    "l10n_co_referenced_cufe": "f" * 96,
    "l10n_co_referenced_number": "X1",
    "l10n_co_facts": {},
    "l10n_co_notices": [],
    "l10n_co_needs_review": False,
}
LINE_EVIDENCE = {
    "l10n_co_line_kind": "rounding",
    "l10n_co_tax_scheme": "01",
    "l10n_co_item_code": "X",
}


def typed(record):
    """One dict of values for each stored field of ours, of a kind that can be typed."""
    for name, field in record._fields.items():
        if field.store and name not in models.MAGIC_COLUMNS and field.type in VALUES:
            value = VALUES[field.type]
            if field.type == "selection":
                value = field.get_values(record.env)[0]
            yield {name: value}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEvidence(LedgerCase):
    def assert_nobody(self, users, method, *args, errors=AccessError):
        """Nobody of `users` gets `method` of a record done."""
        for user in users:
            with self.subTest(user=user.login, args=args), self.assertRaises(errors):
                getattr(method.__self__.with_user(user), method.__name__)(*args)

    def test_ledger_rows_are_written_by_nobody(self):
        document = self.received()
        for record in (document, document.mail_ids):
            names = set()
            for values in typed(record):
                names |= values.keys()
                self.assert_nobody(self.workers + self.strangers, record.write, values)
            self.assertGreater(len(names), 15)
            self.assert_nobody(self.workers + self.strangers, record.unlink)
            self.assert_nobody(self.workers + self.strangers, record.copy)
            created = {"company_id": self.company.id, "state": record.state}
            self.assert_nobody(self.workers + self.strangers, record.browse().create, created)

    def test_ledger_rows_are_imported_by_nobody(self):
        document = self.received()
        for user in self.workers:
            result = document.with_user(user).load(
                ["id", "state"], [[f"x.{user.login}", "Accepted"]]
            )
            self.assertFalse(result["ids"], user.login)

    def test_a_right_that_another_addon_gives_is_not_enough(self):
        document = self.received()
        self.env["ir.model.access"].create(
            {
                "name": "everything",
                "model_id": self.env["ir.model"]._get_id(document._name),
                "group_id": self.env.ref("l10n_co_einvoice_mail.group_user").id,
                "perm_read": True,
                "perm_write": True,
                "perm_create": True,
                "perm_unlink": False,
            }
        )
        for values in typed(document):
            self.assert_nobody([self.bookkeeper], document.write, values)

    def test_defaults_of_the_context_are_no_evidence(self):
        defaults = {
            "default_accepted_by_id": self.manager.id,
            "default_handled_on": fields.Datetime.now(),
            "default_due_date": "2020-01-01",
            "default_partner_id": self.manager.partner_id.id,
        }
        self.env = self.env(context={**self.env.context, **defaults})
        document = self.uploaded(builder.Package(builder.Document(due_date=None)))
        self.assertFalse(document.accepted_by_id or document.handled_on or document.partner_id)

    def test_nobody_writes_the_evidence_of_a_bill(self):
        bill = self.received().move_id
        other = self.received(number="FE2")
        self.assertTrue(bill and other)
        values = {**MOVE_EVIDENCE, "l10n_co_received_document_id": other.id}
        for name, value in values.items():
            self.assert_nobody(
                [self.bookkeeper, self.manager, self.system], bill.write, {name: value}
            )
        line = bill.invoice_line_ids[0]
        for name, value in LINE_EVIDENCE.items():
            self.assert_nobody([self.bookkeeper, self.manager], line.write, {name: value})
            commands = {"invoice_line_ids": [Command.update(line.id, {name: value})]}
            self.assert_nobody([self.bookkeeper, self.manager], bill.write, commands)

    def test_nobody_creates_a_bill_with_evidence(self):
        document = self.received()
        Move = self.env["account.move"].with_user(self.manager)
        values = {**MOVE_EVIDENCE, "l10n_co_received_document_id": document.id}
        for name, value in values.items():
            with self.subTest(name), self.assertRaises(AccessError):
                Move.create({"move_type": "in_invoice", name: value})
            with self.subTest(name), self.assertRaises(AccessError):
                Move.with_context(**{f"default_{name}": value}).create({"move_type": "in_invoice"})
        line = {"name": "x", "l10n_co_line_kind": "item"}
        with self.assertRaises(AccessError):
            Move.create({"move_type": "in_invoice", "invoice_line_ids": [Command.create(line)]})

    def test_nobody_gives_evidence_by_a_default_of_what_the_program_creates(self):
        defaults = {
            f"default_{name}": value
            for name, value in MOVE_EVIDENCE.items()
            if name != "l10n_co_needs_review"
        }
        Move = self.env["account.move"].with_user(self.manager).sudo()
        bill = Move.with_context(**defaults).create({"move_type": "in_invoice"})
        self.assertFalse(bill.l10n_co_cufe or bill.l10n_co_xml_total or bill.l10n_co_facts)

    def test_nobody_imports_evidence(self):
        bill = self.received().move_id
        Move = bill.with_user(self.manager)
        cufe = bill.l10n_co_cufe
        result = Move.load([".id", "l10n_co_cufe"], [[str(bill.id), "f" * 96]])
        self.assertFalse(result["ids"])
        self.assertEqual(bill.l10n_co_cufe, cufe)

    def test_a_copied_bill_has_no_evidence(self):
        bill = self.received().move_id.with_user(self.bookkeeper)
        copy = bill.copy()
        for name in MOVE_EVIDENCE:
            self.assertFalse(copy[name], name)
        self.assertFalse(any(copy.invoice_line_ids.mapped("l10n_co_line_kind")))

    def test_a_bill_stays_the_bookkeepers_to_change(self):
        bill = self.received().move_id.with_user(self.bookkeeper)
        bill.invoice_line_ids[0].price_unit += 1
        self.assertTrue(bill.l10n_co_needs_review)
        bill.action_l10n_co_rebuild()
        self.assertFalse(bill.l10n_co_needs_review)

    def test_chatter_and_activities(self):
        document = self.received().with_user(self.bookkeeper)
        document.message_post(body="Llamé al proveedor")
        todo = document.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.colleague.id, summary="Revisar"
        )
        self.assertIn(self.colleague.partner_id, document.message_partner_ids)
        document.message_subscribe(partner_ids=self.manager.partner_id.ids)
        self.assertIn(self.manager.partner_id, document.message_partner_ids)
        document.message_unsubscribe(partner_ids=self.manager.partner_id.ids)
        self.assertNotIn(self.manager.partner_id, document.message_partner_ids)
        todo.with_user(self.colleague).action_feedback("Listo")
        self.assertFalse(document.activity_ids)

    def test_strangers_have_no_chatter(self):
        document = self.received()
        partners = self.manager.partner_id.ids
        self.assert_nobody(self.strangers, document.message_subscribe, partners)
        self.assert_nobody(self.strangers, document.message_unsubscribe, partners)
        for user in self.strangers:
            with self.subTest(user.login), self.assertRaises(AccessError):
                document.with_user(user).message_post(body="x")
            with self.subTest(user.login), self.assertRaises(AccessError):
                document.with_user(user).activity_schedule(
                    "mail.mail_activity_data_todo", user_id=user.id
                )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSource(LedgerCase):
    """A file is read for a document only when it is that document's."""

    def setUp(self):
        super().setUp()
        customer = builder.Party(nit="901019681", name="Otra SAS")
        self.foreign = self.received(number="OTRA1", customer=customer)
        self.assertEqual(self.foreign.company_id, self.other_company)
        self.foreign.mail_ids.company_id = self.other_company
        self.own = self.received(number="FE1")

    def test_its_own_is_read(self):
        self.assertIn("FE1.pdf", self.own.with_user(self.bookkeeper).pdf_name)
        self.assertEqual(self.foreign.with_user(self.neighbour).pdf_name, "OTRA1.pdf")
        uploaded = self.uploaded(builder.Package(builder.Document(number="SUB1")))
        self.assertTrue(uploaded.with_user(self.bookkeeper).content_html)

    def test_another_companys_is_not(self):
        self.own.write(
            {
                "source_attachment_id": self.foreign.source_attachment_id.id,
                "cufe": False,
                "number": "OTRA1",
            }
        )
        self.env.invalidate_all()
        own = self.own.with_user(self.bookkeeper)
        self.assertFalse(own.pdf or own.content_html or own.pdf_name)
        with self.assertRaises(UserError):
            own.action_l10n_co_rebuild() if own._name == "account.move" else own.move_id.action_l10n_co_rebuild()

    def test_an_attachment_that_only_says_so_is_not(self):
        """An attachment of the bookkeeper's own that names another company's mail as its record."""
        fake = self.own.source_attachment_id.copy({"res_id": self.foreign.mail_ids.id})
        self.own.source_attachment_id = fake
        self.env.invalidate_all()
        self.assertFalse(self.own.with_user(self.bookkeeper).content_html)

    def test_nobody_changes_the_stored_bytes(self):
        raw = self.own.source_attachment_id
        uploaded = self.uploaded(builder.Package(builder.Document(number="SUB1")))
        for attachment in (raw, uploaded.source_attachment_id):
            for values in (
                {"raw": b"x"},
                {"res_id": self.foreign.mail_ids.id},
                {"res_model": False},
            ):
                for user in (*self.workers, *self.strangers):
                    with (
                        self.subTest(user=user.login, values=values),
                        self.assertRaises(AccessError),
                    ):
                        attachment.with_user(user).write(values)
            for user in (*self.workers, *self.strangers):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    attachment.with_user(user).unlink()

    def test_another_companys_mail_is_not_downloaded(self):
        with self.assertRaises(AccessError):
            self.foreign.mail_ids.with_user(self.bookkeeper).action_download()
        with self.assertRaises(AccessError):
            self.foreign.source_attachment_id.with_user(self.bookkeeper).read(["raw"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestActions(LedgerCase):
    """Every action by somebody who may not, and by somebody who may."""

    def refuse(self, record, name, users=None, errors=AccessError):
        for user in users or self.strangers:
            with self.subTest(user=user.login), self.assertRaises(errors):
                getattr(record.with_user(user), name)()

    def test_accept(self):
        document = self.waiting()
        self.refuse(document, "action_accept")
        self.assertEqual(document.state, "review")
        document.with_user(self.bookkeeper).action_accept()
        self.assertRecordValues(
            document,
            [
                {
                    "state": "accepted",
                    "accepted_by_id": self.bookkeeper.id,
                    "accepted_despite": "dian_answer_missing",
                    "reason_code": False,
                }
            ],
        )
        self.assertTrue(document.move_id)

    def test_only_what_is_to_be_reviewed_is_accepted(self):
        accepted = self.received()
        for document in (self.rejected(), accepted):
            before = document.state
            self.refuse(document, "action_accept", self.workers, UserError)
            self.assertEqual(document.state, before)

    def test_create_bill(self):
        self.company.l10n_co_bill_policy = "none"
        document = self.received()
        self.refuse(document, "action_create_bill")
        self.assertFalse(document.move_id)
        document.with_user(self.bookkeeper).action_create_bill()
        self.assertTrue(document.move_id)

    def test_what_is_not_accepted_has_no_bill_made(self):
        for document in (self.rejected(), self.waiting()):
            self.refuse(document, "action_create_bill", self.workers, UserError)
            document._book()
            self.assertFalse(document.move_id)

    def test_reprocess(self):
        mail = self.received().mail_ids
        self.refuse(mail, "action_reprocess")
        mail.with_user(self.bookkeeper).action_reprocess()
        self.assertEqual(mail.state, "processed")

    def test_set_done(self):
        document = self.rejected()
        for record in (document, document.mail_ids):
            for name in ("action_set_done", "action_set_open"):
                self.refuse(record, name)
            self.assertFalse(record.handled_on)
            record.with_user(self.bookkeeper).action_set_done()
            self.assertEqual(record.handled_by_id, self.bookkeeper)
            self.refuse(record, "action_set_open")
            self.assertTrue(record.handled_on)
            record.with_user(self.bookkeeper).action_set_open()
            self.assertFalse(record.handled_by_id)

    def test_write_to_the_supplier(self):
        document = self.rejected()
        self.refuse(document, "action_write_to_supplier")
        action = document.with_user(self.bookkeeper).action_write_to_supplier()
        letter = self.env[action["res_model"]].with_user(self.bookkeeper).browse(action["res_id"])
        letter.action_send()
        self.assertIn(document.number, document.message_ids[0].body)

    def test_resend(self):
        document = self.rejected()
        log = (
            self.env["l10n_co.outgoing.mail"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "state": "failed",
                    "date": fields.Datetime.now(),
                    "res_model": document._name,
                    "res_id": document.id,
                    "is_document": True,
                }
            )
        )
        self.refuse(log, "action_resend")

    def test_confirm_a_certificate(self):
        signer = self.env["l10n_co.trusted.certificate"].search([("usage", "=", "dian_signer")])
        signer.state = "pending"
        anchor = self.env["l10n_co.trusted.certificate"].search([("usage", "=", "anchor")], limit=1)
        anchor.state = "pending"
        others = [user for user in self.workers if user != self.system]
        for certificate in (signer, anchor):
            self.refuse(certificate, "action_confirm", [*others, *self.strangers])
            for user in (*others, *self.strangers):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    certificate.with_user(user).state = "confirmed"
            self.assertEqual(certificate.state, "pending")
            certificate.with_user(self.system).action_confirm()
            self.assertEqual(certificate.state, "confirmed")

    def test_ask_the_administrator(self):
        self.env["res.users.log"].with_user(self.system).create({})
        signer = self.env["l10n_co.trusted.certificate"].search([("usage", "=", "dian_signer")])
        signer.state = "pending"
        self.refuse(signer, "action_ask_administrator", (self.employee, self.portal))
        for user in (self.bookkeeper, self.manager, self.bookkeeper):
            signer.with_user(user).action_ask_administrator()
        self.assertEqual(signer.activity_ids.mapped("user_id"), self.system)
        self.assertEqual(len(signer.activity_ids), 1)
        signer.with_user(self.system).action_confirm()
        self.assertFalse(signer.activity_ids)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCopies(LedgerCase):
    """Which copy of a document counts, and whose bill it is."""

    def test_a_worse_copy_changes_nothing(self):
        package = builder.Package(builder.Document(number="FE1"))
        document = self.received(package)
        before = document.read()
        worse = builder.Package(package.facts, answers=())
        for second in (self.arrive(worse).document_ids, self.uploaded(worse)):
            self.assertEqual(second, document)
            after = {**document.read()[0], "mail_ids": 0, "mail_count": 0, "write_date": 0}
            self.assertEqual(after, {**before[0], "mail_ids": 0, "mail_count": 0, "write_date": 0})

    def test_a_better_copy_is_taken_over(self):
        facts = builder.Document(number="FE1")
        document = self.received(builder.Package(facts, answers=()))
        self.assertEqual(document.state, "review")
        mail = self.arrive(builder.Package(facts))
        self.assertEqual((mail.document_ids, document.state), (document, "accepted"))
        self.assertEqual(document.source_attachment_id, mail.raw_attachment_id)

    def test_the_same_code_in_another_company_is_another_document(self):
        package = builder.Package(builder.Document(number="FE1"))
        foreign = self.received(package)
        self.assertTrue(foreign.exists())
        document = self.uploaded(package, self.other_company)
        self.assertNotEqual(document, foreign)
        self.assertEqual(document.company_id, self.other_company)
        self.assertFalse(document.move_id)

    def test_a_bill_in_another_company_is_not_found_by_its_code(self):
        bill = self.received(number="FE1").move_id
        note = builder.credit_note(references=(builder.Reference("FE1", bill.l10n_co_cufe),))
        package = builder.Package(note)
        there = self.uploaded(package, self.other_company)
        self.assertEqual(there.referenced_cufe, bill.l10n_co_cufe)
        self.assertFalse(there.referenced_move_id)
        here = self.uploaded(package)
        self.assertEqual(here.referenced_move_id, bill)
        [edocument] = self.read_file(
            builder.Package(builder.Document(number="FE1")).container
        ).edocuments
        importer = self.env["l10n_co.bill.import"].sudo()
        self.assertEqual(importer.with_company(self.company)._find_existing([edocument]), [bill])
        self.assertEqual(
            importer.with_company(self.other_company)._find_existing([edocument]), [None]
        )
