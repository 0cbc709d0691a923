"""The life of a case, as the helpline draws it: what follows what, who may move it, and what each step asks for.

Reception, analysis, decision, report, accompaniment, end. A child may withdraw at any time; that is no step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from handoff.case import DISPOSITIONS, Case, Happening, Status
from handoff.port import CASEWORKERS, Refused, Role

MARK = "moved."
"""Before a status: what the timeline calls a move to it. The end is ``closed``, as it always was."""
REPORTED = "reported."
"""Before the name of whoever was told: what the timeline calls a report that has left the house."""
LONGEST_REASON = 2000
"""Characters of what is said about a move."""


class Asked(StrEnum):
    """What a step asks of whoever takes it."""

    GROUNDS = "grounds"
    """Which law and which rule of the platform it touches: one of ``GROUNDS`` or several."""
    REASON = "reason"
    REPORT = "report"
    """That a report has left the house, or why none did."""
    PARTNER = "partner"
    """Which of the partners in ``desk.partners`` goes on with the child."""
    DISPOSITION = "disposition"


LAWS = ("personal_data", "private_image", "threats", "blackmail", "insults", "hacking", "child_abuse", "none", "other")
"""Laws by what they forbid, after the helpline's six kinds of violence; only law 09-08 is named in its papers."""
RULES = ("hacking", "hate_speech", "violence", "harassment", "intimate_image", "child_abuse", "none", "other")
"""Rules of platforms: the four of Meta's form, and what its trusted channel and the IWF take."""
GROUNDS = (*(f"law.{name}" for name in LAWS), *(f"rule.{name}" for name in RULES))

_S = Status
ORDER = (_S.RECEIVED, _S.ANALYSIS, _S.TREAT, _S.ARCHIVE, _S.REPORTED, _S.ACCOMPANIED, _S.CLOSED)
"""The steps in the order in which they are drawn; ``treat`` and ``archive`` are the two ends of one decision."""
ASKS: Mapping[Status, Asked] = {
    _S.ANALYSIS: Asked.GROUNDS, _S.TREAT: Asked.REASON, _S.ARCHIVE: Asked.REASON, _S.REPORTED: Asked.REPORT,
    _S.ACCOMPANIED: Asked.PARTNER, _S.CLOSED: Asked.DISPOSITION,
}  # fmt: skip
ON: Mapping[Status, tuple[Status, ...]] = {
    _S.RECEIVED: (_S.ANALYSIS, _S.CLOSED),
    _S.ANALYSIS: (_S.TREAT, _S.ARCHIVE, _S.CLOSED),
    _S.TREAT: (_S.REPORTED, _S.ACCOMPANIED, _S.CLOSED),
    _S.ARCHIVE: (_S.CLOSED,),
    _S.REPORTED: (_S.ACCOMPANIED, _S.CLOSED),
    _S.ACCOMPANIED: (_S.REPORTED, _S.CLOSED),
}
"""What follows what. Whoever works on cases may go on, as long as no colleague holds the case."""
BACK: Mapping[Status, tuple[Status, ...]] = {
    _S.TREAT: (_S.ANALYSIS,), _S.ARCHIVE: (_S.ANALYSIS,), _S.REPORTED: (_S.ANALYSIS,), _S.ACCOMPANIED: (_S.ANALYSIS,),
}  # fmt: skip
"""What is taken up again: by a supervisor, who says why."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step that somebody takes with a case.

    Args:
        before: where the case stood on the page of whoever moves it; it must still stand there.
        to: where it goes.
        why: the reason, or a note.
        chosen: the grounds, the partner or the disposition.
        due: the day by which the next step is due; None for the usual number of days.
    """

    before: Status
    to: Status
    why: str = ""
    chosen: tuple[str, ...] = ()
    due: date | None = None


def ways(case: Case, role: Role) -> tuple[Status, ...]:
    """Where somebody may move a case from where it stands."""
    if role not in CASEWORKERS:
        return ()
    if case.basis == "chat_only":
        # The child did not agree to a record: nothing can be done with it but to end it.
        return (_S.CLOSED,)
    again = BACK.get(case.status, ()) if role is Role.SUPERVISOR else ()
    return (*ON.get(case.status, ()), *again)


def refusal(case: Case, move: Move, role: Role, partners: Sequence[str]) -> Refused | None:
    """Why a case may not be moved so.

    Args:
        case: the case as it stands.
        move: what is wanted.
        role: of whoever moves it.
        partners: the partners that can be named.

    Returns:
        ``moved`` with the status that it has now, ``no_step``, ``too_long``, or what is missing (``Asked``).
    """
    if case.status is not move.before:
        return Refused("moved", case.status)
    if move.to not in ways(case, role):
        return Refused("no_step")
    if len(move.why) > LONGEST_REASON:
        return Refused("too_long")
    asked = ASKS[move.to]
    missing = {
        Asked.GROUNDS: not move.chosen or not set(move.chosen) <= set(GROUNDS),
        Asked.REASON: not move.why,
        Asked.REPORT: not move.why and not any(line.what.startswith(REPORTED) for line in case.timeline),
        Asked.PARTNER: len(move.chosen) != 1 or move.chosen[0] not in partners,
        Asked.DISPOSITION: len(move.chosen) != 1 or move.chosen[0] not in DISPOSITIONS,
    }[asked]
    if missing:
        return Refused(asked)
    return Refused(Asked.REASON) if move.to in BACK.get(case.status, ()) and not move.why else None


def moved(case: Case, move: Move, by: str, at: datetime) -> Case:
    """The case where it goes, with a line in its timeline that says who moved it, from where, why."""
    ends = move.to is Status.CLOSED
    line = Happening(at=at, what="closed" if ends else MARK + move.to, by=by, was=case.status, why=move.why or None,
                     chosen=move.chosen)  # fmt: skip
    end: dict[str, object] = {"closed_at": at, "disposition": move.chosen[0]} if ends else {}
    return case.model_copy(update={"status": move.to, "timeline": (*case.timeline, line), **end})


class Life(Protocol):
    """Moving cases: every call is one transaction, leaves its trace in it, and of two at once one is refused."""

    async def move(self, reference: str, by: str, role: Role, move: Move) -> Refused | None:
        """Moves a case on or back; its end is ``Relay.close``, which tells the child."""
        ...

    async def set_due(self, reference: str, by: str, role: Role, due: date | None) -> Refused | None:
        """Sets the day by which the next step is due; None for no day."""
        ...
