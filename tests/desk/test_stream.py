"""The live stream, over a real connection."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from tests.desk.house import HIGH, NORMAL, PASSWORD, URGENT, House
from tests.desk.serving import served


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    with served(house.app) as address, httpx.Client(base_url=f"{address}/desk", timeout=5) as client:
        client.get("/login")
        fields = {"form_token": client.cookies["m3ak_form"], "name": "Salma", "password": PASSWORD}
        assert client.post("/login", data=fields).status_code == 303
        yield client


def events(answer: httpx.Response) -> Iterator[str]:
    return (line.removeprefix("event: ") for line in answer.iter_lines() if line.startswith("event: "))


def test_a_case_page_hears_of_its_case_alone(house: House, client: httpx.Client) -> None:
    with client.stream("GET", "/events", params={"case": URGENT}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        heard = events(answer)
        assert next(heard) == "case"
        house.cases.write(NORMAL, "child", "autre chose")
        house.cases.write(URGENT, "child", "السلام")
        assert next(heard) == "case"
        house.users.sessions.clear()
        house.cases.write(URGENT, "child", "واش كاين شي حد؟")
        assert list(heard) == []


def test_the_queue_hears_of_every_case_and_of_no_word(house: House, client: httpx.Client) -> None:
    with client.stream("GET", "/events") as answer:
        lines = answer.iter_lines()
        got = [next(lines)]
        house.cases.write(HIGH, "child", "un secret")
        house.cases.change(NORMAL, unread=2)
        while len(got) < 6:
            got.append(next(lines))
        assert got == ["event: queue", "data: changed", ""] * 2, "what changes at once is one change"
        house.cases.change(NORMAL, unread=3)
        assert [next(lines) for _ in range(3)] == ["event: queue", "data: changed", ""]


def test_an_alarm_is_heard_at_every_desk(house: House, client: httpx.Client) -> None:
    with client.stream("GET", "/events", params={"case": NORMAL}) as answer:
        lines = answer.iter_lines()
        assert [next(lines) for _ in range(3)] == ["event: case", "data: changed", ""]
        house.changes.tell(URGENT, alarm=True)
        assert [next(lines) for _ in range(3)] == ["event: alarm", f"data: {URGENT}", ""]


def test_whoever_follows_is_at_the_desk(house: House, client: httpx.Client) -> None:
    with client.stream("GET", "/events") as answer:
        heard = events(answer)
        next(heard)
        house.now += timedelta(minutes=7)
        house.cases.change(HIGH, unread=2)
        next(heard)
    user = house.users._users["Salma"]
    assert user.seen_at == house.now


def test_a_stream_ends_with_its_session(house: House, client: httpx.Client) -> None:
    with client.stream("GET", "/events") as answer:
        heard = events(answer)
        next(heard)
        house.now += timedelta(hours=13)
        house.cases.change(HIGH, unread=2)
        assert list(heard) == []
    assert client.get("/events").headers["location"] == "/desk/login"
