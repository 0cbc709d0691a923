"""The edge: headers on every answer, and floods of forged bodies that neither cost much nor silence a child."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.body import LARGEST_BODY, SMALL_BODY
from bot.sources import Sources
from tests.bot.street import PLATFORM, STRANGER, Street, street_in
from tests.channels.payload import payload

TELEGRAM, WHATSAPP = "/telegram/webhook", "/whatsapp/webhook"
MOST = 30


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with street_in(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/nowhere", "/desk/login", "/desk/static/desk.css", "/simulator/", TELEGRAM]
)
async def test_every_answer_says_how_it_may_be_used(street: Street, path: str) -> None:
    async with street.caller() as caller:
        headers = (await caller.get(path)).headers
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


async def test_without_tls_nothing_promises_it(tmp_path: Path) -> None:
    async with street_in(tmp_path, secure=False) as street, street.caller() as caller:
        assert "strict-transport-security" not in (await caller.get("/healthz")).headers


@pytest.mark.parametrize("path", [TELEGRAM, WHATSAPP])
async def test_a_flood_of_forged_bodies_is_told_to_slow_down(street: Street, path: str) -> None:
    async with street.caller(**{"X-Hub-Signature-256": "sha256=0", "X-Telegram-Bot-Api-Secret-Token": "0"}) as caller:
        answers = [(await caller.post(path, content=b"{}")).status_code for _ in range(MOST + 2)]
        assert answers == [403] * MOST + [429] * 2
        late = await caller.post(path, content=b"x" * (SMALL_BODY + 1))
        assert late.status_code == (429 if path == TELEGRAM else 413), "no more than this is read of it"
    async with street.caller("203.0.113.8") as neighbour:
        assert (await neighbour.post(path, content=b"{}")).status_code == 403, "others are not blamed for it"
    assert (await street.rows())["conversation"] == []


@pytest.mark.parametrize(("path", "name"), [(TELEGRAM, "telegram"), (WHATSAPP, "whatsapp")])
async def test_a_flood_through_the_same_proxy_silences_no_child(street: Street, path: str, name: str) -> None:
    async with street.caller(PLATFORM) as flood:
        for _ in range(MOST + 1):
            await flood.post(path, content=b"{}")
        assert (await flood.post(path, content=b"{}")).status_code == 429
    assert (await street.signed(path, payload(name, "text"))).status_code == 200
    assert len((await street.rows())["conversation"]) == 1


async def test_a_forged_line_of_proxies_has_nobody_else_shut_out(street: Street) -> None:
    async with street.caller(STRANGER, **{"X-Forwarded-For": PLATFORM}) as forger:
        for _ in range(MOST + 1):
            await forger.post(WHATSAPP, content=b"{}")
    async with street.caller("10.0.0.2", **{"X-Forwarded-For": PLATFORM}) as behind_our_proxy:
        assert (await behind_our_proxy.post(WHATSAPP, content=b"{}")).status_code == 403


async def test_guessing_at_the_desk_is_slowed_by_source_too(street: Street) -> None:
    await street.hire("Salma")
    async with street.caller() as guesser:
        answers = [(await guesser.post("/desk/login", data={"name": f"n{n}"})).status_code for n in range(MOST + 1)]
        assert answers == [403] * MOST + [429]
    async with street.caller("203.0.113.9") as counsellor:
        assert (await counsellor.get("/desk/login")).status_code == 200
        assert (await counsellor.post("/desk/login", data={"name": "Salma"})).status_code == 403


@pytest.mark.parametrize(("depth", "status"), [(20, 200), (40, 400), (100_000, 400)])
async def test_a_body_is_not_deeper_than_anybody_writes(street: Street, depth: int, status: int) -> None:
    for path in (TELEGRAM, WHATSAPP):
        raw = b'{"entry": ' + b"[" * depth + b"]" * depth + b', "text": "' + b"[{" * 60 + b'"}'
        assert (await street.signed(path, raw)).status_code == status


async def test_a_signed_body_is_read_up_to_the_limit(street: Street) -> None:
    assert (await street.signed(WHATSAPP, b"{" + b" " * (LARGEST_BODY - 2) + b"}")).status_code == 200
    assert (await street.signed(WHATSAPP, b"{" + b" " * LARGEST_BODY + b"}")).status_code == 413


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200), ("10.1.2.3", {}, 200), ("11.22.33.44", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": STRANGER}, 404), ("10.1.2.3", {"X-Forwarded-Proto": "https"}, 404),
    ],
)  # fmt: skip
async def test_counts_are_shown_to_the_own_network_alone(
    street: Street, address: str, headers: dict[str, str], status: int
) -> None:
    async with street.caller(address, **headers) as caller:
        assert (await caller.get("/metrics")).status_code == status


def test_what_this_machine_sends_is_not_counted_and_old_sources_are_forgotten() -> None:
    now = 0.0
    sources = Sources(lambda: now)

    def call(address: str) -> dict[str, object]:
        return {"client": (address, 1), "headers": []}

    for n in range(20_000):
        sources.refused(call(f"2001:db8:{n // 5000:x}:{n % 5000:x}::1"))
    for _ in range(MOST):
        sources.refused(call("127.0.0.1"))
        sources.refused(call("2001:db8:ffff:1::1"))
    assert not sources.weigh(call("127.0.0.1"))
    assert sources.weigh(call("2001:db8:ffff:1:2:3:4:5")), "the half of an address that one customer has"
    assert not sources.weigh(call("2001:db8:ffff:2::1"))
    now = 61.0
    assert not sources.weigh(call("2001:db8:ffff:1::1"))
