"""What a bookkeeper does when a document was not sent, in a browser, in Spanish."""

from odoo.tests import HttpCase, tagged

from .emission_common import CUSTOMER, EmissionCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmissionTours(EmissionCase, HttpCase):
    def test_unsent_invoice_is_sent_again(self):
        self.env["res.lang"]._activate_lang("es_CO")
        self.seller.write({"lang": "es_CO", "password": "vendedor"})
        self.account.l10n_co_set_draft()
        self.post(self.create_invoice())
        self.assertFalse(self.sent_to(CUSTOMER))
        self.account.l10n_co_state = "done"
        self.start_tour("/odoo/einvoice-sent-emails", "l10n_co_outgoing_mail", login="vendedor")
        self.assertEqual([sent.login for sent in self.sent_to(CUSTOMER)], [self.address])
