"""How long things are kept."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each kind is kept.

    Args:
        unfinished: a conversation without a case, after its last message.
        sealed: an urgent case that was withdrawn.
        transcript, case: of a closed case, after closing.
        address: the way back to the child, after closing.
        trail: a line of the trail.
    """

    unfinished: timedelta
    sealed: timedelta
    transcript: timedelta
    case: timedelta
    address: timedelta
    trail: timedelta
