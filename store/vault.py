"""The vault: everything a child says, and every address, is encrypted before it reaches the database."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class NoKeys(Exception):
    """There is no usable key. The message names the setting and the cure."""


class Vault:
    """Seals and opens content, and hashes what must be found again without being kept.

    Args:
        keys: Fernet keys (32 random bytes in URL-safe base64), the one to seal with first; the others
            still open what they sealed.

    Raises:
        NoKeys: when there is none or one is malformed.
    """

    def __init__(self, keys: list[str]):
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in keys if key.strip()])
        except ValueError:
            raise NoKeys(
                "M3AK_PRIVACY__KEYS needs one or more keys, joined by commas, each of 32 random bytes in URL-safe"
                " base64; a new one is printed by: python -c"
                ' "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
            ) from None
        self._pepper = b""

    def seal(self, text: str) -> bytes:
        """Encrypts and signs a text."""
        return self._fernet.encrypt(text.encode("utf-8", "replace"))

    def open(self, sealed: bytes) -> str:
        """Decrypts what ``seal`` made.

        Raises:
            NoKeys: when none of the keys fits.
        """
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise NoKeys("The database was sealed with other keys; put them into M3AK_PRIVACY__KEYS too.") from None

    def pepper(self, sealed: bytes | None) -> bytes:
        """Takes the secret of the keyed hashes from the database, or makes it.

        It lives sealed in the database, so that keys can be changed without losing who is who.

        Returns:
            the sealed secret, to be stored.
        """
        if sealed is None:
            sealed = self.seal(secrets.token_hex(32))
        self._pepper = bytes.fromhex(self.open(sealed))
        return sealed

    def hash(self, kind: str, *parts: str) -> str:
        """A keyed hash (HMAC-SHA256, 32 hexadecimal digits) of what must not be stored itself."""
        message = "\x1f".join((kind, *parts)).encode("utf-8", "replace")
        return hmac.new(self._pepper, message, hashlib.sha256).hexdigest()[:32]


def read_keys(given: str | None, file: Path) -> list[str]:
    """The keys from the environment, or from the key file, which is made on the first run.

    Raises:
        NoKeys: when the file cannot be read or made.
    """
    if given:
        return given.split(",")
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(Fernet.generate_key() + b"\n")
        return file.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        raise NoKeys(f"The key file {file} (setting privacy.key_file) cannot be read or made; set its place or its"
                     " rights, or set M3AK_PRIVACY__KEYS.") from None  # fmt: skip
