"""Who may do what with DIAN's service: in which company, by which call."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import RadianCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRights(RadianCase):
    def test_strangers_do_nothing(self):
        document = self.bought()
        event = self.send(document)
        for user in self.strangers:
            with self.subTest(user.login):
                for call in (
                    lambda user=user: document.with_user(user).action_radian_send(),
                    lambda user=user: document.with_user(user).action_radian_ask(),
                    lambda user=user: event.with_user(user).action_send(),
                    lambda user=user: event.with_user(user).action_send_again(),
                    lambda user=user: self.account.with_user(user).action_check(),
                    lambda user=user: event.with_user(user).read(["state"]),
                ):
                    with self.assertRaises(AccessError):
                        call()

    def test_an_event_is_nobodys_to_write(self):
        event = self.send(self.bought())
        for user in self.workers:
            with self.subTest(user.login):
                for call in (
                    lambda user=user: event.with_user(user).write({"state": "approved"}),
                    lambda user=user: event.with_user(user).unlink(),
                    lambda user=user: event.with_user(user).create(
                        {"document_id": event.document_id.id, "code": "033", "environment": "2"}
                    ),
                ):
                    with self.assertRaises(AccessError):
                        call()

    def test_documents_of_another_company_are_not_sent(self):
        """The wizard's documents are values that a client writes."""
        document = self.bought()
        action = document.with_user(self.bookkeeper).action_radian_send()
        send = self.env[action["res_model"]].browse(action["res_id"])
        theirs = document.sudo().copy(
            {"company_id": self.other_company.id, "cufe": "f" * 96, "state": "accepted"}
        )
        send = send.with_user(self.bookkeeper)
        with self.assertRaises(AccessError):
            send.document_ids = [Command.set(theirs.ids)]
            send.action_send()

    def test_who_receives_is_the_companys_own(self):
        document = self.bought()
        person = self.env["l10n_co.radian.person"].create(
            {
                "company_id": self.other_company.id,
                "first_name": "X",
                "family_name": "Y",
                "id_number": "1",
            }
        )
        with self.assertRaises(UserError):
            self.send(document, person_id=person.id)

    def test_the_same_event_is_not_there_twice(self):
        document = self.bought()
        self.send(document)
        with self.assertRaises(UserError):
            self.send(document)
