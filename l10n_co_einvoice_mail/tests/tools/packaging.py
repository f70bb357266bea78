"""PDF, ZIP and mail: what a signed document travels in."""

import io
import re
import zipfile
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime


def pdf(*lines):
    """A minimal valid one-page PDF that shows the lines."""
    shown = "".join(f"({_pdf_text(line)}) Tj T*" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 50 780 Td {shown} ET".encode("cp1252", "replace")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    xref = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(content))
    return content + xref + trailer


def _pdf_text(line):
    return re.sub(r"([\\()])", r"\\\1", line)


def archive(files):
    """A ZIP of {name: bytes}."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return buffer.getvalue()


SENT = datetime.fromisoformat("2026-03-02T12:10:00-05:00")
TYPES = {"zip": "application/zip", "xml": "text/xml", "pdf": "application/pdf"}


def mail(subject, attachments=None, body=None, content_type=None, **headers):
    """Raw bytes of a mail with {name: bytes} attached in base64, typed by extension.

    `content_type` replaces the type of every attachment; `headers`: sender, recipient, message_id,
    date (aware datetime).
    """
    message = _message(subject, **headers)
    message.set_content(
        body
        or "Adjunto encontrará su documento electrónico.\n"
        "Correo de autorespuesta: eventos@proveedor.example.com\n"
    )
    for name, content in (attachments or {}).items():
        default = TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
        maintype, subtype = (content_type or default).split("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return message.as_bytes()


def forward(raw, subject="RV: documento electrónico", **headers):
    """A mail of the buyer's to himself that carries another one as message/rfc822."""
    message = _message(subject, **{"sender": "compras@comprador.example.com", **headers})
    message.set_content("Reenvío el documento del proveedor.\n")
    message.add_attachment(message_from_bytes(raw, policy=policy.default))
    return message.as_bytes()


def _message(
    subject,
    sender="facturacion@proveedor.example.com",
    recipient="recepcion@comprador.example.com",
    message_id=None,
    date=SENT,
):
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = format_datetime(date)
    if message_id:
        message["Message-ID"] = message_id
    return message
