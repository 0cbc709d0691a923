"""What the desk needs of the rest of the house: declared here, implemented by the store and the bot."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from handoff.case import Case, ConsentKind, Priority, Reason, Status
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
    languages: tuple[Language, ...] = ()
    """What they write with children in; empty where nothing was said about it."""
    active: bool = True
    seen_at: datetime | None = None
    """When they were last at the desk, to the minute."""
    totp: str | None = None
    """The secret of the second factor (RFC 6238), in base 32."""


CASEWORKERS = frozenset({Role.COUNSELLOR, Role.SUPERVISOR})
"""Who may read cases. Trainers and administrators do their work without."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link by which somebody chooses a password: the first one, or a new one."""

    name: str
    role: Role
    languages: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the trail: who looked at what, or changed it."""

    at: datetime
    who: str
    what: str
    reference: str | None = None
    about: str | None = None
    """The colleague whom it concerns."""


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
    offered_to: str | None = None
    """The colleague to whom its holder has offered it."""
    offer: str | None = None
    """The note of that offer."""
    alarmed: bool = False
    """Whether the child has waited for so long that every desk was alarmed."""
    due: date | None = None
    """The day by which the case's next step is due."""
    chat: bool = True
    """Whether there is, or was, a conversation; not where a case came by mail, phone, SMS or form."""


class Users(Protocol):
    """The people of the desk and their sessions. Tokens are stored as keyed hashes, secrets encrypted."""

    async def user(self, name: str) -> User | None: ...
    async def users(self) -> Sequence[User]: ...
    async def add_user(self, user: User) -> None:
        """Raises:
        ValueError: when the name is taken.
        """
        ...

    async def set_password(self, name: str, password_hash: str) -> None: ...
    async def change(self, name: str, role: Role, languages: tuple[Language, ...], *, active: bool) -> None:
        """Changes what somebody may do; whoever may less than before is logged out."""
        ...

    async def set_totp(self, name: str, secret: str | None) -> None: ...
    async def use_step(self, name: str, step: int) -> bool:
        """Whether no code of this step or a later one was used yet; from now on it was."""
        ...

    async def open_session(self, name: str, token: str, until: datetime) -> None: ...
    async def session_user(self, token: str, at: datetime) -> User | None: ...
    async def close_session(self, token: str) -> None: ...
    async def seen(self, name: str, at: datetime) -> None:
        """Somebody is at the desk."""
        ...

    async def attempt(self, name: str, at: datetime) -> timedelta:
        """Counts an attempt to log in before it is checked, so that many at once cannot slip through.

        Returns:
            zero when it may be checked, otherwise how long to wait (``handoff.desk.limiter``).
        """
        ...

    async def succeed(self, name: str) -> None:
        """Forgets the failures of a name."""
        ...

    async def invite(self, invitation: Invitation, token: str, until: datetime) -> None:
        """Makes a link; earlier ones for the same name end."""
        ...

    async def invitation(self, token: str, at: datetime) -> Invitation | None: ...
    async def accept(self, token: str, password_hash: str, at: datetime) -> User | None:
        """Uses a link up: whoever it names has this password from now on, and no second factor."""
        ...


class Trail(Protocol):
    """What nobody changes: every look at a case and every change to one, and to the people."""

    async def note(self, act: Act) -> None: ...
    async def acts(self, *, reference: str | None = None, limit: int = 100, offset: int = 0) -> Sequence[Act]:
        """The newest first; of one case alone where a reference is given."""
        ...


class Cases(Protocol):
    """Reading cases. Cases without consent or vital interest are not seen here at all."""

    async def entries(self, *, open_only: bool = True, limit: int = 200, offset: int = 0) -> Sequence[Entry]:
        """Open cases in the queue's order, urgent first, then the longest wait; else all, the newest first."""
        ...

    async def overdue(self, today: date, *, limit: int = 200, offset: int = 0) -> Sequence[Entry]:
        """Open cases whose next step was due before today, those that are latest first."""
        ...

    async def how_many_late(self, today: date) -> int: ...

    async def entry(self, reference: str) -> Entry | None: ...

    async def case(self, reference: str) -> Case | None:
        """The case with its transcript, read as it stands now."""
        ...


