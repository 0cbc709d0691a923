"""The people of the desk: ``handoff.port.Users`` on the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from handoff.desk.limiter import FORGOTTEN, Count, counted
from handoff.port import CASEWORKERS, Invitation, Role, User
from nlu.interpretation import Language
from store import tables as t
from store.database import Database, aware, insert_new, upsert
from store.vault import NoKeys, Vault


def is_caseworker(connection: Connection, name: str) -> bool:
    """Whether somebody of this name may hold a case now."""
    row = connection.execute(select(t.user.c.role, t.user.c.active).where(t.user.c.name == name)).first()
    return row is not None and row.active and Role(row.role) in CASEWORKERS


def forget_guests(connection: Connection, at: datetime) -> None:
    """Erases sessions, links and counts that are over."""
    connection.execute(delete(t.session).where(t.session.c.until <= at))
    connection.execute(delete(t.invitation).where(t.invitation.c.until <= at))
    connection.execute(delete(t.attempt).where(t.attempt.c.last_at < at - FORGOTTEN))


class StoredUsers:
    """``handoff.port.Users`` on the database."""

    def __init__(self, database: Database, vault: Vault):
        self._database, self._vault = database, vault

    async def user(self, name: str) -> User | None:
        def work(c: Connection) -> User | None:
            row = c.execute(select(t.user).where(t.user.c.name == name)).first()
            return self._user(row) if row else None

        return await self._database.read(work)

    async def users(self) -> Sequence[User]:
        def work(c: Connection) -> list[User]:
            return [self._user(row) for row in c.execute(select(t.user).order_by(t.user.c.name))]

        return await self._database.read(work)

    def _user(self, row: Row[Any]) -> User:
        try:
            totp = self._vault.open(row.totp_sealed) if row.totp_sealed else None
        except NoKeys:
            # A second factor that cannot be read is none that can be passed.
            totp = ""
        return User(
            row.name, Role(row.role), row.password_hash, row.must_change, _languages(row.languages), row.active,
            aware(row.seen_at) if row.seen_at else None, totp,
        )  # fmt: skip

    async def add_user(self, user: User) -> None:
        if not await self._database.write(lambda c: insert_new(c, t.user, _values(user))):
            raise ValueError(f"There is already a user named {user.name!r}.")

    async def set_password(self, name: str, password_hash: str) -> None:
        await self._database.write(lambda c: _set_password(c, name, password_hash, must_change=False))

    async def reset_password(self, name: str, password_hash: str) -> None:
        """Sets a password that must be changed at the next login."""
        await self._database.write(lambda c: _set_password(c, name, password_hash, must_change=True))

    async def change(self, name: str, role: Role, languages: tuple[Language, ...], *, active: bool) -> None:
        def work(c: Connection) -> None:
            before = c.execute(select(t.user.c.role).where(t.user.c.name == name)).scalar()
            values = {"role": role.value, "languages": " ".join(languages), "active": active}
            c.execute(update(t.user).where(t.user.c.name == name).values(values))
            # A link that was made before would undo it.
            c.execute(delete(t.invitation).where(t.invitation.c.user_name == name))
            if not active or before != role.value:
                c.execute(delete(t.session).where(t.session.c.user_name == name))

        await self._database.write(work)

    async def set_totp(self, name: str, secret: str | None) -> None:
        sealed = self._vault.seal(secret) if secret else None
        query = update(t.user).where(t.user.c.name == name).values(totp_sealed=sealed, totp_step=0)
        await self._database.write(lambda c: c.execute(query))

    async def use_step(self, name: str, step: int) -> bool:
        query = (
            update(t.user)
            .where(t.user.c.name == name, t.user.c.totp_step < step)
            .values(totp_step=step)
            .returning(t.user.c.name)
        )
        return await self._database.write(lambda c: c.execute(query).first()) is not None

    async def open_session(self, name: str, token: str, until: datetime) -> None:
        values = {"token_hash": self._vault.hash("session", token), "user_name": name, "until": until}
        await self._database.write(lambda c: c.execute(t.session.insert().values(values)))

    async def session_user(self, token: str, at: datetime) -> User | None:
        query = (
            select(t.user)
            .join(t.session, t.session.c.user_name == t.user.c.name)
            .where(
                t.session.c.token_hash == self._vault.hash("session", token), t.session.c.until > at, t.user.c.active
            )
        )
        row = await self._database.read(lambda c: c.execute(query).first())
        return self._user(row) if row else None

    async def close_session(self, token: str) -> None:
        digest = self._vault.hash("session", token)
        await self._database.write(lambda c: c.execute(delete(t.session).where(t.session.c.token_hash == digest)))

    async def seen(self, name: str, at: datetime) -> None:
        query = update(t.user).where(t.user.c.name == name).values(seen_at=at)
        await self._database.write(lambda c: c.execute(query))

    async def attempt(self, name: str, at: datetime) -> timedelta:
        digest = self._name_hash(name)

        def work(c: Connection) -> timedelta:
            # Inserted first, so that two processes that see the same name for the first time lock one row.
            insert_new(c, t.attempt, {"name_hash": digest, "failures": 0, "last_at": at, "free_at": at})
            row = c.execute(select(t.attempt).where(t.attempt.c.name_hash == digest).with_for_update()).one()
            count, wait = counted(Count(row.failures, aware(row.last_at), aware(row.free_at)), at)
            if count:
                values = {"failures": count.failures, "last_at": count.last_at, "free_at": count.free_at}
                c.execute(update(t.attempt).where(t.attempt.c.name_hash == digest).values(values))
            return wait

        return await self._database.write(work)

    async def succeed(self, name: str) -> None:
        query = delete(t.attempt).where(t.attempt.c.name_hash == self._name_hash(name))
        await self._database.write(lambda c: c.execute(query))

    def _name_hash(self, name: str) -> str:
        # People mistype their password into the field for the name: it must not be found here.
        return self._vault.hash("attempt", name.casefold())

    async def invite(self, invitation: Invitation, token: str, until: datetime) -> None:
        values = {
            "token_hash": self._vault.hash("invitation", token), "user_name": invitation.name, "until": until,
            "role": invitation.role.value, "languages": " ".join(invitation.languages),
        }  # fmt: skip

        def work(c: Connection) -> None:
            c.execute(delete(t.invitation).where(t.invitation.c.user_name == invitation.name))
            c.execute(insert(t.invitation).values(values))

        await self._database.write(work)

    async def invitation(self, token: str, at: datetime) -> Invitation | None:
        digest = self._vault.hash("invitation", token)
        query = select(t.invitation).where(t.invitation.c.token_hash == digest, t.invitation.c.until > at)
        row = await self._database.read(lambda c: c.execute(query).first())
        return Invitation(row.user_name, Role(row.role), _languages(row.languages)) if row else None

    async def accept(self, token: str, password_hash: str, at: datetime) -> User | None:
        digest = self._vault.hash("invitation", token)
        use = delete(t.invitation).where(t.invitation.c.token_hash == digest, t.invitation.c.until > at)

        def work(c: Connection) -> User | None:
            row = c.execute(use.returning(*t.invitation.c)).first()
            if row is None:
                return None
            user = User(row.user_name, Role(row.role), password_hash, languages=_languages(row.languages))
            upsert(c, t.user, _values(user) | {"totp_sealed": None, "totp_step": 0})
            c.execute(delete(t.session).where(t.session.c.user_name == user.name))
            return user

        return await self._database.write(work)


def _values(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "role": user.role.value,
        "password_hash": user.password_hash,
        "must_change": user.must_change,
        "languages": " ".join(user.languages),
        "active": user.active,
    }


def _languages(text: str) -> tuple[Language, ...]:
    return tuple(Language(code) for code in text.split())


def _set_password(c: Connection, name: str, password_hash: str, *, must_change: bool) -> None:
    """Whoever was logged in with the old password is no longer."""
    values = {"password_hash": password_hash, "must_change": must_change}
    c.execute(update(t.user).where(t.user.c.name == name).values(values))
    c.execute(delete(t.session).where(t.session.c.user_name == name))
