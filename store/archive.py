"""The archive: tables in one encrypted file, in pieces, so that no database is too large for memory.

A line that names the format, a line of JSON (which main key wraps the file's own key, the tables' version, when it was
made), then pieces: four bytes of length and a sealed, compressed piece of one table. The last piece counts the rows; a
file without it was cut off. Pieces cannot be swapped, left out or taken from another archive.
"""

import base64
import json
import os
import secrets
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Date, DateTime, LargeBinary, Table

from store.database import aware
from store.vault import DataKey, NoKeys, Vault

_FORMAT = b"M3AK ARCHIVE 1\n"
_LENGTH = struct.Struct(">I")
_PLACE = "archive"


class BrokenArchive(Exception):
    """The file is no archive, or not a whole one. The message names the cure."""


@dataclass(frozen=True, slots=True)
class Header:
    """What an archive says of itself, in clear.

    Args:
        tables: the version of the tables.
        made: when.
        main: the name of the main key that opens it.
    """

    tables: str
    made: datetime
    main: str


def write_archive(
    path: Path, vault: Vault, version: str, made: datetime, pieces: Iterator[tuple[Table, Sequence[Any]]]
) -> dict[str, int]:
    """Writes an archive beside a file and puts it in its place when it is whole.

    Args:
        path: the file, of which only the owner may read.
        vault: its newest main key opens it.
        version: of the tables.
        made: now.
        pieces: rows of tables.

    Returns:
        how many rows of each table.

    Raises:
        OSError: when it cannot be written.
    """
    key, counts = DataKey(os.urandom(32)), dict[str, int]()
    main, wrap = vault.wrap(key, _PLACE)
    about = {"main": main, "key": base64.b64encode(wrap).decode(), "tables": version, "made": made.isoformat()}
    head = json.dumps(about).encode() + b"\n"
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(_FORMAT + head)
            put = _writer(out, key, head)
            for table, rows in pieces:
                put([table.name, [[_plain(value) for value in row] for row in rows]])
                counts[table.name] = counts.get(table.name, 0) + len(rows)
            put([None, counts])
            out.flush()
            os.fsync(out.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return counts


def _writer(out: IO[bytes], key: DataKey, head: bytes) -> Callable[[Any], None]:
    cipher, number = AESGCM(key.raw), 0

    def put(piece: Any) -> None:
        nonlocal number
        sealed = cipher.encrypt(number.to_bytes(12), zlib.compress(json.dumps(piece).encode()), head)
        out.write(_LENGTH.pack(len(sealed)) + sealed)
        number += 1

    return put


def read_header(path: Path) -> Header:
    """What an archive says of itself.

    Raises:
        BrokenArchive: when it is none.
    """
    with path.open("rb") as file:
        return _head(path, file)[0]


def _head(path: Path, file: IO[bytes]) -> tuple[Header, dict[str, str], bytes]:
    try:
        if file.read(len(_FORMAT)) != _FORMAT:
            raise ValueError
        head = file.readline(10_000)
        about = json.loads(head)
        return Header(about["tables"], datetime.fromisoformat(about["made"]), about["main"]), about, head
    except (ValueError, KeyError, TypeError):
        raise BrokenArchive(f"{path} is no backup of M3ak.") from None


def read_archive(path: Path, vault: Vault, tables: dict[str, Table]) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """The rows of an archive, piece by piece.

    Args:
        path: the file.
        vault: one of its main keys must be the archive's.
        tables: by name.

    Raises:
        BrokenArchive: when it is not whole, or was changed.
        NoKeys: when none of the main keys opens it.
    """
    with path.open("rb") as file:
        header, about, head = _head(path, file)
        try:
            key = vault.unwrap(header.main, base64.b64decode(about["key"]), _PLACE)
        except NoKeys:
            raise NoKeys(f"{path} needs the main key {header.main}; put it into M3AK_PRIVACY__KEYS or the key file,"
                         " behind the others.") from None  # fmt: skip
        if key is None:
            raise _changed(path)
        cipher, number, counts = AESGCM(key.raw), 0, dict[str, int]()
        while True:
            length = file.read(_LENGTH.size)
            if len(length) < _LENGTH.size:
                raise _changed(path)
            try:
                sealed = file.read(_LENGTH.unpack(length)[0])
                name, rows = json.loads(zlib.decompress(cipher.decrypt(number.to_bytes(12), sealed, head)))
            except (InvalidTag, ValueError, zlib.error):
                raise _changed(path) from None
            number += 1
            if name is None:
                if rows != counts or file.read(1):
                    raise _changed(path)
                return
            counts[name] = counts.get(name, 0) + len(rows)
            yield tables[name], [_row(tables[name], row) for row in rows]


def _changed(path: Path) -> BrokenArchive:
    return BrokenArchive(f"{path} was cut off or changed; take another backup.")


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _row(table: Table, values: list[Any]) -> dict[str, Any]:
    return {column.name: _value(column.type, value) for column, value in zip(table.columns, values, strict=True)}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, DateTime):
        return aware(datetime.fromisoformat(value))
    return date.fromisoformat(value) if isinstance(kind, Date) else value
