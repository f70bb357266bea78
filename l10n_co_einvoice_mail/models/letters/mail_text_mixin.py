from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...letter import filling, tokens


class MailTextMixin(models.AbstractModel):
    """Texts of mails with variables that are picked from a list."""

    _name = "l10n_co.mail.text.mixin"
    _description = "Text with variables"

    #: Which variables the texts of a model may have.
    _l10n_co_tokens = tokens.SENDER

    l10n_co_variables = fields.Json(
        string="Variables",
        compute="_compute_l10n_co_variables",
        help="What can be put into the text: it is replaced when the mail is made.",
    )

    @api.depends_context("lang")
    def _compute_l10n_co_variables(self):
        labels = self._l10n_co_token_labels()
        for record in self:
            record.l10n_co_variables = [
                {"token": token.written(self.env.lang), "label": labels[token.name]}
                for token in record._l10n_co_allowed()
            ]

    def _l10n_co_allowed(self):
        """:return: the variables (`tokens.Token`) that this text may have"""
        return self._l10n_co_tokens

    @api.model
    def _l10n_co_token_labels(self):
        """:return: {variable: what a person calls it}"""
        return {
            "name": self.env._("Name"),
            "job": self.env._("Job position"),
            "phone": self.env._("Phone"),
            "mobile": self.env._("Mobile"),
            "email": self.env._("Email"),
            "department": self.env._("Department"),
            "company": self.env._("Company"),
            "website": self.env._("Web site"),
            "document": self.env._("Kind of document"),
            "series": self.env._("Series"),
            "number": self.env._("Number"),
            "partner": self.env._("Customer or supplier"),
            "amount": self.env._("Amount"),
            "due_date": self.env._("Due date"),
        }

    def _l10n_co_check_line(self, text):
        """:raise ValidationError: a line has a variable that is none of the model's; the sentence lists these"""
        self._l10n_co_check(filling.check_line, text)

    def _l10n_co_check_html(self, text):
        """:raise ValidationError: HTML has a variable that is none of the model's; the sentence lists these"""
        self._l10n_co_check(filling.check_html, text)

    def _l10n_co_check(self, check, text):
        try:
            check(text, self._l10n_co_allowed())
        except tokens.UnknownTokenError as error:
            offered = [token.written(self.env.lang) for token in self._l10n_co_allowed()]
            raise ValidationError(
                self.env._(
                    "%(unknown)s is no variable. These are: %(offered)s.",
                    unknown=", ".join(error.names),
                    offered=", ".join(offered),
                )
            ) from error
