"""Reading a webhook's body: no more of it than is allowed, and as a JSON object or not at all."""

import json
from typing import Any, NoReturn

from starlette.requests import Request

# The platforms' own calls are a few KB; Meta says up to 3 MB, for batches of a size a helpline never sees.
LARGEST_BODY = 1024 * 1024


class TooLarge(Exception):
    """The body is larger than `LARGEST_BODY`."""


class NotJson(Exception):
    """The body is not a JSON object."""


async def raw_body(request: Request) -> bytes:
    """Returns the raw bytes of a request's body.

    Raises:
        TooLarge: it is announced as too large, or turned out to be; the rest is not read.
        starlette.requests.ClientDisconnect: the caller went away.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > 9 or int(announced) > LARGEST_BODY):
        raise TooLarge
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LARGEST_BODY:
            raise TooLarge
    return bytes(read)


def json_object(raw: bytes) -> dict[str, Any]:
    """Returns the JSON object that the bytes hold. Of a repeated key the last counts.

    Raises:
        NotJson: they hold none (NaN and Infinity are no JSON; nor is what is nested too deep to read).
    """
    try:
        value = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise NotJson from None
    if not isinstance(value, dict):
        raise NotJson
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
