"""The helpline's figures: what is counted, by which values, and how a tally counts in each.

The charts of the training module (unit 2, chapter 5) come first; the rest is the helpline's own.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta, tzinfo
from typing import Protocol

from dialogs.slot import SLOTS
from handoff.case import DISPOSITIONS, Reason, Status
from handoff.categories import MetaViolence, Violence, meta_of, seeds_of
from handoff.period import Period
from handoff.report.door import Door, Outcome
from handoff.tally import BANDS, LONGER, Tally
from nlu.interpretation import Category, DangerKind, Language, Platform

NONE = "none"
"""The value of what was not said, or has not come about."""
UNSAID = "unsaid"
"""The value of a case that was closed without saying how."""
META = (Platform.FACEBOOK, Platform.MESSENGER, Platform.INSTAGRAM, Platform.WHATSAPP)
"""The platforms of Meta's form, in its order."""
_META_CONTENT = ("photo", "comment", "account", "video")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOUR = 3600
DROPPED = "dropped"
"""The figure of conversations that ended without a case, by what was asked last."""

REPORT, OUTCOME = "report", "outcome"
"""The figures of reports by where they went, and by what came of them."""
REFUSED = "refused"
"""What it says of a child who did not want anything to be noted; otherwise the name in ``expects``."""

Values = Sequence[str]
Reader = Callable[..., Values]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: a chart and a table.

    Args:
        name: its name.
        columns: the parts of a tally that it is read from.
        read: the values under which a case counts, from those parts; a ``Clock`` figure's take the zone too.
        values: all values in their order; empty where they follow from the period (days, months) or are open.
        partition: whether each case counts under exactly one value.
        local: whether ``read`` wants the time zone as its first argument.
        exported: whether it stands in exports; what repeats or adds up to another figure does not.
    """

    name: str
    columns: tuple[str, ...]
    read: Reader
    values: Values = ()
    partition: bool = True
    local: bool = False
    exported: bool = True


def _one(value: str) -> Values:
    return (value or NONE,)


def _many(value: str) -> Values:
    return value.split() or (NONE,)


def _violence(categories: str) -> Values:
    return seeds_of(map(Category, categories.split())) or (NONE,)


def _on_meta(platforms: str) -> Values:
    return [platform for platform in META if platform in platforms.split()]


def _meta_content(platforms: str, contents: str) -> Values:
    if not _on_meta(platforms):
        return ()
    return tuple(dict.fromkeys(c if c in _META_CONTENT else "other" for c in contents.split())) or (NONE,)


def _meta_violence(platforms: str, categories: str) -> Values:
    return (meta_of(map(Category, categories.split())) or (NONE,)) if _on_meta(platforms) else ()


def _ended(status: str, disposition: str) -> Values:
    return (disposition or UNSAID,) if status == Status.CLOSED else (NONE,)


def _moment(zone: tzinfo, hour: str) -> datetime:
    return datetime.fromtimestamp(int(hour) * _HOUR, zone)


_CHANNELS = ("whatsapp", "telegram", "phone", "email", "form", "simulator", "terminal", "other")
_LENGTHS = (*(name for name, _ in BANDS), LONGER, NONE)
_STANDS = tuple(status.value for status in Status if status not in (Status.SEALED, Status.WITHDRAWN))
FIGURES: tuple[Figure, ...] = (
    Figure("language", ("language",), _one, (*Language, NONE)),
    Figure("violence", ("categories",), _violence, (*Violence, NONE), partition=False),
    Figure("platform", ("platforms",), _many, (*Platform, NONE), partition=False),
    Figure("anonymous", ("anonymous",), _one, ("yes", "no", NONE)),
    Figure("accompanied", ("accompanied",), _one, ("yes", "no", NONE)),
    # Its rows stand in "platform" already.
    Figure("meta_platform", ("platforms",), _on_meta, META, partition=False, exported=False),
    Figure("meta_content", ("platforms", "content_types"), _meta_content, (*_META_CONTENT, "other", NONE),
           partition=False),
    Figure("meta_violence", ("platforms", "categories"), _meta_violence, (*MetaViolence, NONE), partition=False),
    # Cases on Meta, each under one value alone: what the two below are shares of.
    Figure("meta", ("platforms",), lambda platforms: ("yes",) if _on_meta(platforms) else (), exported=False),
    # Days add up to weekdays and months.
    Figure("day", ("hour",), lambda zone, hour: (_moment(zone, hour).date().isoformat(),), local=True, exported=False),
    Figure("month", ("hour",), lambda zone, hour: (f"{_moment(zone, hour):%Y-%m}",), local=True),
    Figure("weekday", ("hour",), lambda zone, hour: (_DAYS[_moment(zone, hour).weekday()],), _DAYS, local=True),
    Figure("hour", ("hour",), lambda zone, hour: (f"{_moment(zone, hour):%H}",),
           tuple(f"{hour:02d}" for hour in range(24)), local=True),
    Figure("channel", ("channel",), _one, _CHANNELS),
    Figure("age", ("age_band",), _one, ("under_16", "16_and_over", NONE)),
    Figure("danger", ("danger",), _one, (*DangerKind, NONE)),
    Figure("reason", ("reason",), _one, (*Reason, NONE)),
    Figure("wait", ("wait",), _one, _LENGTHS),
    Figure("answer", ("answer",), _one, _LENGTHS),
    # Its closed cases are those of "disposition".
    Figure("status", ("status",), _one, _STANDS, exported=False),
    Figure("disposition", ("status", "disposition"), _ended, (*DISPOSITIONS, UNSAID, NONE)),
    Figure("feedback", ("feedback",), _one, ("5", "4", "3", "2", "1", NONE)),
)  # fmt: skip
"""What every counted case counts in, in the order of the page."""
BESIDE: tuple[Figure, ...] = (
    Figure(REPORT, (), _one, tuple(Door)),
    Figure(OUTCOME, (), _one, (*Outcome, NONE)),
    Figure(DROPPED, (), _one, (*dict.fromkeys(slot.expects for slot in SLOTS.values() if slot.expects), REFUSED)),
)
"""What is counted beside the cases: reports that went out, and conversations of which only their number is kept."""
COLUMNS: tuple[str, ...] = (*(part.name for part in fields(Tally)), "answer")
"""A stored tally's values in their order; ``answer`` is the band of the first answer."""
GROUPS: tuple[tuple[str, ...], ...] = (
    ("categories", "platforms"),
    ("platforms", "content_types"),
    ("hour",),
    ("channel", "language", "age_band", "anonymous", "accompanied"),
    ("reason", "wait", "answer"),
    ("status", "disposition", "feedback", "danger"),
)
"""The values that are read together: few enough groups to be quick, and few enough combinations in each."""
BETWEEN = "|"
"""What stands between the values of a group; none of them holds it."""

