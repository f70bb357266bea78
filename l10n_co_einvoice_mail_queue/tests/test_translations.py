"""The glue's own texts are there in Spanish."""

from odoo.addons.l10n_co_einvoice_mail.tests.catalogue import CatalogueChecks
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTranslations(CatalogueChecks, TransactionCase):
    module = "l10n_co_einvoice_mail_queue"
