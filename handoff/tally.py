"""The tally of a case: the few coarse values by which it is counted, kept in clear beside the sealed case.

Nothing in it says who a child is: no age beyond the band, no town, no sex, no words, no moment finer than the hour
(``docs/STATISTICS.md``).
"""

from dataclasses import dataclass
from datetime import timedelta

from handoff.case import Case, Status

BANDS: tuple[tuple[str, timedelta], ...] = (
    ("15m", timedelta(minutes=15)),
    ("1h", timedelta(hours=1)),
    ("4h", timedelta(hours=4)),
    ("1d", timedelta(days=1)),
    ("3d", timedelta(days=3)),
)
"""How long something took, at most; ``more`` is above the last."""
LONGER = "more"
_HOUR = 3600
_GONE = (Status.SEALED, Status.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Tally:
    """One case as it is counted.

    Args:
        hour: when it was opened, in whole hours since 1970, UTC.
        status: where it stands; a sealed case is withdrawn already.
        channel, language, age_band, danger, reason, disposition, feedback: as in the case.
        anonymous, accompanied: ``yes``, ``no``, or None.
        categories, platforms, content_types: as in the case, with a space between.
        wait: the band of the time from the call for a human to the first counsellor.
    """

    hour: int
    status: str
    channel: str | None = None
    language: str | None = None
    age_band: str | None = None
    categories: str = ""
    platforms: str = ""
    content_types: str = ""
    danger: str | None = None
    anonymous: str | None = None
    accompanied: str | None = None
    reason: str | None = None
    wait: str | None = None
    disposition: str | None = None
    feedback: int | None = None


def tally_of(case: Case) -> Tally | None:
    """The tally of a case; None for a chat without a record, which is not counted: the child agreed to none.

    A withdrawn case, and one that is sealed until it is withdrawn, is counted as withdrawn and as nothing else.
    """
    hour = int(case.opened_at.timestamp()) // _HOUR
    if case.status in _GONE:
        return Tally(hour, Status.WITHDRAWN.value)
    if case.basis == "chat_only":
        return None
    taken = next((line.at for line in case.timeline if line.what == "taken"), None)
    handoff = case.handoff
    return Tally(
        hour,
        case.status.value,
        case.channel,
        case.language.value if case.language else None,
        case.age_band,
        " ".join(sorted(case.categories)),
        " ".join(sorted(case.platforms)),
        " ".join(sorted(case.content_types)),
        case.danger.kind.value if case.danger else None,
        _yes_no(case.anonymous),
        _yes_no(case.accompaniment.wanted if case.accompaniment else None),
        handoff.reason.value if handoff else None,
        band(taken - handoff.requested_at) if taken and handoff else None,
        case.disposition,
        case.feedback,
    )


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def band(length: timedelta) -> str:
    """The band that a time falls into."""
    return next((name for name, most in BANDS if length <= most), LONGER)
