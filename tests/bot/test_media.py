"""A counsellor fetches what a child sent: sealed with the case's key, shown bare, gone with the case."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.media import NotFetched, TelegramMedia
from handoff.case import Case
from handoff.media import LARGEST
from nlu.interpretation import Category
from store.attachment import PIECE
from tests.bot.house import House, house_in
from tests.bot.test_sniff import SECRET, jpeg
from tests.standins import telegram
from tests.standins.telegram import TelegramStandIn

REF = "AwACAgQAAxkBAAIB"
PICTURE = jpeg(tail=SECRET + bytes(2 * PIECE))


class Scene:
    """A child who has sent one file, and the messenger that still has it."""

    def __init__(self, house: House, standin: TelegramStandIn, reference: str) -> None:
        self.house, self.standin, self.reference = house, standin, reference
        self.media = house.app.media

    async def case(self) -> Case:
        case = await self.house.app.cases.case(self.reference)
        assert case
        return case

    async def key(self) -> str:
        (medium,) = await self.media.media(await self.case())
        return medium.key

    async def read(self, *, shown: bool) -> bytes | None:
        found = await self.media.content(self.reference, await self.key(), shown=shown)
        return None if found is None else b"".join([piece async for piece in found[1]])


@pytest.fixture
async def scene(tmp_path: Path, database_url: str) -> AsyncIterator[Scene]:
    async with house_in(tmp_path, database_url) as house:
        with TelegramStandIn() as standin:
            standin.files = {REF: ("photos/file_1.jpg", PICTURE)}
            house.app.sources["terminal"] = TelegramMedia(telegram.TOKEN, standin.url)
            reference = await house.opened()
            await house.send(house.message(media="image", media_ref=REF))
            yield Scene(house, standin, reference)


async def test_a_picture_is_fetched_once_sealed_and_shown_bare(scene: Scene) -> None:
    key = await scene.key()
    assert scene.standin.calls == [], "nothing is fetched by itself"
    assert await scene.read(shown=False) is None
    assert await scene.media.fetch(scene.reference, key, "Salma") is None
    assert await scene.media.fetch(scene.reference, key, "Hind") is None
    (medium,) = await scene.media.media(await scene.case())
    assert (medium.by, medium.media_type, medium.shown, medium.size) == ("Salma", "image/jpeg", True, len(PICTURE))
    assert await scene.read(shown=False) == PICTURE, "the original may be evidence"
    shown = await scene.read(shown=True)
    assert shown and SECRET not in shown and len(shown) < 1000
    rows = await scene.house.rows()
    assert len(rows["piece"]) == 4
    assert all(SECRET not in row.base64_sealed and b"JFIF" not in row.base64_sealed for row in rows["piece"])
    assert REF not in str(rows["attachment"])
    assert [act.what for act in await scene.house.app.trail.acts()].count("media_fetched") == 1


async def test_of_a_case_of_sexual_pictures_nothing_is_ever_fetched_or_shown(scene: Scene) -> None:
    key = await scene.key()
    await scene.media.fetch(scene.reference, key, "Salma")
    case = await scene.case()
    await scene.house.app.casework.correct(
        scene.reference, "Hind", {"categories": list(case.categories)},
        {"categories": [Category.INTIMATE_IMAGE.value]}, over=True,
    )  # fmt: skip
    scene.standin.calls.clear()
    refused = await scene.media.fetch(scene.reference, key, "Salma")
    assert refused and refused.why == "intimate"
    assert scene.standin.calls == []
    assert await scene.read(shown=True) is None and await scene.read(shown=False) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<svg onload='alert(1)'>", "wrong_kind"), (b"%PDF-1.7", "wrong_kind"), (PICTURE[:40], "wrong_kind"),
        (jpeg(tail=bytes(10_000_001)), "too_large"), (b"OggS" + bytes(LARGEST), "too_large"),
    ],
    ids=["svg", "pdf", "damaged", "large picture", "large file"],
)  # fmt: skip
async def test_what_may_not_be_kept_is_not(tmp_path: Path, content: bytes, why: str) -> None:
    async with house_in(tmp_path, f"sqlite:///{tmp_path / 'm3ak.db'}") as house:
        with TelegramStandIn() as standin:
            standin.files = {REF: ("photos/file_1.jpg", content)}
            house.app.sources["terminal"] = TelegramMedia(telegram.TOKEN, standin.url)
            reference = await house.opened()
            await house.send(house.message(media="image", media_ref=REF))
            scene = Scene(house, standin, reference)
            refused = await scene.media.fetch(reference, await scene.key(), "Salma")
        assert refused and refused.why == why
        assert (await house.rows())["attachment"] == []


async def test_a_messenger_that_has_it_no_more_or_is_none(scene: Scene) -> None:
    key = await scene.key()
    scene.standin.files = {}
    lost = await scene.media.fetch(scene.reference, key, "Salma")
    assert lost and lost.why == NotFetched("lost").why
    del scene.house.app.sources["terminal"]
    none = await scene.media.fetch(scene.reference, key, "Salma")
    assert none and none.why == "no_source"
    unknown = await scene.media.fetch(scene.reference, "0" * 32, "Salma")
    assert unknown and unknown.why == "gone"


@pytest.mark.parametrize("how", ["withdrawn", "erased"])
async def test_it_goes_with_the_case(scene: Scene, how: str) -> None:
    key = await scene.key()
    await scene.media.fetch(scene.reference, key, "Salma")
    if how == "erased":
        await scene.house.say("mse7")
    else:
        await scene.house.say("bghit nse7eb chikaya")
        await scene.house.choose("withdraw.yes")
    rows = await scene.house.rows()
    assert rows["attachment"] == [] and rows["piece"] == []
    assert await scene.media.content(scene.reference, key, shown=False) is None
    refused = await scene.media.fetch(scene.reference, key, "Salma")
    assert refused and refused.why == "gone"
