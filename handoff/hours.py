"""Opening hours: when counsellors are there, in the helpline's time zone, with Morocco's public holidays."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

_AHEAD = 60
"""Days to look ahead for the next opening; a helpline closed for longer says nothing of it."""


@cache
def _holidays(year: int) -> frozenset[date]:
    """Morocco's public holidays in a year: reckoned once, as every turn asks for them."""
    return frozenset(holidays.country_holidays("MA", years=year))


@dataclass(frozen=True, slots=True)
class Hours:
    """When counsellors are there.

    Args:
        zone: the time zone.
        days: weekdays, Monday is 0.
        opens, closes: local times.
        closed: further days without counsellors.
        open_anyway: public holidays on which they work.
    """

    zone: ZoneInfo
    days: tuple[int, ...]
    opens: time
    closes: time
    closed: tuple[date, ...] = ()
    open_anyway: tuple[date, ...] = ()

    def works(self, day: date) -> bool:
        """Whether counsellors work on a day."""
        if day.weekday() not in self.days or day in self.closed:
            return False
        return day in self.open_anyway or day not in _holidays(day.year)

    def open(self, at: datetime) -> bool:
        """Whether counsellors are there at a moment."""
        local = at.astimezone(self.zone)
        return self.works(local.date()) and self.opens <= local.time() < self.closes

    def opening(self, at: datetime) -> datetime | None:
        """When they will be there next, in the helpline's time zone; None while they are there."""
        if self.open(at):
            return None
        local = at.astimezone(self.zone)
        for ahead in range(_AHEAD):
            day = local.date() + timedelta(days=ahead)
            start = datetime.combine(day, self.opens, self.zone)
            if start > local and self.works(day):
                return start
        return None
