"""From a WhatsApp webhook body to events."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pywa.client import WhatsApp
from pywa.types.base_update import RawUpdate
from pywa.types.message import Message

from bot.channels.channel import Failure, Inbound, Reached
from bot.channels.whatsapp_events import whatsapp_events
from tests.channels.counting import count
from tests.channels.payload import names, payload

PHONE, BSUID = "212600000014", "MA.13491208655302741918"

READ: dict[str, dict[str, Any]] = {
    "text": {"text": "3afakom 3awnouni, 3ndi 14 3am"},
    "text_phone_only": {"address": PHONE, "text": "سلام"},
    "text_username_only": {"address": "MA.a7Kq90ZxBb12", "text": "Bonjour, on se moque de moi"},
    "text_contact_only": {"text": "allo"},
    "text_no_contacts": {"address": PHONE, "text": "wach kayn chi 7ed"},
    "forwarded": {"text": "chof had lmessage", "forwarded": True},
    "button_reply": {"choice": "consent.yes"},
    "list_reply": {"choice": "platform.instagram"},
    "template_button": {"choice": "recontact.yes", "text": "Oui"},
    "image": {"media": "image", "media_ref": "1479537139650973", "text": "ha dakchi li sifet lia"},
    "video": {"media": "video", "media_ref": "1479537139650974"},
    "voice": {"media": "voice", "media_ref": "1479537139650975"},
    "document": {"media": "document", "media_ref": "1479537139650976"},
    "sticker": {"media": "sticker", "media_ref": "1479537139650977"},
    "location": {"media": "location"},
    "contacts": {"media": "contact"},
    "order": {"media": "other"},
    "unsupported": {"media": "other"},
}
IGNORED = {
    "reaction": "reaction",
    "system": "system",
    "request_welcome": "request_welcome",
    "account_errors": "errors",
    "other_field": "other_field",
}

LOST_BY_PYWA = ("text_phone_only", "text_no_contacts")


def messages(body: Any) -> tuple[Inbound, ...]:
    """What children said."""
    return tuple(event for event in whatsapp_events(body) if isinstance(event, Inbound))


def raw_update(name: str) -> RawUpdate:
    """Returns a payload as pywa's server makes it."""
    return RawUpdate(json.dumps(payload("whatsapp", name)).encode(), hmac_header=None, update_hash="")


def test_every_payload_is_tried() -> None:
    assert set(names("whatsapp")) == READ.keys() | IGNORED.keys() | {
        "batch", "batch_damaged", "status_failed", "status_delivered",
    }  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_reads(name: str) -> None:
    (event,) = messages(payload("whatsapp", name))
    expected = {
        "channel": "whatsapp", "address": BSUID, "text": "", "choice": None, "media": None, "media_ref": None,
        "forwarded": False,
    } | READ[name]  # fmt: skip
    assert {key: getattr(event, key) for key in expected} == expected
    assert event.message_id.startswith("wamid.")
    assert event.at.date() == datetime(2026, 11, 21, tzinfo=UTC).date()


@pytest.mark.parametrize(
    "name", [name for name, expected in READ.items() if "choice" not in expected and name not in LOST_BY_PYWA]
)
def test_agrees_with_the_library(name: str) -> None:
    """The payloads are real-shaped: pywa reads them, and reads the same in them."""
    (event,) = messages(payload("whatsapp", name))
    message = Message.from_update(WhatsApp(phone_id="1", token="t"), raw_update(name))
    assert (message.id, message.from_user.bsuid) == (event.message_id, event.address)
    assert (message.text or message.caption or "") == event.text
    assert (message.forwarded, message.timestamp) == (event.forwarded, event.at)
    assert (message.media.id if message.media else None) == event.media_ref


@pytest.mark.parametrize("name", LOST_BY_PYWA)
def test_the_library_still_loses_these(name: str) -> None:
    """Why we read the JSON ourselves. Where this fails, pywa got better: look whether its types will do."""
    with pytest.raises(KeyError):
        Message.from_update(WhatsApp(phone_id="1", token="t"), raw_update(name))


