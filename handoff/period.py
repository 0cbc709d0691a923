"""A period that is counted: from a day to a day, both included."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_MONTHS = 6
_HOUR = 3600


class WrongPeriod(ValueError):
    """The period cannot be counted.

    Args:
        why: ``no_day`` (what was given is no day) or ``reversed`` (it ends before it begins).
        first, last: what was given.
    """

    def __init__(self, why: str, first: str, last: str):
        self.why, self.first, self.last = why, first, last
        reason = {
            "reversed": f"The period ends ({last}) before it begins ({first}); give the earlier day first.",
            "no_day": f"{first or last} is no day; write one such as 2026-11-21.",
        }
        super().__init__(reason[why])


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included."""

    first: date
    last: date

    def hours(self, zone: tzinfo) -> tuple[int, int]:
        """The whole hours since 1970 (UTC) in which the period begins and has ended, in a time zone."""
        return _hour(self.first, zone), _hour(self.last + timedelta(days=1), zone)


def period_of(first: str, last: str, today: date) -> Period:
    """The period between two days as people write them.

    Args:
        first, last: such as ``2026-11-21``; empty for the last six months up to ``last``, and for today.
        today: the day in the helpline's time zone.

    Raises:
        WrongPeriod: when one is no day, or they are in the wrong order.
    """
    end = _day(last) if last else today
    begin = _day(first) if first else _months_before(end)
    if begin > end:
        raise WrongPeriod("reversed", begin.isoformat(), end.isoformat())
    return Period(begin, end)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = date.min
    if not 2000 <= day.year < 2200:
        raise WrongPeriod("no_day", text.strip(), "")
    return day


def _months_before(day: date) -> date:
    """The first day of the month so many months ago: whole months compare best."""
    months = day.year * 12 + day.month - _MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _hour(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(), zone).astimezone(UTC).timestamp()) // _HOUR
