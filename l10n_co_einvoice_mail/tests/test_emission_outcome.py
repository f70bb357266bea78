"""The outcome is known: every recipient has a row, written before and after the server's word; who was served is not
served twice, and what nobody knows is said to be so.
"""

import contextlib
import socket
from unittest.mock import patch

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from ..models.emission import background, delivery, patience
from .emission_common import CUSTOMER, EmissionCase

COPY = "archivo@comprador.example.com"


class Ended(BaseException):
    """The process ends here."""


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmissionOutcome(EmissionCase):
    def partners(self, count, domain="otra.example.com"):
        return self.env["res.partner"].create(
            [
                {"name": f"C{number}", "email": f"c{number}@{domain}", "lang": "en_US"}
                for number in range(count)
            ]
        )

    def send(self, partners=None, **values):
        """:return: (the invoice, its mail.mail)"""
        invoice = self.create_invoice()
        return invoice, self.mails_of(self.post(invoice, partners=partners, **values))

    def rows(self, mail):
        return self.env["l10n_co.outgoing.mail"].search([("mail_id", "in", mail.ids)])

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def work_off(self, mail):
        self.env.invalidate_all()
        mail.scheduled_date = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        self.env["mail.mail"].process_email_queue(mail.ids)
        self.env.invalidate_all()

    def states(self, mail):
        return sorted(self.rows(mail).mapped("state"))

    # ---- perhaps sent ------------------------------------------------------------------------------

    def lose(self):
        self.sink.cuts = 1
        invoice, mail = self.send()
        self.assertEqual(self.states(mail), ["unknown"])
        return invoice, mail

    def test_lost_after_the_whole_mail_is_for_a_person_to_decide(self):
        invoice, mail = self.lose()
        self.assertEqual(mail.state, "exception")
        self.assertIn("Perhaps sent", invoice.l10n_co_outgoing_failure)
        self.work_off(mail)
        self.assertFalse(self.sink.messages, "not repeated by itself")
        action = self.rows(mail).with_user(self.seller).action_resend()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(len(self.sent_to(CUSTOMER)), 1)
        self.assertEqual(self.states(mail), ["sent"])

    def test_somebody_knows_that_it_arrived(self):
        invoice, mail = self.lose()
        row = self.rows(mail)
        for user in (self.employee, self.create_user("lector", "l10n_co_einvoice_mail.group_user")):
            with self.subTest(user.login), self.assertRaises(AccessError):
                row.with_user(user).action_note_arrived()
        row.with_user(self.seller).action_note_arrived()
        self.assertEqual((row.state, row.failure), ("sent", False))
        self.assertIn(self.seller.name, row.server_answer)
        invoice.invalidate_recordset()
        self.assertFalse(invoice.l10n_co_outgoing_failure)
        with self.assertRaises(UserError):
            row.with_user(self.seller).action_note_arrived()

    def look_into_the_sent_folder(self):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr, user=SUPERUSER_ID, su=True)["l10n_co.sent.copy"]._cron_append()
        self.env.invalidate_all()

    def file_as_sent(self, mail):
        """The server files what it took among the sent mails, as Google and Microsoft do."""
        self.account.l10n_co_provider_id = self.provider
        self.account._l10n_co_set_up_sent()
        raw = f"Message-ID: {mail.message_id}\r\n\r\nx\r\n".encode()
        with self.account._l10n_co_sent_mailbox() as mailbox:
            mailbox.append(self.account.l10n_co_sent_folder, raw)

    def test_lost_mail_is_found_in_the_sent_folder(self):
        invoice, mail = self.lose()
        self.look_into_the_sent_folder()
        self.assertEqual(self.states(mail), ["unknown"], "no folder is known")
        self.file_as_sent(mail)
        self.look_into_the_sent_folder()
        self.assertEqual((self.states(mail), mail.state), (["sent"], "sent"))
        self.assertIn(self.account.l10n_co_sent_folder, self.rows(mail).server_answer)
        self.assertFalse(invoice.l10n_co_outgoing_state)
        self.assertEqual(mail.mail_message_id.notification_ids.notification_status, "sent")

    def test_copy_proves_nothing_where_several_were_to_get_it(self):
        self.sink.cuts = 1
        _invoice, mail = self.send(self.partners(2))
        self.file_as_sent(mail)
        self.look_into_the_sent_folder()
        self.assertIn("unknown", self.states(mail))

    def test_document_shows_the_state_of_its_mails(self):
        self.sink.reject[CUSTOMER] = "550 5.1.1 no such user"
        invoice, _mail = self.send()
        self.assertEqual(invoice.l10n_co_outgoing_state, "failed")
        self.sink.calm()
        self.sink.refuse_data = "451 4.7.1 later"
        other, _mail = self.send()
        self.assertEqual(other.l10n_co_outgoing_state, "waiting")
        self.sink.calm()
        self.post(invoice)
        invoice.invalidate_recordset()
        self.assertFalse(invoice.l10n_co_outgoing_state, "it was sent anew")
        with self.assertRaises(UserError):
            invoice.l10n_co_action_resend()

    def test_one_who_got_it_does_not_hide_one_who_did_not(self):
        first, second = self.partners(2)
        self.sink.reject[first.email] = "550 5.1.1 no such user"
        invoice, _mail = self.send(first + second)
        self.assertEqual(invoice.l10n_co_outgoing_state, "failed")
        self.assertIn(first.email, invoice.l10n_co_outgoing_failure)

    def test_one_lost_mail_does_not_make_the_others_doubtful(self):
        self.sink.cuts = 3
        partners = self.partners(4)
        _invoice, mail = self.send(partners)
        self.assertEqual(self.states(mail), ["unknown", "unknown", "waiting", "waiting"])
        self.sink.calm()
        self.work_off(mail)
        self.assertEqual(len(self.sink.messages), 2)
        self.assertEqual(self.states(mail), ["sent", "sent", "unknown", "unknown"])
        self.assertEqual(mail.state, "exception", "not sent in green: two are not known")

    # ---- a process that ends in the middle ----------------------------------------------------------

    @contextlib.contextmanager
    def ending_at(self, number):
        """The process ends when the server has taken the `number`th mail, before that is written down."""
        original, count = delivery.Delivery.succeed, 0

        def succeed(handed, receipt, raw):
            nonlocal count
            count += 1
            if count == number:
                raise Ended
            return original(handed, receipt, raw)

        # Not assertRaises: it would undo what was committed.
        with patch.object(delivery.Delivery, "succeed", succeed), contextlib.suppress(Ended):
            yield
        self.assertEqual(count, number)

    def test_end_in_the_middle_sends_at_most_one_twice(self):
        partners = self.partners(12)
        invoice = self.create_invoice()
        with self.ending_at(5):
            self.post(invoice, partners=partners)
        self.assertEqual(len(self.sink.messages), 5)
        mail = self.env["mail.mail"].sudo().search([("res_id", "=", invoice.id)], limit=1)
        mail.state = "outgoing"  # what the transaction that was undone had made of it
        self.assertEqual(self.states(mail), ["sent"] * 4 + ["unknown"])
        self.assertIn("Perhaps sent", invoice.l10n_co_outgoing_failure)
        self.work_off(mail)
        counts = [len(self.sent_to(partner.email)) for partner in partners]
        self.assertEqual(sorted(counts), [1] * 11 + [2])
        self.assertEqual(self.states(mail), ["sent"] * 12)

    def test_mail_that_another_process_sends(self):
        self.sink.reject[CUSTOMER] = "451 4.7.1 later"
        _invoice, mail = self.send()
        self.sink.calm()
        with patch.object(type(mail), "_l10n_co_claim", lambda _mail: False):
            self.work_off(mail)
            action = self.rows(mail).with_user(self.seller).action_resend()
        self.assertIn("being sent at this moment", action["params"]["message"])
        self.assertFalse(self.sink.messages)

    # ---- every recipient has a row --------------------------------------------------------------------

    def test_refused_recipient_keeps_nobody_back(self):
        partners = self.partners(3)
        self.sink.reject[partners[0].email] = "550 5.1.1 unknown"
        invoice, mail = self.send(partners)
        self.assertEqual(self.states(mail), ["failed", "sent", "sent"])
        self.assertEqual(mail.state, "exception")
        self.assertIn(partners[0].email, invoice.l10n_co_outgoing_failure)
        notifications = self.env["mail.notification"].search([("mail_mail_id", "=", mail.id)])
        status = {n.res_partner_id: n.notification_status for n in notifications}
        self.assertEqual([status[p] for p in partners], ["exception", "sent", "sent"])

    def test_several_addresses_in_one_envelope(self):
        addresses = ("a@otra.example.com", "b@otra.example.com", "c@otra.example.com")
        self.sink.reject[addresses[1]] = "550 5.1.1 unknown"
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "model": "account.move",
                    "res_id": self.create_invoice().id,
                    "email_to": ", ".join(addresses),
                    "body_html": "x",
                }
            )
        )
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            mail.send()
        rows = {row.email_to: row.state for row in self.rows(mail)}
        self.assertEqual(rows, dict(zip(addresses, ("sent", "failed", "sent"), strict=True)))

    def test_addresses_beyond_ascii(self):
        people = self.env["res.partner"].create(
            [
                {"name": "Camión", "email": "t@camión.co", "lang": "en_US"},
                {"name": "José", "email": "josé@otra.example.com", "lang": "en_US"},
            ]
        )
        _invoice, mail = self.send(people)
        self.assertEqual(len(self.sent_to("t@xn--camin-3ta.co")), 1)
        self.assertEqual(self.states(mail), ["failed", "sent"])

    def test_contact_without_an_address(self):
        invoice, mail = self.send(self.env["res.partner"].create({"name": "Sin correo"}))
        self.assertEqual(self.rows(mail).failure_code, "recipient_missing")
        self.assertIn("Sin correo", invoice.l10n_co_outgoing_failure)

    def test_mails_that_wait_their_turn(self):
        self.env["ir.config_parameter"].set_param("mail.server.personal.limit.minutes", "1")
        self.company.l10n_co_emission_policy = "user"
        self.create_personal(self.seller)
        _invoice, first = self.send()
        _invoice, second = self.send()
        self.assertEqual((self.states(first), self.states(second)), (["sent"], ["waiting"]))
        self.assertEqual(self.rows(second).failure_code, "account_paced")

    def test_who_sent_it(self):
        invoice = self.create_invoice(invoice_user_id=self.colleague.id)
        other = self.create_invoice(invoice_user_id=self.colleague.id)
        wizard = self.env["account.move.send.batch.wizard"].with_user(self.seller)
        wizard = wizard.with_context(active_model="account.move", active_ids=(invoice + other).ids)
        wizard.create({}).action_send_and_print()
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.env["account.move.send"]._generate_and_send_invoices(
                invoice + other, from_cron=True
            )
        rows = self.env["l10n_co.outgoing.mail"].search([("res_id", "in", (invoice + other).ids)])
        self.assertEqual((len(rows), rows.user_id), (2, self.seller))

    # ---- what passes by itself -------------------------------------------------------------------------

    def unused_port(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            return server.getsockname()[1]

    def test_server_that_cannot_be_reached(self):
        self.account.smtp_port = self.unused_port()
        self.account.write({"l10n_co_state": "done"})
        _invoice, mail = self.send()
        self.assertEqual((mail.state, self.states(mail)), ("outgoing", ["waiting"]))
        self.assertFalse(self.account.l10n_co_failure_code, "only a test calls it the port")

    def test_deferred_blind_copy_is_sent_later(self):
        self.account.l10n_co_copy_email = COPY
        self.sink.reject[COPY] = "451 4.7.1 greylisted"
        _invoice, mail = self.send()
        self.assertEqual(len(self.sent_to(CUSTOMER)), 1)
        self.assertEqual((self.states(mail), mail.state), (["sent"], "outgoing"))
        self.sink.reject.clear()
        self.work_off(mail)
        self.assertEqual((len(self.sent_to(CUSTOMER)), len(self.sent_to(COPY))), (1, 1))
        self.assertEqual((self.rows(mail).copy_to, mail.state), (COPY, "sent"))

    def test_copy_that_is_refused_at_last(self):
        self.account.l10n_co_copy_email = COPY
        self.sink.reject[COPY] = "451 4.7.1 greylisted"
        _invoice, mail = self.send()
        self.sink.reject[COPY] = "550 5.1.1 unknown"
        self.work_off(mail)
        self.assertEqual((len(self.sent_to(CUSTOMER)), mail.state), (1, "sent"))
        self.assertIn(COPY, self.rows(mail).refused)

    def test_mail_that_was_sent_can_be_sent_to_everybody_again(self):
        _invoice, mail = self.send()
        mail.mark_outgoing()
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            mail.send()
        self.assertEqual(len(self.sent_to(CUSTOMER)), 2)

    # ---- how long it takes ------------------------------------------------------------------------------

    def test_person_at_a_dialog_does_not_wait(self):
        started = []
        with (
            patch.object(background, "is_wanted", lambda: True),
            patch.object(background, "_start", lambda *args: started.append(args)),
        ):
            invoice, mail = self.send()
            self.assertFalse(self.sink.messages)
            self.assertEqual(invoice.l10n_co_outgoing_waiting, 1)
            with self.enter_registry_test_mode():
                self.env.cr.postcommit.run()
        self.assertEqual([args[1] for args in started], [mail.ids])

    def test_patience(self):
        for limit, cron, is_cron, expected in (
            (0, -1, False, 600),
            (120, -1, False, 100),
            (120, 900, True, 600),
            (120, 300, True, 280),
            (120, -1, True, 100),
            (20, -1, False, 30),
        ):
            with (
                self.subTest(limit=limit, cron=cron, is_cron=is_cron),
                patch.dict(config.options, limit_time_real=limit, limit_time_real_cron=cron),
                patch.object(patience, "threading") as threading,
            ):
                thread = threading.current_thread.return_value
                thread.type, thread.start_time = "cron" if is_cron else "http", None
                thread.daemon = False
                self.assertEqual(patience.patience(), expected)

    def test_receipt_is_asked_for_at_the_address_alone(self):
        self.account.write({"l10n_co_read_receipt": True, "l10n_co_display_name": "Facturación Ñ"})
        self.send()
        asked = self.parsed(self.sink.messages[0])["Disposition-Notification-To"]
        self.assertEqual(asked.strip(), self.address)
