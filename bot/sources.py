"""Where calls come from, and which sources send what nobody signed.

A source that floods us with forged bodies is read less of and told to slow down. What is signed, or comes with a
session, passes all the same: a flood let in through the same proxy must not silence a child.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from starlette.types import Scope

_MOST, _WINDOW = 30, 60.0
"""Refused calls of one source in so many seconds, after which it is suspect."""
_REMEMBERED = 10_000
_MARK = "m3ak_suspect"


def forwarded(scope: Scope) -> str | None:
    """By whom a proxy says that it was called: the last of its line, which our own proxy wrote; None without one."""
    line = None
    for name, value in scope["headers"]:
        if name == b"x-forwarded-for":
            line = value.decode("latin-1").rpartition(",")[2].strip()
        elif name.startswith((b"x-forwarded", b"forwarded")):
            line = line or ""
    return line


def direct(scope: Scope, *, private: bool = False) -> bool:
    """Whether a call comes from this machine (or, with ``private``, from a private network) and through no proxy."""
    if forwarded(scope) is not None or not scope.get("client"):
        return False
    try:
        address = ip_address(scope["client"][0])
    except ValueError:
        return False
    return address.is_loopback or (private and address.is_private)


def suspected(scope: Scope) -> bool:
    """Whether the edge found the source of a call suspect."""
    return _MARK in scope


class Sources:
    """Counts refused calls by source, in this process.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._refused: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def weigh(self, scope: Scope) -> bool:
        """Whether the source of a call is suspect; the call carries the mark then."""
        since, count = self._refused.get(_source(scope), (0.0, 0))
        if count < _MOST or self._clock() - since > _WINDOW:
            return False
        scope[_MARK] = True
        return True

    def refused(self, scope: Scope) -> None:
        """Notes that a call was refused. What this machine itself sends is not counted: its owner tests it so."""
        if direct(scope):
            return
        source, now = _source(scope), self._clock()
        since, count = self._refused.get(source, (now, 0))
        if now - since > _WINDOW:
            since, count = now, 0
        self._refused[source] = (since, count + 1)
        self._refused.move_to_end(source)
        if len(self._refused) > _REMEMBERED:
            self._refused.popitem(last=False)


def _source(scope: Scope) -> str:
    """The address that called, and for whom it says it did: who forges the second cannot have another shut out."""
    client = scope.get("client")
    return f"{_network(client[0] if client else '')} {_network(forwarded(scope) or '')}"


def _network(address: str) -> str:
    """An address; of IPv6 the half that a provider gives to one customer."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    return str(parsed) if not isinstance(parsed, IPv6Address) else parsed.exploded[:19]
