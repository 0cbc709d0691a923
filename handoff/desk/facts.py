"""A case as a sheet of facts: every field that is set, in the order in which a counsellor asks for it."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import phonenumbers

from handoff.case import Case, Evidence, Happening
from handoff.correction import MARK as CORRECTED
from handoff.desk.words import Words
from handoff.life import MARK as MOVED
from nlu.interpretation import Language

Told = Callable[[str, bool | str, Language], tuple[str, str]]
"""Puts a question, by its name, and the answer to it into words of a language."""

_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?")
_HOME = "MA"
_KINDS = {
    "priority": "priority", "status": "status", "reporter": "reporter", "gender": "gender", "platforms": "platform",
    "content_types": "content_type", "categories": "category", "safe": "answer", "trusted_adult": "answer",
    "family_knows": "answer",
}  # fmt: skip
"""What the values of a field are called in the catalogues."""
_UNITS = ("year", "month", "week", "day", "hour", "minute")


@dataclass(frozen=True, slots=True)
class Value:
    """One value on the sheet.

    Args:
        text: what is shown.
        note: what it is, before it; in the interface's language.
        code: whether it is a number, an address or a name that is always written left to right.
    """

    text: str
    note: str = ""
    code: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its values."""

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Facts that belong together."""

    title: str
    facts: tuple[Fact, ...]


def sections(case: Case, t: Words, told: Told, only: Collection[str] | None = None) -> list[Section]:
    """The sheet of a case, or some sections of it; those without a fact are left out.

    Args:
        case: the case.
        t: the language.
        told: puts a helpline's own question and its answer into words.
        only: the names of the sections; all of them without.
    """
    parts = {
        "situation": (
            _words(t, "danger", "danger", [case.danger.kind] if case.danger else ()),
            _words(t, "danger_source", "danger_source", [case.danger.source.partition(".")[0]] if case.danger else ()),
            _words(t, "priority", "priority", [case.priority]),
            _words(t, "safe", "answer", [_answer(case.safe)]),
            _words(t, "status", "status", [case.status]),
            _words(t, "disposition", "disposition", [case.disposition]),
            _words(t, "basis", "basis", [case.basis]),
        ),
        "child": (
            _words(t, "reporter", "reporter", [case.reporter]),
            _codes(t, "age", [case.age]),
            _words(t, "age_band", "age_band", [case.age_band]),
            _words(t, "gender", "gender", [case.gender]),
            _texts(t, "city", [case.city]),
            _words(t, "language", "language", [case.language]),
            _words(t, "channel", "channel", [case.channel]),
            _words(t, "anonymous", "answer", [_answer(case.anonymous)]),
            _words(t, "own_details", "answer", ["yes"] if case.own_details else ()),
            _texts(t, "name", [case.contact.name] if case.contact else ()),
            _codes(t, "phone", [_national(case.contact.phone)] if case.contact and case.contact.phone else ()),
            _codes(t, "email", [case.contact.email] if case.contact else ()),
            _texts(t, "organisation", [case.contact.organisation] if case.contact else ()),
            _words(t, "recontact", "answer", [_answer(case.contact.recontact)] if case.contact else ()),
        ),
        "incident": (
            _words(t, "platforms", "platform", case.platforms),
            _words(t, "content_types", "content_type", case.content_types),
            _words(t, "categories", "category", case.categories),
            _plain(t, "duration", [duration(case.duration, t)] if case.duration else ()),
            _texts(t, "narrative", [case.narrative]),
            _texts(t, "aggressor", [case.aggressor]),
            _texts(t, "demands", [case.demands]),
            _texts(t, "impact", [case.impact]),
            Fact(t("fact.evidence"), tuple(_evidence(piece, t) for piece in case.evidence)),
        ),
        "around": (
            _words(t, "trusted_adult", "answer", [_answer(case.trusted_adult)]),
            _words(t, "family_knows", "answer", [_answer(case.family_knows)]),
            _words(
                t, "accompaniment", "answer",
                [_answer(case.accompaniment.wanted)] if case.accompaniment else (),
            ),
            _words(
                t, "accompaniment_kinds", "kind", case.accompaniment.kinds if case.accompaniment else ()
            ),
        ),
        "further": tuple(_further(case, t, told)),
        "feedback": (_codes(t, "feedback", [f"{case.feedback} / 5"] if case.feedback else ()),),
        "consents": (Fact(t("fact.consents"), tuple(_consents(case, t))),),
        "timeline": (Fact(t("fact.timeline"), tuple(_timeline(case, t))),),
    }  # fmt: skip
    sheet = [Section(t(f"section.{name}"), tuple(f for f in facts if f.values)) for name, facts in parts.items()
             if only is None or name in only]  # fmt: skip
    return [section for section in sheet if section.facts]


def duration(iso: str, t: Words) -> str:
    """An ISO 8601 duration in words; as it stands where it cannot be read."""
    match = _DURATION.fullmatch(iso)
    if not match or not any(match.groups()):
        return iso
    parts = zip(match.groups(), _UNITS, strict=True)
    return " ".join(t.count(unit, int(n)) for n, unit in parts if n)


def _further(case: Case, t: Words, told: Told) -> Iterable[Fact]:
    """The answers to a helpline's own questions, under the very questions."""
    for name, value in case.further.items():
        question, answer = told(name, value, Language(t.code))
        yield Fact(question, (Value(answer),))


