"""The state of a conversation: everything the engine knows of it, as one value that is stored and replayed."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dialogs.slot import SlotValue
from nlu.interpretation import DangerKind, Language


class Owner(StrEnum):
    """Who answers the child: exactly one."""

    BOT = "bot"
    QUEUE = "queue"
    COUNSELLOR = "counsellor"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Part):
    """A place in a flow: which steps without a question were carried out."""

    flow: str
    done: tuple[str, ...] = ()


class Open(_Part):
    """The open question.

    Args:
        flow, step: where it stands.
        key: the message key it was last asked with.
        slot: what it asks for.
        choices: the ids of the buttons it was shown with, in order.
        misses: answers that did not answer it.
        shown: how often it was shown in a row.
        dormant: whether something else has been said since it was shown.
    """

    flow: str
    step: str
    key: str
    slot: str
    choices: tuple[str, ...] = ()
    misses: int = 0
    shown: int = 1
    dormant: bool = False


class Proof(_Part):
    """A piece of evidence: a value in the child's words, or media (``ref`` only); ``whose`` where that is known."""

    kind: Literal["url", "phone", "handle", "image", "video", "voice", "document", "other"]
    value: str | None = None
    ref: str | None = None
    whose: Literal["aggressor", "own", "other"] | None = None

    @property
    def unclear(self) -> bool:
        """Whether it must be asked whose it is."""
        return self.value is not None and self.whose is None


class Peril(_Part):
    """The gravest danger found so far."""

    kind: DangerKind
    source: str


class Agreement(_Part):
    """A consent that was given or refused, and the sentence that asked for it."""

    kind: Literal["processing", "guardian_contact", "platform_report", "police_complaint", "recontact", "improvement"]
    given: bool
    at: datetime
    text_id: str
    text_version: str
    language: Language


class Call(_Part):
    """A call for a human."""

    reason: str
    at: datetime


class Pace(_Part):
    """How fast messages come.

    Args:
        at: when the last one came.
        left: how many are left of those that came, as time takes them away.
        told: when something was last said to a contact that floods the chat or is blocked; None without that.
    """

    at: datetime
    left: float = 0.0
    told: datetime | None = None

    def but(self, **changes: Any) -> "Pace":
        """A copy with some fields changed."""
        return self.model_copy(update=changes)


class State(_Part):
    """A conversation.

    Args:
        language: the variety the bot answers in.
        settled: whether the child has shown or chosen it.
        owner: who answers.
        intake: the place in the intake.
        topics: the flows that run before the intake goes on, in order.
        slots: what is known; None for what was skipped.
        question: the open question, or None.
        story: what happened, in the child's words, a message each.
        evidence: what the child showed.
        danger: the gravest danger found.
        noticed: when each danger kind was last answered.
        case: the reference of the case, or None before there is one.
        basis: why the case may be kept.
        read: the sentence that asked for consent, as it was last answered.
        agreements: consents given and refused.
        call: the call for a human, or None.
        lost: questions in a row that were left because the answers were not understood.
        ended: the case was closed, withdrawn or erased; the next message begins anew.
        closed: the reference of the case that was closed a moment ago, for the question how it was.
        held: messages of a burst that are not answered yet.
        seen: when the child was last answered.
        wording: how the last question was worded, and how often in a row.
        asked: the slots of the intake's questions, in the order in which they were asked.
        offered: the ids of the buttons that stood under what was last said, besides the open question's.
        reminded: whether the one reminder was sent.
        stray: the variety of the last message, where it is not the bot's.
        invited: whether another variety was offered.
        named: whether the child has said its own name unasked.
        pace: how fast its messages come.
        shaken: danger was answered, and no question has been asked since.
    """

    language: Language
    settled: bool = False
    owner: Owner = Owner.BOT
    intake: Place = Place(flow="intake")
    topics: tuple[Place, ...] = ()
    slots: dict[str, SlotValue] = Field(default_factory=dict)
    question: Open | None = None
    story: tuple[str, ...] = ()
    evidence: tuple[Proof, ...] = ()
    danger: Peril | None = None
    noticed: dict[DangerKind, datetime] = Field(default_factory=dict)
    case: str | None = None
    basis: Literal["consent", "vital_interest", "chat_only"] | None = None
    read: str = "consent.ask"
    agreements: tuple[Agreement, ...] = ()
    call: Call | None = None
    lost: int = 0
    ended: bool = False
    closed: str | None = None
    held: tuple[str, ...] = ()
    seen: datetime | None = None
    wording: tuple[str, int] = ("", 0)
    asked: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    reminded: bool = False
    stray: Language | None = None
    invited: bool = False
    named: bool = False
    pace: Pace | None = None
    shaken: bool = False

    def but(self, **changes: Any) -> "State":
        """A copy with some fields changed."""
        return self.model_copy(update=changes)

    def with_slots(self, **values: SlotValue) -> "State":
        """A copy with some slots filled."""
        return self.but(slots={**self.slots, **values})

    def without_slots(self, *names: str) -> "State":
        """A copy with some slots emptied."""
        return self.but(slots={k: v for k, v in self.slots.items() if k not in names})

    @property
    def urgent(self) -> bool:
        return self.danger is not None
