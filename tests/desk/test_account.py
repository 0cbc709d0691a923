"""Logging in and out, passwords, sessions, and the interface's language."""

from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from handoff.desk.limiter import Count, counted
from handoff.desk.password import Passwords, hash_password, weakness
from handoff.port import Role, User
from tests.desk.house import NOW, PASSWORD, House, Visitor

pytestmark = pytest.mark.asyncio


async def test_login_opens_the_queue(house: House, visitor: Visitor) -> None:
    answer = await visitor.log_in("Salma")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/")
    assert "Salma" in (await visitor.get("/desk/")).text
    assert [name for name, _ in house.users.sessions.values()] == ["Salma"]


@pytest.mark.parametrize(("name", "password"), [("Salma", "not this one"), ("nobody", PASSWORD), ("", "")])
async def test_a_wrong_name_and_a_wrong_password_look_the_same(
    house: House, visitor: Visitor, name: str, password: str
) -> None:
    answer = await visitor.log_in(name, password)
    assert answer.status_code == 401
    assert "Nom ou mot de passe incorrect." in answer.text
    assert not house.users.sessions
    assert "m3ak_session" not in visitor.cookies


async def test_hashes_are_argon2id_with_the_librarys_cost() -> None:
    assert PasswordHasher().hash("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert hash_password("x").startswith("$argon2id$")


async def test_an_unknown_user_costs_a_hash_too() -> None:
    assert not await Passwords().check("nobody's password", None)


async def test_guessing_is_slowed_down_even_with_the_right_password(house: House, visitor: Visitor) -> None:
    for _ in range(4):
        assert (await visitor.log_in("Salma", "guess")).status_code == 401
    held = await visitor.log_in("salma")
    assert held.status_code == 429
    assert "Réessayez dans 2 s." in held.text
    assert (await visitor.log_in("Hind")).status_code == 303
    house.now += timedelta(seconds=2)
    assert (await visitor.log_in("Salma")).status_code == 303


async def test_the_wait_doubles_to_five_minutes_and_is_forgotten() -> None:
    now = NOW
    count: Count | None = None
    waits: list[int] = []
    for _ in range(14):
        count, at_once = counted(count, now)
        assert not at_once
        wait = counted(count, now)[1]
        waits.append(int(wait.total_seconds()))
        now += wait
    assert waits == [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    now += timedelta(hours=1, seconds=1)
    count, _ = counted(count, now)
    assert count
    assert count.failures == 1


async def test_first_login_asks_for_a_new_password(house: House, visitor: Visitor) -> None:
    await house.users.add_user(User("Nadia", Role.COUNSELLOR, hash_password("given at the start"), True))
    assert (await visitor.log_in("Nadia", "given at the start")).headers["location"] == "/desk/password"
    assert (await visitor.get("/desk/")).headers["location"] == "/desk/password"
    assert (await visitor.get("/desk/queue", headers={"HX-Request": "true"})).status_code == 403
    new = "une autre phrase"
    answer = await visitor.fill("/password", old="given at the start", new=new, again=new)
    assert answer.headers["location"] == "/desk/"
    assert (await visitor.get("/desk/")).status_code == 200
    assert len(house.users.sessions) == 1
    await visitor.fill("/logout")
    assert (await visitor.log_in("Nadia", "given at the start")).status_code == 401
    assert (await visitor.log_in("Nadia", new)).headers["location"] == "/desk/"


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", "une autre phrase", "une autre phrase", "actuel est incorrect"),
        (PASSWORD, "court", "court", "Trop court"),
        (PASSWORD, "x y" * 100, "x y" * 100, "Trop long"),
        (PASSWORD, "salma salma 22", "salma salma 22", "Trop facile"),
        (PASSWORD, "une autre phrase", "une autre phrasE", "différents"),
        (PASSWORD, PASSWORD, PASSWORD, "le même que"),
    ],
)
async def test_a_new_password_is_refused_with_the_reason(
    visitor: Visitor, old: str, new: str, again: str, said: str
) -> None:
    await visitor.log_in("Salma")
    answer = await visitor.fill("/password", old=old, new=new, again=again)
    assert answer.status_code == 422
    assert said in answer.text


async def test_a_phrase_is_a_good_password() -> None:
    assert weakness("quatre chats sur le toit", "Salma") is None


async def test_logout_ends_the_session_on_the_server(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    cookie = visitor.cookies["m3ak_session"]
    await visitor.fill("/logout")
    assert not house.users.sessions
    visitor.cookies.set("m3ak_session", cookie)
    assert (await visitor.get("/desk/")).headers["location"] == "/desk/login"


async def test_a_session_ends_after_twelve_hours(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.now += timedelta(hours=11, minutes=59)
    assert (await visitor.get("/desk/")).status_code == 200
    house.now += timedelta(minutes=1)
    assert (await visitor.get("/desk/")).headers["location"] == "/desk/login"


async def test_a_second_login_leaves_no_old_session_behind(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    first = set(house.users.sessions)
    await visitor.log_in("Hind")
    assert len(house.users.sessions) == 1
    assert not first & set(house.users.sessions)


@pytest.mark.parametrize(("secure", "name"), [(False, "m3ak_session"), (True, "__Host-m3ak_session")])
async def test_cookies_are_out_of_reach(house: House, secure: bool, name: str) -> None:
    house.app = house.mount(secure_cookies=secure)
    async with Visitor(house, "https://desk.test") as visitor:
        cookies = (await visitor.log_in("Salma")).headers.get_list("set-cookie")
    session = next(cookie for cookie in cookies if cookie.startswith(f"{name}="))
    assert {"HttpOnly", "Max-Age=43200", "Path=/", "SameSite=strict"} <= set(session.split("; "))
    assert ("Secure" in session.split("; ")) is secure


async def test_the_language_changes_and_stays(visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    answer = await visitor.fill("/language", code="ar", back="/desk/?all=1")
    assert answer.headers["location"] == "/desk/?all=1"
    page = (await visitor.get("/desk/")).text
    assert '<html lang="ar" dir="rtl">' in page
    assert "لائحة الانتظار" in page


@pytest.mark.parametrize(
    "back",
    [
        "https://example.org/",
        "//example.org",
        "/desk//example.org",
        "/other",
        "/desk/\\example.org",
        "/desk/\n",
    ],
)
async def test_the_language_button_leads_nowhere_else(visitor: Visitor, back: str) -> None:
    answer = await visitor.fill("/language", code="fr", back=back)
    assert answer.headers["location"] == "/desk/"


async def test_the_first_language_is_the_browsers(visitor: Visitor) -> None:
    page = await visitor.get("/desk/login", headers={"Accept-Language": "ar-MA,ar;q=0.9"})
    assert 'dir="rtl"' in page.text
    assert 'dir="ltr"' in (await visitor.get("/desk/login", headers={"Accept-Language": "en"})).text


async def test_a_user_who_is_gone_is_out(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    house.users._users["Salma"] = replace(house.users._users["Salma"], role=Role.TRAINER)
    assert (await visitor.get("/desk/queue")).status_code == 403
    del house.users._users["Salma"]
    assert (await visitor.get("/desk/")).headers["location"] == "/desk/login"
