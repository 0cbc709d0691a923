"""Reading a webhook's body: no more of it than is allowed, and as a JSON object or not at all."""

import asyncio
import json
from typing import Any, NoReturn

from starlette.requests import Request

# The platforms' own calls are a few KB; Meta says up to 3 MB, for batches of a size a helpline never sees.
LARGEST_BODY = 1024 * 1024
SMALL_BODY = 64 * 1024
"""What is read of a source that floods us with forged bodies: more than the platforms' own calls ever need."""
_PATIENCE = 20.0
"""Seconds in which a body must have come."""
_DEEPEST = 32
"""How deep a body may be nested; the platforms' own go to about ten."""


class TooLarge(Exception):
    """The body is larger than it may be."""


class TooSlow(Exception):
    """The body did not come in time."""


class NotJson(Exception):
    """The body is not a JSON object."""


async def raw_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """Returns the raw bytes of a request's body, of ``largest`` bytes at most.

    Raises:
        TooLarge: it is announced as too large, or turned out to be; the rest is not read.
        TooSlow: it did not come in time.
        starlette.requests.ClientDisconnect: the caller went away.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > 9 or int(announced) > largest):
        raise TooLarge
    read = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.stream():
                read += chunk
                if len(read) > largest:
                    raise TooLarge
    except TimeoutError:
        raise TooSlow from None
    return bytes(read)


def json_object(raw: bytes) -> dict[str, Any]:
    """Returns the JSON object that the bytes hold. Of a repeated key the last counts.

    Raises:
        NotJson: they hold none (NaN and Infinity are no JSON; nor is what is nested deeper than anybody writes).
    """
    try:
        value = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise NotJson from None
    # Counting is quick, and tells that almost no body is deep.
    deep = raw.count(b"{") + raw.count(b"[") > _DEEPEST and _depth_above(value, _DEEPEST)
    if deep or not isinstance(value, dict):
        raise NotJson
    return value


def _depth_above(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
