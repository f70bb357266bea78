import io
import zipfile

from odoo import api, fields, models
from odoo.addons.l10n_co_einvoice_mail.dian.archive import File
from odoo.addons.l10n_co_einvoice_mail.dian.reader import read
from odoo.addons.l10n_co_einvoice_mail.models.ledger.recorder import Recorder
from odoo.addons.l10n_co_einvoice_mail.models.shared import rights
from odoo.addons.l10n_co_einvoice_mail.models.shared.limits import limits_of
from odoo.exceptions import UserError

from ..radian.client import ServiceError
from .words import in_one

#: Steps of an invoice that come after both receipts (030 and 032).
WITH_RECEIPTS = ("received", "claimed", "accepted")


class NotHandedOut(ServiceError):
    """DIAN did not hand out the document: asked again, it would not either."""


class DianListLine(models.Model):
    """Fetches at DIAN what never came by mail: it is checked and recorded as what a mail brings."""

    _name = "l10n_co.dian.list.line"
    _inherit = ["l10n_co.dian.list.line", "l10n_co.radian.errand.mixin"]

    fetched_on = fields.Datetime(related="document_id.fetched_on")

    @api.depends("document_id.radian_step")
    def _compute_place(self):  # pylint: disable=missing-return
        super()._compute_place()

    def _has_events(self):
        # EXTENDS l10n_co_einvoice_mail
        return super()._has_events() or self.document_id.radian_step in WITH_RECEIPTS

    @api.depends("radian_try_on", "radian_failure")
    def _compute_next_step(self):  # pylint: disable=missing-return
        super()._compute_next_step()

    def _told(self):
        # EXTENDS l10n_co_einvoice_mail
        if self.place == "missing" and (failure := self.radian_failure):
            return in_one(self.env, failure["code"], failure.get("data"))
        if self.place == "missing" and self.radian_try_on:
            return self.env._("It is being fetched at DIAN.")
        if self.place == "missing" and self.cufe and not self.asked_on:
            return self.env._("Fetch it at DIAN, or ask the supplier for it.")
        if self.place == "events_missing":
            return self.env._(
                "Send the events 030 and 032 to DIAN, or mark the invoice if they were sent elsewhere."
            )
        return super()._told()

    def action_fetch(self):
        """Fetch these documents at DIAN, in the background.

        :raise UserError: none of them is missing, or the company is not set up
        """
        rights.check_user(self.env)
        self.check_access("read")
        missing = self.filtered(lambda line: line.place == "missing" and line.cufe)
        if not missing:
            raise UserError(self.env._("None of these documents is missing."))
        for company in missing.company_id:
            self.env["l10n_co.radian.account"]._check_ready(company)
        missing._radian_order()
        return True

    def action_radian_send(self):
        """:return: action that asks which event is sent about the invoices of these lines
        :raise UserError: none of them lacks one
        """
        rights.check_user(self.env)
        self.check_access("read")
        lines = self.filtered(lambda line: line.place == "events_missing")
        if not lines:
            raise UserError(self.env._("None of these invoices lacks its events."))
        return lines.document_id.action_radian_send()

    def _radian_ask(self, account, identity):
        # EXTENDS l10n_co.radian.errand.mixin: fetch the document, and record it
        self._fetch(account._client(identity))

    def _fetch(self, client):
        if self.document_id:
            return
        found = client.document(self.cufe)
        if not found.xml:
            raise NotHandedOut("not_found", answer=found.text)
        files = {f"{self.cufe[:16]}.xml": found.xml}
        if answer := client.status(self.cufe).xml:
            # DIAN's signed answer: what proves that it validated the document.
            files[f"dian_{self.cufe[:16]}.xml"] = answer
        self._record(_archive(files))

    def _record(self, content):
        """Record what was fetched, as what a mail brings.

        :raise NotHandedOut: it is not the document of this line
        """
        reading = read([File("dian.zip", content)], limits_of(self.env).content)
        edocuments = [item for item in reading.edocuments if item.code == self.cufe]
        if len(edocuments) != 1:
            raise NotHandedOut("other_document")
        source = self.env["ir.attachment"].create(
            {
                "name": f"dian-{self.cufe[:16]}.zip",
                "raw": content,
                "res_model": "l10n_co.received.document",
            }
        )
        document = Recorder(self.env).record_upload(edocuments[0], source, self.company_id)
        if document.source_attachment_id != source:
            source.unlink()
            return
        source.res_id = document.id
        document.fetched_on = fields.Datetime.now()
        document._follow_up()


def _archive(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
