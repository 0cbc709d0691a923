"""Which cases a user sees."""

from dataclasses import dataclass

from handoff.case import Case
from handoff.desk.queue import may_read
from handoff.desk.visit import Visit
from handoff.port import Entry


@dataclass(frozen=True, slots=True)
class Hidden:
    """A case that this user cannot see: the answer's status, and the key of the sentence that says why."""

    status: int
    key: str


async def find(visit: Visit) -> tuple[Entry, Case] | Hidden:
    """The case of a visit's address, where this user may see it."""
    cases = visit.desk.cases
    entry = await cases.entry(visit.reference)
    if entry is not None and not may_read(visit, entry):
        return Hidden(403, "refused.sealed")
    case = await cases.case(visit.reference) if entry else None
    return Hidden(404, "refused.gone") if entry is None or case is None else (entry, case)
