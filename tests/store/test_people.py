"""People, their links and attempts, and the trail, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError

from handoff.port import Act, Invitation, Role, User
from nlu.interpretation import Language
from store import tables as t
from store.database import Database, Unreachable
from store.people import StoredUsers, forget_guests
from store.pepper import load_pepper
from store.trail import StoredTrail
from store.vault import open_vault

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.upgrade()
    yield database
    await database.close()


@pytest.fixture
async def users(database: Database, tmp_path: Path) -> StoredUsers:
    vault = open_vault(None, tmp_path / "keys")
    await database.write(lambda c: load_pepper(c, vault))
    return StoredUsers(database, vault)


async def test_a_link_is_used_once_by_whoever_is_first(users: StoredUsers) -> None:
    invitation = Invitation("Nadia", Role.COUNSELLOR, (Language.FR, Language.ARY))
    await users.invite(invitation, "old", NOW + HOUR)
    await users.invite(invitation, "new", NOW + HOUR)
    assert await users.invitation("old", NOW) is None
    assert await users.invitation("new", NOW + HOUR) is None
    assert await users.invitation("new", NOW) == invitation
    made = await asyncio.gather(*(users.accept("new", f"hash {n}", NOW) for n in range(4)))
    (user,) = [user for user in made if user]
    assert await users.user("Nadia") == user == User("Nadia", Role.COUNSELLOR, user.password_hash, False, (
        Language.FR, Language.ARY))  # fmt: skip


async def test_a_new_link_renews_the_password_and_ends_what_was(users: StoredUsers) -> None:
    await users.add_user(User("Nadia", Role.COUNSELLOR, "lost"))
    await users.set_totp("Nadia", SECRET)
    await users.open_session("Nadia", "s", NOW + HOUR)
    await users.invite(Invitation("Nadia", Role.COUNSELLOR), "k", NOW + HOUR)
    assert await users.session_user("s", NOW)
    await users.accept("k", "new", NOW)
    assert await users.session_user("s", NOW) is None
    user = await users.user("Nadia")
    assert user
    assert (user.password_hash, user.totp) == ("new", None)


async def test_who_may_less_is_logged_out_and_an_old_link_brings_nothing_back(users: StoredUsers) -> None:
    await users.add_user(User("Nadia", Role.SUPERVISOR, "x"))
    await users.open_session("Nadia", "s", NOW + HOUR)
    await users.change("Nadia", Role.SUPERVISOR, (Language.AR,), active=True)
    assert await users.session_user("s", NOW)
    await users.invite(Invitation("Nadia", Role.SUPERVISOR), "k", NOW + HOUR)
    await users.change("Nadia", Role.COUNSELLOR, (), active=True)
    assert await users.session_user("s", NOW) is None
    assert await users.accept("k", "y", NOW) is None
    await users.open_session("Nadia", "t", NOW + HOUR)
    await users.change("Nadia", Role.COUNSELLOR, (), active=False)
    assert await users.session_user("t", NOW) is None


async def test_many_guesses_at_once_are_counted_one_by_one(users: StoredUsers) -> None:
    waits = await asyncio.gather(*(users.attempt("Salma", NOW) for _ in range(12)))
    assert sorted(waits) == [timedelta(0)] * 4 + [timedelta(seconds=2)] * 8
    assert await users.attempt("sALMA", NOW) == timedelta(seconds=2)
    assert await users.attempt("Hind", NOW) == timedelta(0)
    await users.succeed("salma")
    assert await users.attempt("Salma", NOW) == timedelta(0)


async def test_a_code_is_good_once(users: StoredUsers) -> None:
    await users.add_user(User("Nadia", Role.COUNSELLOR, "x"))
    await users.set_totp("Nadia", SECRET)
    used = await asyncio.gather(*(users.use_step("Nadia", 100) for _ in range(3)))
    assert sorted(used) == [False, False, True]
    assert not await users.use_step("Nadia", 99)
    assert await users.use_step("Nadia", 101)


async def test_no_secret_and_no_mistyped_name_stands_in_the_tables(database: Database, users: StoredUsers) -> None:
    await users.add_user(User("Nadia", Role.COUNSELLOR, "x"))
    await users.set_totp("Nadia", SECRET)
    await users.invite(Invitation("Nadia", Role.COUNSELLOR), "token-in-a-link", NOW + HOUR)
    await users.attempt("my password by mistake", NOW)
    tables = (t.user, t.invitation, t.attempt)
    rows = await database.read(lambda c: [list(c.execute(table.select())) for table in tables])
    for secret in (SECRET, "token-in-a-link", "my password by mistake"):
        assert secret not in str(rows)
    user = await users.user("Nadia")
    assert user
    assert user.totp == SECRET


async def test_what_is_over_is_erased(database: Database, users: StoredUsers) -> None:
    await users.add_user(User("Nadia", Role.COUNSELLOR, "x"))
    await users.open_session("Nadia", "s", NOW)
    await users.invite(Invitation("Nadia", Role.COUNSELLOR), "k", NOW)
    await users.attempt("Nadia", NOW - 2 * HOUR)
    await database.write(lambda c: forget_guests(c, NOW))
    rows = await database.read(
        lambda c: [c.execute(table.select()).all() for table in (t.session, t.invitation, t.attempt)]
    )
    assert rows == [[], [], []]


async def test_the_trail_is_read_and_never_changed(database: Database) -> None:
    trail = StoredTrail(database)
    for n in range(3):
        await trail.note(Act(NOW + n * HOUR, "Salma", "read", "K7Q2-9MXD" if n else "B3TR-55KW"))
    acts = await trail.acts(reference="K7Q2-9MXD")
    assert acts == [Act(NOW + n * HOUR, "Salma", "read", "K7Q2-9MXD") for n in (2, 1)]
    assert await trail.acts(limit=1, offset=2) == [Act(NOW, "Salma", "read", "B3TR-55KW")]
    changes = [update(t.trail).values(who="Hind"), delete(t.trail)]
    if not database.embedded:
        changes.append(text("TRUNCATE trail"))  # type: ignore[arg-type]
    for change in changes:
        with pytest.raises((IntegrityError, Unreachable), match="never changed"):
            await database.write(lambda c, change=change: c.execute(change))  # type: ignore[misc]
    assert len(await trail.acts()) == 3
