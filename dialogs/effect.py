"""What is to be done: the effects that ``advance`` asks for, carried out by the turn."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from dialogs.state import Agreement
from nlu.interpretation import Language


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence of the catalogues, to be put in another one.

    Args:
        key: its message key.
        params: values for its ``{names}``.
    """

    key: str
    params: dict[str, "str | int | Phrase | tuple[Phrase, ...]"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Say:
    """Says one sentence to the child.

    Args:
        key: the message key, as resolved for this child.
        language: the variety to say it in.
        params: values for the sentence's ``{names}``; a tuple of phrases is a line each.
        choices: the ids of its buttons.
        expects: the slot that it asks for, or None.
        voice: ``bot``, or ``system`` for the notices that may appear while a counsellor owns the chat.
    """

    key: str
    language: Language
    params: dict[str, "str | int | Phrase | tuple[Phrase, ...]"] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    expects: str | None = None
    voice: Literal["bot", "system"] = "bot"


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Opens the case, because the child consented, is in danger, or asked for a chat without a record."""

    reference: str
    basis: Literal["consent", "vital_interest", "chat_only"]


@dataclass(frozen=True, slots=True)
class RequestHandoff:
    """Calls a counsellor."""

    reason: Literal["intake_complete", "danger", "asked_for_human", "not_understood", "bot_failure"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Rings at the desk: danger in a chat that a counsellor owns."""

    kind: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Erases what was said in this conversation, in this turn; an open case stays as it is."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Withdraws the case.

    Args:
        seal: keep it sealed for this long before it is erased, or None to erase it now.
    """

    seal: timedelta | None


@dataclass(frozen=True, slots=True)
class Erase:
    """Erases everything we hold about this child's conversation; ``seal`` as for ``Withdraw``."""

    seal: timedelta | None


@dataclass(frozen=True, slots=True)
class Hold:
    """Waits for more messages of a burst, and takes them together when none has come for ``seconds``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Wipe:
    """Empties the chat on the child's phone where the messenger can, and drops what was not sent yet."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Notes in a closed case how the child found it: 1 to 5 faces."""

    reference: str
    faces: int


@dataclass(frozen=True, slots=True)
class Agree:
    """Notes in a closed case a consent that was asked for at its end."""

    reference: str
    agreement: Agreement


Effect = Say | OpenCase | RequestHandoff | Alarm | Forget | Withdraw | Erase | Hold | Wipe | Rate | Agree
