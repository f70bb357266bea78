from odoo import models

#: What everybody sets for himself, in his preferences.
OWN_FIELDS = [
    "l10n_co_mail_header",
    "l10n_co_mail_footer",
    "l10n_co_mail_as_code",
    "l10n_co_invoice_journal_id",
    "l10n_co_refund_journal_id",
    "l10n_co_bill_journal_id",
]


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "l10n_co.mail.sender.mixin", "l10n_co.default.series.mixin"]

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [
            *super().SELF_READABLE_FIELDS,
            *OWN_FIELDS,
            "l10n_co_mail_preview",
            "l10n_co_variables",
        ]

    @property
    def SELF_WRITEABLE_FIELDS(self):  # noqa: N802 - core's name
        # EXTENDS base
        return [*super().SELF_WRITEABLE_FIELDS, *OWN_FIELDS]
