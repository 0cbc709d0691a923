"""Passing a case on, over HTTP."""

import pytest

from nlu.interpretation import Language
from tests.desk.house import HIGH, NORMAL, URGENT, House, Visitor

pytestmark = pytest.mark.asyncio


async def test_a_case_is_offered_with_a_note_and_accepted(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    page = (await visitor.get(f"/desk/cases/{NORMAL}")).text
    assert '<option value="Salma">' in page
    for nobody in ("Yassine", "Karim", "Amina"):
        assert f'<option value="{nobody}">' not in page
    answer = await visitor.fill(f"/cases/{NORMAL}/offer", to="Salma", note="<b>elle a peur</b>")
    assert answer.status_code == 303
    assert "Proposé à \u2068Salma\u2069" in (await visitor.get(f"/desk/cases/{NORMAL}")).text
    async with Visitor(house) as other:
        await other.log_in("Salma")
        assert "vous propose ce dossier" in (await other.get("/desk/queue")).text
        assert "&lt;b&gt;elle a peur&lt;/b&gt;" in (await other.get(f"/desk/cases/{NORMAL}")).text
        assert (await other.fill(f"/cases/{NORMAL}/accept")).status_code == 303
        assert (await other.fill(f"/cases/{NORMAL}/accept")).status_code == 409
    entry = await house.cases.entry(NORMAL)
    assert entry
    assert (entry.taken_by, entry.offered_to) == ("Salma", None)


@pytest.mark.parametrize("who", ["Salma", "Yassine"])
async def test_an_offer_is_declined_or_taken_back(house: House, visitor: Visitor, who: str) -> None:
    house.cases.change(NORMAL, offered_to="Salma", offer="")
    await visitor.log_in("Hind")
    assert (await visitor.fill(f"/cases/{NORMAL}/decline")).status_code == 409
    await visitor.log_in(who)
    assert (await visitor.fill(f"/cases/{NORMAL}/decline")).status_code == 303
    entry = await house.cases.entry(NORMAL)
    assert entry
    assert (entry.taken_by, entry.offered_to) == ("Yassine", None)


async def test_a_case_is_handed_on_at_once_or_given_to_the_bot(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    assert (await visitor.fill(f"/cases/{NORMAL}/hand", to="Karim")).status_code == 422
    assert (await visitor.fill(f"/cases/{NORMAL}/hand", to="Hind")).status_code == 303
    assert (await visitor.fill(f"/cases/{NORMAL}/resume")).status_code == 409
    await visitor.log_in("Hind")
    assert (await visitor.fill(f"/cases/{NORMAL}/resume")).status_code == 303
    entry = await house.cases.entry(NORMAL)
    assert entry
    assert (entry.owner, entry.taken_by) == ("bot", None)


async def test_a_note_that_is_too_long_is_refused(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    answer = await visitor.fill(f"/cases/{NORMAL}/offer", to="Salma", note="x" * 20_000)
    assert answer.status_code == 422
    entry = await house.cases.entry(NORMAL)
    assert entry
    assert entry.offered_to is None


@pytest.mark.parametrize("action", ["resume", "hand", "offer", "accept", "decline"])
async def test_a_case_of_somebody_else_is_left_alone(house: House, visitor: Visitor, action: str) -> None:
    before = await house.cases.entry(NORMAL)
    await visitor.log_in("Salma")
    assert (await visitor.fill(f"/cases/{NORMAL}/{action}", to="Salma")).status_code == 409
    assert await house.cases.entry(NORMAL) == before


async def test_the_queue_marks_who_waits_too_long_and_what_one_cannot_write(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    page = (await visitor.get("/desk/")).text
    assert "Attend trop longtemps" not in page
    assert "pas votre langue" not in page
    house.cases.change(HIGH, alarmed=True)
    user = await house.users.user("Salma")
    assert user
    await house.users.change("Salma", user.role, (Language.FR,), active=True)
    page = (await visitor.get("/desk/")).text
    assert page.count("Attend trop longtemps") == 1
    assert page.count("pas votre langue") == 2
    assert URGENT in page


async def test_the_queue_has_pages(house: House, visitor: Visitor) -> None:
    entry = await house.cases.entry(HIGH)
    case = await house.cases.case(HIGH)
    assert entry
    assert case
    house.cases._kept |= {f"AAAA-{n:04}": (entry, case) for n in range(50)}
    await visitor.log_in("Salma")
    assert "Page suivante" in (await visitor.get("/desk/")).text
    last = (await visitor.get("/desk/?page=1")).text
    assert "Page suivante" not in last
    assert "Page précédente" in last
    assert (await visitor.get("/desk/?page=-1")).status_code == 200
