"""Moving cases and writing new ones down, in memory."""

from collections.abc import Callable
from datetime import date, datetime

from handoff.arrival import Arrival, Yes, agreed, case_of
from handoff.life import Move, moved, refusal
from handoff.port import Entry, Refused, Role
from tests.desk.memory import MemoryCases

PARTNERS = ("AUSIM", "Association Ibni")


class MemoryLife:
    """``handoff.life.Life`` without a database."""

    def __init__(self, cases: MemoryCases, now: Callable[[], datetime]) -> None:
        self._cases, self._now = cases, now

    async def move(self, reference: str, by: str, role: Role, move: Move) -> Refused | None:
        case = self._cases.kept(reference)
        if refused := await self._refusal(reference, by, role) or refusal(case, move, role, PARTNERS):
            return refused
        told = moved(case, move, by, self._now())
        self._cases.rewrite(reference, status=told.status, timeline=told.timeline)
        self._cases.change(reference, status=told.status, due=move.due)
        return None

    async def set_due(self, reference: str, by: str, role: Role, due: date | None) -> Refused | None:
        refused = await self._refusal(reference, by, role)
        if not refused:
            self._cases.change(reference, due=due)
        return refused

    async def _refusal(self, reference: str, by: str, role: Role) -> Refused | None:
        entry = await self._cases.entry(reference)
        holder = entry.taken_by if entry and entry.owner == "counsellor" else None
        return None if holder in (None, by) or role is Role.SUPERVISOR else Refused("not_yours", holder)


class MemoryArrivals:
    """``handoff.arrival.Arrivals`` without a database."""

    def __init__(self, cases: MemoryCases, now: Callable[[], datetime]) -> None:
        self._cases, self._now = cases, now
        self._kept: dict[str, str] = {}

    async def enter(self, arrival: Arrival, by: str, key: str, *, take: bool) -> str:
        reference = self._kept.setdefault(key, f"NEW2-{len(self._kept):04}")
        if await self._cases.entry(reference):
            return reference
        case, state = case_of(arrival, reference, by, self._now(), take=take)
        assert case.handoff
        assert case.priority
        entry = Entry(
            reference, case.status, case.priority, case.language, arrival.way, case.opened_at,
            case.handoff.requested_at, case.handoff.reason, state.owner, case.handoff.taken_by, 0, chat=False,
        )  # fmt: skip
        self._cases.add(entry, case)
        return reference

    async def withdraw(self, reference: str, by: str, role: Role) -> Refused | None:
        entry = await self._cases.entry(reference)
        if entry is None or entry.chat:
            return Refused("gone" if entry is None else "chat")
        if entry.taken_by != by and role is not Role.SUPERVISOR:
            return Refused("not_yours", entry.taken_by)
        self._cases.forget(reference)
        return None

    async def agree(self, reference: str, by: str, yes: Yes) -> Refused | None:
        entry = await self._cases.entry(reference)
        if entry is None or entry.chat:
            return Refused("gone" if entry is None else "chat")
        case = self._cases.kept(reference)
        if entry.taken_by != by or case.basis != "consent":
            return Refused("no_record") if entry.taken_by == by else Refused("not_yours", entry.taken_by)
        if not case.agrees(yes.kind):
            told = agreed(case, yes, by, self._now())
            self._cases.rewrite(reference, consents=told.consents, timeline=told.timeline)
        return None
