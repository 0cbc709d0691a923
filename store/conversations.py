"""Conversations as they last: the state, the transcript, what was seen, and timers.

Every function works on one connection, inside the transaction that ``Database.write`` gives.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, or_, select, update

from dialogs.state import State
from handoff.restore import restored
from handoff.statistics import DROPPED, Counts
from nlu.interpretation import Language
from store import tables as t
from store.cases import CaseFile
from store.database import aware, insert_new, upsert
from store.keyring import Keyring
from store.sealed import renew_conversation
from store.tally import add
from store.vault import NoKeys

# The statements of every turn are built once: building them takes longer than running them.
_BLOCKED = select(t.block.c.until).where(t.block.c.contact_hash == t.conversation.c.contact_hash).scalar_subquery()
_LOCKED = select(t.conversation, _BLOCKED.label("blocked")).with_for_update(of=t.conversation)
_OF_CONTACT = _LOCKED.where(
    t.conversation.c.channel == bindparam("channel"), t.conversation.c.contact_hash == bindparam("contact")
)
_OF_CASE = _LOCKED.where(t.conversation.c.case_reference == bindparam("reference"))
_BY_ID = _LOCKED.where(t.conversation.c.id == bindparam("key"))
_SAVE = (
    update(t.conversation)
    .where(t.conversation.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("state_sealed", "case_reference", "next_line", "updated_at")})
)
_HELD = (
    select(t.conversation.c.id, t.conversation.c.channel, t.conversation.c.address_sealed)
    .join(t.case, t.case.c.reference == t.conversation.c.case_reference)
    .where(
        t.conversation.c.case_reference == bindparam("reference"),
        t.case.c.owner == "counsellor",
        t.case.c.taken_by == bindparam("counsellor"),
    )
)
_ADD_LINE = insert(t.line)
_CANCEL_TIMER = delete(t.timer).where(
    t.timer.c.conversation_id == bindparam("conversation"), t.timer.c.name == bindparam("timer")
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation as stored."""

    id: str
    channel: str
    address: str | None
    state: State
    next_line: int
    damaged: bool = False
    """Whether the state could not be read: it is told from the case then, and a human must go on."""
    blocked: datetime | None = None
    """Until when a supervisor has blocked the contact."""


@dataclass(frozen=True, slots=True)
class Partner:
    """The child at the other end of a case.

    Args:
        channel, address: where it is.
        last: the messenger's id of its last message, or None.
    """

    channel: str
    address: str
    last: str | None


