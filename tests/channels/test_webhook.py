"""The webhooks' answers, to the letter of the contract."""

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.channels.body import LARGEST_BODY
from bot.channels.inbox import NotStored
from bot.channels.webhook import telegram_routes, whatsapp_routes
from tests.channels.client import SECRET, TELEGRAM, WHATSAPP, Caller
from tests.channels.counting import count
from tests.channels.payload import payload
from tests.standins.telegram import TelegramStandIn
from tests.standins.whatsapp import APP_SECRET, VERIFY_TOKEN, signature

GOOD = {TELEGRAM: payload("telegram", "text"), WHATSAPP: payload("whatsapp", "text")}
PATHS = pytest.mark.parametrize("path", [TELEGRAM, WHATSAPP])


@pytest.fixture(scope="module")
def one_caller() -> Iterator[Caller]:
    made = Caller()
    yield made
    made.close()


@pytest.fixture
def caller(one_caller: Caller) -> Caller:
    one_caller.inbox.events.clear()
    one_caller.inbox.broken = None
    return one_caller


@PATHS
def test_200_once_the_event_is_durable(caller: Caller, path: str) -> None:
    channel = path.split("/")[1]
    before = count("m3ak_webhook_requests", channel=channel, outcome="accepted")
    assert caller.post(path, GOOD[path]).status_code == 200
    assert len(caller.inbox.events) == 1
    assert count("m3ak_webhook_requests", channel=channel, outcome="accepted") == before + 1


def test_a_batch_is_accepted_at_once_and_in_order(caller: Caller) -> None:
    assert caller.post(WHATSAPP, payload("whatsapp", "batch")).status_code == 200
    assert [event.text for event in caller.inbox.events] == ["un", "deux", "autre", "trois"]