@pytest.mark.parametrize("name", IGNORED)
def test_ignores_and_counts(name: str) -> None:
    before = count("m3ak_ignored_events", channel="whatsapp", kind=IGNORED[name])
    assert whatsapp_events(payload("whatsapp", name)) == ()
    assert count("m3ak_ignored_events", channel="whatsapp", kind=IGNORED[name]) > before


def test_reads_what_could_not_be_delivered() -> None:
    platform_id = "wamid.HBgMMjEyNjAwMDAwMDE0FQIAERgSQUJD"
    assert whatsapp_events(payload("whatsapp", "status_failed")) == (Failure("whatsapp", platform_id, "131047"),)


def test_reads_how_far_a_message_has_come() -> None:
    platform_id = "wamid.HBgMMjEyNjAwMDAwMDE0FQIAERgSQUJD"
    body = payload("whatsapp", "status_delivered")
    assert whatsapp_events(body) == (Reached("whatsapp", platform_id, "delivered"),)
    body["entry"][0]["changes"][0]["value"]["statuses"][0]["status"] = "read"
    assert Reached("whatsapp", platform_id, "read") in whatsapp_events(body)


def test_walks_every_entry_change_and_message_in_order() -> None:
    events = messages(payload("whatsapp", "batch"))
    assert [(event.address, event.text) for event in events] == [
        (BSUID, "un"),
        (BSUID, "deux"),
        # Found by its number among two contacts.
        ("MA.99887766554433221100", "autre"),
        (BSUID, "trois"),
    ]
    assert len({event.message_id for event in events}) == 4


def test_one_bad_message_leaves_its_batch_be() -> None:
    before = count("m3ak_ignored_events", channel="whatsapp", kind="malformed")
    assert [event.text for event in messages(payload("whatsapp", "batch_damaged"))] == [
        "avant",
        "après",
    ]
    assert count("m3ak_ignored_events", channel="whatsapp", kind="malformed") == before + 3


def test_a_stranger_s_contact_is_not_the_sender() -> None:
    body = payload("whatsapp", "text_phone_only")
    body["entry"][0]["changes"][0]["value"]["contacts"] = [{"wa_id": "212600000077", "user_id": "MA.1"}]
    assert messages(body)[0].address == PHONE


@pytest.mark.parametrize(
    "change",
    [
        {"text": None},
        {"text": "x"},
        {"text": {"body": 5}},
        {"text": {}},
        {"type": 5},
        {"id": None},
        {"type": "image", "image": "x"},
        {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": 4}}},
        {"type": "interactive", "interactive": []},
        {"type": "button", "button": {}},
    ],
)
def test_a_wrong_type_is_counted_and_left(change: dict[str, Any]) -> None:
    body = payload("whatsapp", "text")
    body["entry"][0]["changes"][0]["value"]["messages"][0].update(change)
    before = count("m3ak_ignored_events", channel="whatsapp", kind="malformed")
    assert messages(body) == ()
    assert count("m3ak_ignored_events", channel="whatsapp", kind="malformed") == before + 1


@pytest.mark.parametrize(
    "body",
    [{}, {"entry": 1}, {"entry": [1]}, {"entry": [{"changes": [None]}]}, {"entry": [{"changes": {"a": 1}}]}],
)
def test_an_unknown_body_gives_nothing(body: dict[str, Any]) -> None:
    assert messages(body) == ()


def test_an_unknown_kind_of_message_still_gets_an_answer() -> None:
    body = payload("whatsapp", "text")
    body["entry"][0]["changes"][0]["value"]["messages"][0]["type"] = "hologram"
    assert messages(body)[0].media == "other"


def test_a_message_of_a_group_is_left() -> None:
    body = payload("whatsapp", "text")
    body["entry"][0]["changes"][0]["value"]["messages"][0]["group_id"] = "120363"
    assert messages(body) == ()
