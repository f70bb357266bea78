from odoo import fields
from odoo.exceptions import ValidationError

from ...letter.bounds import TooMuch
from ...letter.repair import repaired


class LetterHtml(fields.Html):
    """HTML that a person brings along for mails, often as half a page: `<html><body>` in the header, the rest in the
    footer. What would take long to read is refused.
    """

    def _convert(self, value, record, validate):
        # EXTENDS core: before it is made safe, which would drop the looks of a page
        if validate and value:
            value = self._repaired(str(value), record)
        return super()._convert(value, record, validate)

    def check(self, record):
        """Look at what is being typed, before a preview is made of it.

        :raise ValidationError: it would take long to read
        """
        self._repaired(str(record[self.name] or ""), record)

    def _repaired(self, source, record):
        try:
            return repaired(source)
        except TooMuch:
            raise ValidationError(
                record.env._(
                    "«%s» is too long or too intricate for a mail. Use fewer styles and tables in it, "
                    "or smaller pictures.",
                    self._description_string(record.env),
                )
            ) from None
