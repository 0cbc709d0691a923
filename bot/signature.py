"""The signature of what other systems are told, as standardwebhooks.com describes it."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

_PREFIX = "whsec_"
_SHORTEST = 24
"""Bytes of a secret: the least that standardwebhooks.com allows."""
_FEWEST = 12
"""Different bytes that a secret of chance has at the least; what a person makes up has fewer."""


def read_secrets(given: str) -> list[bytes]:
    """The keys to sign with: one, or several joined by commas while the receiver changes over.

    Raises:
        ValueError: when one is malformed or weak.
    """
    keys = []
    for one in given.split(","):
        try:
            key = base64.b64decode(one.strip().removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) < _SHORTEST or len(set(key)) < _FEWEST:
            raise ValueError(
                f"M3AK_HANDOFF__WEBHOOK__SECRET is no key, or a weak one; it needs {_PREFIX} and at least {_SHORTEST}"
                ' random bytes in base64; one is printed by: python -c "import base64, secrets;'
                f" print('{_PREFIX}' + base64.b64encode(secrets.token_bytes(32)).decode())\""
            )
        keys.append(key)
    return keys


def signature(keys: Sequence[bytes], id_: str, timestamp: int, raw: bytes) -> str:
    """What ``webhook-signature`` holds: HMAC-SHA256 over id, timestamp and body, by each key."""
    content = f"{id_}.{timestamp}.".encode() + raw
    return " ".join("v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode() for key in keys)
