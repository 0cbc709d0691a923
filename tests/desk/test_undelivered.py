"""What a child did not get is shown in the chat of its case."""

import html
import re

import pytest

from tests.desk.house import URGENT, House, Visitor

pytestmark = pytest.mark.asyncio

REASONS = {
    "blocked": "Non remis à l'enfant : l'enfant a bloqué le compte",
    "131047": "Non remis à l'enfant : plus de 24 heures depuis le dernier message de l'enfant",
    "uncertain": "Peut-être non remis à l'enfant : le service s'est arrêté pendant l'envoi",
    "131999": "Non remis à l'enfant : refusé par l'application (code ⁨131999⁩)",
}


def _mark(house: House, case: str, why: str) -> None:
    transcript = house.cases._kept[case][1].transcript
    house.cases.rewrite(case, transcript=(*transcript[:-1], transcript[-1].model_copy(update={"undelivered": why})))


def _text(page: str) -> str:
    return " ".join(html.unescape(page).replace("\xa0", " ").split())


@pytest.mark.parametrize("why", REASONS)
async def test_the_chat_says_what_did_not_arrive_and_why(house: House, visitor: Visitor, why: str) -> None:
    await visitor.log_in("Salma")
    house.cases.write(URGENT, "bot", "Chokran 7it 7kiti lia.")
    _mark(house, URGENT, why)
    assert REASONS[why] in _text((await visitor.get(f"/desk/cases/{URGENT}")).text)


async def test_an_open_page_learns_it_while_it_is_open(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.cases.write(URGENT, "bot", "Chokran 7it 7kiti lia.")
    page = (await visitor.get(f"/desk/cases/{URGENT}")).text
    assert "Non remis" not in page
    marks = dict(re.findall(r'id="seen-\w+" name="(\w+)" value="(\w*)"', page))
    _mark(house, URGENT, "blocked")
    again = await visitor.get(f"/desk/cases/{URGENT}/live", params=marks, headers={"HX-Request": "true"})
    assert 'hx-swap-oob="innerHTML:#lines"' in again.text
    assert "Non remis" in again.text
