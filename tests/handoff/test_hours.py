from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from handoff.hours import Hours

ZONE = ZoneInfo("Africa/Casablanca")
HOURS = Hours(ZONE, (0, 1, 2, 3, 4), time(10), time(16))


def _at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (_at(20, 10), None),
        (_at(20, 15, 59), None),
        (_at(20, 16), _at(23, 10)),
        (_at(21, 22), _at(23, 10)),
        (_at(20, 9, 59), _at(20, 10)),
        (_at(5, 17), _at(9, 10)),  # Friday 6 November 2026 is the Green March
    ],
)
def test_the_next_opening(moment: datetime, opening: datetime | None) -> None:
    assert HOURS.opening(moment) == opening
    assert HOURS.open(moment) is (opening is None)


def test_the_time_zone_is_the_helplines() -> None:
    assert HOURS.open(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))  # 10:30 in Casablanca


def test_a_helpline_may_close_on_a_day_and_work_on_a_holiday() -> None:
    hours = Hours(ZONE, (0, 1, 2, 3, 4), time(10), time(16), (date(2026, 11, 20),), (date(2026, 11, 6),))
    assert not hours.open(_at(20, 11))
    assert hours.open(_at(6, 11))
