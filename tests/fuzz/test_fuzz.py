"""A short run; ``make fuzz`` throws 200,000."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.street import street_in
from tests.fuzz.thrower import PEOPLE, Thrower, dumped, failed_turns

SECONDS = 3.0


@pytest.fixture
async def thrower(tmp_path: Path) -> AsyncIterator[Thrower]:
    async with street_in(tmp_path) as street:
        made = Thrower(street, seed=time.time_ns() % 1_000_000)
        await made.settle()
        yield made


async def test_signed_bodies_are_200_or_400_and_no_turn_fails(thrower: Thrower) -> None:
    before, until = failed_turns(), time.monotonic() + SECONDS
    while time.monotonic() < until:
        await thrower.body(signed=True)
    assert failed_turns() == before, thrower.report()
    assert thrower.answers["telegram", 200] and thrower.answers["whatsapp", 200]


async def test_what_nobody_signed_changes_nothing(thrower: Thrower) -> None:
    before, until = dumped(await thrower.street.rows()), time.monotonic() + SECONDS
    while time.monotonic() < until:
        await thrower.body(signed=False)
    assert dumped(await thrower.street.rows()) == before, thrower.report()
    assert not thrower.answers["telegram", 200] and not thrower.answers["whatsapp", 200]


async def test_a_stranger_at_the_desk_changes_nothing(thrower: Thrower) -> None:
    before, until = dumped(await thrower.street.rows(), "attempt"), time.monotonic() + SECONDS
    while time.monotonic() < until:
        await thrower.form(None)
    assert dumped(await thrower.street.rows(), "attempt") == before, thrower.report()


async def test_the_desks_own_people_break_nothing(thrower: Thrower) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        await thrower.form(thrower.random.choice((*PEOPLE, None)))
    assert thrower.thrown
