"""Cases that came by mail, phone, SMS or the site's form, as the desk writes them down."""

from bot.clock import reference_of
from bot.hold import Hold, act_on
from bot.outcome import withdraw
from bot.settings import Settings
from bot.turn import Turns
from handoff.arrival import Arrival, Yes, agreed, case_of
from handoff.case import Status
from handoff.port import Refused, Role
from store.cases import CHATLESS
from store.database import Connection, Database
from store.trail import leave_trace
from store.vault import Vault


class TurnArrivals:
    """``handoff.arrival.Arrivals``.

    Args:
        database, vault: where it lasts.
        turns: knows the time.
        settings: how long a step may take, and a seal lasts.
    """

    def __init__(self, database: Database, vault: Vault, turns: Turns, settings: Settings):
        self._database, self._vault, self._turns, self._settings = database, vault, turns, settings

    async def enter(self, arrival: Arrival, by: str, key: str, *, take: bool) -> str:
        def work(connection: Connection) -> str:
            now, tx = self._turns.now(), self._turns.transaction(connection)
            reference = reference_of(self._vault.hash("arrival", by, key))
            case, state = case_of(arrival, reference, by, now, take=take)
            due = self._settings.desk.due(Status.RECEIVED, self._turns.day(now))
            if tx.cases.enter(case, state, due):
                leave_trace(connection, now, by, "entered", reference)
                if case.danger and not take:
                    tx.cases.alarm(reference, now)
            return reference

        return await self._database.write(work)

    async def withdraw(self, reference: str, by: str, role: Role) -> Refused | None:
        def act(hold: Hold) -> Refused | None:
            if hold.stored:
                return Refused("chat")
            if hold.holder != by and role is not Role.SUPERVISOR:
                return Refused("not_yours", hold.holder)
            seal = hold.case.danger is not None
            withdraw(hold.tx, reference, hold.now, self._settings.privacy, CHATLESS, seal=seal)
            leave_trace(hold.connection, hold.now, by, "withdrawn", reference)
            return None

        return await act_on(self._database, self._turns, reference, act)

    async def agree(self, reference: str, by: str, yes: Yes) -> Refused | None:
        def act(hold: Hold) -> Refused | None:
            if hold.stored:
                return Refused("chat")
            if hold.holder != by:
                return Refused("not_yours", hold.holder)
            if hold.case.basis != "consent":
                return Refused("no_record")
            if not hold.case.agrees(yes.kind):
                hold.tx.cases.write(reference, agreed(hold.case, yes, by, hold.now), hold.owner)
                leave_trace(hold.connection, hold.now, by, "consent_noted", reference)
            return None

        return await act_on(self._database, self._turns, reference, act)
