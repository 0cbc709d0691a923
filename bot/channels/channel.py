"""What a messenger is to the house: inbound events, outbound messages, and how sending can fail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

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
class Outbound:
    """One message to a child.

    Args:
        text: the sentence, rendered.
        choices: ``(id, title)`` pairs, at most ten; titles at most 20 characters.
        language: the variety's code, for the direction of the text.
        source: who speaks: ``bot``, ``system`` or ``counsellor``.
        message_id: the sentence's key, for the terminal and the simulator.
        expects: the slot that the message asks for, likewise.
    """

    text: str
    choices: tuple[tuple[str, str], ...] = ()
    language: str = "ary"
    source: str = "bot"
    message_id: str = ""
    expects: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took the message.

    Args:
        platform_id: the platform's id of the message, or None where it gives none.
    """

    platform_id: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """The platform did not take it now: it is tried again.

    Args:
        after: seconds the platform asks us to wait, or None.
        why: a short code without content or address (``429``, ``timeout``, ``131056``).
    """

    why: str
    after: float | None = None


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
