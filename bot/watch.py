"""The watch: no child waits unseen. Cases that are left alone go back to the queue, and long waits are rung at every
desk."""

from datetime import datetime, timedelta

import structlog

from bot import metrics
from bot.relay import TurnRelay
from bot.settings import DeskSettings
from bot.turn import Turns
from store.database import Connection, Database
from store.patience import Wanted, forgotten, found, lapsed, left_alone, usual_wait

log = structlog.get_logger()

_FRESH = timedelta(days=14)
"""Waits older than this say nothing of today's."""
_QUARTER = 15
_LONGEST = 120
"""Minutes: a longer wait is no help to somebody who waits."""


class Watch:
    """Looks after the children who wait, every few seconds, in every process.

    Args:
        database: where it lasts.
        turns: told how long children wait.
        relay: gives cases back.
        desk: after how many minutes.
    """

    def __init__(self, database: Database, turns: Turns, relay: TurnRelay, desk: DeskSettings):
        self._database, self._turns, self._relay, self._desk = database, turns, relay, desk

    async def look(self) -> None:
        """Looks once."""
        now = self._turns.now()
        away, silent = now - self._minutes(self._desk.away_minutes), now - self._minutes(self._desk.silent_minutes)
        queries = (left_alone(away, silent), lapsed(now), self._late(now))

        def find(connection: Connection) -> tuple[list[list[str]], int | None]:
            return [found(connection, query) for query in queries], usual_wait(connection, now - _FRESH)

        (alone, over, late), usual = await self._database.read(find)
        for reference in alone:
            if await self._relay.lapse(reference, away, silent) is None:
                log.warning("case_left_alone")
                metrics.LEFT_ALONE.inc()
        for reference in over:
            await self._relay.expire(reference)
        for reference in late:
            await self._alarm(reference, now)
        self._turns.minutes = _rounded(usual)

    @staticmethod
    def _minutes(number: int) -> timedelta:
        return timedelta(minutes=number)

    def _late(self, now: datetime, reference: str | None = None) -> Wanted:
        """Who has waited for too long; by night only the urgent ones, as the others were told when to expect us."""
        often = self._minutes(self._desk.alarm_minutes)
        others = now - often if self._turns.open(now) else None
        return forgotten(now - self._minutes(self._desk.urgent_alarm_minutes), others, now - often, reference)

    async def _alarm(self, reference: str, now: datetime) -> None:
        def work(connection: Connection) -> bool:
            # Another process may have rung.
            if not found(connection, self._late(now, reference)):
                return False
            self._turns.transaction(connection).cases.alarmed(reference, now)
            return True

        if await self._database.write(work):
            log.warning("case_waits_long")
            metrics.ALARMS.inc()


def _rounded(seconds: int | None) -> int | None:
    """Whole quarters of an hour, rather more than less."""
    if seconds is None:
        return None
    minutes = -(-max(seconds, 1) // 60 // _QUARTER) * _QUARTER
    return minutes if minutes <= _LONGEST else None
