"""No token, address or word of a message reaches a log, whatever the level."""

import logging

import pytest

from bot.channels.channel import Outbound
from bot.channels.quiet import quiet
from bot.channels.telegram import TelegramChannel
from bot.channels.whatsapp import WhatsAppChannel
from tests.standins.server import Answer, Fault, Reset
from tests.standins.telegram import TelegramStandIn
from tests.standins.whatsapp import WhatsAppStandIn

FAULTS: list[Fault | None] = [
    None,
    Answer(400, "echo: SECRET-WORDS"),
    Answer(200, "echo: SECRET-WORDS"),
    Reset(),
]


@pytest.fixture
def loud(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in ("httpx", "httpcore", "telegram", "pywa"):
            logging.getLogger(name).setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.asyncio
@pytest.mark.parametrize("fault", FAULTS)
async def test_sending_leaves_nothing_in_the_log(loud: pytest.LogCaptureFixture, fault: Fault | None) -> None:
    message = Outbound("SECRET-WORDS", (("consent.yes", "SECRET-TITLE"),), "fr")
    with TelegramStandIn() as telegram, WhatsAppStandIn() as whatsapp:
        by_telegram = TelegramChannel(telegram.token, telegram.url, timeout=1)
        by_whatsapp = WhatsAppChannel(whatsapp.phone_id, whatsapp.token, whatsapp.url, timeout=1)
        for standin in (telegram, whatsapp):
            if fault is not None:
                standin.fail(fault)
        await by_telegram.send("7100200300", message)
        await by_whatsapp.send("212600000014", message)
        await by_telegram.close()
        await by_whatsapp.close()
        assert telegram.calls and whatsapp.calls
        for secret in ("SECRET", "7100200300", "212600000014", telegram.token, whatsapp.token):
            assert secret not in loud.text


def test_without_quiet_the_token_would_be_logged(loud: pytest.LogCaptureFixture) -> None:
    """The test above can fail: this is what it guards against."""
    logging.getLogger("httpx").info("HTTP Request: POST https://server/bot1:TOKEN/sendMessage")
    assert "1:TOKEN" in loud.text
    quiet()
    loud.clear()
    logging.getLogger("httpx").info("HTTP Request: POST https://server/bot1:TOKEN/sendMessage")
    assert loud.text == ""


def test_the_access_log_holds_neither_query_nor_caller(caplog: pytest.LogCaptureFixture) -> None:
    quiet()
    quiet()
    access = logging.getLogger("uvicorn.access")
    access.propagate = True  # a server that ran before may have changed it
    caplog.set_level(logging.INFO, "uvicorn.access")
    path = "/whatsapp/webhook?hub.verify_token=SECRET&hub.challenge=1"
    logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "41.0.0.1:5", "GET", path, "1.1", 200)
    assert set(caplog.messages) == {'- - "GET /whatsapp/webhook HTTP/1.1" 200'}
