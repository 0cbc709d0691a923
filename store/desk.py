"""What the desk reads and who works there: ``handoff.port``'s Users and Cases on the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from handoff.case import Case
from handoff.port import Entry, Role, User
from store import tables as t
from store.cases import CaseFile
from store.conversations import insert_new
from store.database import Database
from store.vault import Vault


class StoredCases:
    """``handoff.port.Cases`` on the database."""

    def __init__(self, database: Database, vault: Vault):
        self._database, self._vault = database, vault

    async def entries(self, *, open_only: bool = True, limit: int = 200) -> Sequence[Entry]:
        return await self._database.read(lambda c: CaseFile(c, self._vault).entries(open_only=open_only, limit=limit))

    async def entry(self, reference: str) -> Entry | None:
        return await self._database.read(lambda c: CaseFile(c, self._vault).entry(reference))

    async def case(self, reference: str) -> Case | None:
        return await self._database.read(lambda c: CaseFile(c, self._vault).case(reference))


class StoredUsers:
    """``handoff.port.Users`` on the database."""

    def __init__(self, database: Database, vault: Vault):
        self._database, self._vault = database, vault

    async def user(self, name: str) -> User | None:
        def work(c: Connection) -> User | None:
            row = c.execute(select(t.user).where(t.user.c.name == name)).first()
            return User(row.name, Role(row.role), row.password_hash, row.must_change) if row else None

        return await self._database.read(work)

    async def users(self) -> Sequence[User]:
        def work(c: Connection) -> list[User]:
            rows = c.execute(select(t.user).order_by(t.user.c.name))
            return [User(row.name, Role(row.role), row.password_hash, row.must_change) for row in rows]

        return await self._database.read(work)

    async def add_user(self, user: User) -> None:
        values = {
            "name": user.name,
            "role": user.role.value,
            "password_hash": user.password_hash,
            "must_change": user.must_change,
        }
        if not await self._database.write(lambda c: insert_new(c, t.user, values)):
            raise ValueError(f"There is already a user named {user.name!r}.")

    async def set_password(self, name: str, password_hash: str) -> None:
        await self._database.write(lambda c: _set_password(c, name, password_hash, must_change=False))

    async def reset_password(self, name: str, password_hash: str) -> None:
        """Sets a password that must be changed at the next login."""
        await self._database.write(lambda c: _set_password(c, name, password_hash, must_change=True))

    async def open_session(self, name: str, token: str, until: datetime) -> None:
        values = {"token_hash": self._vault.hash("session", token), "user_name": name, "until": until}
        await self._database.write(lambda c: c.execute(t.session.insert().values(values)))

    async def session_user(self, token: str, at: datetime) -> User | None:
        def work(c: Connection) -> str | None:
            return c.scalar(
                select(t.session.c.user_name).where(
                    t.session.c.token_hash == self._vault.hash("session", token), t.session.c.until > at
                )
            )

        name = await self._database.read(work)
        return await self.user(name) if name else None

    async def close_session(self, token: str) -> None:
        digest = self._vault.hash("session", token)
        await self._database.write(lambda c: c.execute(delete(t.session).where(t.session.c.token_hash == digest)))


def _set_password(c: Connection, name: str, password_hash: str, *, must_change: bool) -> None:
    """Whoever was logged in with the old password is no longer."""
    values = {"password_hash": password_hash, "must_change": must_change}
    c.execute(update(t.user).where(t.user.c.name == name).values(values))
    c.execute(delete(t.session).where(t.session.c.user_name == name))
