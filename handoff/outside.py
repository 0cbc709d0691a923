"""What other systems are told of a case: that it was opened, taken, moved, closed or withdrawn; nothing said in it."""

import json
from datetime import datetime

from handoff.case import Case, Priority, Status

_SCHEMA = "m3ak.event/1"
_ENDS = {Status.CLOSED: "case.closed", Status.SEALED: "case.withdrawn", Status.WITHDRAWN: "case.withdrawn"}
_TAKEN_BACK = frozenset({Status.SEALED, Status.WITHDRAWN})


def happened(told: bool, status: Status, taken_by: str | None, case: Case) -> list[str]:
    """The events between two states of a case, in order.

    Args:
        told: whether others know of the case; the first that they hear is that it was opened.
        status, taken_by: as they were.
        case: as it is now. One that is only a chat, without consent to a record, is nobody else's to know.
    """
    back = case.status in _TAKEN_BACK
    if case.basis == "chat_only" or (back and (not told or status in _TAKEN_BACK)):
        return []
    events = [] if told else ["case.opened"]
    holder = case.handoff.taken_by if case.handoff else None
    if holder and holder != taken_by:
        events.append("case.taken")
    if case.status != status:
        events.append(_ENDS.get(case.status, "case.moved"))
    return events


def occurrence(
    reference: str, number: int, event: str, status: Status, priority: Priority | None, at: datetime
) -> dict[str, object]:
    """An event as the document ``m3ak.event/1``.

    A case that is sealed is withdrawn to everybody outside: the child has said so.
    """
    back = status in _TAKEN_BACK
    return {
        "schema": _SCHEMA,
        "id": f"{reference}.{number}",
        "event": event,
        "reference": reference,
        "number": number,
        "status": Status.WITHDRAWN.value if back else status.value,
        "priority": priority.value if priority and not back else None,
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
    }


def written(document: dict[str, object]) -> str:
    """The document as it is signed and sent."""
    return json.dumps(document, separators=(",", ":"))
