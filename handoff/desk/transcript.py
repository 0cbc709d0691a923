"""The transcript as a chat."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from markupsafe import Markup, escape

from handoff.case import Case, Line

_KEPT = {"whatsapp": timedelta(days=7)}
"""How long a messenger keeps the media of a webhook (WhatsApp Cloud API, "Media"); Telegram names no end."""
_FILES = frozenset({"image", "video", "voice", "document", "sticker"})
_LEFT_TO_RIGHT = re.compile(r"(https?://[^\s<>]+|(?<!\w)@[A-Za-z0-9_.]+|\+?\d[\d .()/-]{4,18}\d)")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on the screen.

    Args:
        line: the message.
        place: its place in the transcript, from 0.
        day: its day, where it is the first of the day.
        until: until when its messenger keeps the media that came with it, where it says so.
    """

    line: Line
    place: int
    day: datetime | None
    until: datetime | None


def bubbles(case: Case, zone: tzinfo, after: int = 0) -> list[Bubble]:
    """The messages from one on, with a mark where a new day begins."""
    transcript, kept = case.transcript, _KEPT.get(case.channel or "")
    days = [line.at.astimezone(zone).date() for line in transcript]
    return [
        Bubble(
            line,
            n,
            line.at if n == 0 or days[n] != days[n - 1] else None,
            line.at + kept if kept and line.media in _FILES else None,
        )
        for n, line in enumerate(transcript)
        if n >= after
    ]


def isolated(text: str) -> Markup:
    """A text for the page, in which phone numbers, addresses and @accounts keep their direction among Arabic."""
    parts = _LEFT_TO_RIGHT.split(text)
    return Markup("").join(
        Markup('<bdi dir="ltr">{}</bdi>').format(part) if n % 2 else escape(part) for n, part in enumerate(parts)
    )
