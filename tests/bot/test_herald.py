"""Other systems are told what happens, over real HTTP: every event, once in effect, in order within a case."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import administration
from bot.settings import WrongSettings
from bot.signature import read_secrets, signature
from handoff.case import Case, Status
from handoff.port import Role
from store.database import Connection, Database
from store.hook import Hooks
from tests.bot.house import House, house_in
from tests.bot.listening import SECRET, Hourglass, Listener, herald
from tests.bot.test_arrival import KEY, MAIL
from tests.bot.test_life import WAY
from tests.conftest import ROOT, settings_in


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    listener = Listener(tmp_path)
    yield listener
    listener.stop()


def _settings(url: str) -> dict[str, object]:
    return {"webhook": {"url": url, "secret": SECRET}}


@pytest.fixture
async def telling(tmp_path: Path, database_url: str, listener: Listener) -> AsyncIterator[House]:
    """A house that tells the listener, on SQLite and on PostgreSQL."""
    async with house_in(tmp_path, database_url, handoff=_settings(listener.url)) as house:
        yield house


@pytest.fixture
async def home(tmp_path: Path, listener: Listener) -> AsyncIterator[House]:
    """The same on SQLite alone."""
    async with house_in(tmp_path, f"sqlite:///{tmp_path / 'm3ak.db'}", handoff=_settings(listener.url)) as house:
        yield house


async def _waiting(house: House) -> list[dict[str, Any]]:
    return [json.loads(row.body) for row in sorted((await house.rows())["hook"])]


async def _events(house: House) -> list[str]:
    return [event["event"] for event in await _waiting(house)]


async def _whole_life(house: House) -> str:
    reference = await house.queued()
    await house.app.relay.take(reference, "salma")
    assert await house.app.life.move(reference, "salma", Role.COUNSELLOR, WAY[0]) is None
    await house.app.relay.close(reference, "salma", "helped")
    return reference


LIFE = [
    (1, "case.opened", "received", "high"),
    (2, "case.taken", "received", "high"),
    (3, "case.moved", "analysis", "high"),
    (4, "case.closed", "closed", "high"),
]


async def test_a_receiver_that_is_down_for_an_hour_and_then_unwell_hears_each_event_once_and_in_order(
    telling: House, listener: Listener
) -> None:
    hourglass = Hourglass()
    worker = herald(telling.app.database, listener.url, hourglass)
    reference = await _whole_life(telling)
    for _ in range(12):
        await worker.drain()
        hourglass.turn(300)
    rows = sorted((await telling.rows())["hook"])
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert rows[0].why == "network"
    assert 8 <= rows[0].attempts <= 12, "it was tried all the while"
    listener.start("broken", "lost", "slow", "twice", "lost")
    for _ in range(20):
        hourglass.turn(700)
        await worker.drain()
        if not (await telling.rows())["hook"]:
            break
    assert (await telling.rows())["hook"] == []
    assert listener.history(reference) == LIFE
    assert listener.server.calls > len(LIFE)
    await worker.close()


async def test_two_processes_tell_each_event_once_and_one_that_dies_holds_nothing_for_long(
    telling: House, listener: Listener, tmp_path: Path
) -> None:
    listener.start()
    references = [await _whole_life(telling) for _ in range(4)]
    assert len(set(references)) == 4
    hourglass = Hourglass()
    await telling.app.database.write(lambda c: Hooks(c).claim(hourglass.at, timedelta(seconds=8), 1))
    other = Database(telling.app.settings.storage.url)
    workers = [herald(database, listener.url, hourglass) for database in (telling.app.database, other)]
    try:
        for _ in range(3):
            await asyncio.gather(*(worker.drain() for worker in workers))
        assert len((await telling.rows())["hook"]) == 4, "what the dead one held, and what is behind it"
        hourglass.turn(8)
        for _ in range(3):
            await asyncio.gather(*(worker.drain() for worker in workers))
    finally:
        await other.close()
    assert (await telling.rows())["hook"] == []
    assert listener.server.calls == 16
    assert [listener.history(reference) for reference in references] == [LIFE] * 4
    for worker in workers:
        await worker.close()


async def test_an_event_is_there_with_what_happened_or_not_at_all(telling: House) -> None:
    reference = await telling.opened()
    assert await _events(telling) == ["case.opened"]

    def work(c: Connection) -> None:
        cases = telling.app.turns.transaction(c).cases
        case = cases.get(reference)
        assert case
        cases.amend(reference, case.model_copy(update={"status": Status.TREAT}))
        raise ValueError("planted")

    with pytest.raises(ValueError, match="planted"):
        await telling.app.database.write(work)
    assert await _events(telling) == ["case.opened"]
    (event,) = await _waiting(telling)
    assert event == {
        "schema": "m3ak.event/1", "id": f"{reference}.1", "event": "case.opened", "reference": reference, "number": 1,
        "status": "received", "priority": "high", "at": event["at"],
    }  # fmt: skip
    case = await telling.app.cases.case(reference)
    assert case
    assert event["at"] == case.document()["opened_at"]


async def test_what_a_child_takes_back_is_withdrawn_outside_too_and_once(home: House) -> None:
    reference = await home.queued()
    await home.say("bghit nse7eb chikaya")
    await home.choose("withdraw.yes")
    last = (await _waiting(home))[-1]
    assert (last["event"], last["status"], last["priority"]) == ("case.withdrawn", "withdrawn", None)
    case = await home.app.cases.case(reference)
    assert case
    assert case.status is Status.WITHDRAWN


async def test_a_case_that_is_sealed_is_withdrawn_to_everybody_outside_and_its_end_is_not_told_again(
    home: House,
) -> None:
    await home.say("bghit nmout")
    await home.choose("consent.yes")
    reference = (await home.state()).case
    assert reference
    await home.say("bghit nse7eb chikaya")
    await home.choose("withdraw.yes")
    row = next(row for row in (await home.rows())["case_"] if row.reference == reference)
    assert row.status == "sealed"
    assert (await _events(home)).count("case.withdrawn") == 1
    assert "sealed" not in str(await _waiting(home))
    home.clock.move_to(home.clock.now() + timedelta(hours=73))
    await home.app.timers.fire()
    row = next(row for row in (await home.rows())["case_"] if row.reference == reference)
    assert row.status == "withdrawn"
    assert (await _events(home)).count("case.withdrawn") == 1


async def test_a_chat_without_consent_is_nobody_elses_to_know(home: House) -> None:
    await home.say("wa7d kayhddedni f whatsapp")
    await home.choose("consent.no")
    await home.say("bghit nhder m3a chi wa7d dyal bsse7")
    (case,) = (await home.rows())["case_"]
    await home.app.relay.take(case.reference, "salma")
    assert (await home.rows())["hook"] == []


async def test_a_receiver_that_asks_for_time_gets_it(home: House, listener: Listener) -> None:
    await home.opened()
    asked: list[float] = []

    class Busy(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(1)
            return httpx.Response(503, headers={"retry-after": "30"})

    hourglass = Hourglass()
    worker = herald(home.app.database, listener.url, hourglass)
    worker._receivers["webhook"]._client = httpx.AsyncClient(transport=Busy())  # type: ignore[attr-defined]
    for seconds in (0, 10, 15):
        hourglass.turn(seconds)
        await worker.drain()
    assert len(asked) == 1
    hourglass.turn(20)
    await worker.drain()
    assert len(asked) == 2


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # The example of standardwebhooks.com's own libraries.
    keys = read_secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    raw = b'{"test": 2432232314}'
    given = signature(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, raw)
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("webhook", "words"),
    [
        ({"url": "https://a.example"}, "M3AK_HANDOFF__WEBHOOK__SECRET is not"),
        ({"url": "https://a.example", "secret": "secret"}, "a weak one"),
        ({"url": "https://a.example", "secret": "whsec_" + "QUFB" * 10}, "a weak one"),
        ({"url": "http://a.example", "secret": SECRET}, "not encrypted"),
        ({"url": "a.example", "secret": SECRET}, "is no address"),
        ({"url": "https://me:word@a.example", "secret": SECRET}, "is no address"),
    ],
)
def test_a_weak_secret_and_an_open_way_are_refused(tmp_path: Path, webhook: dict[str, str], words: str) -> None:
    with pytest.raises(WrongSettings, match=words) as refused:
        settings_in(tmp_path, handoff={"webhook": webhook})
    assert "\n" not in str(refused.value)


async def test_a_damaged_case_is_told_of_by_what_is_left(home: House) -> None:
    reference = await home.opened()
    case = await home.app.cases.case(reference)
    assert isinstance(case, Case)
    await home.app.database.write(lambda c: c.exec_driver_sql("UPDATE case_ SET data_sealed = 'x'"))
    await home.say("bghit nhder m3a chi wa7d dyal bsse7")
    await home.app.relay.take(reference, "salma")
    assert (await _events(home))[-1] == "case.taken"


async def test_a_case_that_came_by_mail_is_told_of_like_any_other(home: House) -> None:
    reference = await home.app.arrivals.enter(MAIL, "salma", KEY, take=True)
    for move in WAY:
        assert await home.app.life.move(reference, "salma", Role.COUNSELLOR, move) is None
    assert await home.app.arrivals.withdraw(reference, "salma", Role.COUNSELLOR) is None
    told = [(event["event"], event["status"]) for event in await _waiting(home)]
    assert told == [
        ("case.opened", "received"), ("case.taken", "received"),
        *(("case.moved", move.to.value) for move in WAY), ("case.withdrawn", "withdrawn"),
    ]  # fmt: skip
    assert MAIL.message not in str(await _waiting(home))


async def test_what_a_helpline_erases_on_demand_is_withdrawn_outside_too(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await home.opened()
    for name, value in home.app.settings.handoff.webhook.model_dump().items():
        shown = SECRET if name == "secret" else str(value)
        monkeypatch.setenv(f"M3AK_HANDOFF__WEBHOOK__{name.upper()}", shown)
    monkeypatch.setenv("M3AK_STORAGE__URL", home.app.settings.storage.url)
    monkeypatch.setenv("M3AK_PRIVACY__KEY_FILE", str(home.app.settings.privacy.key_file))
    assert await administration.erase_case(ROOT / "config.yml", reference)
    assert await _events(home) == ["case.opened", "case.withdrawn"]
    assert (await home.rows())["case_"] == []
