"""The transcript as a chat."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from markupsafe import Markup, escape

from handoff.case import Line

_LEFT_TO_RIGHT = re.compile(r"(https?://[^\s<>]+|\+?\d[\d .()/-]{4,18}\d)")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on the screen.

    Args:
        line: the message.
        day: its day, where it is the first of the day.
    """

    line: Line
    day: datetime | None


def bubbles(transcript: Sequence[Line], zone: tzinfo, after: int = 0) -> list[Bubble]:
    """The messages from one on, with a mark where a new day begins."""
    days = [line.at.astimezone(zone).date() for line in transcript]
    return [
        Bubble(line, line.at if n == 0 or days[n] != days[n - 1] else None)
        for n, line in enumerate(transcript)
        if n >= after
    ]


def isolated(text: str) -> Markup:
    """A text for the page, in which phone numbers and addresses keep their direction among Arabic."""
    parts = _LEFT_TO_RIGHT.split(text)
    return Markup("").join(
        Markup('<bdi dir="ltr">{}</bdi>').format(part) if n % 2 else escape(part) for n, part in enumerate(parts)
    )
