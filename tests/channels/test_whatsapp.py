"""Sending by WhatsApp, to a real HTTP server."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from bot.channels.channel import Later, Never, Outbound, Sent
from bot.channels.layout import LIST_BUTTON
from bot.channels.whatsapp import WhatsAppChannel
from tests.channels.counting import count
from tests.standins import whatsapp as shapes
from tests.standins.server import Answer, Fault, Hang, Reset
from tests.standins.whatsapp import WhatsAppStandIn

pytestmark = pytest.mark.asyncio

PHONE = "212600000014"


@pytest.fixture(scope="module")
def server() -> Iterator[WhatsAppStandIn]:
    with WhatsAppStandIn() as running:
        yield running


@pytest.fixture
def standin(server: WhatsAppStandIn) -> WhatsAppStandIn:
    server.calls.clear()
    return server


@pytest_asyncio.fixture
async def channel(standin: WhatsAppStandIn) -> AsyncIterator[WhatsAppChannel]:
    made = WhatsAppChannel(standin.phone_id, standin.token, standin.url, timeout=0.5)
    yield made
    await made.close()


def choices(count: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"platform.p{number}", f"choix {number}") for number in range(count))


async def test_sends_a_text(channel: WhatsAppChannel, standin: WhatsAppStandIn) -> None:
    before = count("m3ak_sends", channel="whatsapp", outcome="sent", why="")
    outcome = await channel.send(PHONE, Outbound("Salam 👋"))
    assert isinstance(outcome, Sent) and (outcome.platform_id or "").startswith("wamid.")
    assert standin.taken("messages") == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": PHONE,
            "type": "text",
            "text": {"body": "Salam 👋", "preview_url": False},
        }
    ]
    assert count("m3ak_sends", channel="whatsapp", outcome="sent", why="") == before + 1


@pytest.mark.parametrize("bsuid", ["MA.13491208655302741918", "MA.a7Kq90ZxBb12", "MA.ENT.11815799212886844830"])
async def test_a_user_id_goes_into_recipient(channel: WhatsAppChannel, standin: WhatsAppStandIn, bsuid: str) -> None:
    assert isinstance(await channel.send(bsuid, Outbound("Salam")), Sent)
    (call,) = standin.taken("messages")
    assert (call["recipient"], call["recipient_type"]) == (bsuid, "individual")
    assert "to" not in call


async def test_three_choices_are_buttons(channel: WhatsAppChannel, standin: WhatsAppStandIn) -> None:
    assert isinstance(await channel.send(PHONE, Outbound("Je note ?", choices(3), "fr")), Sent)
    (call,) = standin.taken("messages")
    assert call["interactive"]["type"] == "button"
    assert call["interactive"]["body"] == {"text": "Je note ?"}
    assert call["interactive"]["action"]["buttons"][0] == {
        "type": "reply",
        "reply": {"id": "platform.p0", "title": "choix 0"},
    }


@pytest.mark.parametrize("language", LIST_BUTTON)
async def test_more_choices_are_a_list(channel: WhatsAppChannel, standin: WhatsAppStandIn, language: str) -> None:
    assert isinstance(await channel.send(PHONE, Outbound("?", choices(10), language)), Sent)
    (call,) = standin.taken("messages")
    action = call["interactive"]["action"]
    assert (call["interactive"]["type"], action["button"]) == ("list", LIST_BUTTON[language])
    assert [row["id"] for row in action["sections"][0]["rows"]] == [f"platform.p{n}" for n in range(10)]


async def test_a_title_that_is_too_long_is_shown_whole_below(
    channel: WhatsAppChannel, standin: WhatsAppStandIn
) -> None:
    long = "une réponse bien trop longue pour un bouton"
    assert isinstance(await channel.send(PHONE, Outbound("?", (("a.b", long), ("a.c", "non")))), Sent)
    (call,) = standin.taken("messages")
    first, second = call["interactive"]["action"]["sections"][0]["rows"]
    assert first == {"id": "a.b", "title": "une réponse bien trop l…", "description": long}
    assert second == {"id": "a.c", "title": "non"}


async def test_eleven_choices_are_a_bug(channel: WhatsAppChannel, standin: WhatsAppStandIn) -> None:
    with pytest.raises(ValueError, match="11 choices"):
        await channel.send(PHONE, Outbound("?", choices(11)))
    assert standin.calls == []


@pytest.mark.parametrize(("language", "code"), [("ary", "ar"), ("ary-Latn", "fr"), ("ar", "ar"), ("fr", "fr")])
async def test_a_template_goes_by_its_name(standin: WhatsAppStandIn, language: str, code: str) -> None:
    channel = WhatsAppChannel(standin.phone_id, standin.token, standin.url, template="reprise")
    assert isinstance(await channel.send(PHONE, Outbound("Salut", language=language, template=True)), Sent)
    await channel.close()
    (call,) = standin.taken("messages")
    assert (call["type"], call["template"]) == ("template", {"name": "reprise", "language": {"code": code}})


async def test_without_a_template_nothing_is_sent(channel: WhatsAppChannel, standin: WhatsAppStandIn) -> None:
    assert await channel.send(PHONE, Outbound("Salut", template=True)) == Never("no_template")
    assert standin.calls == []


async def test_a_long_text_goes_in_pieces(channel: WhatsAppChannel, standin: WhatsAppStandIn) -> None:
    text = "Une phrase assez courte. " * 400
    assert isinstance(await channel.send(PHONE, Outbound(text)), Sent)
    assert len(standin.texts) == 3
    assert " ".join(standin.texts).split() == text.split()


async def test_a_long_question_is_parted_before_its_last_paragraph(
    channel: WhatsAppChannel, standin: WhatsAppStandIn
) -> None:
    story = "كلام طويل. " * 150
    assert isinstance(await channel.send(PHONE, Outbound(f"{story}\n\nواش نقيدوه؟", choices(2))), Sent)
    assert [call["type"] for call in standin.taken("messages")] == ["text", "interactive"]
    assert standin.texts == [story.rstrip(), "واش نقيدوه؟"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (shapes.WINDOW_CLOSED, Never("131047")),
        (shapes.UNDELIVERABLE, Never("131026")),
        (shapes.error(400, 131009, "Parameter value is not valid"), Never("131009")),
        (shapes.error(400, 130403, "The recipient blocked"), Never("130403")),
        (shapes.PAIR_LIMIT, Later("131056", 6.0)),
        (shapes.THROUGHPUT, Later("130429", 1.0, account=True)),
        (shapes.error(400, 80007, "Rate limit issues"), Later("80007", 60.0, account=True)),
        (shapes.error(400, 4, "Too many calls"), Later("4", 60.0, account=True)),
        (shapes.error(403, 10, "Permission denied"), Later("10", 300.0, account=True)),
        (shapes.error(403, 213, "Permission"), Later("213")),
        (shapes.TOKEN_EXPIRED, Later("190", 300.0, account=True)),
        (shapes.SERVICE_DOWN, Later("131016")),
        (shapes.error(400, 100, "No such object", error_subcode=33), Later("33", 300.0, account=True)),
        (shapes.error(400, 999999, "A code of tomorrow"), Never("999999")),
        (shapes.error(400, 999999, "A code of tomorrow", is_transient=True), Later("999999")),
        (shapes.error(500, 999999, "A code of tomorrow"), Later("999999")),
        (Answer(503, "<html>Unavailable</html>", {"Retry-After": "12"}), Later("503", 12.0)),
        (Answer(404, "<html>no Graph API here</html>"), Later("404")),
        (Answer(400, {"error": "no object"}), Later("bad_answer")),
        (Answer(200, "<html>captive portal</html>"), Later("bad_answer")),
        (Answer(200, {"messaging_product": "whatsapp"}), Sent()),
        (Hang(1.0), Later("timeout")),
        (Reset(), Later("network")),
    ],
)
async def test_failures_are_values(
    channel: WhatsAppChannel, standin: WhatsAppStandIn, fault: Fault, expected: Sent | Later | Never
) -> None:
    standin.fail(fault)
    assert await channel.send(PHONE, Outbound("salam")) == expected
    assert isinstance(await channel.send(PHONE, Outbound("salam")), Sent)


async def test_nobody_there_is_later() -> None:
    channel = WhatsAppChannel("1", "t", "http://127.0.0.1:9", timeout=0.5)
    assert await channel.send(PHONE, Outbound("salam")) == Later("network")
    await channel.close()


async def test_what_fails_stops_the_rest_of_a_long_message(channel: WhatsAppChannel, standin: WhatsAppStandIn) -> None:
    standin.fail(shapes.PAIR_LIMIT)
    assert await channel.send(PHONE, Outbound("mot " * 3000)) == Later("131056", 6.0)
    assert len(standin.calls) == 1


async def test_a_reply_points_at_what_it_answers(channel: WhatsAppChannel, standin: WhatsAppStandIn) -> None:
    await channel.send(PHONE, Outbound("Ce n'est pas ta faute", quote="il me menace", answers="wamid.HBgM"))
    (call,) = standin.taken("messages")
    assert call["context"] == {"message_id": "wamid.HBgM"}
    assert call["text"]["body"] == "Ce n'est pas ta faute"
    await channel.send(PHONE, Outbound("mot " * 3000, answers="wamid.HBgM"))
    assert [bool(call.get("context")) for call in standin.taken("messages")[1:]] == [True, False, False]


async def test_a_reply_to_what_meta_has_forgotten_quotes_it(channel: WhatsAppChannel, standin: WhatsAppStandIn) -> None:
    standin.fail(shapes.error(400, 131009, "Parameter value is not valid"))
    sent = await channel.send(PHONE, Outbound("Je suis là", quote="il me menace", answers="wamid.OLD"))
    assert isinstance(sent, Sent)
    (call,) = standin.taken("messages")
    assert "context" not in call
    assert call["text"]["body"] == "« il me menace »\nJe suis là"


async def test_somebody_who_writes_is_shown_and_what_fails_is_let_be(
    channel: WhatsAppChannel, standin: WhatsAppStandIn
) -> None:
    await channel.typing(PHONE, "wamid.HBgM")
    (call,) = standin.taken("read")
    assert (call["message_id"], call["typing_indicator"]) == ("wamid.HBgM", {"type": "text"})
    await channel.typing(PHONE, None)
    standin.fail(shapes.SERVICE_DOWN)
    standin.fail(Reset())
    before = count("m3ak_sends", channel="whatsapp", outcome="typing_unshown", why="")
    for _ in range(2):
        await channel.typing(PHONE, "wamid.HBgM")
    assert len(standin.taken("read")) == 1
    assert count("m3ak_sends", channel="whatsapp", outcome="typing_unshown", why="") == before + 2
