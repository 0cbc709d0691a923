"""The doors by which a report leaves, the consent that each needs, and the reports that went out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from handoff.case import Case, ConsentKind, Status
from handoff.port import Refused
from nlu.interpretation import Platform

LONGEST_REMARK = 1000
"""Characters of the note beside an outcome."""


class Door(StrEnum):
    """Where a report goes."""

    META = "meta"
    IWF = "iwf"
    PLATFORM = "platform"
    POLICE = "police"


class Outcome(StrEnum):
    """What came of a report."""

    ACCEPTED = "accepted"
    REMOVED = "removed"
    REFUSED = "refused"


CONSENTS: Mapping[Door | None, ConsentKind] = MappingProxyType({
    Door.META: "platform_report", Door.PLATFORM: "platform_report", Door.POLICE: "police_complaint",
    Door.IWF: "processing", None: "processing",
})  # fmt: skip
"""What the child must have agreed to; None is the case itself, as a file or on paper."""


ASKED: tuple[ConsentKind, ...] = ("platform_report", "police_complaint")
"""Consents for which a counsellor can have the child asked."""


def closed_by(case: Case, door: Door | None) -> Refused | None:
    """Why nothing of a case may leave through a door, or None where it may.

    Returns:
        ``Refused("withdrawn")``, ``Refused("sealed")``, or ``Refused("consent", kind)`` with the missing consent.
    """
    if case.status in (Status.WITHDRAWN, Status.SEALED):
        return Refused(case.status.value)
    kind = CONSENTS[door]
    return None if case.agrees(kind) else Refused("consent", kind)


def outcome_of(case: Case) -> Outcome | None:
    """What came of the last report, by the case's timeline; None while it waits, and where there is none."""
    told = [line.what.partition(".") for line in case.timeline]
    last = next(((kind, name) for kind, _, name in reversed(told) if kind in ("reported", "outcome")), None)
    return Outcome(last[1]) if last and last[0] == "outcome" else None


@dataclass(frozen=True, slots=True)
class Report:
    """A report that somebody has sent.

    Args:
        id: its name within the case.
        door: where it went.
        at: when the counsellor noted that it was sent.
        by: who sent it.
        content: exactly what was passed on, as it stood then.
        outcome: what came of it, or None while there is no answer.
        on: the day of the answer.
        outcome_by: who noted it.
        remark: the note beside it; never sent to anybody.
    """

    id: str
    door: Door
    at: datetime
    by: str
    content: Mapping[str, Any]
    outcome: Outcome | None = None
    on: date | None = None
    outcome_by: str | None = None
    remark: str = ""

    @property
    def platform(self) -> str | None:
        """The platform, where the door alone does not say it."""
        return self.content.get("platform")


class Reports(Protocol):
    """The reports of cases. Every call is one transaction."""

    async def of_case(self, reference: str) -> Sequence[Report]:
        """The reports of a case, the oldest first."""
        ...

    async def send(self, reference: str, by: str, door: Door, platform: Platform | None, key: str) -> Refused | None:
        """Notes that a report was sent, with what it held; the case's timeline says so.

        Args:
            reference: the case's reference.
            by: who sent it.
            door: where it went.
            platform: which one, for ``Door.PLATFORM``.
            key: made by the browser once a form, so that a form sent twice is one report.

        Returns:
            what ``closed_by`` says of the case as it stands now, ``Refused("nothing")`` where there is nothing to
            pass on, ``Refused("gone")``, or None.
        """
        ...

    async def conclude(
        self, reference: str, report: str, by: str, outcome: Outcome, on: date, remark: str
    ) -> Refused | None:
        """Notes what came of a report; a later answer replaces the earlier one, and the timeline keeps both.

        Returns:
            ``Refused("gone")`` where there is no such report, ``Refused("withdrawn")``, ``Refused("sealed")``,
            ``Refused("day")`` for a day before it was sent, or None.
        """
        ...