class Conversations:
    """The conversations of one transaction.

    Args:
        connection: the transaction.
        keys: seal and open content.
    """

    def __init__(self, connection: Connection, keys: Keyring):
        self._c, self._keys = connection, keys

    def open(self, channel: str, address: str, new_id: str, new: State, at: datetime) -> Stored:
        """The conversation with a contact, made if there is none, locked until the transaction ends."""
        contact = self._keys.hash("contact", channel, address)
        mine = {"channel": channel, "contact": contact}
        found = self._one(_OF_CONTACT, mine)
        if found is None:
            values = {
                "id": new_id,
                "channel": channel,
                "contact_hash": contact,
                "address_sealed": self._keys.seal(new_id, address),
                "state_sealed": self._keys.seal(new_id, new.model_dump_json()),
                "next_line": 1,
                "updated_at": at,
            }
            if not insert_new(self._c, t.conversation, values):
                # Another process was first.
                self._keys.destroy(new_id)
            found = self._one(_OF_CONTACT, mine)
        assert found
        if found.address is None:
            # The way back was erased after the last case closed; the child has come again by itself.
            self._update(found.id, address_sealed=self._keys.seal(found.id, address))
            return replace(found, address=address)
        return found

    def find(self, channel: str, address: str) -> State | None:
        """The state of the conversation with a contact, unlocked."""
        contact = self._keys.hash("contact", channel, address)
        row = self._c.execute(
            select(t.conversation).where(t.conversation.c.channel == channel, t.conversation.c.contact_hash == contact)
        ).first()
        return self._read(row) if row else None

    def of_case(self, reference: str) -> Stored | None:
        """The conversation that holds a case, locked."""
        return self._one(_OF_CASE, {"reference": reference})

    def get(self, conversation_id: str) -> Stored | None:
        """A conversation by its id, locked."""
        return self._one(_BY_ID, {"key": conversation_id})

    def _one(self, query: Select[Any], values: dict[str, str]) -> Stored | None:
        row = self._c.execute(query, values).first()
        if row is None:
            return None
        self._keys.load(row.id, row.case_reference)
        try:
            address = self._keys.open(row.id, row.address_sealed) if row.address_sealed else None
        except NoKeys:
            # As if it had been erased: the child's next message brings it again.
            address = None
        state = self._read(row)
        blocked = aware(row.blocked) if row.blocked else None
        return Stored(row.id, row.channel, address, state or self._told(row), row.next_line, state is None, blocked)

    def _read(self, row: Row[Any]) -> State | None:
        try:
            return State.model_validate_json(self._keys.open(row.case_reference or row.id, row.state_sealed))
        except (NoKeys, ValueError):
            return None

    def _told(self, row: Row[Any]) -> State:
        """What the case of a conversation tells of it, where its own state is damaged."""
        found = CaseFile(self._c, self._keys).held(row.case_reference) if row.case_reference else None
        return restored(*found) if found else State(language=Language.ARY)

    def _update(self, conversation_id: str, **values: Any) -> None:
        self._c.execute(update(t.conversation).where(t.conversation.c.id == conversation_id).values(**values))

    def save(self, stored: Stored, state: State, next_line: int, at: datetime) -> None:
        """Writes the state after a turn."""
        values = {
            "key": stored.id,
            "state_sealed": self._keys.seal(state.case or stored.id, state.model_dump_json()),
            "case_reference": state.case,
            "next_line": next_line,
            "updated_at": at,
        }
        self._c.execute(_SAVE, values)

    def first_time(self, stored: Stored, message_id: str, at: datetime) -> bool:
        """Whether a message was not seen before; from now on it was."""
        digest = self._keys.hash("message", stored.channel, stored.address or "", message_id)
        return insert_new(self._c, t.seen, {"message_hash": digest, "at": at})

    def write_line(
        self, stored: Stored, number: int, case: str | None, at: datetime, sender: str, text: str,
        media: str | None = None, id_: str | None = None,
    ) -> None:  # fmt: skip
        """Adds a line to the transcript; ``id_`` is the messenger's, where a reply may point at it."""
        values = {"conversation_id": stored.id, "number": number, "case_reference": case, "at": at, "sender": sender,
                  "text_sealed": self._keys.seal(case or stored.id, text), "media": media,
                  # A messenger's id may hold the child's number: it goes when the way back to the child goes.
                  "id_sealed": self._keys.seal(stored.id, id_) if id_ else None}  # fmt: skip
        self._c.execute(_ADD_LINE, values)

    def give_lines(self, stored: Stored, reference: str, since: int = 0) -> None:
        """Puts the lines that are in no case yet into one, from a number on: the child agreed to keep what it has
        said, or somebody must read it."""
        line = t.line.c
        mine = (line.conversation_id == stored.id, line.case_reference.is_(None), line.number >= since)
        for number, sealed in self._c.execute(select(line.number, line.text_sealed).where(*mine)).all():
            values: dict[str, Any] = {"case_reference": reference}
            with suppress(NoKeys):
                values["text_sealed"] = self._keys.seal(reference, self._keys.open(stored.id, sealed))
            place = (line.conversation_id == stored.id, line.number == number)
            self._c.execute(update(t.line).where(*place).values(values))

    def forget_lines(self, stored: Stored) -> None:
        """Erases the lines that are in no case, and what else was known before there was one."""
        self._c.execute(delete(t.line).where(t.line.c.conversation_id == stored.id, t.line.c.case_reference.is_(None)))
        renew_conversation(self._c, self._keys, stored.id)

    def told(self, reference: str, place: int) -> tuple[str, str | None] | None:
        """What a child wrote, and the messenger's id of it.

        Args:
            reference: the case's reference.
            place: which line of its transcript, from 0.
        """
        row = self._c.execute(
            select(t.line).where(t.line.c.case_reference == reference)
            .order_by(t.line.c.conversation_id, t.line.c.number).offset(place).limit(1)
        ).first()  # fmt: skip
        if row is None or row.sender != "child":
            return None
        id_ = None
        with suppress(NoKeys):
            id_ = self._keys.open(row.conversation_id, row.id_sealed) if row.id_sealed else None
        try:
            return self._keys.open(reference, row.text_sealed), id_
        except NoKeys:
            return None

    def partner(self, reference: str, counsellor: str) -> Partner | None:
        """The child to whom a counsellor speaks in a case, or None when somebody else holds it; nothing is locked."""
        row = self._c.execute(_HELD, {"reference": reference, "counsellor": counsellor}).first()
        if row is None or row.address_sealed is None:
            return None
        line = t.line.c
        last = (
            select(line.id_sealed)
            .where(line.conversation_id == row.id, line.sender == "child", line.id_sealed.is_not(None))
            .order_by(line.number.desc())
            .limit(1)
        )
        try:
            sealed = self._c.scalar(last)
            id_ = self._keys.open(row.id, sealed) if sealed else None
            return Partner(row.channel, self._keys.open(row.id, row.address_sealed), id_)
        except NoKeys:
            return None

    def erase_lines(self, reference: str) -> None:
        """Erases the transcript of a case."""
        self._c.execute(delete(t.line).where(t.line.c.case_reference == reference))

    def set_timer(self, conversation_id: str, name: str, due: datetime, case: str = "") -> None:
        """Sets a timer, or moves it."""
        values = {"conversation_id": conversation_id, "name": name, "case_reference": case, "due_at": due}
        upsert(self._c, t.timer, values)

    def begin_timer(self, conversation_id: str, name: str, due: datetime) -> None:
        """Sets a timer, unless it is set."""
        values = {"conversation_id": conversation_id, "name": name, "case_reference": "", "due_at": due}
        insert_new(self._c, t.timer, values)

    def cancel_timer(self, conversation_id: str, name: str) -> None:
        """Removes a timer."""
        self._c.execute(_CANCEL_TIMER, {"conversation": conversation_id, "timer": name})

    def due_timers(self, at: datetime, limit: int) -> list[tuple[str, str, str]]:
        """The timers that are due: conversation, name and case of each; those of neither are the house's own."""
        rows = self._c.execute(
            select(t.timer)
            .where(t.timer.c.due_at <= at, or_(t.timer.c.conversation_id != "", t.timer.c.case_reference != ""))
            .order_by(t.timer.c.due_at).limit(limit)
        ).all()  # fmt: skip
        return [(row.conversation_id, row.name, row.case_reference) for row in rows]

    def take_timer(self, conversation_id: str, name: str, case: str, at: datetime) -> bool:
        """Takes a timer that is due; False when it was taken, moved or cancelled meanwhile."""
        taken = self._c.execute(
            delete(t.timer)
            .where(t.timer.c.conversation_id == conversation_id, t.timer.c.name == name,
                   t.timer.c.case_reference == case, t.timer.c.due_at <= at)
            .returning(t.timer.c.name)
        )  # fmt: skip
        return taken.first() is not None

    def forget(self, conversation_id: str) -> None:
        """Erases a conversation; only the keyed hashes of its message ids stay, against repeats."""
        self._c.execute(delete(t.conversation).where(t.conversation.c.id == conversation_id))
        self._keys.destroy(conversation_id)

    def count_dropped(self, stored: Stored, step: str, at: datetime) -> None:
        """Counts a conversation that ended without a case, by what was asked last: the number alone is kept."""
        # The day by UTC: when a silence has lasted is no matter of an hour.
        add(self._c, Counts(tables={DROPPED: Counter({step: 1})}), at.date(), stored.channel)

    def drop_address(self, conversation_id: str) -> None:
        """Erases the way back to the child."""
        self._update(conversation_id, address_sealed=None)
        self._c.execute(update(t.line).where(t.line.c.conversation_id == conversation_id).values(id_sealed=None))
        renew_conversation(self._c, self._keys, conversation_id)

    def forget_seen(self, before: datetime) -> None:
        """Erases the hashes of message ids older than a moment."""
        self._c.execute(delete(t.seen).where(t.seen.c.at < before))
