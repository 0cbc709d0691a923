"""The outbox: messages to children that wait to be sent, in order within a conversation, and what became of them.

A message is a row until the platform has taken it. Whoever sends it holds it by a lease; a process that dies gives
it back when the lease ends, so that a message goes out at least once, and twice only across such a death.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, delete, exists, insert, or_, select, tuple_, update

from store import tables as t
from store.conversations import Stored
from store.database import aware, insert_new, moment
from store.keyring import Keyring
from store.note import CASE, OUTBOX, note
from store.pace import Allowance, Pace
from store.vault import NoKeys

_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When a new message is due: a clock that is set back must not hold it up."""
_LONGEST = timedelta(hours=2)
"""No lease and no pause is as long: what is due later was put there by a clock that has been set back since."""

# The statements of every message are built once: building them takes longer than running them.
_EARLIER = t.outbox.alias()
WAITING = (
    select(t.outbox, t.conversation.c.channel, t.conversation.c.address_sealed)
    .join(t.conversation, t.conversation.c.id == t.outbox.c.conversation_id)
    .where(
        or_(t.outbox.c.due_at <= bindparam("now"), t.outbox.c.due_at > bindparam("far")),
        ~exists().where(
            _EARLIER.c.conversation_id == t.outbox.c.conversation_id, _EARLIER.c.number < t.outbox.c.number
        ),
    )
    .order_by(t.outbox.c.posted_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=t.outbox, skip_locked=True)
)
"""The heads of the conversations that are due, the longest waiting first, locked."""
_POST = insert(t.outbox)
_PLACE = (t.outbox.c.conversation_id == bindparam("conversation"), t.outbox.c.number == bindparam("place"))
_REMOVE = delete(t.outbox).where(*_PLACE).returning(t.outbox.c.number)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message that is one process's to send.

    Args:
        conversation_id, number: its place; messages of one conversation go in the order of their numbers.
        channel, address: where to.
        message: text, choices and language, as the turn put it; None where it cannot be read any more.
        attempts: how often it was tried.
        posted: when it was put into the outbox.
        deaths: how many processes have taken it and died before they said what became of it.
    """

    conversation_id: str
    number: int
    channel: str
    address: str | None
    message: dict[str, Any] | None
    attempts: int
    posted: datetime
    deaths: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What a process may send now.

    Args:
        parcels: the messages, one a conversation.
        wait: seconds after which a messenger's pace allows more, or None when nothing was held back.
    """

    parcels: Sequence[Parcel]
    wait: float | None = None


