"""What a messenger is to the house: inbound events, outbound messages, and how sending can fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

MediaKind = Literal["image", "video", "voice", "document", "sticker", "location", "contact", "other"]


@dataclass(frozen=True, slots=True)
class Inbound:
    """One event from a messenger.

    Args:
        channel: ``telegram``, ``whatsapp``, ``simulator`` or ``terminal``.
        address: where replies go (a chat id, a BSUID or phone number); encrypted before it is stored.
        message_id: the platform's id, for telling repeats; stored as a keyed hash.
        at: when the platform says it was sent.
        text: what was written (a caption, for media).
        choice: the id of the button that was pressed, ``SLOT.VALUE``.
        media: the kind of media that came, or None.
        media_ref: the platform's own id of the media; the media itself is not fetched.
        forwarded: whether the message was forwarded from elsewhere.
    """

    channel: str
    address: str
    message_id: str
    at: datetime
    text: str = ""
    choice: str | None = None
    media: MediaKind | None = None
    media_ref: str | None = None
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A messenger's word that it could not deliver a message that it had taken.

    Args:
        channel: the messenger.
        platform_id: the message, by the id of ``Sent``.
        why: the platform's code, without content or address.
    """

    channel: str
    platform_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A messenger's word that a message has come to the child's phone, or was opened there.

    Args:
        channel: the messenger.
        platform_id: the message, by the id of ``Sent``.
        how: how far it has come.
    """

    channel: str
    platform_id: str
    how: Literal["delivered", "read"]


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to a child.

    Args:
        text: the sentence, rendered.
        choices: ``(id, title)`` pairs, at most ten; titles at most 20 characters.
        language: the variety's code, for the direction of the text.
        source: who speaks: ``bot``, ``system`` or ``counsellor``.
        message_id: the sentence's key, for the terminal and the simulator.
        expects: the slot that the message asks for, likewise.
        quote: the child's words that it answers.
        answers: the messenger's id of the message with those words; None where it is not known.
        template: whether it goes where the messenger no longer lets us write freely, by a template that it approved.
    """

    text: str
    choices: tuple[tuple[str, str], ...] = ()
    language: str = "ary"
    source: str = "bot"
    message_id: str = ""
    expects: str | None = None
    template: bool = False
    quote: str = ""
    answers: str | None = None

    @property
    def whole(self) -> str:
        """The text with the words that it answers, for where it cannot point at them."""
        return with_quote(self.quote, self.text)


_LONGEST_QUOTE = 80


def shorten(words: str) -> str:
    """A child's words as a quotation: one line, no longer than is needed to know them again."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1].rstrip()}…"


def with_quote(quote: str, text: str) -> str:
    """A text below the words that it answers."""
    return f"« {quote} »\n{text}" if quote else text


Incoming = Inbound | Failure | Reached
"""What a messenger tells us."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took the message.

    Args:
        platform_id: the id by which the platform may later say that it could not deliver the message, or None
            where it never does.
        shown: the platform's ids of its pieces, where they can be taken back from the child's phone.
    """

    platform_id: str | None = None
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """The platform did not take it now: it is tried again.

    Args:
        after: seconds the platform asks us to wait, or None.
        why: a short code without content or address (``429``, ``timeout``, ``131056``).
        account: whether it is not about this message but about all that we send.
    """

    why: str
    after: float | None = None
    account: bool = False


@dataclass(frozen=True, slots=True)
class Never:
    """The platform will not take it: shown at the desk as undelivered.

    Args:
        why: a short code without content or address (``131047``, ``blocked``, ``chat_gone``).
    """

    why: str


class Channel(Protocol):
    """A messenger, for sending. Failures to send are values; an exception means a bug."""

    name: str

    async def send(self, address: str, message: Outbound) -> Sent | Later | Never: ...

    async def close(self) -> None:
        """Ends its connections."""
        ...


@runtime_checkable
class Eraser(Protocol):
    """A messenger that can take messages back from the child's phone."""

    async def erase(self, address: str, shown: Sequence[str]) -> Sent | Later | Never:
        """Takes messages back, by the ids of ``Sent.shown``; those that are gone already are no failure."""
        ...


@runtime_checkable
class Typist(Protocol):
    """A messenger that can show the child that somebody is writing."""

    typing_lasts: float
    """Seconds after which the sign is worth being shown again."""

    async def typing(self, address: str, last: str | None) -> None:
        """Shows it for some seconds, or until a message comes; a failure is counted and nothing more.

        Args:
            address: the child.
            last: the messenger's id of the child's last message, where it is known.
        """
        ...
