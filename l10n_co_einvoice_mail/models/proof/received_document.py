from odoo import fields, models

XML = "documento.xml"


class ReceivedDocument(models.Model):
    _inherit = "l10n_co.received.document"

    disposal_id = fields.Many2one(
        "l10n_co.proof.disposal",
        string="Original removed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The decision by which its original was removed when the legal time was over.",
    )

    def _proof_files(self):
        """:return: list of (name in the document's folder, bytes): what a proof pack keeps of it. No name is a
        stranger's.
        """
        edocument = self._read_edocument()
        if not edocument:
            return []
        files = [(XML, edocument.xml)]
        if edocument.container:
            files.append(("contenedor.xml", edocument.container))
        files += [
            (f"respuesta-{number}.xml", answer.xml)
            for number, answer in enumerate(edocument.answers, 1)
        ]
        if edocument.pdf:
            files.append(("representacion.pdf", edocument.pdf.content))
        return files
