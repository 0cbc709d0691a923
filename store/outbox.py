"""The outbox: messages to children that wait to be sent, in order within a conversation, and what became of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, and_, bindparam, delete, insert, or_, select, update

from store import tables as t
from store.conversations import Stored
from store.database import aware, insert_new, moment
from store.hook import NOBODY, Hooks, Told
from store.keyring import Keyring
from store.lease import AT_ONCE, LONGEST, Claim, Leases
from store.note import CASE, OUTBOX, note
from store.pace import Pace
from store.vault import NoKeys

_LEASES = Leases(t.outbox)
# The statements of every message are built once: building them takes longer than running them.
WAITING = (
    select(t.outbox, t.conversation.c.channel, t.conversation.c.address_sealed)
    .join(t.conversation, t.conversation.c.id == t.outbox.c.conversation_id)
    .where(*_LEASES.due)
    .order_by(t.outbox.c.posted_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=t.outbox, skip_locked=True)
)
"""The heads of the conversations that are due, the longest waiting first, locked."""
_POST = insert(t.outbox)


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

    @property
    def place(self) -> tuple[str, int]:
        """Its place in the table."""
        return self.conversation_id, self.number


class Outbox:
    """The outbox in one transaction.

    Args:
        connection: the transaction.
        keys: seal and open content.
        told: who is told of what a child did not get.
    """

    def __init__(self, connection: Connection, keys: Keyring, told: Told = NOBODY):
        self._c, self._keys, self._hooks = connection, keys, Hooks(connection, told)

    def post(self, stored: Stored, number: int, message: dict[str, Any], at: datetime) -> None:
        """Puts a message into the outbox."""
        sealed = self._keys.seal(stored.id, json.dumps(message, ensure_ascii=False))
        values = {"conversation_id": stored.id, "number": number, "message_sealed": sealed, "posted_at": at,
                  "due_at": AT_ONCE, "attempts": 0, "claims": 0}  # fmt: skip
        self._c.execute(_POST, values)
        note(self._c, OUTBOX)

    def claim(self, at: datetime, lease: timedelta, limit: int, paces: Mapping[str, Pace]) -> Claim[Parcel]:
        """Takes the first waiting message of each conversation, where it is due and the messengers' pace allows it.

        Args:
            at: now, by the clock of ``database.moment``.
            lease: for how long no other process may take them.
            limit: how many to take at most.
            paces: the messengers' limits by name.
        """
        rows = self._c.execute(WAITING, {"now": at, "far": at + LONGEST, "most": limit}).all()
        self._keys.load(*{row.conversation_id for row in rows})
        claim = _LEASES.claim(self._c, rows, at, lease, paces)
        return Claim([self._parcel(row) for row in claim.parcels], claim.wait)

    def _parcel(self, row: Any) -> Parcel:
        try:
            address = self._keys.open(row.conversation_id, row.address_sealed) if row.address_sealed else None
            message = json.loads(self._keys.open(row.conversation_id, row.message_sealed))
        except (NoKeys, ValueError):
            # One damaged row must not hold up all others.
            address = message = None
        posted = aware(row.posted_at) if row.posted_at else AT_ONCE
        return Parcel(row.conversation_id, row.number, row.channel, address, message, row.attempts, posted, row.claims)

    def remove(self, parcel: Parcel) -> bool:
        """A message has gone out; what it said is in the transcript, if anywhere.

        Returns:
            whether it was still there: a conversation may be erased while a message is on its way.
        """
        there = _LEASES.remove(self._c, parcel.place)
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
        failed = self._c.scalar(
            update(t.receipt)
            .where(t.receipt.c.platform_hash == digest)
            .values(conversation_id=parcel.conversation_id, number=parcel.number)
            .returning(t.receipt.c.failed)
        )
        if failed:
            self._undelivered(parcel.conversation_id, parcel.number, failed)
        return failed is None

    def refused(self, channel: str, platform_id: str, why: str, at: datetime) -> bool:
        """The platform says that it could not deliver what it had taken; whether the desk is told so now."""
        digest = self._keys.hash("receipt", channel, platform_id)
        found = self._c.execute(
            select(t.receipt).where(t.receipt.c.platform_hash == digest).with_for_update()
        ).first()  # fmt: skip
        if found is None:
            early = insert_new(self._c, t.receipt, {"platform_hash": digest, "at": at, "failed": why})
            # ``expect`` will tell, unless it was noted just now.
            return False if early else self.refused(channel, platform_id, why, at)
        if found.failed:
            return False
        self._c.execute(update(t.receipt).where(t.receipt.c.platform_hash == digest).values(failed=why))
        if found.conversation_id is None:
            return False  # ``expect`` will tell
        self._undelivered(found.conversation_id, found.number, why)
        return True

    def followed(self, channel: str, platform_id: str) -> bool:
        """Whether it is a counsellor's message, or not noted yet: how far the bot's own have come, nobody asks."""
        receipt, line = t.receipt.c, t.line.c
        place = (line.conversation_id == receipt.conversation_id) & (line.number == receipt.number)
        query = (
            select(receipt.conversation_id, line.sender)
            .select_from(t.receipt.outerjoin(t.line, place))
            .where(receipt.platform_hash == self._keys.hash("receipt", channel, platform_id))
        )
        found = self._c.execute(query).first()
        return found is None or found.conversation_id is None or found.sender == "counsellor"

    def reached(self, channel: str, platform_id: str, how: str, at: datetime) -> None:
        """The platform says how far a message has come, perhaps before we have noted that it went out; one that was
        read stays so, whatever is told late."""
        receipt = t.receipt.c
        digest = self._keys.hash("receipt", channel, platform_id)
        if insert_new(self._c, t.receipt, {"platform_hash": digest, "at": at, "reached": how}):
            return
        found = self._c.execute(
            update(t.receipt)
            .where(receipt.platform_hash == digest,
                   receipt.reached.is_distinct_from(how), receipt.reached.is_distinct_from("read"))
            .values(reached=how)
            .returning(receipt.conversation_id, receipt.number)
        ).first()  # fmt: skip
        if found and found.conversation_id:
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
                _LEASES.remove(self._c, (row.conversation_id, row.number))

    def release(self) -> None:
        """Ends all leases: where one process alone works on a database, at its start nobody holds any."""
        _LEASES.release(self._c)

    def postpone(self, parcel: Parcel, until: datetime) -> None:
        """A message is tried again later; those behind it wait."""
        _LEASES.put(self._c, parcel.place, attempts=parcel.attempts + 1, claims=parcel.deaths, due_at=until)

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
            self._hooks.notice("undelivered", moment(self._c))

    def forget_receipts(self, before: datetime, unknown: datetime) -> None:
        """Erases the receipts older than a moment, and those older than another of messages that we do not know, or not
        any more."""
        receipt = t.receipt.c
        nobodys = and_(receipt.conversation_id.is_(None), receipt.at < unknown)
        self._c.execute(delete(t.receipt).where(or_(receipt.at < before, nobodys)))
