"""What happened: the events that ``advance`` takes, one a turn."""

from dataclasses import dataclass
from datetime import datetime

from nlu.interpretation import Interpretation


@dataclass(frozen=True, slots=True)
class Facts:
    """What the engine must be told, as it has no clock, no database and no randomness.

    Args:
        reference: a fresh case reference, used if this turn opens a case.
        open: whether counsellors are there now.
        opening: when they will be next; None while they are there.
        far: whether that is more than a day away, after which WhatsApp lets nobody write first.
        waiting: cases before this one in the queue.
        status: where the child's case stands (``handoff.case.Status``), or None without one.
        outcome: what came of the last report that went out (``handoff.report.door.Outcome``), or None while it waits.
        minutes: how long children wait for a counsellor as a rule, in minutes; None when that is not known.
        sealed: whether an urgent case of this chat was withdrawn and is still sealed.
        most: messages a minute from which on a contact floods the chat; 0 for no limit.
        blocked: until when a supervisor has blocked the contact, in the helpline's time zone; None where nobody has.
    """

    reference: str
    open: bool
    opening: datetime | None = None
    far: bool = False
    waiting: int = 0
    minutes: int | None = None
    status: str | None = None
    outcome: str | None = None
    sealed: bool = False
    most: int = 0
    blocked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """The child wrote something.

    Args:
        interpretation: the message as understood, together with the messages that were held before it.
        last: the message alone, where others were held before it.
    """

    at: datetime
    facts: Facts
    interpretation: Interpretation
    last: Interpretation | None = None


@dataclass(frozen=True, slots=True)
class Waited:
    """The child has written nothing more for the quiet time that a step asks for.

    Args:
        interpretation: the messages that were held, read as one.
    """

    at: datetime
    facts: Facts
    interpretation: Interpretation


@dataclass(frozen=True, slots=True)
class Chose:
    """The child pressed a button.

    Args:
        choice: ``SLOT.VALUE``.
        held: the messages that were held before it, read as one, or None.
    """

    at: datetime
    facts: Facts
    choice: str
    held: Interpretation | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """The child sent media, with or without a caption.

    Args:
        kind: ``image``, ``video``, ``voice``, ``document``, ``sticker``, ``location``, ``contact`` or ``other``.
        ref: the platform's id of the media, or None.
        caption: the caption as understood, together with the messages that were held before it, or None.
    """

    at: datetime
    facts: Facts
    kind: str
    ref: str | None = None
    caption: Interpretation | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A counsellor took the conversation."""

    at: datetime
    facts: Facts
    by: str


@dataclass(frozen=True, slots=True)
class Released:
    """The counsellor gave the conversation back to the queue."""

    at: datetime
    facts: Facts


@dataclass(frozen=True, slots=True)
class Passed:
    """The conversation went from one counsellor to another."""

    at: datetime
    facts: Facts


@dataclass(frozen=True, slots=True)
class Resumed:
    """The counsellor gave the conversation back to the bot."""

    at: datetime
    facts: Facts


@dataclass(frozen=True, slots=True)
class Wanted:
    """The counsellor who owns the conversation wants the child to be asked for a consent.

    Args:
        consent: its kind.
    """

    at: datetime
    facts: Facts
    consent: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The counsellor closed the case."""

    at: datetime
    facts: Facts


@dataclass(frozen=True, slots=True)
class Silent:
    """The child consented and then fell silent for long: a human looks, and nothing is said."""

    at: datetime
    facts: Facts


@dataclass(frozen=True, slots=True)
class Overdue:
    """The child allowed one reminder, and has been silent for as long as it waits."""

    at: datetime
    facts: Facts


@dataclass(frozen=True, slots=True)
class Jumped:
    """A trainer goes to a step of a flow, to try it out; never happens to a child."""

    at: datetime
    facts: Facts
    flow: str
    step: str


Event = (
    Said | Waited | Chose | Shared | Taken | Released | Passed | Resumed | Wanted | Closed | Silent | Overdue | Jumped
)
