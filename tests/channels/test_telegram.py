"""Sending by Telegram, to a real HTTP server."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from bot.channels.channel import Later, Never, Outbound, Sent
from bot.channels.telegram import TelegramChannel
from tests.channels.counting import count
from tests.standins import telegram as shapes
from tests.standins.server import Answer, Fault, Hang, Reset
from tests.standins.telegram import TelegramStandIn

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramStandIn]:
    with TelegramStandIn() as running:
        yield running


@pytest.fixture
def standin(server: TelegramStandIn) -> TelegramStandIn:
    server.calls.clear()
    return server


@pytest_asyncio.fixture
async def channel(standin: TelegramStandIn) -> AsyncIterator[TelegramChannel]:
    made = TelegramChannel(standin.token, standin.url, timeout=0.5)
    yield made
    await made.close()


async def test_sends_a_text(channel: TelegramChannel, standin: TelegramStandIn) -> None:
    before = count("m3ak_sends", channel="telegram", outcome="sent", why="")
    outcome = await channel.send("7100200300", Outbound("السلام 👋"))
    assert isinstance(outcome, Sent)
    (shown,) = outcome.shown
    assert int(shown) > 100
    (call,) = standin.taken("sendMessage")
    assert (call["chat_id"], call["text"]) == ("7100200300", "السلام 👋")
    assert call["link_preview_options"] == {"is_disabled": True}
    assert "reply_markup" not in call and "parse_mode" not in call
    assert count("m3ak_sends", channel="telegram", outcome="sent", why="") == before + 1


async def test_short_choices_stand_two_in_a_row(channel: TelegramChannel, standin: TelegramStandIn) -> None:
    choices = (
        ("platform.instagram", "Instagram"),
        ("platform.tiktok", "TikTok"),
        ("platform.skip", "Passer"),
    )
    await channel.send("7", Outbound("Où ?", choices, "fr"))
    (call,) = standin.taken("sendMessage")
    assert call["reply_markup"]["inline_keyboard"] == [
        [
            {"text": "Instagram", "callback_data": "platform.instagram"},
            {"text": "TikTok", "callback_data": "platform.tiktok"},
        ],
        [{"text": "Passer", "callback_data": "platform.skip"}],
    ]


async def test_long_choices_stand_one_in_a_row(channel: TelegramChannel, standin: TelegramStandIn) -> None:
    await channel.send("7", Outbound("?", (("a.b", "Une personne proche"), ("a.c", "Moi")), "fr"))
    (call,) = standin.taken("sendMessage")
    assert [len(row) for row in call["reply_markup"]["inline_keyboard"]] == [1, 1]


async def test_a_choice_over_64_bytes_is_a_bug(channel: TelegramChannel, standin: TelegramStandIn) -> None:
    assert isinstance(await channel.send("7", Outbound("?", (("a" * 64, "ok"),))), Sent)
    with pytest.raises(ValueError, match="64 bytes"):
        await channel.send("7", Outbound("?", (("ب" * 33, "ok"),)))
    assert len(standin.calls) == 1


async def test_a_long_text_goes_in_pieces_with_the_choices_at_the_end(
    channel: TelegramChannel, standin: TelegramStandIn
) -> None:
    text = "\n\n".join(f"{number} " + "كلام " * 300 for number in range(6))
    assert isinstance(await channel.send("7", Outbound(text, (("a.b", "ok"),))), Sent)
    calls = standin.taken("sendMessage")
    assert len(calls) == 3
    assert ["reply_markup" in call for call in calls] == [False, False, True]
    assert " ".join(" ".join(standin.texts).split()) == " ".join(text.split())


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (shapes.TOO_MANY, Later("429", 7.0)),
        (shapes.BLOCKED, Never("blocked")),
        (shapes.CHAT_GONE, Never("chat_gone")),
        (shapes.MOVED, Never("chat_gone")),
        (shapes.error(400, "Bad Request: message text is empty"), Never("bad_request")),
        (shapes.CONFLICT, Later("409")),
        (shapes.BROKEN, Later("network")),
        (shapes.error(401, "Unauthorized"), Later("bad_token", 60.0, account=True)),
        (Answer(502, "<html>Bad Gateway</html>"), Later("network")),
        (Answer(200, "<html>captive portal</html>"), Later("bad_answer")),
        (Answer(200, {"ok": True, "result": {}}), Later("bad_answer")),
        (Answer(200, {"ok": True}), Later("bad_answer")),
        (Hang(1.0), Later("timeout")),
        (Reset(), Later("network")),
    ],
)
async def test_failures_are_values(
    channel: TelegramChannel, standin: TelegramStandIn, fault: Fault, expected: Later | Never
) -> None:
    standin.fail(fault)
    assert await channel.send("7", Outbound("salam")) == expected
    assert await channel.send("7", Outbound("salam")) != expected
    kind = type(expected).__name__.lower()
    assert count("m3ak_sends", channel="telegram", outcome=kind, why=expected.why) >= 1


async def test_nobody_there_is_later() -> None:
    channel = TelegramChannel("1:a", "http://127.0.0.1:9", timeout=0.5)
    assert await channel.send("7", Outbound("salam")) == Later("network")
    await channel.close()


async def test_a_press_is_answered_and_a_failure_is_none(channel: TelegramChannel, standin: TelegramStandIn) -> None:
    await channel.answer_press("30494622514021")
    assert standin.taken("answerCallbackQuery") == [{"callback_query_id": "30494622514021"}]
    for fault in (shapes.error(400, "Bad Request: query is too old"), Reset(), Answer(200, "x"), Answer(200)):
        standin.fail(fault)
        await channel.answer_press("30494622514021")
    assert len(standin.calls) == 5


async def test_registers_its_webhook(channel: TelegramChannel, standin: TelegramStandIn) -> None:
    await channel.register_webhook("https://helpline.example/telegram/webhook", "s3cret")
    assert standin.webhook == {
        "url": "https://helpline.example/telegram/webhook",
        "secret_token": "s3cret",
        "allowed_updates": ["message", "callback_query"],
    }


async def test_a_webhook_is_registered_as_soon_as_telegram_can_be_reached(
    channel: TelegramChannel, standin: TelegramStandIn
) -> None:
    standin.webhook.clear()
    standin.fail(shapes.BROKEN, 1, only="setWebhook")
    await channel.keep_registered("https://helpline.example/telegram/webhook", "s3cret")
    assert standin.webhook["url"] == "https://helpline.example/telegram/webhook"


async def test_messages_are_taken_back_a_hundred_at_a_time(channel: TelegramChannel, standin: TelegramStandIn) -> None:
    assert await channel.erase("7", [str(number) for number in range(1, 131)]) == Sent()
    first, second = standin.taken("deleteMessages")
    assert (first["chat_id"], len(first["message_ids"]), second["message_ids"]) == ("7", 100, list(range(101, 131)))


async def test_nothing_is_taken_back_where_nothing_was_sent(channel: TelegramChannel, standin: TelegramStandIn) -> None:
    assert await channel.erase("7", []) == Sent()
    assert standin.taken("deleteMessages") == []


async def test_taking_back_is_tried_again_when_telegram_is_busy(
    channel: TelegramChannel, standin: TelegramStandIn
) -> None:
    standin.fail(shapes.TOO_MANY)
    assert await channel.erase("7", ["1"]) == Later("429", 7.0)


async def test_a_text_in_pieces_can_be_taken_back_whole(channel: TelegramChannel, standin: TelegramStandIn) -> None:
    outcome = await channel.send("7", Outbound("word " * 1500))
    assert isinstance(outcome, Sent)
    assert len(outcome.shown) == len(standin.taken("sendMessage")) > 1


async def test_a_reply_points_at_what_it_answers(channel: TelegramChannel, standin: TelegramStandIn) -> None:
    await channel.send("7", Outbound("Je suis là", quote="il me menace", answers="7:431"))
    await channel.send("7", Outbound("Je suis là", quote="il me menace", answers="press:x"))
    pointed, quoted = standin.taken("sendMessage")
    assert pointed["reply_parameters"] == {"message_id": 431, "allow_sending_without_reply": True}
    assert pointed["text"] == "Je suis là"
    assert "reply_parameters" not in quoted
    assert quoted["text"] == "« il me menace »\nJe suis là"


async def test_somebody_who_writes_is_shown_and_what_fails_is_let_be(
    channel: TelegramChannel, standin: TelegramStandIn
) -> None:
    await channel.typing("7", None)
    (call,) = standin.taken("sendChatAction")
    assert (call["chat_id"], call["action"]) == ("7", "typing")
    standin.fail(shapes.BLOCKED)
    await channel.typing("7", None)
    assert len(standin.taken("sendChatAction")) == 1