class Outbox:
    """The outbox in one transaction.

    Args:
        connection: the transaction.
        keys: seal and open content.
    """

    def __init__(self, connection: Connection, keys: Keyring):
        self._c, self._keys = connection, keys

    def post(self, stored: Stored, number: int, message: dict[str, Any], at: datetime) -> None:
        """Puts a message into the outbox."""
        sealed = self._keys.seal(stored.id, json.dumps(message, ensure_ascii=False))
        values = {"conversation_id": stored.id, "number": number, "message_sealed": sealed, "posted_at": at,
                  "due_at": _AT_ONCE, "attempts": 0, "claims": 0}  # fmt: skip
        self._c.execute(_POST, values)
        note(self._c, OUTBOX)

    def claim(self, at: datetime, lease: timedelta, limit: int, paces: Mapping[str, Pace]) -> Claim:
        """Takes the first waiting message of each conversation, where it is due and the messengers' pace allows it.

        Args:
            at: now, by the clock of ``database.moment``.
            lease: for how long no other process may take them.
            limit: how many to take at most.
            paces: the messengers' limits by name.
        """
        rows = self._c.execute(WAITING, {"now": at, "far": at + _LONGEST, "most": limit}).all()
        if not rows:
            return Claim(())
        self._keys.load(*{row.conversation_id for row in rows})
        allowance = Allowance(self._c, paces, at)
        allowance.prepare((row.conversation_id, row.channel) for row in rows)
        taken: list[Parcel] = []
        waits: list[float] = []
        for row in rows:
            account_early, chat_early = allowance.spend(row.conversation_id, row.channel)
            if chat_early:
                later = at + timedelta(seconds=chat_early)
                self._c.execute(update(t.outbox).where(*_place(row)).values(due_at=later))
            if early := max(account_early, chat_early):
                waits.append(early)
            else:
                taken.append(self._parcel(row))
        allowance.store()
        if taken:
            places = [(parcel.conversation_id, parcel.number) for parcel in taken]
            mine = tuple_(t.outbox.c.conversation_id, t.outbox.c.number).in_(places)
            self._c.execute(update(t.outbox).where(mine).values(due_at=at + lease, claims=t.outbox.c.claims + 1))
        return Claim(taken, min(waits) if waits else None)

    def _parcel(self, row: Any) -> Parcel:
        try:
            address = self._keys.open(row.conversation_id, row.address_sealed) if row.address_sealed else None
            message = json.loads(self._keys.open(row.conversation_id, row.message_sealed))
        except (NoKeys, ValueError):
            # One damaged row must not hold up all others.
            address = message = None
        posted = aware(row.posted_at) if row.posted_at else _AT_ONCE
        return Parcel(row.conversation_id, row.number, row.channel, address, message, row.attempts, posted, row.claims)

    def remove(self, parcel: Parcel) -> bool:
        """A message has gone out; what it said is in the transcript, if anywhere.

        Returns:
            whether it was still there: a conversation may be erased while a message is on its way.
        """
        gone = self._c.execute(_REMOVE, {"conversation": parcel.conversation_id, "place": parcel.number})
        there = gone.first() is not None
        if there and parcel.message and parcel.message.get("from") == "counsellor":
            self._show(parcel.conversation_id, parcel.number)
        return there

    def expect(self, parcel: Parcel, platform_id: str, at: datetime) -> bool:
        """Remembers by which id the platform may later say that it could not deliver a message.

        Returns:
            False when it has said so already.
        """
        digest = self._keys.hash("receipt", parcel.channel, platform_id)
        values = {"platform_hash": digest, "conversation_id": parcel.conversation_id, "number": parcel.number, "at": at}
        if insert_new(self._c, t.receipt, values):
            return True
        # The platform's word came before ours.
        failed = self._c.scalar(select(t.receipt.c.failed).where(t.receipt.c.platform_hash == digest))
        if failed:
            self._undelivered(parcel.conversation_id, parcel.number, failed)
        return failed is None

    def refused(self, channel: str, platform_id: str, why: str, at: datetime) -> bool:
        """The platform says that it could not deliver what it had taken; whether that is news."""
        digest = self._keys.hash("receipt", channel, platform_id)
        found = self._c.execute(
            select(t.receipt).where(t.receipt.c.platform_hash == digest).with_for_update()
        ).first()  # fmt: skip
        if found is None:
            return insert_new(self._c, t.receipt, {"platform_hash": digest, "at": at, "failed": why})
        if found.failed or found.conversation_id is None:
            return False
        self._c.execute(update(t.receipt).where(t.receipt.c.platform_hash == digest).values(failed=why))
        self._undelivered(found.conversation_id, found.number, why)
        return True

    def followed(self, channel: str, platform_id: str) -> bool:
        """Whether it is a counsellor's message: how far the bot's own have come, nobody asks."""
        receipt = t.receipt.c
        query = select(t.line.c.number).where(
            receipt.platform_hash == self._keys.hash("receipt", channel, platform_id),
            t.line.c.conversation_id == receipt.conversation_id,
            t.line.c.number == receipt.number,
            t.line.c.sender == "counsellor",
        )
        return self._c.execute(query).first() is not None

    def reached(self, channel: str, platform_id: str, how: str) -> None:
        """The platform says how far a message has come; one that was read stays so, whatever is told late."""
        receipt = t.receipt.c
        found = self._c.execute(
            update(t.receipt)
            .where(receipt.platform_hash == self._keys.hash("receipt", channel, platform_id),
                   receipt.reached.is_distinct_from(how), receipt.reached.is_distinct_from("read"))
            .values(reached=how)
            .returning(receipt.conversation_id, receipt.number)
        ).first()  # fmt: skip
        if found:
            self._show(found.conversation_id, found.number)

    def _show(self, conversation_id: str, number: int) -> None:
        """Tells the desk that a message has got further."""
        case = self._c.scalar(
            select(t.line.c.case_reference).where(
                t.line.c.conversation_id == conversation_id, t.line.c.number == number
            )
        )
        if case:
            note(self._c, CASE + case)

    def drop_unsent(self, stored: Stored) -> None:
        """Takes back what the bot has not said yet; a counsellor's words stay, and what is on its way just now."""
        waits = or_(t.outbox.c.due_at <= moment(self._c), t.outbox.c.attempts > 0)
        rows = self._c.execute(select(t.outbox).where(t.outbox.c.conversation_id == stored.id, waits)).all()
        for row in rows:
            if json.loads(self._keys.open(row.conversation_id, row.message_sealed)).get("from") != "counsellor":
                self._c.execute(delete(t.outbox).where(*_place(row)))

    def release(self) -> None:
        """Ends all leases: where one process alone works on a database, at its start nobody holds any."""
        self._c.execute(update(t.outbox).where(t.outbox.c.claims > 0).values(due_at=_AT_ONCE))

    def postpone(self, parcel: Parcel, until: datetime) -> None:
        """A message is tried again later; those behind it wait."""
        values = {"attempts": parcel.attempts + 1, "claims": parcel.deaths, "due_at": until}
        self._c.execute(update(t.outbox).where(*_place(parcel)).values(values))

    def give_up(self, parcel: Parcel, why: str) -> None:
        """A message will not be taken: the transcript says so, and those behind it go on."""
        self.remove(parcel)
        self._undelivered(parcel.conversation_id, parcel.number, why)

    def _undelivered(self, conversation_id: str, number: int, why: str) -> None:
        line = (t.line.c.conversation_id == conversation_id, t.line.c.number == number)
        case = self._c.execute(
            update(t.line).where(*line).values(undelivered=why).returning(t.line.c.case_reference)
        ).first()  # fmt: skip
        if case and case.case_reference:
            note(self._c, CASE + case.case_reference)

    def forget_receipts(self, before: datetime) -> None:
        """Erases the receipts older than a moment."""
        self._c.execute(delete(t.receipt).where(t.receipt.c.at < before))


def _place(row: Any) -> tuple[Any, ...]:
    return (t.outbox.c.conversation_id == row.conversation_id, t.outbox.c.number == row.number)
