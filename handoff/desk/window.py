"""How long the child has been silent, and for how long its messenger still lets us write."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff.case import Case

_OPEN = {"whatsapp": timedelta(hours=24)}
"""After the child's last message; later WhatsApp takes a template alone (error 131047)."""
_AWAY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Window:
    """Where the child is.

    Args:
        since: when its last message came, or None when it has not written.
        silent: since its last message, or None when it has not written.
        left: how long free replies are still taken: None where the messenger has no limit, zero when it is over.
    """

    since: datetime | None
    silent: timedelta | None
    left: timedelta | None

    @property
    def away(self) -> bool:
        return self.silent is not None and self.silent > _AWAY

    @property
    def over(self) -> bool:
        return self.left == timedelta()


def window_of(case: Case, now: datetime) -> Window:
    """The window of a case's chat."""
    last = max((line.at for line in case.transcript if line.from_ == "child"), default=None)
    limit = _OPEN.get(case.channel or "")
    if last is None:
        return Window(None, None, None)
    silent = max(now - last, timedelta())
    return Window(last, silent, max(limit - silent, timedelta()) if limit else None)
