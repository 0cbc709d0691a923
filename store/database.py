"""The database: SQLite embedded, PostgreSQL at scale, one code. Work is written as plain functions of a
connection; SQLite runs it on one writer thread (``writer.py``), PostgreSQL inside an asyncpg transaction."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError

from store.listener import CHANNEL, listen
from store.note import take_notes
from store.writer import Writer

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

Result = TypeVar("Result")
MIGRATIONS = Path(__file__).parent / "migrations"
__all__ = ["Connection", "Database", "Unreachable", "aware", "insert_new", "moment", "upsert"]
_READERS = 4
_PATIENCE = 5
"""Seconds that SQLite waits while another program holds the file; then the platform is asked to come again."""
_SMALL = 200_000_000
"""Bytes of a SQLite file that is rebuilt within a second or two."""
_CONNECTIONS = 10
_USED = "m3ak_used"
_NOTIFY = text("SELECT pg_notify(:channel, payload) FROM unnest(CAST(:payloads AS text[])) AS payload")


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
        self._me = secrets.token_hex(6)
        self._heard: list[Callable[[str | None], None]] = []
        self._sync: Engine | None = None
        self._async: AsyncEngine | None = None
        if self.embedded:
            self._sync = _sqlite(self.url)
            self._writer = Writer(self._sync, self._tell)
            self._readers = ThreadPoolExecutor(_READERS, "reader")
        else:
            # Half of SQLAlchemy's import, which SQLite can do without.
            from sqlalchemy.ext.asyncio import create_async_engine

            self._async = create_async_engine(
                _asyncpg(self.url), pool_size=_CONNECTIONS, max_overflow=_CONNECTIONS, pool_timeout=2 * _PATIENCE
            )

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Runs work in one transaction, committed when it returns and rolled back when it raises.

        Raises:
            Unreachable: when the database could not do it; perhaps it did and could not say so.
        """
        with _reached(self.url):
            if self._async:
                return await self._attempt(self._async, work)
            result: Result = await self._writer.write(work)
            return result

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Runs work that changes nothing, beside the writer.

        Raises:
            Unreachable: when the database does not answer.
        """
        with _reached(self.url):
            if self._async:
                return await self._attempt(self._async, work)
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._readers, partial(self._read, work))

    def follow(self, heard: Callable[[str | None], None]) -> None:
        """Calls a function with each note (``note.py``) once it is committed, by this process or another.

        Args:
            heard: is given the note, or None when some may have been missed.
        """
        self._heard.append(heard)

    async def listen(self) -> None:
        """Hears the other processes until cancelled. SQLite has none."""
        if self._async:
            await listen(self._async, self._me, lambda text: self._tell({text}))

    def _tell(self, notes: "set[str] | set[str | None]") -> None:
        for note in notes:
            for heard in self._heard:
                heard(note)

    async def _attempt(self, engine: "AsyncEngine", work: Callable[[Connection], Result]) -> Result:
        while True:
            ended = fresh = False
            try:
                async with engine.connect() as connection:
                    assert connection.sync_connection
                    fresh = not connection.info.get(_USED)
                    connection.info[_USED] = True
                    take_notes(connection.sync_connection)
                    result = await connection.run_sync(work)
                    if notes := take_notes(connection.sync_connection):
                        await _notify(connection, self._me, notes)
                    ended = True
                    await connection.commit()
                self._tell(notes)
                return result
            except DBAPIError as error:
                # A connection that was lost while nobody used it: nothing of the work was kept, and a new one may do.
                if ended or fresh or not error.connection_invalidated:
                    raise

    def _read(self, work: Callable[[Connection], Result]) -> Result:
        assert self._sync
        with self._sync.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                return work(connection)
            finally:
                connection.exec_driver_sql("ROLLBACK")

    async def vacuum(self) -> None:
        """Clears away what was erased: from the write-ahead log and, where the file is small enough for a moment
        without writing, from its free pages (SQLite); from dead rows (PostgreSQL).

        Raises:
            Unreachable: when the database does not answer.
        """
        with _reached(self.url):
            if self._async:
                engine = self._async.execution_options(isolation_level="AUTOCOMMIT")
                async with engine.connect() as connection:
                    await connection.execute(text("VACUUM"))
                return
            await asyncio.get_running_loop().run_in_executor(self._readers, self._vacuum)

    def _vacuum(self) -> None:
        assert self._sync and self.url.database
        with self._sync.connect() as connection:
            # Erased rows are overwritten with zeros in any case (secure_delete).
            if Path(self.url.database).stat().st_size <= _SMALL:
                connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

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
        if current != newest_tables():
            raise Unreachable("The database has the tables of another version; run: m3ak db upgrade")

    async def close(self) -> None:
        """Ends all connections."""
        if self._async:
            await self._async.dispose()
        elif self._sync:
            self._writer.close()
            self._readers.shutdown()
            self._sync.dispose()


def moment(connection: Connection) -> datetime:
    """The time by the one clock that all processes share: the database server's, or this machine's for SQLite."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


def insert_new(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Inserts a row unless its key is there; whether it was new."""
    return connection.execute(_insert_new(connection.dialect.name, table), values).first() is not None


def upsert(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    """Inserts a row, or writes over the one with its key."""
    connection.execute(_upsert(connection.dialect.name, table, tuple(values)), values)


# Statements are built once: building them takes longer than running them.
@cache
def _insert_new(dialect: str, table: Table) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(table).on_conflict_do_nothing()
    # RETURNING and not the row count: drivers report the count differently.
    return statement.returning(next(iter(table.primary_key)))


@cache
def _upsert(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    changed = {name: statement.excluded[name] for name in names if not table.c[name].primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)


@contextmanager
def _reached(url: URL) -> Iterator[None]:
    """What the database's own faults become. A row that it refuses is a bug of ours, and no fault of its."""
    try:
        yield
    except (IntegrityError, DataError):
        raise
    except _faults(url.get_backend_name()) as error:
        raise Unreachable(_cure(url, error)) from error


@cache
def _faults(backend: str) -> tuple[type[Exception], ...]:
    """SQLAlchemy's faults and the system's, and those of the driver that SQLAlchemy lets through."""
    if backend != "postgresql":
        return SQLAlchemyError, OSError
    import asyncpg

    return SQLAlchemyError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError


async def _notify(connection: "AsyncConnection", me: str, notes: set[str]) -> None:
    payloads = [f"{me} {note}" for note in sorted(notes)]
    await connection.execute(_NOTIFY, {"channel": CHANNEL, "payloads": payloads})


def aware(moment: datetime) -> datetime:
    """A moment as read from the database: SQLite keeps no time zone, all of ours are UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": _PATIENCE})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        # Half a megabyte of pages a connection, instead of two: the system keeps them as well.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "cache_size=-512",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _asyncpg(url: URL) -> URL:
    url = url.set(drivername="postgresql+asyncpg")
    if "sslmode" in url.query:
        # libpq's name for what asyncpg calls ssl.
        url = url.update_query_dict({"ssl": url.query["sslmode"]}).difference_update_query(["sslmode"])
    return url


def _upgrade(connection: Connection) -> None:
    if _version(connection) == newest_tables():
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


@cache
def newest_tables() -> str:
    """The version that this program needs: migrations are numbered in their order."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _cure(url: URL, error: Exception) -> str:
    shown = url.render_as_string(hide_password=True)
    cause = str(getattr(error, "orig", error)).splitlines()
    why = f"{cause[0][:200]}" if cause else type(error).__name__
    return f"The database {shown} (setting storage.url) cannot be used: {why}."
