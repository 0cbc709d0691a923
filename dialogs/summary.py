"""The summary: what the bot understood, a line a slot, for the child to confirm or correct."""

from collections.abc import Iterator

from dialogs.effect import Phrase
from dialogs.slot import SLOTS
from dialogs.state import State

_LINES = (
    "category", "reporter", "age", "platform", "content_type", "safety", "anonymous", "accompaniment",
    "evidence",
)  # fmt: skip


def summary_keys() -> Iterator[str]:
    """The sentences that the summary puts in for the values of its slots: without one a child's turn would fail."""
    for name in _LINES:
        prefix = "value.category" if name == "category" else f"choice.{name}"
        yield from (f"{prefix}.{value}" for value in (SLOTS[name].values if name in SLOTS else ()))


def summary_lines(state: State) -> tuple[Phrase, ...]:
    """One phrase for each thing that is known; what was skipped is left out."""
    return tuple(line for name in _LINES if (line := _line(name, state)) is not None)


_COUNTED = ("gender", "duration", "trusted_adult", "family_knows", "recontact")


def kept_lines(state: State) -> tuple[Phrase, ...]:
    """The same with what else is kept, for a child who asks what we know."""
    told = (Phrase("summary.story", {"count": len(state.story)}),) if state.story else ()
    city = state.slots.get("city")
    named = (Phrase("summary.city", {"value": city}),) if isinstance(city, str) else ()
    further = [name for name in state.slots if name not in SLOTS]
    others = sum(state.slots.get(name) is not None for name in (*_COUNTED, *further))
    counted = (Phrase("summary.answers", {"count": others}),) if others else ()
    return (*told, *named, *summary_lines(state), *counted)


def _line(name: str, state: State) -> Phrase | None:
    if name == "evidence":
        return Phrase("summary.evidence", {"count": len(state.evidence)}) if state.evidence else None
    value = state.slots.get(name)
    if name == "anonymous":
        given = state.slots.get("name")
        if isinstance(given, str):
            return Phrase("summary.name", {"value": given})
        return Phrase("summary.anonymous") if value else None
    if value is None or value == ():
        return None
    if name == "age":
        return Phrase("summary.age", {"age": int(value)}) if isinstance(value, int) else None
    if isinstance(value, bool):
        word = "yes" if value else "no"
        if name == "accompaniment" and (kind := state.slots.get("accompaniment_kind")):
            said = "value.accompaniment.both" if kind == "both" else f"choice.accompaniment_kind.{kind}"
            return Phrase("summary.accompaniment", {"value": Phrase(said)})
        return Phrase(f"summary.{name}", {"value": Phrase(f"choice.{name}.{word}")})
    values = value if isinstance(value, tuple) else (str(value),)
    prefix = "value.category" if name == "category" else f"choice.{name}"
    phrases = [Phrase(f"{prefix}.{v}") for v in values if v in SLOTS[name].values]
    joined = phrases[0]
    for phrase in phrases[1:]:
        joined = Phrase("list.and", {"first": joined, "second": phrase})
    return Phrase(f"summary.{name}", {"value": joined})
