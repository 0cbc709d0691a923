"""Counting on memory, and invented tallies of half a year."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta, tzinfo

from handoff.case import DISPOSITIONS, Reason, Status
from handoff.period import Period
from handoff.statistics import DROPPED, NONE, OUTCOME, REFUSED, REPORT, Counts, count, groups_of
from handoff.tally import BANDS, LONGER, Tally
from nlu.interpretation import Category, ContentType, DangerKind, Language, Platform

_NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
_LENGTHS = (*(name for name, _ in BANDS), LONGER, None)


class MemoryStatistics:
    """``handoff.statistics.Statistics`` on a list of tallies, each with the band of its first answer."""

    def __init__(self, zone: tzinfo) -> None:
        self.tallies: list[tuple[Tally, str | None]] = []
        self._zone = zone

    async def counts(self, period: Period, channel: str | None = None) -> Counts:
        first, until = period.hours(self._zone)
        found = [
            (tally, answer)
            for tally, answer in self.tallies
            if first <= tally.hour < until and channel in (None, tally.channel)
        ]
        rows = [(*astuple(tally), answer) for tally, answer in found if tally.status != Status.WITHDRAWN]
        counts = count(groups_of(rows), len(found) - len(rows), self._zone)
        counts.tables[DROPPED] = Counter({"consent": 17, "age": 6, REFUSED: 3} if self.tallies else {})
        counts.tables[REPORT] = Counter({"meta": 41, "iwf": 6, "police": 2} if self.tallies else {})
        counts.tables[OUTCOME] = Counter(
            {"removed": 22, "accepted": 12, "refused": 5, NONE: 10} if self.tallies else {}
        )
        return counts

    async def channels(self) -> Sequence[str]:
        return sorted({tally.channel for tally, _ in self.tallies if tally.channel})


def invented(number: int, seed: int = 7) -> list[tuple[Tally, str | None]]:
    """So many tallies over half a year, the same for the same seed."""
    dice = random.Random(seed)
    return [(_one(dice), dice.choice(_LENGTHS)) for _ in range(number)]


def _one(dice: random.Random) -> Tally:
    opened = _NOW - timedelta(days=dice.betavariate(1, 1.5) * 175, hours=dice.triangular(0, 23, 18))
    if dice.random() < 0.06:
        return Tally(int(opened.timestamp()) // 3600, Status.WITHDRAWN.value)
    closed = dice.random() < 0.6
    tally = Tally(
        int(opened.timestamp()) // 3600,
        (Status.CLOSED if closed else dice.choice([s for s in Status if s not in (Status.SEALED, Status.WITHDRAWN)])),
        dice.choices(["whatsapp", "telegram", "simulator"], (6, 3, 1))[0],
        dice.choices(list(Language), (5, 3, 1, 2))[0].value,
        dice.choices(["under_16", "16_and_over", None], (5, 4, 1))[0],
        " ".join(sorted(dice.sample([c.value for c in Category], dice.choice((0, 1, 1, 1, 2))))),
        " ".join(sorted(dice.sample([p.value for p in Platform][:7], dice.choice((0, 1, 1, 1, 2))))),
        " ".join(sorted(dice.sample([c.value for c in ContentType], dice.choice((0, 1, 1, 2))))),
        dice.choices([None, *DangerKind], (20, 2, 1, 1))[0],
        dice.choices(["yes", "no"], (8, 2))[0],
        dice.choice(("yes", "no", None)),
        dice.choices([None, *Reason], (1, 9, 2, 3, 1, 1, 1))[0],
        dice.choice(_LENGTHS),
    )  # fmt: skip
    if not closed:
        return tally
    return replace(tally, disposition=dice.choice(DISPOSITIONS), feedback=dice.choice((None, None, 5, 5, 4, 3, 2)))
