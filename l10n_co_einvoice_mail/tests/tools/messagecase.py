"""Mails written by hand, and the frame of a test that reads them."""

import base64
import time
import unittest

from ...mailbox import failures
from ...mailbox.message import parse_message

SECONDS = 2  # of one mail, whatever is in it

ZIP = b"PK\x03\x04" + bytes(range(256))
PDF = b"%PDF-1.4 x"
XML = b'<?xml version="1.0" encoding="UTF-8"?>\r\n<Invoice/>\r\n'


def part(content, *headers):
    """Return a part (or a mail) with these header lines."""
    return b"\r\n".join((*headers, b"", content))


def zip_part(name=b'filename="a.zip"', content=ZIP):
    """Return a part with a ZIP in base64; `name` is its Content-Disposition's parameter."""
    return part(
        base64.encodebytes(content).replace(b"\n", b"\r\n"),
        b"Content-Type: application/zip",
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: attachment; " + name,
    )


def multipart(*parts, boundary=b"=_b0und", kind=b"mixed", headers=(b"From: a@x.co",)):
    """Return a multipart (or a mail) of these parts."""
    head = (*headers, b'Content-Type: multipart/%s; boundary="%s"' % (kind, boundary))
    body = b"".join(b"--" + boundary + b"\r\n" + piece + b"\r\n" for piece in parts)
    return part(b"preamble\r\n" + body + b"--" + boundary + b"--\r\nepilogue\r\n", *head)


def nested(raw):
    """Return a part that is a mail of its own."""
    return part(raw, b"Content-Type: message/rfc822")


class MessageCase(unittest.TestCase):
    """Reads mails and checks what must hold of every one."""

    def parsed(self, raw, limits=None):
        """Parse within what a hostile mail may cost; check that the result can be shown and stored."""
        began = time.process_time()
        message = parse_message(raw, *([limits] if limits else []))
        self.assertLess(time.process_time() - began, SECONDS)
        for text in (
            message.subject,
            message.sender,
            message.message_id,
            *(attachment.name for attachment in message.attachments),
        ):
            self.assertNotRegex(text, "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
            text.encode()  # no lone surrogates
            self.assertLessEqual(len(text), 500)
        for problem in message.problems:
            reason = failures.MAIL_REASONS[problem.code]
            self.assertNotIn("%(", reason.sentence % problem.data + reason.remedy % problem.data)
        return message

    def names(self, raw):
        """Return the names of the files in a mail."""
        return [attachment.name for attachment in self.parsed(raw).attachments]

    def codes(self, message):
        """Return the codes of a message's problems."""
        return [problem.code for problem in message.problems]
