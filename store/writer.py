"""SQLite's one writer: a thread that commits the turns that wait together (group commit).

A commit is one write to the disk, whatever it holds; each piece of work stands in a savepoint of its own, so that
one that fails takes no other with it. Whoever asked is answered after the commit.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from store.note import take_notes
from store.turnstile import Turnstile

_MOST = 64
"""Pieces of work in one commit: a bound on how long the first of them waits for the last."""


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None

    def answer(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """The writer of one SQLite file in this process.

    Args:
        engine: where it connects.
        tell: called in the asking loop with the notes of each commit.
    """

    def __init__(self, engine: Engine, tell: Callable[[set[str]], None]):
        self._engine, self._tell = engine, tell
        self._turnstile = Turnstile(Path(engine.url.database) if engine.url.database else None)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[Connection], Any]) -> Any:
        """Runs work in a savepoint and returns after the commit.

        Raises:
            whatever the work raised, or the database.
        """
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future())
        self._jobs.put(job)
        return await job.future

    def close(self) -> None:
        """Ends the thread after what waits is written."""
        self._jobs.put(None)
        self._thread.join()
        self._turnstile.close()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            jobs, more = [job], True
            while more and len(jobs) < _MOST:
                try:
                    other = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if other is None:
                    self._jobs.put(None)
                    more = False
                else:
                    jobs.append(other)
            self._commit(jobs)

    def _commit(self, jobs: list[_Job]) -> None:
        notes: set[str] = set()
        try:
            with self._engine.connect() as connection:
                # SQLite takes its write lock at the start, so that a turn never fails half-way.
                with self._turnstile.held():
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    for job in jobs:
                        notes |= _in_savepoint(connection, job)
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    # A full disk has rolled back by itself.
                    if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                        connection.exec_driver_sql("ROLLBACK")
                    raise
        except BaseException as error:
            notes.clear()
            for job in jobs:
                job.error = job.error or error
        for loop in {job.loop for job in jobs}:
            mine = [job for job in jobs if job.loop is loop]
            try:
                loop.call_soon_threadsafe(self._answer, mine, notes)
            except RuntimeError:
                # The loop has ended; nobody waits for an answer any more.
                continue

    def _answer(self, jobs: list[_Job], notes: set[str]) -> None:
        for job in jobs:
            job.answer()
        self._tell(notes)


def _in_savepoint(connection: Connection, job: _Job) -> set[str]:
    """Runs one piece of work; its notes."""
    connection.exec_driver_sql("SAVEPOINT piece")
    try:
        job.result = job.work(connection)
    except Exception as error:
        job.error = error
    notes = take_notes(connection)
    if job.error is None:
        connection.exec_driver_sql("RELEASE piece")
        return notes
    # Where the database itself has given up the transaction, this fails, and all of them with it.
    connection.exec_driver_sql("ROLLBACK TO piece")
    connection.exec_driver_sql("RELEASE piece")
    return set()
