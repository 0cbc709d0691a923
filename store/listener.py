"""Hearing what other processes commit: PostgreSQL's LISTEN on a connection of its own."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

log = structlog.get_logger()

CHANNEL = "m3ak"
_PAUSE = 1.0
_LOOKS = 15.0
"""Seconds between questions whether the connection still lives: a machine that vanishes says no goodbye."""


async def listen(engine: "AsyncEngine", me: str, heard: Callable[[str | None], None]) -> None:
    """Listens until cancelled, and connects again when the connection is lost.

    Args:
        engine: the database.
        me: what this process signs its own notes with, so that it does not hear itself.
        heard: called with each note of another process, and with None whenever some may have been missed.
    """
    while True:
        try:
            await _listen(engine, me, heard)
        except Exception as error:  # asyncpg's own, SQLAlchemy's and the network's alike: it connects again
            log.warning("listener_lost", kind=type(error).__name__)
        await asyncio.sleep(_PAUSE)


async def _listen(engine: "AsyncEngine", me: str, heard: Callable[[str | None], None]) -> None:
    lost = asyncio.Event()

    def called(_connection: object, _pid: int, _channel: str, payload: object) -> None:
        sender, _, text = str(payload).partition(" ")
        if sender != me:
            heard(text)

    async with engine.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        try:
            await raw.add_listener(CHANNEL, called)
            raw.add_termination_listener(lambda _connection: lost.set())
            heard(None)
            while not lost.is_set():
                try:
                    await asyncio.wait_for(lost.wait(), _LOOKS)
                except TimeoutError:
                    await raw.execute("SELECT 1")
        finally:
            # A connection that listens must not go back to the others.
            await connection.invalidate()
