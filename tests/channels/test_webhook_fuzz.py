"""Damaged payloads: whatever a signed body holds, the webhook answers 200 or 400 and raises nothing."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channels.client import TELEGRAM, WHATSAPP, Caller
from tests.channels.payload import names, payload

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec=None), max_size=20),
    st.sampled_from(["private", "text", "interactive", "messages", "\ud800", "\0", "9" * 400]),
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PAYLOADS = [(TELEGRAM, payload("telegram", name)) for name in names("telegram")] + [
    (WHATSAPP, payload("whatsapp", name)) for name in names("whatsapp")
]


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    made = Caller()
    yield made
    made.close()


def places(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Returns the path of every value inside a JSON value."""
    found = [so_far] if so_far else []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        found.extend(places(item, (*so_far, key)))
    return found


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draws a payload in which up to three values are replaced, removed or repeated."""
    path, original = draw(st.sampled_from(PAYLOADS))
    body = copy.deepcopy(original)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(places(body) or [("entry",)]))
        holder = body
        for key in way:
            holder = holder[key]
        match draw(st.sampled_from(["replace", "replace", "remove", "repeat"])):
            case "remove" if last in holder or isinstance(holder, list):
                del holder[last]
            case "repeat" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[last]))
            case _:
                holder[last] = draw(JSON)
    return path, body


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_a_damaged_payload_is_200_and_its_events_can_be_stored(
    caller: Caller, case: tuple[str, dict[str, Any]]
) -> None:
    path, body = case
    caller.inbox.events.clear()
    assert caller.post(path, body).status_code == 200
    for event in caller.inbox.events:
        for text in (event.address, event.message_id, event.text, event.choice or "", event.media_ref or ""):
            assert "\0" not in text.encode().decode()
        assert event.address
        assert event.message_id
        assert event.text or event.choice or event.media
        assert event.at.tzinfo is not None


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PAYLOADS), st.data())
def test_a_cut_or_flipped_body_is_200_or_400(
    caller: Caller, case: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    path, body = case
    raw = bytearray(json.dumps(body).encode())
    del raw[data.draw(st.integers(0, len(raw))) :]
    if raw:
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert caller.post(path, bytes(raw)).status_code in (200, 400)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([TELEGRAM, WHATSAPP]), st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_any_object_is_200(caller: Caller, path: str, body: dict[str, Any]) -> None:
    assert caller.post(path, body).status_code == 200


@pytest.mark.parametrize("depth", [50, 300, 900])
def test_nesting_that_can_be_read_is_200(caller: Caller, depth: int) -> None:
    raw = b'{"entry": ' + b"[" * depth + b"]" * depth + b', "message": ' + b'{"chat":' * depth + b"1"
    assert caller.post(WHATSAPP, raw + b"}" * depth + b"}").status_code in (200, 400)
    assert caller.post(TELEGRAM, raw + b"}" * depth + b"}").status_code in (200, 400)