@PATHS
@pytest.mark.parametrize("broken", [NotStored(), RuntimeError("INSERT … ('words of a child')")])
def test_503_when_it_could_not_be_stored(
    caller: Caller, path: str, broken: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caller.inbox.broken = broken
    assert caller.post(path, GOOD[path]).status_code == 503
    assert "child" not in caplog.text
    caller.inbox.broken = None
    assert caller.post(path, GOOD[path]).status_code == 200


@PATHS
@pytest.mark.parametrize(
    "body",
    [{}, {"object": "page", "entry": []}, {"update_id": 1, "novelty": {}}, {"message": 5}, {"entry": "x"}],
)
def test_200_for_what_is_signed_and_unknown(caller: Caller, path: str, body: dict[str, Any]) -> None:
    assert caller.post(path, body).status_code == 200
    assert caller.inbox.events == []


@PATHS
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"NaN",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1',
        b"\xff\xfe{",
        b"\x00",
        b"[" * 500_000,
        b'{"a":' * 150_000,
        b'{"n": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_400_for_what_is_no_json_object(caller: Caller, path: str, raw: bytes) -> None:
    assert caller.post(path, raw).status_code == 400
    assert caller.inbox.events == []


@PATHS
def test_repeated_keys_and_lone_surrogates_are_read(caller: Caller, path: str) -> None:
    raw = json.dumps(GOOD[path]).encode().replace(b"3ndi", b"\\ud83d \\u0000")
    raw = raw[:-1] + b', "update_id": 1, "update_id": 2}'
    assert caller.post(path, raw).status_code == 200
    (event,) = caller.inbox.events
    assert "\N{REPLACEMENT CHARACTER}" in event.text and "\0" not in event.text
    assert event.text.encode()


@PATHS
def test_413_too_large(caller: Caller, path: str) -> None:
    raw = json.dumps(GOOD[path]).encode()
    assert caller.post(path, raw + b" " * (LARGEST_BODY - len(raw))).status_code == 200
    assert caller.post(path, raw + b" " * (LARGEST_BODY + 1 - len(raw))).status_code == 413
    assert caller.post(path, b"x" * 10_000_000).status_code == 413
    assert len(caller.inbox.events) == 1


@PATHS
def test_413_without_a_length_stops_reading_early(caller: Caller, path: str) -> None:
    taken = 0

    def endless() -> Iterator[dict[str, Any]]:
        nonlocal taken
        while True:
            taken += 1
            yield {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    assert run(caller, path, endless()) == 413
    assert taken <= LARGEST_BODY / 65536 + 1


@PATHS
def test_a_caller_who_goes_away_changes_nothing(caller: Caller, path: str) -> None:
    raw = json.dumps(GOOD[path]).encode()
    parts: Iterator[dict[str, Any]] = iter([
        {"type": "http.request", "body": raw[:40], "more_body": True},
        {"type": "http.disconnect"},
    ])  # fmt: skip
    assert run(caller, path, parts) == 400
    assert caller.inbox.events == []


def run(caller: Caller, path: str, messages: Iterator[dict[str, Any]]) -> int:
    """Calls the application with a body that comes in these parts; returns the status."""
    headers = [(b"x-telegram-bot-api-secret-token", SECRET.encode()), (b"x-hub-signature-256", b"sha256=0")]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b""}
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(caller.app(scope, receive, send))
    return int(sent[0]["status"])


@pytest.mark.parametrize("given", [None, "", "wrong", SECRET + " ", SECRET[:-1], "é", "سر"])
def test_403_for_a_bad_telegram_secret(caller: Caller, given: str | None) -> None:
    headers = {} if given is None else {b"X-Telegram-Bot-Api-Secret-Token": given.encode()}
    answer = caller.call("POST", TELEGRAM, content=json.dumps(GOOD[TELEGRAM]).encode(), headers=headers)
    expected = 200 if given == SECRET else 403
    assert answer.status_code == expected
    assert caller.inbox.events == []


RAW = json.dumps(GOOD[WHATSAPP]).encode()
RIGHT = signature(RAW)


@pytest.mark.parametrize(
    "given",
    [None, "", "sha256=", RIGHT[:-1], RIGHT.upper(), RIGHT[7:], f"sha1={RIGHT[7:]}", "sha256=é", "توقيع"]
    + [signature(RAW + b" "), signature(RAW, "another secret")],
)
def test_403_for_a_bad_whatsapp_signature(caller: Caller, given: str | None) -> None:
    headers = {} if given is None else {b"X-Hub-Signature-256": given.encode()}
    assert caller.call("POST", WHATSAPP, content=RAW, headers=headers).status_code == 403
    assert caller.inbox.events == []


def test_the_signature_is_checked_before_the_json(caller: Caller) -> None:
    assert caller.call("POST", WHATSAPP, content=b"no json").status_code == 403
    assert caller.call("POST", TELEGRAM, content=b"no json").status_code == 403


def test_verification_echoes_the_challenge(caller: Caller) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    answer = caller.call("GET", WHATSAPP, params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    for change in (
        {"hub.verify_token": "wrong"},
        {"hub.verify_token": "é"},
        {"hub.verify_token": ""},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": ""},
    ):
        assert caller.call("GET", WHATSAPP, params=asked | change).status_code == 403
    assert caller.call("GET", WHATSAPP).status_code == 403


@PATHS
def test_other_methods_are_refused(caller: Caller, path: str) -> None:
    assert caller.call("PUT", path).status_code == 405
    assert caller.call("GET", TELEGRAM).status_code == 405


def test_an_empty_secret_is_refused_at_the_start(caller: Caller) -> None:
    accept = caller.inbox.accept
    with pytest.raises(ValueError, match="secret"):
        telegram_routes("", accept, caller.channel)
    with pytest.raises(ValueError, match="app_secret"):
        whatsapp_routes("", VERIFY_TOKEN, accept)
    with pytest.raises(ValueError, match="verify_token"):
        whatsapp_routes(APP_SECRET, "", accept)


def test_a_press_is_answered_after_it_is_durable() -> None:
    with TelegramStandIn() as standin:
        caller = Caller(standin.url, standin.token)
        caller.inbox.broken = NotStored()
        assert caller.post(TELEGRAM, payload("telegram", "press")).status_code == 503
        assert standin.calls == []
        caller.inbox.broken = None
        assert caller.post(TELEGRAM, payload("telegram", "press")).status_code == 200
        (call,) = standin.wait_for(1, "answerCallbackQuery")
        assert call == {"callback_query_id": "30494622514021"}
        assert caller.inbox.events[0].choice == "age.skip"
        caller.close()


def test_a_press_that_cannot_be_answered_is_no_failure(caller: Caller) -> None:
    assert caller.post(TELEGRAM, payload("telegram", "press")).status_code == 200
    assert caller.inbox.events[0].choice == "age.skip"


@PATHS
def test_nothing_personal_is_logged(caller: Caller, path: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for body in (GOOD[path], payload("whatsapp", "batch_damaged"), payload("telegram", "press")):
        caller.post(path, body)
    for secret in ("3ndi", "Salma", "Yasmine", "212600000014", "7100200300", "MA.1349", SECRET, "age.skip"):
        assert secret not in caplog.text
