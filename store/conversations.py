"""Conversations as they last: the state, the transcript, what was seen, what is to be sent, and timers.

Every function works on one connection, inside the transaction that ``Database.write`` gives.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dialogs.state import State
from store import tables as t
from store.vault import Vault


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation as stored."""

    id: str
    channel: str
    address: str | None
    state: State
    next_line: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message that waits to be sent.

    Args:
        conversation_id, number: its place; messages of one conversation go in the order of their numbers.
        channel, address: where to.
        message: text, choices and language, as the turn put it.
        attempts: how often it was tried.
    """

    conversation_id: str
    number: int
    channel: str
    address: str | None
    message: dict[str, Any]
    attempts: int


def insert_new(connection: Connection, table: Any, values: dict[str, Any]) -> bool:
    """Inserts a row unless its key is there; whether it was new."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(values).on_conflict_do_nothing()
    # RETURNING and not the row count: drivers report the count differently.
    return connection.execute(statement.returning(table.c[next(iter(values))])).first() is not None


class Conversations:
    """The conversations of one transaction.

    Args:
        connection: the transaction.
        vault: seals and opens content.
    """

    def __init__(self, connection: Connection, vault: Vault):
        self._c, self._vault = connection, vault

    def open(self, channel: str, address: str, new_id: str, new: State, at: datetime) -> Stored:
        """The conversation with a contact, made if there is none, locked until the transaction ends."""
        contact = self._vault.hash("contact", channel, address)
        insert_new(
            self._c,
            t.conversation,
            {
                "id": new_id,
                "channel": channel,
                "contact_hash": contact,
                "address_sealed": self._vault.seal(address),
                "state_sealed": self._vault.seal(new.model_dump_json()),
                "next_line": 1,
                "updated_at": at,
            },
        )
        found = self._one(t.conversation.c.channel == channel, t.conversation.c.contact_hash == contact)
        assert found
        if found.address is None:
            # The way back was erased after the last case closed; the child has come again by itself.
            self._update(found.id, address_sealed=self._vault.seal(address))
        return found

    def find(self, channel: str, address: str) -> State | None:
        """The state of the conversation with a contact, unlocked."""
        contact = self._vault.hash("contact", channel, address)
        row = self._c.execute(
            select(t.conversation.c.state_sealed).where(
                t.conversation.c.channel == channel, t.conversation.c.contact_hash == contact
            )
        ).first()
        return State.model_validate_json(self._vault.open(row[0])) if row else None

    def of_case(self, reference: str) -> Stored | None:
        """The conversation that holds a case, locked."""
        return self._one(t.conversation.c.case_reference == reference)

    def get(self, conversation_id: str) -> Stored | None:
        """A conversation by its id, locked."""
        return self._one(t.conversation.c.id == conversation_id)

    def _one(self, *where: Any) -> Stored | None:
        row = self._c.execute(select(t.conversation).where(*where).with_for_update()).first()
        if row is None:
            return None
        address = self._vault.open(row.address_sealed) if row.address_sealed else None
        state = State.model_validate_json(self._vault.open(row.state_sealed))
        return Stored(row.id, row.channel, address, state, row.next_line)

    def _update(self, conversation_id: str, **values: Any) -> None:
        self._c.execute(update(t.conversation).where(t.conversation.c.id == conversation_id).values(**values))

    def save(self, stored: Stored, state: State, next_line: int, at: datetime) -> None:
        """Writes the state after a turn."""
        self._update(
            stored.id,
            state_sealed=self._vault.seal(state.model_dump_json()),
            case_reference=state.case,
            next_line=next_line,
            updated_at=at,
        )

    def first_time(self, stored: Stored, message_id: str, at: datetime) -> bool:
        """Whether a message was not seen before; from now on it was."""
        digest = self._vault.hash("message", stored.channel, stored.address or "", message_id)
        return insert_new(self._c, t.seen, {"message_hash": digest, "at": at})

    def write_line(
        self, stored: Stored, number: int, case: str | None, at: datetime, sender: str, text: str,
        media: str | None = None,
    ) -> None:  # fmt: skip
        """Adds a line to the transcript."""
        self._c.execute(
            t.line.insert().values(
                conversation_id=stored.id, number=number, case_reference=case, at=at, sender=sender,
                text_sealed=self._vault.seal(text), media=media,
            )
        )  # fmt: skip

    def give_lines(self, stored: Stored, reference: str) -> None:
        """Puts all lines that are in no case yet into one: the child agreed to keep what it has said."""
        self._c.execute(
            update(t.line)
            .where(t.line.c.conversation_id == stored.id, t.line.c.case_reference.is_(None))
            .values(case_reference=reference)
        )

    def forget_lines(self, stored: Stored) -> None:
        """Erases the lines that are in no case."""
        self._c.execute(delete(t.line).where(t.line.c.conversation_id == stored.id, t.line.c.case_reference.is_(None)))

    def erase_lines(self, reference: str) -> None:
        """Erases the transcript of a case."""
        self._c.execute(delete(t.line).where(t.line.c.case_reference == reference))

    def post(self, stored: Stored, number: int, message: dict[str, Any], at: datetime) -> None:
        """Puts a message into the outbox."""
        sealed = self._vault.seal(json.dumps(message, ensure_ascii=False))
        self._c.execute(
            t.outbox.insert().values(
                conversation_id=stored.id, number=number, message_sealed=sealed, due_at=at, attempts=0
            )
        )

    def claim(self, at: datetime, lease: datetime, limit: int) -> list[Parcel]:
        """Takes the first waiting message of each conversation, where it is due.

        Args:
            at: now.
            lease: until when no other process may take them; one that dies gives them back by its end.
            limit: how many to take at most.
        """
        earlier = t.outbox.alias()
        first = ~exists().where(
            earlier.c.conversation_id == t.outbox.c.conversation_id,
            earlier.c.number < t.outbox.c.number,
            earlier.c.failed.is_(None),
        )
        rows = self._c.execute(
            select(t.outbox, t.conversation.c.channel, t.conversation.c.address_sealed)
            .join(t.conversation, t.conversation.c.id == t.outbox.c.conversation_id)
            .where(t.outbox.c.failed.is_(None), t.outbox.c.due_at <= at, first)
            .order_by(t.outbox.c.due_at)
            .limit(limit)
            .with_for_update(of=t.outbox, skip_locked=True)
        ).all()
        for row in rows:
            place = (t.outbox.c.conversation_id == row.conversation_id, t.outbox.c.number == row.number)
            self._c.execute(update(t.outbox).where(*place).values(due_at=lease))
        return [
            Parcel(
                row.conversation_id,
                row.number,
                row.channel,
                self._vault.open(row.address_sealed) if row.address_sealed else None,
                json.loads(self._vault.open(row.message_sealed)),
                row.attempts,
            )
            for row in rows
        ]

    def sent(self, parcel: Parcel) -> None:
        """A message has gone out; what it said is in the transcript, if anywhere."""
        self._c.execute(delete(t.outbox).where(*_parcel(parcel)))

    def postpone(self, parcel: Parcel, until: datetime) -> None:
        """A message is tried again later; those behind it wait."""
        self._c.execute(update(t.outbox).where(*_parcel(parcel)).values(attempts=parcel.attempts + 1, due_at=until))

    def give_up(self, parcel: Parcel, why: str) -> None:
        """A message will not be taken: it stays as undelivered, and those behind it go on."""
        self._c.execute(update(t.outbox).where(*_parcel(parcel)).values(attempts=parcel.attempts + 1, failed=why))

    def set_timer(self, conversation_id: str, name: str, due: datetime, case: str = "") -> None:
        """Sets a timer, or moves it."""
        key = (t.timer.c.conversation_id == conversation_id, t.timer.c.name == name,
               t.timer.c.case_reference == case)  # fmt: skip
        values = {"conversation_id": conversation_id, "name": name, "case_reference": case, "due_at": due}
        if not insert_new(self._c, t.timer, values):
            self._c.execute(update(t.timer).where(*key).values(due_at=due))

    def cancel_timer(self, conversation_id: str, name: str) -> None:
        """Removes a timer."""
        self._c.execute(delete(t.timer).where(t.timer.c.conversation_id == conversation_id, t.timer.c.name == name))

    def due_timers(self, at: datetime, limit: int) -> list[tuple[str, str, str]]:
        """Takes the timers that are due: conversation, name and case of each."""
        rows = self._c.execute(
            select(t.timer).where(t.timer.c.due_at <= at).order_by(t.timer.c.due_at).limit(limit)
            .with_for_update(skip_locked=True)
        ).all()  # fmt: skip
        for row in rows:
            self._c.execute(
                delete(t.timer).where(
                    t.timer.c.conversation_id == row.conversation_id,
                    t.timer.c.name == row.name,
                    t.timer.c.case_reference == row.case_reference,
                )
            )
        return [(row.conversation_id, row.name, row.case_reference) for row in rows]

    def forget(self, conversation_id: str) -> None:
        """Erases a conversation; only the keyed hashes of its message ids stay, against repeats."""
        self._c.execute(delete(t.conversation).where(t.conversation.c.id == conversation_id))

    def drop_address(self, conversation_id: str) -> None:
        """Erases the way back to the child."""
        self._update(conversation_id, address_sealed=None)

    def forget_seen(self, before: datetime) -> None:
        """Erases the hashes of message ids older than a moment."""
        self._c.execute(delete(t.seen).where(t.seen.c.at < before))


def _parcel(parcel: Parcel) -> tuple[Any, ...]:
    return (t.outbox.c.conversation_id == parcel.conversation_id, t.outbox.c.number == parcel.number)
