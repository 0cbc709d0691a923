"""The key file: the main keys, one a line, the newest first. It is replaced as a whole, never written into."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet


class NoKeys(Exception):
    """There is no usable key. The message names the setting and the cure."""


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
        raise _useless(file) from None


def add_key(file: Path) -> None:
    """Puts a new key in front of the others.

    Raises:
        NoKeys: when the file cannot be written.
    """
    write_keys(file, [Fernet.generate_key().decode(), *read_keys(None, file)])


def write_keys(file: Path, keys: Sequence[str]) -> None:
    """Replaces the file: who reads it meanwhile finds the old one or the new one, even across a crash.

    Raises:
        NoKeys: when it cannot be written.
    """
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write("".join(f"{key}\n" for key in keys))
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except OSError:
        raise _useless(file) from None


def _useless(file: Path) -> NoKeys:
    return NoKeys(f"The key file {file} (setting privacy.key_file) cannot be read or made; set its place or its"
                  " rights, or set M3AK_PRIVACY__KEYS.")  # fmt: skip
