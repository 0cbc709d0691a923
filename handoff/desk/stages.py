"""The life of a case as it is drawn beside it: where it has been, where it stands, where it may go."""

from collections.abc import Sequence
from dataclasses import dataclass

from handoff.case import Case, Status
from handoff.desk.visit import Visit
from handoff.life import ASKS, BACK, LAWS, LONGEST_REASON, MARK, ORDER, RULES, Asked, ways
from handoff.port import Entry, Role


@dataclass(frozen=True, slots=True)
class Stage:
    """One step as it is drawn.

    Args:
        mark: ``done``, ``now``, or empty where the case has not been.
    """

    status: Status
    mark: str


@dataclass(frozen=True, slots=True)
class Way:
    """A step that may be taken now.

    Args:
        back: whether it takes up again what was done.
        open: whether it was tried, and refused.
        chosen, why, due: what was typed before it was refused.
    """

    to: Status
    asks: Asked
    back: bool
    open: bool
    chosen: tuple[str, ...] = ()
    why: str = ""
    due: str = ""


def stages(visit: Visit, entry: Entry, case: Case) -> str:
    """The panel beside the case."""
    today = visit.words.today(visit.desk.clock())
    found = _ways(visit, entry, case)
    # Of a step that nobody can take any more, what was typed stays to be read.
    lost = visit.field("why") if visit.field("before") and not any(way.open for way in found) else ""
    return visit.draw(
        "life.html", entry=entry, stages=_stages(case), ways=found, lost=lost, laws=LAWS, rules=RULES,
        partners=visit.desk.partners, today=today, limit=LONGEST_REASON,
    )  # fmt: skip


def _stages(case: Case) -> Sequence[Stage]:
    been = {Status(line.was) for line in case.timeline if line.what.startswith(MARK) and line.was}
    been |= {Status(line.what.removeprefix(MARK)) for line in case.timeline if line.what.startswith(MARK)}
    decided = Status.ARCHIVE if Status.ARCHIVE in (case.status, *been) else Status.TREAT
    drawn = [status for status in ORDER if status not in (Status.TREAT, Status.ARCHIVE) or status is decided]
    return [
        Stage(status, "now" if status is case.status else "done" if status in (*been, Status.RECEIVED) else "")
        for status in drawn
    ]


def _ways(visit: Visit, entry: Entry, case: Case) -> Sequence[Way]:
    """The steps that whoever looks may take; the end has its own form above the chat."""
    foreign = entry.owner == "counsellor" and entry.taken_by != visit.user.name
    if foreign and visit.user.role is not Role.SUPERVISOR:
        return ()
    wanted = visit.field("to")
    return [
        Way(to, ASKS[to], to in BACK.get(case.status, ()), wanted == to, *(typed(visit) if wanted == to else ()))
        for to in ways(case, visit.user.role)
        if to is not Status.CLOSED
    ]


def typed(visit: Visit) -> tuple[tuple[str, ...], str, str]:
    """What was chosen, the reason and the day, as they were typed."""
    return tuple(map(str, visit.form.getlist("chosen"))), visit.field("why"), visit.field("due")
