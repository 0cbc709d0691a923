"""Fetching media over real HTTP: from the platform's own host, no further than a size, and nowhere else."""

import hashlib
from collections.abc import Iterator

import pytest

from bot.channels.media import NotFetched, TelegramMedia, WhatsAppMedia
from tests.standins import telegram, whatsapp
from tests.standins.server import Answer, Hang, Reset
from tests.standins.telegram import TelegramStandIn
from tests.standins.whatsapp import WhatsAppStandIn

MEDIUM, REF, ID = b"OggS" + bytes(300_000), "AwACAgQAAxkBAAIB", "1166846181421424"
LARGEST = 400_000


@pytest.fixture
def ours() -> Iterator[TelegramStandIn]:
    with TelegramStandIn() as standin:
        standin.files = {REF: ("voice/file_7.oga", MEDIUM)}
        yield standin


@pytest.fixture
def metas() -> Iterator[WhatsAppStandIn]:
    with WhatsAppStandIn() as standin:
        standin.files = {ID: MEDIUM}
        yield standin


async def test_telegram_s_file_is_fetched_by_its_id(ours: TelegramStandIn) -> None:
    source = TelegramMedia(telegram.TOKEN, ours.url)
    assert await source.fetch(REF, LARGEST) == MEDIUM
    assert await source.fetch(REF, 1000) == NotFetched("too_large")
    assert await source.fetch("unknown", LARGEST) == NotFetched("lost")


@pytest.mark.parametrize(
    "path",
    ["../getUpdates", "//evil.example/x", "https://evil.example/x", "voice/../../x", "voice/..", "/etc/passwd", "",
     "a?b=c", "a#b", "a b", "a\\b", "a@evil.example/x", "voice//x", ".env"],
)  # fmt: skip
async def test_a_path_that_telegram_would_never_give_is_not_followed(ours: TelegramStandIn, path: str) -> None:
    ours.files = {REF: (path, MEDIUM)}
    assert await TelegramMedia(telegram.TOKEN, ours.url).fetch(REF, LARGEST) == NotFetched("lost")
    assert [call.name for call in ours.calls] == ["getFile"]


async def test_whatsapp_s_medium_is_fetched_with_the_token(metas: WhatsAppStandIn) -> None:
    source = WhatsAppMedia(whatsapp.TOKEN, metas.url)
    assert await source.fetch(ID, LARGEST) == MEDIUM
    assert await source.fetch(ID, 1000) == NotFetched("too_large")
    assert await source.fetch("404", LARGEST) == NotFetched("lost")
    metas.hash = hashlib.sha256(b"another").hexdigest()
    assert await source.fetch(ID, LARGEST) == NotFetched("later"), "what came is not what was kept there"


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/x", "https://evil.example/x", "file:///etc/passwd",
     "https://lookaside.fbsbx.com.evil.example/x", "https://lookaside.fbsbx.com:8443/x", "http://lookaside.fbsbx.com/x",
     "https://lookaside.fbsbx.com@evil.example/x", "https://user:password@lookaside.fbsbx.com/x", "http://[::1", "",
     "//evil.example/x"],
)  # fmt: skip
async def test_no_address_but_the_platform_s_own_is_followed(metas: WhatsAppStandIn, url: str) -> None:
    metas.place = url
    assert await WhatsAppMedia(whatsapp.TOKEN, metas.url).fetch(ID, LARGEST) == NotFetched("lost")


@pytest.mark.parametrize("ref", ["../../me", "me/messages", "1?fields=x", "1/../2", "", "9" * 65, "١٢٣"])
async def test_an_id_that_is_none_is_not_asked_for(metas: WhatsAppStandIn, ref: str) -> None:
    assert await WhatsAppMedia(whatsapp.TOKEN, metas.url).fetch(ref, LARGEST) == NotFetched("lost")
    assert metas.calls == []


async def test_redirects_are_not_followed_and_failures_are_values(ours: TelegramStandIn) -> None:
    source = TelegramMedia(telegram.TOKEN, ours.url)
    ours.fail(Answer(302, "", {"Location": "https://evil.example/x"}), only="file")
    assert await source.fetch(REF, LARGEST) == NotFetched("later")
    for fault in (Answer(500), Reset(), Answer(200, "no json"), Answer(200, "[]")):
        ours.fail(fault, only="getFile")
        assert await source.fetch(REF, LARGEST) == NotFetched("later")
    ours.fail(Hang(0.1), only="file")
    assert await source.fetch(REF, LARGEST) == MEDIUM
    ours.stop()
    assert await source.fetch(REF, LARGEST) == NotFetched("later")
