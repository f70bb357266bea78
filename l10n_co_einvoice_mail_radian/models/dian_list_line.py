import io
import logging
import zipfile

from odoo import api, fields, models
from odoo.addons.l10n_co_einvoice_mail.dian.archive import File
from odoo.addons.l10n_co_einvoice_mail.dian.reader import read
from odoo.addons.l10n_co_einvoice_mail.models.ledger.recorder import Recorder
from odoo.addons.l10n_co_einvoice_mail.models.shared import rights, transactions
from odoo.addons.l10n_co_einvoice_mail.models.shared.limits import limits_of
from odoo.exceptions import UserError

from ..radian.client import ServiceError
from .words import in_one

_logger = logging.getLogger(__name__)


class NotHandedOut(Exception):
    """DIAN did not hand out the document.

    :param code: of `reasons.REASONS`
    """

    def __init__(self, code, **data):
        super().__init__(code)
        self.code = code
        self.data = data


class DianListLine(models.Model):
    """Fetches at DIAN what never came by mail: it is checked and recorded as what a mail brings."""

    _inherit = "l10n_co.dian.list.line"

    fetch_on = fields.Datetime(string="To be fetched at DIAN since", index="btree_not_null")
    fetch_failure = fields.Json()
    fetched_on = fields.Datetime(related="document_id.fetched_on")

    @api.depends("fetch_on", "fetch_failure")
    def _compute_next_step(self):  # pylint: disable=missing-return
        super()._compute_next_step()

    def _told(self):
        # EXTENDS l10n_co_einvoice_mail
        if self.place == "missing" and self.fetch_on:
            return self.env._("It is being fetched at DIAN.")
        if self.place == "missing" and (failure := self.fetch_failure):
            return in_one(self.env, failure["code"], failure.get("data"))
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
        missing.sudo().write({"fetch_on": fields.Datetime.now(), "fetch_failure": False})
        self.env["l10n_co.radian.account"]._trigger()
        return True

    @api.model
    def _radian_due(self, company, limit):
        """:return: the lines of a company whose documents are to be fetched"""
        return self.search(
            [("company_id", "=", company.id), ("fetch_on", "!=", False)],
            order="fetch_on, id",
            limit=limit,
        )

    def _radian_work(self, account, identity):
        """Fetch the document, and record it; what goes wrong is said on the line."""
        try:
            self._fetch(account._client(identity))
            failure = False
        except (ServiceError, NotHandedOut) as error:
            failure = {"code": error.code, "data": error.data}
        except Exception:
            # One document's trouble is not the others'.
            self.env.cr.rollback()
            _logger.exception("Document %s could not be fetched", self.id)
            failure = {"code": "strange", "data": {"answer": "?"}}
        self.write({"fetch_on": False, "fetch_failure": failure})
        transactions.commit(self.env)

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
