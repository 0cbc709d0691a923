"""Floods and blocks through the whole house, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from tests.bot.house import CHILD, house_in
from tests.conftest import settings_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


async def test_a_blocked_contact_is_shut_out_until_the_block_ends(folder: Path, database_url: str) -> None:
    async with house_in(folder, database_url) as house:
        reference = await house.opened()
        blocks = house.app.blocks
        assert await blocks.block(reference, "Hind", 7, "insultes") is None
        assert await house.say("salam") == ["blocked.now"]
        assert await house.say("wa7d kayhddedni") == []
        assert await house.say("bghit nmout") == ["danger.self_harm.now"]
        assert (await house.state()).owner == "bot", "nobody is called"
        rows = await house.rows()
        (block,) = rows["block"]
        assert CHILD not in str(block) and reference not in str(block) and "insultes" not in str(block)
        assert [row.what for row in rows["trail"]] == ["blocked"]
        assert len(rows["line"]) >= 8, "what it writes is kept as any other"
        assert [b.reason for b in await blocks.blocks()] == ["insultes"]
        house.clock.move_to(house.clock.now() + timedelta(days=7, minutes=1))
        assert "blocked.now" not in await house.say("salam")
        assert await blocks.blocks() == []
        await house.app.timers.tidy()
        assert (await house.rows())["block"] == []


async def test_a_blocked_contact_may_erase_everything_and_stays_blocked(folder: Path, database_url: str) -> None:
    async with house_in(folder, database_url) as house:
        reference = await house.opened()
        await house.app.blocks.block(reference, "Hind", 1, "insultes")
        assert "blocked.now" not in await house.say("mse7")
        assert await house.app.cases.case(reference) is None
        assert await house.say("salam") == ["blocked.now"]
        assert await house.app.blocks.block(reference, "Hind", 1, "encore") is not None


async def test_a_lifted_block_is_over_and_both_stand_in_the_trail(folder: Path, database_url: str) -> None:
    async with house_in(folder, database_url) as house:
        reference = await house.opened()
        await house.app.blocks.block(reference, "Hind", 30, "insultes")
        (block,) = await house.app.blocks.blocks()
        await house.app.blocks.lift(block.id, "Hind")
        await house.app.blocks.lift(block.id, "Hind")
        assert "blocked.now" not in await house.say("salam")
        assert [act.what for act in await house.app.trail.acts()] == ["unblocked", "blocked"]


async def test_three_hundred_messages_are_kept_and_danger_among_them_is_answered(
    folder: Path, database_url: str
) -> None:
    async with house_in(folder, database_url) as house:
        phone = house.terminal
        phone.name = "simulator"
        house.app.channels["simulator"] = phone
        flood = [house.message("hahaha " + "ha" * n, channel="simulator") for n in range(300)]
        flood[250] = house.message("bghit nmout", channel="simulator")
        await house.app.turns.accept(flood)
        said = [message.message_id for message in await house.read()]
        lines = (await house.rows())["line"]
        assert sum(row.sender == "child" for row in lines) == 300
        assert "danger.self_harm.now" in said
        assert said.count("flood.calm") == 1
        assert len(said) < 100


def test_the_limit_is_a_setting(tmp_path: Path) -> None:
    app = App(settings_in(tmp_path, channels={"flood_per_minute": 0}))
    assert app.settings.channels.flood_per_minute == 0
