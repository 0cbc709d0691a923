"""What is put into sentences, and which variant of a sentence fits this child."""

from datetime import datetime, time, timedelta

from dialogs.effect import Phrase
from dialogs.event import Facts
from dialogs.state import State
from dialogs.summary import kept_lines, summary_lines

_YOUNG = 12
_WEEK = timedelta(days=7)
_NOON, _EVENING = 12, 18
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def variants_of(state: State) -> tuple[str, ...]:
    """``other`` when somebody writes for a child, ``young`` below twelve, ``self`` otherwise."""
    age = state.slots.get("age")
    variants = []
    if state.slots.get("reporter") not in (None, "self"):
        variants.append("other")
    elif isinstance(age, int) and age < _YOUNG:
        variants.append("young")
    return tuple(variants)


def hour_words(at: time) -> Phrase:
    """A time of day as it is said to a child: "10 in the morning"."""
    hour = str(at.hour % _NOON or _NOON)
    clock = Phrase("time.hour_minutes", {"hour": hour, "minute": f"{at:%M}"}) if at.minute else None
    part = "morning" if at.hour < _NOON else "noon" if at.hour == _NOON else "afternoon"
    part = "evening" if at.hour >= _EVENING else part
    return Phrase(f"time.{part}", {"clock": clock or Phrase("time.hour", {"hour": hour})})


def opening_words(at: datetime, facts: Facts) -> Phrase:
    """When somebody will be there, in words; ``Facts.opening`` is in the helpline's time zone."""
    opening = facts.opening
    if opening is None:
        return Phrase("time.now")
    hour = hour_words(opening.time())
    today = at.astimezone(opening.tzinfo).date()
    if opening.date() == today:
        return Phrase("time.today", {"time": hour})
    if opening.date() == today + timedelta(days=1):
        return Phrase("time.tomorrow", {"time": hour})
    day = Phrase(f"day.{_DAYS[opening.weekday()]}")
    if opening.date() < today + _WEEK:
        return Phrase("time.weekday", {"day": day, "time": hour})
    # "Monday" would be taken for the next one.
    return Phrase("time.date", {"day": day, "date": f"{opening:%d/%m}", "time": hour})


def params_of(
    key: str, state: State, at: datetime, facts: Facts
) -> dict[str, "str | int | Phrase | tuple[Phrase, ...]"]:
    """The values that any sentence may use."""
    params: dict[str, str | int | Phrase | tuple[Phrase, ...]] = {
        "opening": opening_words(at, facts),
        "waiting": facts.waiting,
        "minutes": facts.minutes or 0,
        "reference": state.case or "",
    }
    if facts.blocked:
        params["until"] = f"{facts.blocked:%d/%m/%Y}"
    if key.startswith("summary."):
        params["lines"] = summary_lines(state)
    if key.startswith("kept."):
        params["lines"] = kept_lines(state)
    return params
