"""Mutations of webhook bodies: of their values, and of their bytes. A seed makes the same ones again."""

import copy
import json
from functools import cache
from random import Random
from typing import Any

import yaml

from tests.channels.payload import FOLDER, names, payload

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 10**400, 1.5, 1e308, "", " ", "\0", "\ud800", "9" * 400, "أ" * 5000, [], {}, [[]],
    [None] * 3, {"": ""}, {"id": {"id": {"id": 1}}}, "private", "text", "interactive", "messages", "consent.yes",
    "age.skip", "1e5", "+212600000001", "مسح", "bghit nmout", "2026-11-22T10:00:00Z", "1700000000", -(10**18),
)  # fmt: skip
"""What stands in place of a value, besides the injections."""


@cache
def injections() -> dict[str, tuple[str, ...]]:
    """What OWASP's lists would try, by kind."""
    found = yaml.safe_load((FOLDER / "injection.yml").read_text(encoding="utf-8"))
    return {kind: tuple(values) for kind, values in found.items()}


@cache
def seeds() -> tuple[tuple[str, dict[str, Any]], ...]:
    """Every payload of both platforms, with the path of its webhook."""
    return tuple(
        (f"/{channel}/webhook", payload(channel, name))
        for channel in ("telegram", "whatsapp")
        for name in names(channel)
    )


def places(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside a JSON value."""
    found = [so_far] if so_far else []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        found.extend(places(item, (*so_far, key)))
    return found


def odd_value(random: Random) -> Any:
    """A value that nobody expects."""
    if random.random() < 0.5:
        return random.choice(random.choice(tuple(injections().values())))
    return copy.deepcopy(random.choice(ODD))


def mutated(random: Random) -> tuple[str, bytes]:
    """A webhook's path, and a body that is no longer quite what the platform sends."""
    path, body = random.choice(seeds())
    body = copy.deepcopy(body)
    _renew(random, body)
    if random.random() < 0.9:
        for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
            _damage(random, body)
    raw = json.dumps(body, ensure_ascii=random.random() < 0.5, allow_nan=True).encode("utf-8", "surrogatepass")
    if random.random() < 0.3:
        raw = _cut(random, raw)
    return path, raw


def _renew(random: Random, body: dict[str, Any]) -> None:
    """Fresh ids, for most: a repeat is known and left."""
    if random.random() < 0.1:
        return
    for *way, last in places(body):
        holder = _at(body, tuple(way))
        if last in ("update_id", "message_id"):
            holder[last] = random.getrandbits(31)
        elif last == "id" and str(holder[last]).startswith("wamid."):
            holder[last] = f"wamid.{random.getrandbits(80):x}"


def _damage(random: Random, body: dict[str, Any]) -> None:
    found = places(body)
    if not found:
        body["message"] = odd_value(random)
        return
    *way, last = random.choice(found)
    holder: Any = body
    for key in way:
        holder = holder[key]
    match random.randrange(5):
        case 0 if len(found) > 1:
            del holder[last]
        case 1 if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        case 2:
            holder[last] = copy.deepcopy(_at(body, random.choice(found)))
        case 3:
            value: Any = odd_value(random)
            for _ in range(random.choice((1, 3, 40))):
                value = random.choice(({"message": value}, [value]))
            holder[last] = value
        case _:
            holder[last] = odd_value(random)


def _at(body: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        body = body[key]
    return body


def _cut(random: Random, raw: bytes) -> bytes:
    at, to = sorted((random.randrange(len(raw) + 1), random.randrange(len(raw) + 1)))
    match random.randrange(6):
        case 0:
            return raw[:at]
        case 1:
            return raw[:at] + random.randbytes(random.randrange(1, 5)) + raw[at:]
        case 2:
            return raw[:at] + raw[to:]
        case 3:
            return raw[:to] + raw[at:]
        case 4:
            form = random.choice(("utf-16", "utf-32", "utf-8-sig", "utf-7"))
            return raw.decode("utf-8", "replace").encode(form, "replace")
        case _:
            flipped = bytes(byte ^ random.randrange(256) for byte in raw[at : at + 4])
            return raw[:at] + flipped + raw[at + 4 :]
