"""Under which type a file that somebody sent us is kept and delivered."""

import re

TEXT = "text/plain"
BYTES = "application/octet-stream"
PDF = "application/pdf"
# Browsers show these without running anything in them, or save them. HTML, SVG, XML (with its stylesheets and XHTML
# elements), saved web pages and whatever they learn to run next are none.
_HARMLESS = re.compile(
    r"application/(pdf|zip|gzip|json|msword|octet-stream|vnd\.(ms-|openxmlformats-|oasis\.opendocument)[\w.+-]*)"
    r"|image/(png|jpeg|gif|webp|bmp|tiff)|text/(plain|csv)"
)
_READABLE = re.compile(r"text/.*|.*(xml|html|script|json).*")


def harmless(mimetype: str) -> str:
    """A type under which no browser runs what is in the file.

    :param mimetype: the file's own, as its sender or its content tells
    :return: the same where it is harmless, plain text for what can be read, else bytes to be saved
    """
    if _HARMLESS.fullmatch(mimetype):
        return mimetype
    return TEXT if _READABLE.fullmatch(mimetype) else BYTES
