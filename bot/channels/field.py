"""Reading single fields of a platform's JSON, where any field may be absent or of the wrong type."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_UNSTORABLE = re.compile("[\ud800-\udfff]")


class WrongType(Exception):
    """A field that carries the message is absent or of the wrong type: the message cannot be read."""


def clean(text: str) -> str:
    """Returns the text with lone surrogates replaced and NUL left out, so that any database can hold it."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text).replace("\0", "")


def record(value: object) -> Mapping[str, Any]:
    """Returns the value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> list[Mapping[str, Any]]:
    """Returns the JSON objects of a JSON array, in order; none if it is no array."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def needed(value: object) -> Mapping[str, Any]:
    """Returns the value if it is a JSON object.

    Raises:
        WrongType: it is not.
    """
    if not isinstance(value, dict):
        raise WrongType
    return value


def words(value: object) -> str:
    """Returns a string, cleaned; empty when the field is absent.

    Raises:
        WrongType: the field is there and is no string.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise WrongType
    return clean(value)


def identifier(*values: object, longest: int = 256) -> str:
    """Returns the first value that can be an identifier (a whole number, or a string), as a string.

    Raises:
        WrongType: none of them can.
    """
    for value in values:
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and 0 < len(value) <= longest and value.isprintable():
            return value
    raise WrongType


def optional_identifier(value: object) -> str | None:
    """Returns the value as an identifier, or None if it can be none (media ids are long, so up to 1,024)."""
    try:
        return identifier(value, longest=1024)
    except WrongType:
        return None


def moment(value: object) -> datetime:
    """Returns a Unix time in seconds (a number, or digits in a string) as a date; now, if it is none."""
    try:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError
        return datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC)