@dataclass(frozen=True, slots=True)
class Refused:
    """The desk's request could not be met, for a reason that a person can read.

    Args:
        why: ``taken`` (somebody else holds it), ``not_yours``, ``closed``, ``gone``, ``too_long``, ``nobody`` (there
            is no such colleague), ``not_offered``, ``chatless`` (it has no conversation), or what
            ``handoff.life.refusal`` says.
        by: who holds it, where that is the reason; where it stands, when it was moved meanwhile.
    """

    why: str
    by: str | None = None


class Relay(Protocol):
    """Acting on a case: every call is one transaction, and safe to repeat."""

    async def take(self, reference: str, counsellor: str) -> Refused | None:
        """Takes a case from the queue, or from the bot in the middle of its questions."""
        ...

    async def say(
        self, reference: str, counsellor: str, text: str, key: str, answers: int | None = None
    ) -> Refused | None:
        """Sends a reply to the child.

        Args:
            reference: the case's reference.
            counsellor: who writes; must hold the case.
            text: at most 4,000 characters.
            key: made by the browser once a reply, so that a reply sent twice arrives once.
            answers: the place in the transcript, from 0, of the child's message that it answers; the messenger points
                at it where it can, otherwise its words stand above the reply. ``Refused("no_line")`` where there is
                no such message.
        """
        ...

    async def typing(self, reference: str, counsellor: str) -> None:
        """Shows the child that the counsellor who holds the case is writing, where the messenger can; at once or not
        at all."""
        ...

    async def invite(self, reference: str, counsellor: str, key: str) -> Refused | None:
        """Asks a child by the messenger's template to write again, where free replies are no longer taken.

        Only where the child agreed to be written to first (``Refused("not_agreed")``). ``key`` as for ``say``.
        """
        ...

    async def ask_consent(self, reference: str, counsellor: str, kind: ConsentKind) -> Refused | None:
        """Has the bot ask the child for a consent, in its own words and with its buttons, in the counsellor's chat.

        Returns:
            ``Refused("no_record")`` where the child has not agreed to a record, or what any act on a case may be
            refused for.
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

    async def resume(self, reference: str, counsellor: str) -> Refused | None:
        """Gives the case back to the bot, which goes on where it was."""
        ...

    async def hand(self, reference: str, counsellor: str, to: str) -> Refused | None:
        """Gives the case to a colleague, who is not asked."""
        ...

    async def offer(self, reference: str, counsellor: str, to: str, note: str) -> Refused | None:
        """Offers the case to a colleague, with a note; until that one accepts it stays where it is.

        Args:
            reference: the case's reference.
            counsellor: who offers; must hold the case.
            to: a counsellor or supervisor.
            note: what the colleague should know; at most 4,000 characters.
        """
        ...

    async def accept(self, reference: str, counsellor: str) -> Refused | None:
        """Accepts what a colleague offers."""
        ...

    async def decline(self, reference: str, counsellor: str) -> Refused | None:
        """Ends an offer: the colleague declines, or the holder takes it back."""
        ...

    async def close(self, reference: str, counsellor: str, disposition: str, note: str = "") -> Refused | None:
        """Closes the case and tells the child: the last step of ``handoff.life``.

        Args:
            reference: the case's reference.
            counsellor: who closes; must hold the case.
            disposition: one of ``handoff.case.DISPOSITIONS``.
            note: what there is to say about it, for colleagues.
        """
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """Something changed.

    Args:
        reference: the case; empty when it may be any.
        alarm: whether every desk must look now.
    """

    reference: str
    alarm: bool = False


class Changes(Protocol):
    """Tells the desks that something changed."""

    def follow(self) -> AsyncIterator[Change]:
        """What changes, as it changes."""
        ...
