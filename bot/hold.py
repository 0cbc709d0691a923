"""A case under somebody's hand: what every act of the desk begins with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.outcome import Transaction
from bot.turn import Turns
from dialogs.state import Owner
from handoff.case import Case, Happening
from handoff.port import Refused
from store.conversations import Stored
from store.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Hold:
    """A case that is open, locked together with its conversation.

    Args:
        stored: its conversation; None where it came by mail, phone, SMS or form.
        owner: who answers: the bot, the queue or a counsellor.
    """

    connection: Connection
    tx: Transaction
    stored: Stored | None
    case: Case
    now: datetime
    owner: Owner

    @property
    def holder(self) -> str | None:
        """The counsellor who holds it, if one does."""
        return self.case.handoff.taken_by if self.case.handoff and self.owner is Owner.COUNSELLOR else None


Act = Callable[[Hold], Refused | None]


async def act_on(database: Database, turns: Turns, reference: str, act: Act) -> Refused | None:
    """Acts on an open case in one transaction.

    Returns:
        what the act returns, or that the case is ``gone`` or ``closed``.
    """

    def work(connection: Connection) -> Refused | None:
        tx = turns.transaction(connection)
        stored = tx.conversations.of_case(reference)
        held = tx.cases.locked(reference)
        if held is None or (stored is None and not tx.cases.chatless(reference)):
            return Refused("gone" if held is None else "closed")
        case, owner = held
        return act(Hold(connection, tx, stored, case, turns.now(), stored.state.owner if stored else owner))

    return await database.write(work)


def noted(case: Case, now: datetime, what: str, by: str | None, **changes: object) -> Case:
    """The case with changes, and a line in its timeline."""
    line = Happening(at=now, what=what, by=by)
    return case.model_copy(update={**changes, "timeline": (*case.timeline, line)})
