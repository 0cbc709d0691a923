"""The database: SQLite embedded, PostgreSQL at scale, one code. Work is written as plain functions of a
connection; SQLite runs it on one writer thread, PostgreSQL inside an asyncpg transaction."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

Result = TypeVar("Result")
MIGRATIONS = Path(__file__).parent / "migrations"
__all__ = ["Connection", "Database", "Unreachable", "aware"]
_READERS = 4


class Unreachable(Exception):
    """The database does not answer, or is not the one this program needs. The message names the cure."""


class Database:
    """A database and the way to work with it.

    Args:
        url: a SQLAlchemy URL, ``sqlite:///FILE`` or ``postgresql://…``.

    Raises:
        Unreachable: when the URL cannot be used.
    """

    def __init__(self, url: str):
        try:
            self.url = make_url(url)
        except (ArgumentError, ValueError):
            raise Unreachable("The setting storage.url is not a database URL; write sqlite:///FILE or"
                              " postgresql://USER@HOST/NAME.") from None  # fmt: skip
        if self.url.get_backend_name() not in ("sqlite", "postgresql"):
            raise Unreachable(f"The setting storage.url names {self.url.get_backend_name()!r}; M3ak works with"
                              " sqlite and postgresql.")  # fmt: skip
        self.embedded = self.url.get_backend_name() == "sqlite"
        self._sync: Engine | None = None
        self._async: AsyncEngine | None = None
        if self.embedded:
            self._sync = _sqlite(self.url)
            self._writer = ThreadPoolExecutor(1, "writer")
            self._readers = ThreadPoolExecutor(_READERS, "reader")
        else:
            self._async = create_async_engine(_asyncpg(self.url), pool_size=10, max_overflow=10, pool_pre_ping=True)

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Runs work in one transaction, committed when it returns and rolled back when it raises.

        Raises:
            Unreachable: when the database could not do it.
        """
        return await self._run(work, write=True)

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Runs work that changes nothing."""
        return await self._run(work, write=False)

    async def _run(self, work: Callable[[Connection], Result], *, write: bool) -> Result:
        try:
            if self._async:
                async with self._async.begin() as connection:
                    return await connection.run_sync(work)
            executor = self._writer if write else self._readers
            return await asyncio.get_running_loop().run_in_executor(executor, self._transact, work, write)
        except (SQLAlchemyError, OSError) as error:
            raise Unreachable(_cure(self.url, error)) from error

    def _transact(self, work: Callable[[Connection], Result], write: bool) -> Result:
        assert self._sync
        with self._sync.connect() as connection:
            # SQLite takes its write lock at the start, so that a turn never fails half-way.
            connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                result = work(connection)
                connection.exec_driver_sql("COMMIT")
                return result
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise

    async def upgrade(self) -> None:
        """Brings the tables to this version.

        Raises:
            Unreachable: when the database does not answer.
        """
        if self.embedded and self.url.database:
            try:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Unreachable(_cure(self.url, error)) from None
        await self.write(_upgrade)

    async def check(self) -> None:
        """Makes sure that the database answers and has this version's tables.

        Raises:
            Unreachable: naming the cure.
        """
        current = await self.read(_version)
        if current != _newest():
            raise Unreachable("The database has the tables of another version; run: m3ak db upgrade")

    async def close(self) -> None:
        """Ends all connections."""
        if self._async:
            await self._async.dispose()
        elif self._sync:
            self._writer.shutdown()
            self._readers.shutdown()
            self._sync.dispose()


def aware(moment: datetime) -> datetime:
    """A moment as read from the database: SQLite keeps no time zone, all of ours are UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 10})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _asyncpg(url: URL) -> URL:
    url = url.set(drivername="postgresql+asyncpg")
    if "sslmode" in url.query:
        # libpq's name for what asyncpg calls ssl.
        url = url.update_query_dict({"ssl": url.query["sslmode"]}).difference_update_query(["sslmode"])
    return url


def _upgrade(connection: Connection) -> None:
    if _version(connection) == _newest():
        return
    # Loaded only where it is needed: it takes a good part of the start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    """The version of the tables, as Alembic notes it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(version) if version else None


def _newest() -> str:
    """The version that this program needs: migrations are numbered in their order."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _cure(url: URL, error: Exception) -> str:
    shown = url.render_as_string(hide_password=True)
    cause = str(getattr(error, "orig", error)).splitlines()
    why = f"{cause[0][:200]}" if cause else type(error).__name__
    return f"The database {shown} (setting storage.url) cannot be used: {why}."