def _answer(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _words(t: Words, label: str, kind: str, values: Iterable[str | None]) -> Fact:
    return _plain(t, label, [t.maybe(f"{kind}.{value}", str(value)) for value in values if value])


def _plain(t: Words, label: str, values: Iterable[str]) -> Fact:
    return Fact(t(f"fact.{label}"), tuple(Value(value) for value in values))


def _texts(t: Words, label: str, values: Iterable[str | None]) -> Fact:
    return _plain(t, label, [value for value in values if value])


def _codes(t: Words, label: str, values: Iterable[object]) -> Fact:
    return Fact(t(f"fact.{label}"), tuple(Value(str(v), code=True) for v in values if v is not None))


def _evidence(piece: Evidence, t: Words) -> Value:
    note = t(f"evidence.{piece.kind}")
    if piece.whose:
        note += f" · {t(f'whose.{piece.whose}')}"
    if piece.ref and not piece.value:
        # The messenger's own id says nothing to anybody.
        return Value(t("evidence.not_fetched"), note)
    return Value(
        _national(piece.value) if piece.kind == "phone" and piece.value else piece.value or "", note, code=True
    )


def _national(number: str) -> str:
    """A phone number as people here write it, and with its country where it is not from here."""
    try:
        parsed = phonenumbers.parse(number, _HOME)
    except phonenumbers.NumberParseException:
        return number
    here = phonenumbers.region_code_for_number(parsed) == _HOME
    form = phonenumbers.PhoneNumberFormat.NATIONAL if here else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def _consents(case: Case, t: Words) -> Iterable[Value]:
    for consent in case.consents:
        answer = t("answer.yes" if consent.given else "answer.no")
        note = f"{t(f'consent.{consent.kind}')} · {answer} · {t.moment(consent.at)} · {t('fact.sentence')}"
        yield Value(f"{consent.text_id} {consent.text_version} {consent.language}", note, code=True)


def _correction(event: Happening, t: Words) -> str:
    """Who corrected which field, and what stood there before."""
    name = event.what.removeprefix(CORRECTED)
    kind = _KINDS.get(name)
    was = " ".join(t.maybe(f"{kind}.{word}", word) for word in event.was.split()) if kind and event.was else event.was
    if name == "duration" and was:
        was = duration(was, t)
    before = t("happening.was", value=was) if was else t("happening.was_empty")
    return _joined(t("happening.corrected", field=t(f"fact.{name}")), before, event.by)


def _happening(event: Happening, t: Words) -> str:
    """One line of the timeline."""
    what = event.what
    if what.startswith(CORRECTED):
        return _correction(event, t)
    if what == "due":
        day = t.date(date.fromisoformat(event.chosen[0])) if event.chosen else t("life.no_day")
        before = t("happening.was", value=t.date(date.fromisoformat(event.was))) if event.was else None
        return _joined(t("happening.due"), day, before, event.by)
    if what == "consent_noted":
        return _joined(t("happening.consent_noted"), *(t(f"reporter.{who}") for who in event.chosen), event.by)
    step = what.removeprefix(MOVED)
    name = t(f"status.{step}") if what != step else t.maybe(f"happening.{what}", what)
    before = t("happening.was", value=t(f"status.{event.was}")) if event.was else None
    kind = "disposition." if what == "closed" else "ground."
    chosen = ", ".join(t.maybe(kind + one, one) for one in event.chosen)
    return _joined(name, before, chosen, event.why, event.by)


def _joined(*parts: str | None) -> str:
    return " · ".join(filter(None, parts))


def _timeline(case: Case, t: Words) -> Iterable[Value]:
    """What happened, in order: the timeline, and the dates that it does not hold."""
    handoff, noted = case.handoff, {event.what for event in case.timeline}
    dates: list[tuple[str, datetime | None, str | None]] = [
        ("opened", case.opened_at, None),
        ("taken", handoff.taken_at if handoff else None, handoff.taken_by if handoff else None),
        ("closed", case.closed_at, None),
        ("withdrawn", case.withdrawn_at, None),
    ]
    told = [(at, _joined(t(f"happening.{what}"), by)) for what, at, by in dates if at and what not in noted]
    told += [(event.at, _happening(event, t)) for event in case.timeline]
    if handoff:
        told.append((handoff.requested_at, f"{t('happening.requested')} · {t(f'reason.{handoff.reason}')}"))
    return [Value(what, t.moment(at)) for at, what in sorted(told)]
