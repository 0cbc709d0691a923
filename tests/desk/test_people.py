"""Who works at the desk: links, roles, the second factor, and the trail, over HTTP."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
import segno

from handoff.desk.totp import address, code, new_secret, step_of
from handoff.port import Role
from nlu.interpretation import Language
from tests.desk.house import NOW, PASSWORD, URGENT, House, Visitor

pytestmark = pytest.mark.asyncio

PHRASE = "une phrase toute neuve"


async def link(visitor: Visitor, name: str = "Nadia", role: str = "counsellor", **fields: str) -> str:
    page = await visitor.fill("/people/invite", False, name=name, role=role, **fields)
    assert page.status_code == 200, page.text
    found = re.search(r'id="link" readonly dir="ltr" value="http://desk\.test/desk(/invite/[\w-]{43})"', page.text)
    assert found, page.text
    return found[1]


async def test_somebody_new_comes_by_a_link_that_works_once(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Amina")
    path = await link(visitor, languages="fr")
    async with Visitor(house) as guest, Visitor(house) as late:
        assert "Nadia" in (await guest.get(f"/desk{path}")).text
        for new, again, said in (("court", "court", "Trop court"), (PHRASE, PHRASE + "x", "différents")):
            page = await guest.fill(path, new=new, again=again)
            assert (page.status_code, said in page.text) == (422, True)
        assert (await guest.fill(path, new=PHRASE, again=PHRASE)).headers["location"] == "/desk/"
        assert (await guest.get("/desk/")).status_code == 200
        for answer in (await late.get(f"/desk{path}"), await late.fill(path, new=PHRASE, again=PHRASE)):
            assert answer.status_code == 410
            assert "n'est plus valable" in html.unescape(answer.text)
    user = await house.users.user("Nadia")
    assert user
    assert (user.role, user.languages) == (Role.COUNSELLOR, (Language.FR,))
    assert [(act.who, act.what, act.about) for act in house.trail.noted] == [
        ("Amina", "invited", "Nadia"), ("Nadia", "joined", None),
    ]  # fmt: skip


async def test_a_link_ends_after_its_time(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Amina")
    path = await link(visitor)
    house.now += timedelta(days=3)
    assert (await visitor.get(f"/desk{path}")).status_code == 410


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": "", "role": "counsellor"}, 422),
        ({"name": "x" * 65, "role": "counsellor"}, 422),
        ({"name": "\u202eamlaS", "role": "counsellor"}, 422),
        ({"name": "Nadia", "role": "god"}, 422),
        ({"name": "Salma", "role": "administrator"}, 409),
    ],
)
async def test_an_invitation_that_makes_no_sense(
    house: House, visitor: Visitor, fields: dict[str, str], status: int
) -> None:
    await visitor.log_in("Amina")
    assert (await visitor.fill("/people/invite", False, **fields)).status_code == status
    assert not house.users.invitations


async def test_an_administrator_changes_others_and_never_locks_everybody_out(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Amina")
    await visitor.fill("/people/change", name="Salma", role="supervisor", languages="ary", active="yes")
    user = await house.users.user("Salma")
    assert user
    assert (user.role, user.languages, user.active) == (Role.SUPERVISOR, (Language.ARY,), True)
    for fields in ({"role": "administrator"}, {"role": "trainer", "active": "yes"}):
        assert (await visitor.fill("/people/change", False, name="Amina", **fields)).status_code == 409
    await visitor.fill("/people/change", name="Salma", role="supervisor")
    assert (await visitor.fill("/people/renew", name="Salma")).status_code == 404
    async with Visitor(house) as closed:
        assert (await closed.log_in("Salma")).status_code == 401


async def test_a_lost_password_is_renewed_by_a_link(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Amina")
    page = await visitor.fill("/people/renew", name="Hind")
    path = re.search(r"/invite/[\w-]{43}", page.text)
    assert path
    async with Visitor(house) as guest:
        await guest.fill(path[0], new=PHRASE, again=PHRASE)
    assert (await visitor.log_in("Hind", PASSWORD)).status_code == 401
    assert (await visitor.log_in("Hind", PHRASE)).status_code == 303


async def test_everybody_begins_where_their_work_is(visitor: Visitor) -> None:
    await visitor.log_in("Amina")
    assert (await visitor.get("/desk/")).headers["location"] == "/desk/people"
    await visitor.log_in("Karim")
    assert 'href="/simulator"' in (await visitor.get("/desk/")).text


async def test_the_codes_are_those_of_the_standard() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, digits in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert code(secret, seconds // 30) == digits, "RFC 6238, appendix B"
        assert step_of(secret, f"{digits[:3]} {digits[3:]}", datetime.fromtimestamp(seconds, UTC)) == seconds // 30


async def test_a_code_of_another_time_is_wrong() -> None:
    secret, now = new_secret(), int(NOW.timestamp()) // 30
    assert {step_of(secret, code(secret, now + n), NOW) for n in (-1, 0, 1)} == {now - 1, now, now + 1}
    for wrong in (code(secret, now + 2), code(secret, now - 2), "", "12345", "é" * 6, "1" * 5000):
        assert step_of(secret, wrong, NOW) is None
    assert step_of("", code("AAAAAAAA", now), NOW) is None
    assert step_of("", code("", now), NOW) is None


async def test_a_second_factor_is_asked_for_once_it_is_on(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    page = (await visitor.get("/desk/second")).text
    found = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert found
    secret, step = found[1], int(NOW.timestamp()) // 30
    assert html.escape(address(secret, "Salma", "EMC-Helpline")) in page
    picture = page.partition('<div class="qr"')[2].partition("</div>")[0]
    drawn = segno.make(address(secret, "Salma", "EMC-Helpline"), error="m")
    assert picture.count("<path") == 2, "the ground, and what is drawn on it"
    assert f'viewBox="0 0 {drawn.symbol_size()[0]} {drawn.symbol_size()[1]}"' in picture
    assert "href" not in picture
    wrong = await visitor.fill("/second/on", secret=secret, code="000000")
    assert wrong.status_code == 422
    assert secret in wrong.text, "the phone has it already"
    assert (await visitor.fill("/second/on", secret=secret, code=code(secret, step))).status_code == 303
    assert (await visitor.log_in("Salma")).status_code == 401
    fields = {"name": "Salma", "password": PASSWORD}
    assert (await visitor.fill("/login", False, **fields, code=code(secret, step))).status_code == 401, "used already"
    house.now += timedelta(seconds=30)
    assert (await visitor.fill("/login", False, **fields, code=code(secret, step + 1))).status_code == 303
    assert (await visitor.fill("/second/off", password="x")).status_code == 422
    assert (await visitor.fill("/second/off", password=PASSWORD)).status_code == 303
    assert (await visitor.log_in("Salma")).status_code == 303


async def test_a_forged_secret_is_not_taken(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    for secret in ("", "AAAA", "a" * 32, "<script>", "A" * 33):
        assert (await visitor.fill("/second/on", secret=secret, code="000000")).status_code == 422
    user = await house.users.user("Salma")
    assert user
    assert user.totp is None


async def test_a_supervisor_reads_who_looked(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    await visitor.get(f"/desk/cases/{URGENT}")
    await visitor.log_in("Hind")
    page = (await visitor.get(f"/desk/trail?case={URGENT.lower()}")).text
    assert "A lu le dossier" in page
    assert "Salma" in page
    assert "A lu le dossier" not in (await visitor.get("/desk/trail?case=XXXX-0000")).text
    for wrong in ("?page=-1", "?page=x", "?page=9999999999", "?case=" + "x" * 3000, "?case=%00"):
        assert (await visitor.get(f"/desk/trail{wrong}")).status_code == 200


async def test_the_trail_has_pages(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    for _ in range(101):
        await visitor.get(f"/desk/cases/{URGENT}")
    await visitor.log_in("Hind")
    assert (await visitor.get("/desk/trail")).text.count("A lu le dossier") == 100
    assert (await visitor.get("/desk/trail?page=1")).text.count("A lu le dossier") == 1
