"""DIAN's list held against what was received and booked: places of documents, months, requests to suppliers, rights."""

import base64
import io
from unittest import mock

import msoffcrypto
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..dian.nit import check_digit
from ..models.dian_list import dian_list_upload
from .common import BUYER_NIT, EInvoiceMailCase
from .tools import dian_lists

SUPPLIER = "900200002"
#: Turns of the scheduled action that end after each piece.
SHORT = {"TURN_SECONDS": -1, "LAYING_SECONDS": -1}


def cufe(number):
    return f"{number:096x}"


class DianListCase(EInvoiceMailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bookkeeper = cls.person("auxiliar", "account.group_account_invoice")
        cls.manager = cls.person("jefa", "account.group_account_manager")
        cls.Line = cls.env["l10n_co.dian.list.line"]

    @classmethod
    def person(cls, login, group):
        user = new_test_user(cls.env, login, groups=group)
        user.company_ids, user.company_id = cls.company, cls.company
        return user

    def row(self, number=1, **cells):
        return dian_lists.row(
            BUYER_NIT, **{"CUFE/CUDE": cufe(number), "Folio": str(number), **cells}
        )

    def upload(self, *rows, user=None, **values):
        content = dian_lists.sheet(dian_lists.TITLES, *rows)
        upload = (
            self.env["l10n_co.dian.list.upload"]
            .with_user(user or self.bookkeeper)
            .create({"content": base64.b64encode(content), "company_id": self.company.id, **values})
        )
        upload.action_read()
        return upload.sudo()

    def receive(self, number=1, **values):
        return self.Document.sudo().create(
            {
                "company_id": self.company.id,
                "document_type": "01",
                "number": f"FE{number}",
                "cufe": cufe(number),
                "supplier_nit": SUPPLIER,
                "receiver_nit": BUYER_NIT,
                "issue_date": "2026-11-03",
                "currency_id": self.company.currency_id.id,
                "amount_total": 119000,
                "state": "accepted",
                **values,
            }
        )

    def book(self, document):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-11-03",
                "ref": document.number,
                "invoice_line_ids": [
                    (0, 0, {"name": "x", "price_unit": document.amount_total, "tax_ids": []})
                ],
            }
        )
        document.move_id = bill
        bill.action_post()

    def line(self, number=1):
        return self.Line.search([("cufe", "=", cufe(number)), ("company_id", "=", self.company.id)])

    def month(self):
        return self.env["l10n_co.dian.list"].search([("company_id", "=", self.company.id)])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPlaces(DianListCase):
    def test_what_never_came_and_then_comes(self):
        self.upload(self.row())
        self.assertEqual(self.line().place, "missing")
        self.assertEqual((self.month().state, self.month().missing_count), ("open", 1))
        self.assertEqual(self.month().missing_amount, 119000)
        document = self.receive()
        self.assertEqual((self.line().place, self.line().document_id), ("unbooked", document))
        self.assertIn("Create its bill", self.line().with_context(lang="en_US").next_step)
        document.state = "review"
        self.assertIn("decision", self.line().with_context(lang="en_US").next_step)
        document.state = "accepted"
        self.book(document)
        self.assertEqual((self.line().place, self.month().state), ("booked", "complete"))

    def test_a_row_without_cufe_is_found_by_nit_number_and_type(self):
        document = self.receive(7)
        self.upload(self.row(7, **{"CUFE/CUDE": ""}))
        self.assertEqual(self.Line.search([("number", "=", "FE7")]).document_id, document)

    def test_a_list_that_is_uploaded_again_only_adds(self):
        self.upload(self.row())
        first = self.line()
        again = self.upload(self.row(Estado="Aprobado con notificación"), self.row(2))
        self.assertEqual((again.done_count, again.new_count), (2, 1))
        self.assertEqual(self.line(), first)
        self.assertEqual(self.month().count, 2)

    def test_a_list_that_says_less_takes_nothing_away(self):
        self.upload(self.row(**{"Forma de Pago": "2", "Divisa": "USD"}))
        self.upload(self.row(**{"Forma de Pago": "", "Divisa": "", "Estado": "", "Total": ""}))
        self.assertRecordValues(
            self.line(),
            [{"is_credit": True, "currency_name": "USD", "status": "approved", "total": 119000}],
        )

    def test_one_document_of_two_lists_of_which_one_lacks_the_cufe(self):
        for first, second in (({}, {"CUFE/CUDE": ""}), ({"CUFE/CUDE": ""}, {})):
            with self.subTest(first), self.env.cr.savepoint() as savepoint:
                self.upload(self.row(**first))
                again = self.upload(self.row(**second))
                self.assertEqual((again.new_count, self.month().count), (0, 1))
                self.assertEqual(self.line().place, "missing")
                savepoint.rollback()

    def test_one_number_under_two_cufes_is_two_documents(self):
        """As where DIAN rejected the first one."""
        self.upload(self.row(1, Estado="Rechazado"), self.row(2, Folio="1"))
        self.assertEqual((self.line(1).place, self.line(2).place), ("invalid", "missing"))

    def test_lists_of_overlapping_days_and_both_directions(self):
        own = {"NIT Emisor": BUYER_NIT, "NIT Receptor": "900100900", "Grupo": "Emitido"}
        october = {"Fecha Emisión": "31-10-2026"}
        self.upload(self.row(1, **october), self.row(2), self.row(3, **own))
        again = self.upload(self.row(2), self.row(3, **own), self.row(4))
        self.assertEqual(again.new_count, 1)
        self.assertEqual(self.month().mapped("count"), [3, 1])
        self.assertEqual(self.line(3).group, "issued")

    def test_received_and_not_at_dian(self):
        before = self.receive(3)
        self.upload(self.row())
        self.receive(2)
        self.assertEqual(self.line(2).place, "unlisted")
        self.assertFalse(before.cufe in self.Line.search([("is_listed", "=", True)]).mapped("cufe"))
        self.assertEqual(self.line(3).place, "unlisted", "it was there before the list")
        self.upload(self.row(), self.row(2))
        self.assertEqual(self.line(2).place, "unbooked")

    def test_rejected_here(self):
        self.receive(state="rejected")
        self.upload(self.row())
        self.assertEqual(self.line().place, "rejected_here")

    def test_amounts_differ(self):
        self.book(self.receive(amount_total=118000))
        self.upload(self.row())
        self.assertEqual(self.line().place, "differs")

    def test_an_amount_in_another_currency_is_not_compared(self):
        self.book(self.receive(amount_total=100))
        self.upload(self.row(Divisa="USD"), self.row(2, Divisa="USD"), self.row(3))
        self.assertEqual(self.line().place, "booked")
        self.assertEqual(self.line().currency_id.name, "USD")
        self.assertEqual((self.month().missing_count, self.month().missing_amount), (2, 119000))

    def test_cancelled_by_a_credit_note(self):
        self.receive()
        self.upload(self.row(), self.row(2, **{"Tipo de documento": "Nota de crédito electrónica"}))
        self.assertEqual(self.line().place, "unbooked")
        self.receive(2, document_type="91", referenced_cufe=cufe(1))
        self.assertEqual(self.line().place, "cancelled")

    def test_the_note_of_what_was_never_booked_needs_no_booking_either(self):
        note = {"document_type": "91", "referenced_cufe": cufe(1)}
        row = {"Tipo de documento": "Nota de crédito electrónica"}
        for first in (1, 2):  # whichever comes first
            with self.subTest(first), self.env.cr.savepoint() as savepoint:
                for number in (first, 3 - first):
                    self.receive(number, **(note if number == 2 else {}))
                self.upload(self.row(first), self.row(3 - first, **row))
                self.assertEqual((self.line(1).place, self.line(2).place), ("cancelled",) * 2)
                self.book(self.line(1).sudo().document_id)
                self.assertEqual(
                    (self.line(1).place, self.line(2).place), ("cancelled", "unbooked")
                )
                savepoint.rollback()

    def test_a_note_counts_when_it_is_accepted(self):
        self.receive()
        self.upload(self.row())
        note = self.receive(2, document_type="91", referenced_cufe=cufe(1), state="review")
        self.assertEqual(self.line().place, "unbooked")
        note.state = "accepted"
        self.assertEqual(self.line().place, "cancelled")
        note.state = "rejected"
        self.assertEqual(self.line().place, "unbooked")

    def test_the_note_of_somebody_else_does_not_cancel(self):
        self.upload(self.row())
        note = {"document_type": "91", "referenced_cufe": cufe(1)}
        self.receive(2, supplier_nit="800197268", **note)
        self.assertEqual(self.line().place, "missing")
        self.receive(1)
        self.receive(3, currency_id=self.env.ref("base.USD").id, **note)
        self.assertEqual(self.line().place, "unbooked")
        self.receive(4, **note)
        self.assertEqual(self.line().place, "cancelled")

    def test_a_part_of_it_does_not_cancel(self):
        self.receive()
        self.receive(2, document_type="91", referenced_cufe=cufe(1), amount_total=1000)
        self.upload(self.row())
        self.assertEqual(self.line().place, "unbooked")

    def test_on_credit_without_its_events(self):
        self.book(self.receive())
        self.upload(self.row(**{"Forma de Pago": "2"}))
        self.assertEqual((self.line().place, self.month().state), ("events_missing", "remarks"))
        self.line().with_user(self.bookkeeper).action_events_done()
        self.assertEqual((self.line().place, self.month().state), ("booked", "complete"))

    def test_on_credit_by_the_invoice_where_the_list_does_not_say(self):
        self.book(self.receive(payment_form="2"))
        self.upload(self.row(**{"Forma de Pago": ""}))
        self.assertEqual(self.line().place, "events_missing")

    def test_no_purchases(self):
        own = {"NIT Emisor": BUYER_NIT, "NIT Receptor": "79123456", "Grupo": "Emitido"}
        self.upload(
            self.row(1, **{"Tipo de documento": "Application response"}),
            self.row(2, **{"Tipo de documento": "Nomina Individual", **own}),
            self.row(3, **{"Tipo de documento": "Documento soporte con no obligados", **own}),
        )
        self.assertEqual(set(self.month().line_ids.mapped("place")), {"no_purchase"})
        self.assertEqual(self.month().state, "complete")

    def test_rejected_by_dian(self):
        self.upload(self.row(Estado="Rechazado"))
        self.assertEqual(self.line().place, "invalid")

    def test_issued_ones_are_held_against_the_books(self):
        own = {"NIT Emisor": BUYER_NIT, "NIT Receptor": "900100900", "Grupo": "Emitido"}
        invoice = self.init_invoice("out_invoice", amounts=[100000], company=self.company)
        invoice.action_post()
        self.upload(self.row(1, **own), self.row(2, **own, Prefijo="", Folio=invoice.name))
        self.assertEqual(self.line(1).place, "issued_missing")
        self.assertEqual(self.line(2).place, "issued_differs")
        self.upload(self.row(2, **own, Prefijo="", Folio=invoice.name, Total="100000"))
        self.assertEqual((self.line(2).place, self.line(2).move_id), ("issued", invoice))

    def test_what_is_withheld_of_an_issued_one_is_no_difference(self):
        own = {"NIT Emisor": BUYER_NIT, "NIT Receptor": "900100900", "Grupo": "Emitido"}
        withheld = self.env["account.tax"].create(
            {
                "name": "ReteFuente 2.5%",
                "amount": -2.5,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        invoice = self.init_invoice(
            "out_invoice", amounts=[100000], taxes=withheld, company=self.company
        )
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 97500)
        self.upload(self.row(1, **own, Prefijo="", Folio=invoice.name, Total="100000"))
        self.assertEqual(self.line().place, "issued")

    def test_an_issued_one_that_is_confirmed_later_is_found(self):
        own = {"NIT Emisor": BUYER_NIT, "NIT Receptor": "900100900", "Grupo": "Emitido"}
        first = self.init_invoice("out_invoice", amounts=[1], company=self.company)
        first.action_post()
        invoice = self.init_invoice("out_invoice", amounts=[100000], company=self.company)
        number = f"{first.name[:-5]}{int(first.name[-5:]) + 1:05}"
        self.upload(self.row(1, **own, Prefijo="", Folio=number, Total="100000"))
        self.assertEqual(self.line().place, "issued_missing")
        invoice.action_post()
        self.assertEqual(invoice.name, number)
        self.assertEqual((self.line().place, self.line().move_id), ("issued", invoice))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestUpload(DianListCase):
    def test_another_companys_list_is_refused(self):
        with self.assertRaisesRegex(UserError, "900999999"):
            self.upload(self.row(**{"NIT Receptor": "900999999"}))
        self.assertFalse(self.Line.search([("company_id", "=", self.company.id)]))

    def test_one_foreign_row_far_below_is_said_with_its_number(self):
        rows = (self.row(1), self.row(2), self.row(3, **{"NIT Receptor": "900999999"}))
        with (
            mock.patch.object(dian_list_upload, "CHUNK", 1),
            self.assertRaisesRegex(UserError, "Row 4"),
        ):
            self.upload(*rows)
        with mock.patch.multiple(dian_list_upload, CHUNK=1, AT_ONCE_BYTES=0):
            upload = self.upload(*rows)
            self.turn()
        self.assertEqual(upload.state, "refused")
        self.assertIn("4", upload.refusal)
        self.assertFalse(self.month(), "nothing of it was taken over")
        self.assertFalse(upload.portion_ids)

    def turn(self):
        """One turn of the scheduled action."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr, su=True)["l10n_co.dian.list.upload"]._cron_read()
        self.env.invalidate_all()

    def test_a_file_that_is_protected_with_the_companys_nit(self):
        content = dian_lists.sheet(dian_lists.TITLES, self.row())
        digit = check_digit(BUYER_NIT)
        for password in (BUYER_NIT, f"{BUYER_NIT}{digit}", f"{BUYER_NIT}-{digit}"):
            with self.subTest(password=password):
                self.assertEqual(self.protected(content, password).done_count, 1)
        with self.assertRaisesRegex(UserError, "password"):
            self.protected(content, "otra")
        self.assertEqual(self.protected(content, "otra", typed="otra").done_count, 1)

    def protected(self, content, password, typed=False):
        """:return: upload of a file that a password protects, which was read"""
        protected = io.BytesIO()
        msoffcrypto.OfficeFile(io.BytesIO(content)).encrypt(password, protected)
        upload = self.env["l10n_co.dian.list.upload"].create(
            {
                "content": base64.b64encode(protected.getvalue()),
                "company_id": self.company.id,
                "password": typed,
            }
        )
        upload.action_read()
        self.assertFalse(upload.password, "it is forgotten")
        return upload

    def test_no_list_at_all(self):
        upload = self.env["l10n_co.dian.list.upload"].create({"content": base64.b64encode(b"x")})
        with self.assertRaises(UserError):
            upload.action_read()

    def test_a_company_without_nit(self):
        self.company.partner_id.vat = False
        with self.assertRaisesRegex(UserError, "NIT"):
            self.upload(self.row())

    def test_a_large_one_is_read_in_the_background(self):
        with mock.patch.object(dian_list_upload, "AT_ONCE_BYTES", 0):
            upload = self.upload(self.row(), self.row(2))
        self.assertEqual((upload.state, upload.done_count), ("waiting", 0))
        self.turn()
        self.assertEqual((upload.state, upload.done_count), ("done", 2))

    def test_a_turn_ends_and_the_next_one_goes_on(self):
        self.receive(9)
        with mock.patch.multiple(dian_list_upload, AT_ONCE_BYTES=0, CHUNK=1, **SHORT):
            upload = self.upload(*(self.row(number) for number in (1, 2, 3)))
            for count, done in ((1, 0), (2, 0), (3, 0), (3, 1), (3, 2), (3, 3), (3, 3)):
                self.assertEqual(upload.state, "waiting")
                self.turn()
                self.assertEqual((upload.count, upload.done_count), (count, done))
        self.assertEqual((upload.state, upload.new_count), ("done", 3))
        self.assertFalse(upload.portion_ids)
        self.assertEqual(self.month().count, 4, "what was received and is not listed is there")

    def test_what_was_laid_ready_is_not_read_again(self):
        with mock.patch.multiple(dian_list_upload, AT_ONCE_BYTES=0, CHUNK=1, **SHORT):
            upload = self.upload(self.row(1), self.row(2))
            for _turn in range(3):
                self.turn()
            self.assertTrue(upload.is_whole)
            with mock.patch.object(dian_list_upload.dian_list, "read", side_effect=AssertionError):
                self.turn()
        self.assertEqual((upload.state, upload.done_count), ("waiting", 2))

    def test_rows_without_a_date_are_counted(self):
        upload = self.upload(self.row(), self.row(2, **{"Fecha Emisión": "ayer"}))
        self.assertEqual((upload.done_count, upload.skipped_count), (1, 1))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMonth(DianListCase):
    def test_is_closed_by_a_manager_when_it_is_complete(self):
        self.upload(self.row())
        month = self.month()
        with self.assertRaises(UserError):
            month.with_user(self.manager).action_close()
        self.book(self.receive())
        with self.assertRaises(AccessError):
            month.with_user(self.bookkeeper).action_close()
        month.with_user(self.manager).action_close()
        self.assertRecordValues(month, [{"state": "closed", "closed_by_id": self.manager.id}])

    def test_what_changes_afterwards_is_shown(self):
        self.upload(self.row())
        self.book(self.receive())
        month = self.month()
        month.with_user(self.manager).action_close()
        month.sudo().closed_on = "2020-01-01"
        self.assertEqual((month.state, month.changed_count), ("changed", 1))
        self.assertEqual(self.Line.search(month.action_open_lines()["domain"]), self.line())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAsk(DianListCase):
    def ask(self, lines, **values):
        action = lines.with_user(self.bookkeeper).action_ask_supplier()
        ask = self.env[action["res_model"]].with_user(self.bookkeeper).browse(action["res_id"])
        ask.supplier_ids.write(values)
        return ask

    def test_one_mail_to_a_supplier_with_all_that_is_missing(self):
        self.upload(self.row(1), self.row(2), self.row(3, **{"NIT Emisor": "800300300"}))
        ask = self.ask(
            self.month().line_ids, email="facturas@proveedor.example.com", is_chosen=True
        )
        self.assertEqual(sorted(ask.supplier_ids.mapped("count")), [1, 2])
        body = ask.supplier_ids.filtered(lambda s: s.count == 2).body
        for number in (1, 2):
            self.assertIn(f"FE{number}", body)
            self.assertIn(cufe(number), body)
        ask.action_send()
        self.assertRecordValues(
            self.month().line_ids, [{"place": "missing", "asked_by_id": self.bookkeeper.id}] * 3
        )
        self.assertIn("asked", self.line().next_step)
        messages = self.month().message_ids.filtered("partner_ids")
        self.assertEqual(messages.partner_ids.mapped("email"), ["facturas@proveedor.example.com"])

    def test_a_supplier_without_an_address_is_left_out_or_told(self):
        self.upload(self.row())
        ask = self.ask(self.line())
        self.assertFalse(ask.supplier_ids.is_chosen)
        with self.assertRaises(UserError):
            ask.action_send()
        ask.supplier_ids.is_chosen = True
        with self.assertRaisesRegex(UserError, "Obelisco"):
            ask.action_send()
        self.assertFalse(self.line().asked_on)

    def test_a_nit_out_of_a_file_is_no_pattern(self):
        self.env["res.partner"].create(
            {"name": "Otro", "vat": "900200002-1", "email": "otro@example.com"}
        )
        self.upload(self.row(1, **{"NIT Emisor": ""}), self.row(2, **{"NIT Emisor": "9%"}))
        ask = self.ask(self.month().line_ids)
        self.assertEqual(len(ask.supplier_ids), 2)
        self.assertFalse(ask.supplier_ids.partner_id)
        self.assertFalse(any(ask.supplier_ids.mapped("email")))

    def test_only_what_is_missing_is_asked_for(self):
        self.receive()
        self.upload(self.row())
        with self.assertRaises(UserError):
            self.line().with_user(self.bookkeeper).action_ask_supplier()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRights(DianListCase):
    def setUp(self):
        super().setUp()
        self.upload(self.row())

    def test_nobody_writes_a_line_by_hand(self):
        for values in (
            {"place": "booked"},
            {"total": 1},
            {"is_listed": False},
            {"document_id": False},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self.line().with_user(self.manager).write(values)
        with self.assertRaises(AccessError):
            self.month().with_user(self.manager).write({"closed_on": "2026-01-01"})
        with self.assertRaises(AccessError):
            self.Line.with_user(self.manager).create({"list_id": self.month().id})

    def test_an_employee_sees_nothing(self):
        employee = self.person("empleado", "base.group_user")
        for record in (self.line(), self.month()):
            with self.assertRaises(AccessError):
                record.with_user(employee).read(["display_name"])
        with self.assertRaises(AccessError):
            self.env["l10n_co.dian.list"].with_user(employee).action_upload()
        with self.assertRaisesRegex(AccessError, "E-invoice mail / User"):
            self.upload(self.row(2)).with_user(employee).action_read()

    def test_nor_does_another_companys_bookkeeper(self):
        other = self.person("ajena", "account.group_account_invoice")
        company = self.env["res.company"].create({"name": "Otra"})
        other.write({"company_id": company.id, "company_ids": company.ids})
        self.assertFalse(self.Line.with_user(other).search([]))
        with self.assertRaises(AccessError):
            self.line().with_user(other).action_events_done()
        with self.assertRaises(AccessError):
            self.line().with_user(other).action_ask_supplier()
        with self.assertRaises(AccessError):
            self.month().with_user(other).action_open_again()
        with self.assertRaises(AccessError):
            self.upload(self.row(2), user=other)

    def test_an_upload_stays_in_the_companies_of_who_made_it(self):
        """The scheduler reads it as superuser: a list of company B's would be in B's months."""
        other = self.env["res.company"].create({"name": "Otra", "vat": "800300300"})
        content = base64.b64encode(dian_lists.sheet(dian_lists.TITLES, dian_lists.row("800300300")))
        Upload = self.env["l10n_co.dian.list.upload"].with_user(self.bookkeeper)
        upload = Upload.create({"content": content, "company_id": self.company.id})
        with self.assertRaises(AccessError):
            upload.write({"company_id": other.id})
        with self.assertRaises(AccessError):
            Upload.create({"content": content, "company_id": other.id})
        for values in ({"state": "waiting"}, {"done_count": 7}, {"refusal_code": "failed"}):
            with self.subTest(values), self.assertRaises(AccessError):
                upload.write(values)

    def test_what_is_being_read_stays_what_it_is(self):
        with mock.patch.object(dian_list_upload, "AT_ONCE_BYTES", 0):
            upload = self.upload(self.row(2)).with_user(self.bookkeeper)
            with self.assertRaises(UserError):
                upload.write({"content": base64.b64encode(b"x")})
            upload.sudo().count = 5
            upload.action_read()
        self.assertEqual((upload.state, upload.count), ("waiting", 5), "nothing begins anew")

    def test_a_request_is_its_makers(self):
        action = self.line().with_user(self.bookkeeper).action_ask_supplier()
        ask = self.env[action["res_model"]].browse(action["res_id"])
        with self.assertRaises(AccessError):
            ask.with_user(self.manager).action_send()
