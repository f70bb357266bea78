from odoo import http
from odoo.http import request

from ..models.ledger.received_mail_content import FILE_ROUTE, type_of


class ReceivedMailFile(http.Controller):
    @http.route(
        [f"{FILE_ROUTE}/<int:mail_id>/<int:index>"], type="http", auth="user", readonly=True
    )
    def file(self, mail_id, index, download=False, **_parameters):
        """A file of a received mail, under a type that no browser runs.

        :raise AccessError: the user may not see the mail
        """
        mail = request.env["l10n_co.received.mail"].browse(mail_id).exists()
        if not mail:
            raise request.not_found()
        file = mail._file(index)
        stream = http.Stream(
            type="data",
            data=file.content,
            mimetype=type_of(file),
            download_name=file.name or str(index),
            size=len(file.content),
            etag=False,
        )
        return stream.get_response(as_attachment=bool(download))
