import unicodedata

from odoo import fields
from odoo.exceptions import ValidationError


class OneLine(fields.Char):
    """A text that becomes part of a mail's header or of a command to a mail server: it is one line, and nothing in it
    is a control character. Anything else is refused when it is saved, whoever saves it.
    """

    def convert_to_cache(self, value, record, validate=True):
        # EXTENDS core
        if validate and value and not is_one_line(str(value)):
            raise ValidationError(
                record.env._(
                    "«%s» has a line break or another control character in it. Type it anew, in one line.",
                    self._description_string(record.env),
                )
            )
        return super().convert_to_cache(value, record, validate)


def is_one_line(text):
    """:return: True for a text without line breaks and control characters, of ASCII (RFC 5322 §2.2) or Unicode"""
    return not any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in text)
