"""Supervisors hold a case back from being erased, with a reason that the team reads."""

from tests.desk.house import URGENT, House, Visitor


async def test_a_hold_has_a_reason_that_the_team_reads_and_an_end(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Hind")
    assert "Garder ce dossier plus longtemps" in (await visitor.get(f"/desk/cases/{URGENT}")).text
    for reason in ("", "x" * 501):
        assert (await visitor.fill(f"/cases/{URGENT}/hold", reason=reason)).status_code == 422
    assert house.casework.holds == {}
    assert (await visitor.fill(f"/cases/{URGENT}/hold", reason="Enquête <b>12</b>")).status_code == 303
    assert "Enquête &lt;b&gt;12&lt;/b&gt;" in (await visitor.get(f"/desk/cases/{URGENT}")).text
    await visitor.log_in("Salma")
    page = (await visitor.get(f"/desk/cases/{URGENT}")).text
    assert "Ne pas effacer" in page and "Garder ce dossier" not in page and "Ne plus garder" not in page
    await visitor.log_in("Hind")
    assert (await visitor.fill(f"/cases/{URGENT}/let-go")).status_code == 303
    assert "Ne pas effacer" not in (await visitor.get(f"/desk/cases/{URGENT}")).text
