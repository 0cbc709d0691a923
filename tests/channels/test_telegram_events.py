"""From a Telegram update to an event."""

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram_events import press_id, telegram_events
from tests.channels.counting import count
from tests.channels.payload import names, payload

READ: dict[str, dict[str, Any]] = {
    "text": {"text": "salam, 3ndi mochkil f l'insta"},
    "text_darija": {"text": "السلام، واحد كيهددني فواتساب 😢"},
    "start": {"text": "/start"},
    "photo": {"media": "image", "media_ref": "AgACAgQAAxkBAAIBx", "text": "ha screen"},
    "video": {"media": "video", "media_ref": "AgACAgQAAxkBAAIBv"},
    "animation": {"media": "video", "media_ref": "AgACAgQAAxkBAAIBg"},
    "voice": {"media": "voice", "media_ref": "AgACAgQAAxkBAAIBo"},
    "video_note": {"media": "video", "media_ref": "AgACAgQAAxkBAAIBn"},
    "audio": {"media": "voice", "media_ref": "AgACAgQAAxkBAAIBa"},
    "document": {"media": "document", "media_ref": "AgACAgQAAxkBAAIBd"},
    "document_picture": {"media": "image", "media_ref": "AgACAgQAAxkBAAIBp"},
    "sticker": {"media": "sticker", "media_ref": "AgACAgQAAxkBAAIBk"},
    "location": {"media": "location"},
    "contact": {"media": "contact"},
    "poll": {"media": "other"},
    "forwarded": {"text": "ila ma jawbtinich ghadi ncher tsawer", "forwarded": True},
    "press": {"choice": "age.skip"},
    "press_old": {"choice": "consent.yes"},
}
IGNORED = {
    "edited": "edited_message",
    "group": "not_private",
    "blocked": "my_chat_member",
    "pinned": "service",
}


def test_every_payload_is_tried() -> None:
    assert set(names("telegram")) == READ.keys() | IGNORED.keys()


@pytest.mark.parametrize("name", READ)
def test_reads(name: str) -> None:
    (event,) = telegram_events(payload("telegram", name))
    expected = {"text": "", "choice": None, "media": None, "media_ref": None, "forwarded": False} | READ[name]
    assert {key: getattr(event, key) for key in expected} == expected
    assert (event.channel, event.address) == ("telegram", "7100200300")


@pytest.mark.parametrize("name", IGNORED)
def test_ignores_and_counts(name: str) -> None:
    before = count("m3ak_ignored_events", channel="telegram", kind=IGNORED[name])
    assert telegram_events(payload("telegram", name)) == ()
    assert count("m3ak_ignored_events", channel="telegram", kind=IGNORED[name]) == before + 1


@pytest.mark.parametrize("name", READ)
def test_agrees_with_the_library(name: str) -> None:
    """The payloads are real-shaped: python-telegram-bot reads them, and reads the same in them."""
    (event,) = telegram_events(payload("telegram", name))
    update = Update.de_json(payload("telegram", name), None)
    assert update.effective_chat is not None
    assert str(update.effective_chat.id) == event.address
    if update.callback_query:
        assert update.callback_query.data == event.choice
    else:
        assert update.message is not None
        assert (update.message.text or update.message.caption or "") == event.text
        assert update.message.date == event.at
        assert event.message_id == f"{event.address}:{update.message.message_id}"


def test_a_press_is_told_apart_from_the_next_one() -> None:
    first, second = (payload("telegram", "press") for _ in range(2))
    second["callback_query"]["id"] = "30494622514099"
    assert telegram_events(first)[0].message_id == "press:30494622514021"
    assert telegram_events(second)[0].message_id == "press:30494622514099"
    assert press_id(first) == "30494622514021"
    assert press_id(payload("telegram", "text")) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("text", 5),
        ("text", None),
        ("text", ""),
        ("chat", 7),
        ("chat", {"type": "private"}),
        ("chat", {"id": 1.5, "type": "private"}),
        ("chat", {"id": True, "type": "private"}),
        ("message_id", None),
        ("photo", []),
        ("photo", "x"),
        ("voice", 3),
    ],
)
def test_a_wrong_type_is_counted_and_left(key: str, value: object) -> None:
    update = payload("telegram", "text")
    update["message"][key] = value
    before = count("m3ak_ignored_events", channel="telegram", kind="malformed")
    assert telegram_events(update) == ()
    assert count("m3ak_ignored_events", channel="telegram", kind="malformed") == before + 1


def test_an_unknown_update_is_counted_under_no_name_of_its_own() -> None:
    before = count("m3ak_ignored_events", channel="telegram", kind="unknown")
    assert telegram_events({"update_id": 1, "secret words of a child": {}}) == ()
    assert telegram_events({}) == ()
    assert count("m3ak_ignored_events", channel="telegram", kind="unknown") == before + 2


def test_an_unknown_kind_of_message_still_gets_an_answer() -> None:
    update = payload("telegram", "poll")
    update["message"]["hologram"] = update["message"].pop("poll")
    assert telegram_events(update)[0].media == "other"


def test_text_can_be_stored_as_utf8() -> None:
    update = payload("telegram", "text")
    update["message"]["text"] = "a\ud83d b\0c"
    (event,) = telegram_events(update)
    assert event.text == "a\N{REPLACEMENT CHARACTER} bc"
    assert event.text.encode()


@pytest.mark.parametrize("date", [None, "tomorrow", -(10**30), 10**30, True, 1.5, []])
def test_a_date_that_is_none_is_now(date: object) -> None:
    update = payload("telegram", "text")
    update["message"]["date"] = date
    (event,) = telegram_events(update)
    assert abs((event.at - datetime.now(UTC)).total_seconds()) < 60
