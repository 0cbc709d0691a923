"""The vault: the main keys, which wrap the data keys and seal the house's own few values, and the keyed hashes."""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.key_file import NoKeys, read_keys

__all__ = ["DataKey", "NoKeys", "Vault", "open_vault"]
_NONCE = 12


class DataKey:
    """A key that seals one owner's content (AES-256-GCM).

    Args:
        raw: 32 random bytes.
    """

    MARK = b"\x01"
    """The first byte of what a data key sealed; what a main key sealed begins with a letter."""

    def __init__(self, raw: bytes):
        self.raw, self._cipher = raw, AESGCM(raw)

    def seal(self, text: str) -> bytes:
        """Encrypts and signs a text."""
        nonce = os.urandom(_NONCE)
        return self.MARK + nonce + self._cipher.encrypt(nonce, text.encode("utf-8", "replace"), None)

    def open(self, sealed: bytes) -> str:
        """Decrypts what ``seal`` made.

        Raises:
            NoKeys: when it was sealed with another key, or is damaged.
        """
        start = len(self.MARK)
        try:
            return self._cipher.decrypt(sealed[start : start + _NONCE], sealed[start + _NONCE :], None).decode()
        except (InvalidTag, ValueError):
            raise NoKeys("This was sealed with a key that was destroyed, or it is damaged.") from None


class MainKey:
    """A main key: a Fernet key, its name, and what wraps data keys with it.

    Args:
        text: 32 random bytes in URL-safe base64.

    Raises:
        ValueError: when it is malformed.
    """

    def __init__(self, text: str):
        self.fernet = Fernet(text)
        raw = base64.urlsafe_b64decode(text)
        # One key is never used by two ciphers, and its name tells nothing of it.
        self.name = hmac.new(raw, b"m3ak name 1", hashlib.sha256).hexdigest()[:8]
        self.cipher = AESGCM(hmac.new(raw, b"m3ak wrap 1", hashlib.sha256).digest())


class Vault:
    """Seals and opens with the main keys, and hashes what must be found again without being kept.

    Args:
        keys: Fernet keys, the one to seal with first; the others still open what they sealed.
        file: the key file they were read from, which is read again when it changes.

    Raises:
        NoKeys: when there is none or one is malformed.
    """

    def __init__(self, keys: Sequence[str], file: Path | None = None):
        self._file, self._stamp = file, (0, 0)
        self._stamp = self._changed()
        self._take(keys)
        self._pepper = b""

    def _take(self, keys: Sequence[str]) -> None:
        try:
            self._main = [MainKey(key.strip()) for key in keys if key.strip()]
            self._fernet = MultiFernet([key.fernet for key in self._main])
        except (ValueError, binascii.Error):
            raise NoKeys(
                "M3AK_PRIVACY__KEYS needs one or more keys, joined by commas, each of 32 random bytes in URL-safe"
                " base64; a new one is printed by: python -c"
                ' "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
            ) from None

    def _changed(self) -> tuple[int, int]:
        """Which file the key file is; one that is away for a moment changes nothing."""
        try:
            found = self._file.stat() if self._file else None
        except OSError:
            found = None
        return (found.st_mtime_ns, found.st_ino) if found else self._stamp

    def refresh(self) -> None:
        """Reads the key file again if it has changed: ``m3ak keys rotate`` puts a new key in front while we serve."""
        stamp = self._changed()
        if self._file and stamp != self._stamp:
            self._take(read_keys(None, self._file))
            self._stamp = stamp

    @property
    def names(self) -> list[str]:
        """The names of the main keys, the one that seals first."""
        return [key.name for key in self._main]

    def seal(self, text: str) -> bytes:
        """Encrypts and signs a text with the newest main key."""
        self.refresh()
        return self._fernet.encrypt(text.encode("utf-8", "replace"))

    def open(self, sealed: bytes) -> str:
        """Decrypts what ``seal`` made.

        Raises:
            NoKeys: when none of the keys fits.
        """
        for fresh in (False, True):
            if fresh:
                self.refresh()
            try:
                return self._fernet.decrypt(sealed).decode()
            except InvalidToken:
                continue
        raise NoKeys("The database was sealed with other keys; put them into M3AK_PRIVACY__KEYS too.")

    def newest(self, sealed: bytes) -> bool:
        """Whether the newest main key sealed this."""
        try:
            self._main[0].fernet.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def wrap(self, key: DataKey, place: str) -> tuple[str, bytes]:
        """Wraps a data key.

        Args:
            key: the data key.
            place: whose key it is; it opens there alone.

        Returns:
            the name of the main key that wraps it, and the wrap.
        """
        self.refresh()
        main, nonce = self._main[0], os.urandom(_NONCE)
        return main.name, nonce + main.cipher.encrypt(nonce, key.raw, place.encode())

    def unwrap(self, name: str, wrap: bytes, place: str) -> DataKey | None:
        """Unwraps a data key; None when the wrap is damaged.

        Raises:
            NoKeys: when the main key of this name is not among ours.
        """
        if name not in self.names:
            self.refresh()
        main = next((key for key in self._main if key.name == name), None)
        if main is None:
            raise NoKeys(f"The main key {name} is missing, which data keys are wrapped with; put it back into"
                         " M3AK_PRIVACY__KEYS or the key file, behind the others.")  # fmt: skip
        try:
            return DataKey(main.cipher.decrypt(wrap[:_NONCE], wrap[_NONCE:], place.encode()))
        except (InvalidTag, ValueError):
            return None

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


def open_vault(given: str | None, file: Path) -> Vault:
    """The vault with the keys from the environment, or from the key file, which is made on the first run.

    Raises:
        NoKeys: when there is no usable key.
    """
    keys = read_keys(given, file)
    return Vault(keys, None if given else file)
