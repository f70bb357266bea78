"""Answers of mail servers, as the exceptions that the protocol libraries make of them."""

import imaplib
import poplib
import smtplib
import ssl


def imap(answer):
    """A tagged NO, as IMAPClient hands it on."""
    return imaplib.IMAP4.error(f"command failed: {answer}")


def imap_login(answer):
    """A tagged NO to LOGIN: imaplib makes an exception of bytes, IMAPClient a text of that."""
    return imaplib.IMAP4.error(str(imaplib.IMAP4.error(answer.encode())))


def imap_bad(answer):
    return imaplib.IMAP4.error(f"LOGIN command error: BAD [{answer.encode()!r}]")


def bye(answer):
    return imaplib.IMAP4.abort(answer)


def pop(answer):
    return poplib.error_proto(answer.encode())


def smtp(answer):
    code, _space, words = answer.partition(" ")
    return smtplib.SMTPAuthenticationError(int(code), words.encode())


def connected(answer):
    """What a sending server says first of all."""
    code, _space, words = answer.partition(" ")
    return smtplib.SMTPConnectError(int(code), words.encode())


def hello(answer):
    code, _space, words = answer.partition(" ")
    return smtplib.SMTPHeloError(int(code), words.encode())


def sender(answer):
    code, _space, words = answer.partition(" ")
    return smtplib.SMTPSenderRefused(int(code), words.encode(), "f@x.co")


def recipient(answer):
    code, _space, words = answer.partition(" ")
    return smtplib.SMTPRecipientsRefused({"t@x.co": (int(code), words.encode())})


def data(answer):
    code, _space, words = answer.partition(" ")
    return smtplib.SMTPDataError(int(code), words.encode())


def certificate(words):
    return ssl.SSLCertVerificationError(
        1, f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {words} (_ssl.c:1002)"
    )


def tls(reason):
    return ssl.SSLError(1, f"[SSL: {reason}] {reason.lower()} (_ssl.c:1002)")
