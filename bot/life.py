"""The life of cases: moving them, and the days by which each step is due."""

from datetime import date
from functools import partial

from bot.hold import Hold, act_on
from bot.settings import DeskSettings
from bot.turn import Turns
from handoff.case import Happening, Status
from handoff.life import Move, moved, refusal
from handoff.port import Refused, Role
from store.database import Database
from store.trail import leave_trace


class TurnLife:
    """``handoff.life.Life``: every call is one transaction, and leaves its trace in it.

    Args:
        database: where it lasts.
        turns: locks a case together with its conversation, and knows the time.
        desk: how many days each step may take, and the partners.
    """

    def __init__(self, database: Database, turns: Turns, desk: DeskSettings):
        self._database, self._turns, self._desk = database, turns, desk

    async def move(self, reference: str, by: str, role: Role, move: Move) -> Refused | None:
        return await act_on(self._database, self._turns, reference, partial(self._move, by, role, move))

    def _move(self, by: str, role: Role, move: Move, hold: Hold) -> Refused | None:
        case = hold.case
        if move.to is Status.CLOSED:
            return Refused("no_step")
        if refused := _held(hold, by, role) or refusal(case, move, role, self._desk.partners):
            return refused
        due = move.due or self._desk.due(move.to, self._turns.day(hold.now))
        hold.tx.cases.move(case.reference, moved(case, move, by, hold.now), due)
        leave_trace(hold.connection, hold.now, by, "moved", case.reference)
        return None

    async def set_due(self, reference: str, by: str, role: Role, due: date | None) -> Refused | None:
        def act(hold: Hold) -> Refused | None:
            if refused := _held(hold, by, role):
                return refused
            was = hold.tx.cases.due(reference)
            line = Happening(at=hold.now, what="due", by=by, was=was and was.isoformat(),
                             chosen=(due.isoformat(),) if due else ())  # fmt: skip
            case = hold.case.model_copy(update={"timeline": (*hold.case.timeline, line)})
            hold.tx.cases.set_due(reference, case, due)
            leave_trace(hold.connection, hold.now, by, "due", reference)
            return None

        return await act_on(self._database, self._turns, reference, act)


def _held(hold: Hold, by: str, role: Role) -> Refused | None:
    """Somebody else's case is theirs; supervisors may all the same. Nobody need hold one that is worked on for days."""
    if hold.holder in (None, by) or role is Role.SUPERVISOR:
        return None
    return Refused("not_yours", hold.holder)
