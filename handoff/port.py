"""What the desk needs of the rest of the house: declared here, implemented by the store and the bot."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from handoff.case import Case, Priority, Reason, Status
from nlu.interpretation import Language


class Role(StrEnum):
    """What somebody may do at the desk."""

    COUNSELLOR = "counsellor"
    SUPERVISOR = "supervisor"
    TRAINER = "trainer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who works at the desk."""

    name: str
    role: Role
    password_hash: str
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the queue: enough to choose, nothing that was said."""

    reference: str
    status: Status
    priority: Priority
    language: Language | None
    channel: str
    opened_at: datetime
    requested_at: datetime | None
    reason: Reason | None
    owner: str
    """``bot``, ``queue`` or ``counsellor``."""
    taken_by: str | None
    unread: int
    """Messages of the child since a counsellor last wrote."""


class Users(Protocol):
    """The people of the desk and their sessions. Session tokens are stored as keyed hashes."""

    async def user(self, name: str) -> User | None: ...
    async def users(self) -> Sequence[User]: ...
    async def add_user(self, user: User) -> None:
        """Raises:
        ValueError: when the name is taken.
        """
        ...

    async def set_password(self, name: str, password_hash: str) -> None: ...
    async def open_session(self, name: str, token: str, until: datetime) -> None: ...
    async def session_user(self, token: str, at: datetime) -> User | None: ...
    async def close_session(self, token: str) -> None: ...


class Cases(Protocol):
    """Reading cases. Cases without consent or vital interest are not seen here at all."""

    async def entries(self, *, open_only: bool = True, limit: int = 200) -> Sequence[Entry]:
        """The queue's order: urgent first, then the longest wait."""
        ...

    async def entry(self, reference: str) -> Entry | None: ...

    async def case(self, reference: str) -> Case | None:
        """The case with its transcript, read as it stands now."""
        ...


@dataclass(frozen=True, slots=True)
class Refused:
    """The desk's request could not be met, for a reason that a person can read.

    Args:
        why: ``taken`` (somebody else holds it), ``not_yours``, ``closed``, ``gone`` or ``too_long``.
        by: who holds it, where that is the reason.
    """

    why: str
    by: str | None = None


class Relay(Protocol):
    """Acting on a case: every call is one transaction, and safe to repeat."""

    async def take(self, reference: str, counsellor: str) -> Refused | None: ...
    async def say(self, reference: str, counsellor: str, text: str, key: str) -> Refused | None:
        """Sends a reply to the child.

        Args:
            reference: the case's reference.
            counsellor: who writes; must hold the case.
            text: at most 4,000 characters.
            key: made by the browser once a reply, so that a reply sent twice arrives once.
        """
        ...

    async def release(self, reference: str, by: str, *, over: bool = False) -> Refused | None:
        """Gives the case back to the queue.

        Args:
            reference: the case's reference.
            by: who does it; must hold the case.
            over: a supervisor may give back what a colleague holds: one who left must not lock a child out.
        """
        ...

    async def close(self, reference: str, counsellor: str) -> Refused | None: ...


class Changes(Protocol):
    """Tells the desks that something changed."""

    def follow(self) -> AsyncIterator[str]:
        """The references of changed cases, as they change; an empty string for a change of the queue."""
        ...
