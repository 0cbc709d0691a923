"""What the bot did not understand waits for trainers: only where the child agreed, redacted, and gone with its case."""

from datetime import timedelta

import pytest

from bot.redaction import redacted
from store import tables as t
from tests.bot.house import House

ODD = "za3tar Belboul kerkour"


async def puzzled(house: House) -> str:
    """A case in which one answer was not understood, closed and rated."""
    reference = await house.opened()
    for text in (ODD, "ana"):
        await house.say(text)
    await house.app.relay.take(reference, "salma")
    await house.app.relay.close(reference, "salma", "helped")
    await house.read()
    await house.choose("feedback.5")
    return reference


async def words(house: House) -> list[str]:
    return [sample.text for sample in await house.app.lessons.samples()]


async def rows(house: House) -> int:
    return len(await house.app.database.read(lambda c: c.execute(t.sample.select()).all()))


async def test_only_who_agreed_teaches_the_bot(house: House) -> None:
    await puzzled(house)
    assert await rows(house)
    assert await words(house) == []
    await house.choose("improvement.yes")
    (sample,) = await house.app.lessons.samples()
    assert sample.text == "za3tar (nom) kerkour"
    assert sample.expects == "reporter"


async def test_who_did_not_agree_does_not(house: House) -> None:
    await puzzled(house)
    await house.choose("improvement.no")
    assert await words(house) == []


async def test_a_sample_goes_with_its_case(house: House) -> None:
    reference = await puzzled(house)
    await house.choose("improvement.yes")
    assert await words(house)
    await house.app.database.write(lambda c: house.app.turns.transaction(c).cases.erase(reference))
    assert await words(house) == []
    assert await rows(house) == 0


async def test_the_erase_word_erases_it(house: House) -> None:
    await puzzled(house)
    await house.choose("improvement.yes")
    await house.say("effacer")
    assert await rows(house) == 0


async def test_a_sample_goes_after_its_time_and_when_it_is_dropped(house: House) -> None:
    await puzzled(house)
    await house.choose("improvement.yes")
    (sample,) = await house.app.lessons.samples()
    await house.app.lessons.drop(sample.id)
    assert await words(house) == []
    await puzzled(house)
    await house.choose("improvement.yes")
    assert await words(house)
    house.clock.move_to(house.clock.now() + timedelta(days=61))
    assert await words(house) == []
    await house.app.timers.tidy()
    assert await rows(house) == 0


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("3afak wach n9der nhder m3akom", "3afak wach n9der nhder m3akom"),
        ("smiti Salma w 3ndi 14 3am", "smiti (nom) w 3ndi (nombre) 3am"),
        ("il s'appelle Mehdi et il habite à Casablanca", "il s'appelle (nom) et il habite à (ville)"),
        ("écris à a.b@c.ma ou www.example.org/x?y=1", "écris à (lien) ou (lien)"),
        ("le compte @hmd.99 m'a écrit le 12/03/2010", "le compte (compte) m'a écrit le (nombre)"),
        ("رقمو 0612345678 وعندو ١٤ عام", "رقمو (téléphone) وعندو (nombre) عام"),
        ("appelle le +212 6 12 34 56 78", "appelle le (téléphone)"),
    ],
)
def test_nothing_leads_to_anybody(text: str, left: str) -> None:
    assert redacted(text) == left


def test_a_name_that_the_case_knows_is_taken_out_in_any_spelling_of_case() -> None:
    assert redacted("c'est nour qui a fait ça", ["Nour El"]) == "c'est (nom) qui a fait ça"