Groups = Mapping[tuple[str, ...], Counter[str]]
"""How many cases have which values, for each group: the values joined, an empty one for what is None."""


def groups_of(rows: Iterable[Sequence[object]]) -> Groups:
    """The groups of tallies, each by ``COLUMNS``."""
    found: dict[tuple[str, ...], Counter[str]] = {group: Counter() for group in GROUPS}
    for row in rows:
        values = {name: "" if value is None else str(value) for name, value in zip(COLUMNS, row, strict=True)}
        for group, counter in found.items():
            counter[BETWEEN.join(values[name] for name in group)] += 1
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted.

    Args:
        cases: how many cases, the withdrawn ones left out.
        withdrawn: how many were withdrawn.
        tables: for each figure, how many cases (or conversations) under each value.
    """

    cases: int = 0
    withdrawn: int = 0
    tables: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def on_meta(self) -> int:
        """How many cases are on a platform of Meta's."""
        return self.table("meta")["yes"]

    def table(self, figure: str) -> Counter[str]:
        """The counts of one figure."""
        return self.tables.get(figure, Counter())

    def plus(self, figure: str, value: str, number: int) -> None:
        """Counts some more under a value."""
        self.tables.setdefault(figure, Counter())[value] += number


def count(groups: Groups, withdrawn: int, zone: tzinfo) -> Counts:
    """Counts cases.

    Args:
        groups: the values of those that were not withdrawn.
        withdrawn: how many others were.
        zone: where hours and days are read.
    """
    counts = Counts(groups[GROUPS[0]].total(), withdrawn)
    for figure in FIGURES:
        group = next(group for group in GROUPS if set(figure.columns) <= set(group))
        places = [group.index(name) for name in figure.columns]
        found: Counter[str] = Counter()
        for joined, number in groups[group].items():
            every = joined.split(BETWEEN)
            values = [every[place] for place in places]
            for value in figure.read(zone, *values) if figure.local else figure.read(*values):
                found[str(value)] += number
        counts.tables[figure.name] = found
    return counts


def filled(figure: Figure, found: Counter[str], period: Period, *, every: bool = False) -> list[tuple[str, int]]:
    """The rows of a table in their order, those without a case as well.

    Args:
        figure, found: what was counted.
        period: gives the days and months.
        every: with a row for what was not said, even where that is nothing.
    """
    order = [str(value) for value in figure.values] or _dates(figure.name, period)
    if NONE in order and not found[NONE] and not every:
        order.remove(NONE)
    # What the order does not foresee (a channel, a question of an older flow) comes after it.
    order += sorted(set(found) - set(order))
    return [(value, found[value]) for value in order]


def _dates(name: str, period: Period) -> list[str]:
    days = (period.last - period.first).days + 1
    every: Iterable[date] = (period.first + timedelta(days=n) for n in range(days))
    if name == "day":
        return [day.isoformat() for day in every]
    if name == "month":
        return list(dict.fromkeys(f"{day:%Y-%m}" for day in every))
    return []


def average(faces: Counter[str]) -> float | None:
    """The mean of the children's faces, 1 to 5; None where none was given."""
    given = {int(value): number for value, number in faces.items() if value != NONE}
    number = sum(given.values())
    return sum(value * n for value, n in given.items()) / number if number else None


class Statistics(Protocol):
    """Counting, for the desk and the command line."""

    async def counts(self, period: Period, channel: str | None = None) -> Counts: ...

    async def channels(self) -> Sequence[str]:
        """The channels by which cases have come, in order."""
        ...
