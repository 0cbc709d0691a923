"""Polling: Telegram forgets an update only after it is durable."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from telegram.error import TelegramError

from bot.channels.inbox import NotStored
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_poller import TelegramPoller
from tests.channels.client import Inbox
from tests.channels.payload import payload
from tests.standins import telegram as shapes
from tests.standins.server import Answer, Reset
from tests.standins.telegram import TelegramStandIn

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramStandIn]:
    with TelegramStandIn() as running:
        yield running


@pytest.fixture
def standin(server: TelegramStandIn) -> TelegramStandIn:
    server.calls.clear()
    server.updates = [payload("telegram", name) for name in ("text", "edited", "press")]
    return server


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest_asyncio.fixture
async def poller(standin: TelegramStandIn, inbox: Inbox) -> AsyncIterator[TelegramPoller]:
    channel = TelegramChannel(standin.token, standin.url)
    made = TelegramPoller(standin.token, inbox.accept, channel, standin.url, wait=0, pause=0.01)
    yield made
    await made.close()
    await channel.close()


async def test_takes_all_acknowledges_after_and_answers_presses(
    poller: TelegramPoller, standin: TelegramStandIn, inbox: Inbox
) -> None:
    assert await poller.once() == 3
    assert [(event.text, event.choice) for event in inbox.events] == [
        ("salam, 3ndi mochkil f l'insta", None),
        ("", "age.skip"),
    ]
    assert standin.taken("answerCallbackQuery") == [{"callback_query_id": "30494622514021"}]
    assert len(standin.updates) == 3
    assert await poller.once() == 0
    assert standin.updates == []


@pytest.mark.parametrize("broken", [NotStored(), RuntimeError("words of a child")])
async def test_what_is_not_stored_comes_again(
    poller: TelegramPoller,
    standin: TelegramStandIn,
    inbox: Inbox,
    broken: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    inbox.broken = broken
    with pytest.raises(NotStored):
        await poller.once()
    assert standin.taken("answerCallbackQuery") == [] and "child" not in caplog.text
    inbox.broken = None
    assert await poller.once() == 3
    assert len(inbox.events) == 2


async def test_an_update_that_nobody_can_read_does_not_jam(
    poller: TelegramPoller, standin: TelegramStandIn, inbox: Inbox
) -> None:
    standin.updates[0] = {"update_id": standin.updates[0]["update_id"], "message": {"date": "x", "chat": []}}
    await poller.once()
    await poller.once()
    assert standin.updates == [] and len(inbox.events) == 1


async def test_runs_on_through_failures_and_ends_when_cancelled(
    poller: TelegramPoller, standin: TelegramStandIn, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    standin.webhook = {"url": "https://helpline.example/telegram/webhook"}
    standin.fail(shapes.error(429, "Too Many Requests", retry_after=0.02), only="deleteWebhook")
    for fault in (shapes.CONFLICT, shapes.BROKEN, Reset(), Answer(200, "x"), Answer(200, {"ok": True})):
        standin.fail(fault, only="getUpdates")
    task = asyncio.create_task(poller.run())
    async with asyncio.timeout(5):
        while standin.updates:
            await asyncio.sleep(0.02)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert standin.webhook == {} and len(inbox.events) == 2
    assert standin.token not in caplog.text and "salam" not in caplog.text


async def test_a_refusal_is_telegram_s_error(poller: TelegramPoller, standin: TelegramStandIn) -> None:
    standin.fail(Answer(200, {"ok": True}))
    with pytest.raises(TelegramError):
        await poller.once()
