"""The second factor: six digits that change every half minute (RFC 6238, with SHA-1 as every phone's app does)."""

import base64
import binascii
import hmac
import secrets
from datetime import datetime
from hashlib import sha1
from urllib.parse import quote

_PERIOD = 30
_DIGITS = 6
_DRIFT = (0, -1, 1)
"""Steps by which a phone's clock may be off."""


def new_secret() -> str:
    """A secret of 160 bits, in base 32, as an app on a phone takes it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address(secret: str, name: str, helpline: str) -> str:
    """The ``otpauth`` address by which an app on a phone takes a secret."""
    issuer = quote(helpline, safe="")
    return f"otpauth://totp/{issuer}:{quote(name, safe='')}?secret={secret}&issuer={issuer}"


def code(secret: str, step: int) -> str:
    """The digits of one step."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), sha1)
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def step_of(secret: str, typed: str, at: datetime) -> int | None:
    """The step whose digits were typed, or None when they are wrong or of another time."""
    if not secret:
        return None
    digits = "".join(typed.split())
    now = int(at.timestamp()) // _PERIOD
    try:
        found = [now + drift for drift in _DRIFT if hmac.compare_digest(code(secret, now + drift), digits)]
    except (binascii.Error, TypeError):
        return None
    return found[0] if found else None
