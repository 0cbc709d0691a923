"""Supervisors shut a contact out for some days, with a reason, and take it back."""

import pytest

from tests.desk.house import URGENT, House, Visitor


@pytest.fixture
async def hind(visitor: Visitor) -> Visitor:
    await visitor.log_in("Hind")
    return visitor


async def test_a_block_has_an_end_and_a_reason(house: House, hind: Visitor) -> None:
    page = await hind.get(f"/desk/cases/{URGENT}")
    assert "Bloquer ce contact" in page.text
    answer = await hind.fill(f"/cases/{URGENT}/block", days="7", reason="Insulte l'équipe <b>depuis</b> un mois")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/blocks")
    shown = (await hind.get("/desk/blocks")).text
    assert "Insulte l&#39;équipe &lt;b&gt;depuis&lt;/b&gt; un mois" in shown
    assert "30 nov. 2026" in shown
    assert URGENT not in shown, "the list leads to no case"
    assert (await hind.fill("/blocks/lift", id="b1")).status_code == 303
    assert "Aucun contact" in (await hind.get("/desk/blocks")).text


@pytest.mark.parametrize(
    "form", [{"days": "7"}, {"reason": "x"}, {"days": "3650", "reason": "x"}, {"days": "7", "reason": "x" * 501}]
)
async def test_no_block_for_ever_and_none_without_a_reason(house: House, hind: Visitor, form: dict[str, str]) -> None:
    answer = await hind.fill(f"/cases/{URGENT}/block", days=form.get("days", ""), reason=form.get("reason", ""))
    assert answer.status_code == 422
    assert house.blocks.kept == {}


async def test_a_counsellor_is_not_offered_it(visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    assert "Bloquer" not in (await visitor.get(f"/desk/cases/{URGENT}")).text
