"""What a person does on the screens."""

from odoo.tests import HttpCase, tagged

from .common import RadianCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRadianTour(RadianCase, HttpCase):
    def test_send_from_the_board(self):
        document = self.bought("TOUR1")
        self.start_tour("/odoo/credit-purchases", "l10n_co_radian_send", login="contador")
        self.assertEqual(sorted(document.radian_event_ids.mapped("code")), ["030", "032"])
        self.assertEqual(document.radian_event_ids.create_uid.login, "contador")

    def test_check_the_set_up(self):
        self.account.state = "draft"
        self.start_tour("/odoo/dian-service", "l10n_co_radian_check", login="correo")
        self.assertEqual(self.account.state, "done")
