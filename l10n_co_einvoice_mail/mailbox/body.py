"""What a mail says in words: the text that a mail program would show."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

#: Characters that are shown of a text.
LENGTH = 200_000


def html_and_text(raw: bytes) -> tuple[str, str]:
    """The HTML part and the plain one of a mail; "" where there is none, or it cannot be read.

    Neither is fit to be shown: whoever shows HTML sanitises it first.
    """
    try:
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)
        return _part(message, "html"), _part(message, "plain")
    except Exception:  # noqa: BLE001 - the parser raises whatever a hostile mail makes it raise
        return "", ""


def _part(message, kind):
    part = message.get_body((kind,))
    content = part.get_content() if part is not None else ""
    return content[:LENGTH] if isinstance(content, str) else ""
