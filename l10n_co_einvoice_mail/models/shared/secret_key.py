"""The keys that passwords and tokens are encrypted with. They lie outside the database, which alone opens no mailbox.

Keys come from odoo.conf (`l10n_co_mail_key`) or the environment (`L10N_CO_MAIL_KEY`), several of them separated by
commas, and from a file in Odoo's data folder, one a line, which is made when the first password is stored and no key is
there. All of them decrypt. The first one of the configuration encrypts; without one, the last line of the file does.
"""

import base64
import contextlib
import functools
import logging
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from odoo.tools import config

_logger = logging.getLogger(__name__)

ENVIRONMENT = "L10N_CO_MAIL_KEY"
OPTION = "l10n_co_mail_key"
FILE = "l10n_co_mail_key"
NONCE_BYTES = 12


class KeyRefused(ValueError):
    """What is configured, or a line of the key file, is no key."""


class Key:
    """One key: 32 random bytes, written in base64 as Fernet writes its own."""

    def __init__(self, text):
        """:raise KeyRefused: `text` is no key"""
        try:
            self._fernet = Fernet(text)
        except ValueError:
            raise KeyRefused from None
        self._material = base64.urlsafe_b64decode(text)
        self._cipher = AESGCM(self._derived(b"secrets", 32))
        self.id = self._derived(b"id", 6).hex()

    def _derived(self, purpose, length):
        info = b"l10n_co_einvoice_mail " + purpose
        return HKDF(hashes.SHA256(), length, salt=None, info=info).derive(self._material)

    def encrypt(self, clear, place):
        """
        :param str clear: the secret
        :param str place: where it is stored; nowhere else it can be decrypted
        :return: str in base64
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, clear.encode(), place.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode("ascii")

    def decrypt(self, token, place):
        """:return: what `encrypt` was given; None when it was another key, or another place"""
        with contextlib.suppress(InvalidTag, ValueError):
            raw = base64.urlsafe_b64decode(token)
            nonce, sealed = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            return self._cipher.decrypt(nonce, sealed, place.encode()).decode()
        return None

    def decrypt_unbound(self, token):
        """:return: the same for what versions before 19.0.2.0.0 stored, which knew no place"""
        with contextlib.suppress(InvalidToken, ValueError):
            return self._fernet.decrypt(token.encode()).decode()
        return None


def generate():
    """:return: a new key, as text"""
    return Fernet.generate_key().decode("ascii")


def path():
    """:return: Path of the key file: beside the filestore, in no backup of the database"""
    return Path(config["data_dir"], FILE)


def configured():
    """:return: the keys of the configuration, as one text; "" when there is none"""
    return (os.environ.get(ENVIRONMENT) or config.get(OPTION) or "").strip()


def keyring():
    """:return: tuple of the Key objects of this server, the one that encrypts first; () when there is none
    :raise KeyRefused: one of them is no key
    """
    file = path()
    try:
        stat = file.stat()
    except OSError:
        return _keyring(configured(), file, None)
    return _keyring(configured(), file, (stat.st_ino, stat.st_size, stat.st_mtime_ns))


@functools.lru_cache(maxsize=4)
def _keyring(texts, file, version):
    lines = texts.split(",") if texts else []
    if version:
        try:
            # A line that is being appended has no end yet.
            lines += reversed(file.read_text("ascii").rpartition("\n")[0].splitlines())
        except (OSError, UnicodeDecodeError) as error:
            _logger.warning("The key file %s cannot be read: %s", file, error)
    return tuple(Key(line.strip()) for line in lines if line.strip())


def make_file():
    """Make the key file, unless another process is first: then its key is used.

    :raise OSError: it cannot be made
    """
    target = path()
    draft = target.with_name(f".{FILE}-{secrets.token_hex(8)}")
    try:
        # Under its own name the file is complete from the start: no process reads half a key.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(generate() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def add_to_file():
    """Append a new key, which encrypts from now on; what other keys encrypted is read as before.

    :raise OSError: there is no key file, or it cannot be written
    """
    with os.fdopen(os.open(path(), os.O_WRONLY | os.O_APPEND), "a") as file:
        file.write(generate() + "\n")
        file.flush()
        os.fsync(file.fileno())
