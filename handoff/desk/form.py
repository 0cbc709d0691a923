"""Fields of a case as forms show them: what they hold, what may be chosen, and what was typed into them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from handoff.arrival import Way
from handoff.case import Case, Priority
from handoff.correction import fields_of
from handoff.desk.facts import duration
from handoff.desk.words import Words
from nlu.interpretation import Category, ContentType, DangerKind, Gender, Language, Platform, Reporter

_CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "priority": ("priority", tuple(Priority)),
    "reporter": ("reporter", tuple(Reporter)),
    "gender": ("gender", tuple(Gender)),
    "platforms": ("platform", tuple(Platform)),
    "content_types": ("content_type", tuple(ContentType)),
    "categories": ("category", tuple(Category)),
    "channel": ("channel", tuple(Way)),
    "language": ("language", tuple(Language)),
    "danger": ("danger", tuple(DangerKind)),
    "said_by": ("reporter", tuple(Reporter)),
    "agreed": ("consent", ("recontact", "platform_report", "police_complaint", "guardian_contact")),
    "accompaniment_kinds": ("kind", ("psychological", "legal")),
}
_MANY = ("platforms", "content_types", "categories", "agreed", "accompaniment_kinds")
_NEEDED = ("priority",)
_FLAGS = ("safe", "trusted_adult", "family_knows", "consent", "anonymous", "accompaniment")
_LONG = ("narrative", "aggressor", "demands", "impact", "message", "evidence")
_LONGEST, _OLDEST = 4000, 120
_DURATION = re.compile(r"P(\d{1,4})([YMWD])")
_UNITS = {"D": "form.days", "W": "form.weeks", "M": "form.months", "Y": "form.years"}
_NUMBER = re.compile(r"\d{1,4}")


class NotReadable(Exception):
    """What was typed into a field is not what it holds; the message is the field's name."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form.

    Args:
        name: as a case calls it.
        kind: ``choice``, ``many``, ``number``, ``duration``, ``text`` or ``long``.
        value: what it shows; a duration's number.
        options: values to choose from, with their words.
        unit: a duration's unit.
    """

    name: str
    kind: str
    value: Any
    options: tuple[tuple[str, str], ...] = ()
    unit: str = ""


def values_of(case: Case) -> dict[str, Any]:
    """What the fields of a case hold now, as JSON has it."""
    held = case.model_dump(mode="json")
    return {name: held[name] for name in fields_of(case)}


def form_of(values: Mapping[str, Any], t: Words) -> list[Field]:
    """The form that shows values."""
    return [_field(name, value, t) for name, value in values.items()]


def read_form(form: FormData, names: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a posted form says.

    Args:
        form: what was posted.
        names: the fields that the case may have corrected.

    Returns:
        what the form showed when it was drawn, and what it holds now; fields that were not posted in neither.

    Raises:
        NotReadable: naming the field.
    """
    try:
        shown = json.loads(str(form.get("shown", "")))
        before = {name: shown[name] for name in names if name in shown}
    except (ValueError, TypeError):
        raise NotReadable("shown") from None
    return before, {name: read(name, form) for name in before}


def _field(name: str, value: Any, t: Words) -> Field:
    if name in _CHOICES:
        kind, all_ = _CHOICES[name]
        options = tuple((str(v), t(f"{kind}.{v}")) for v in all_)
        if name in _MANY:
            return Field(name, "many", value or [], options)
        empty = () if name in _NEEDED and value else (("", "–"),)
        strange = ((value, t.maybe(f"{kind}.{value}", value)),) if value and value not in all_ else ()
        return Field(name, "choice", value or "", (*empty, *options, *strange))
    if name in _FLAGS:
        shown = value if isinstance(value, str) else "" if value is None else "yes" if value else "no"
        return Field(name, "choice", shown, (("", "–"), ("yes", t("answer.yes")), ("no", t("answer.no"))))
    if name == "duration":
        match = _DURATION.fullmatch(value or "")
        number, unit = match.groups() if match else ("", value or "")
        units = tuple((code, t(key)) for code, key in _UNITS.items())
        strange = ((value, duration(value, t)),) if value and not match else ()
        return Field(name, "duration", number, (("", "–"), *units, *strange), unit)
    if name == "age":
        return Field(name, "number", "" if value is None else value)
    return Field(name, "long" if name in _LONG else "text", value or "")


def read(name: str, form: FormData) -> Any:
    """What was typed into a field, as a case holds it.

    Raises:
        NotReadable: naming the field.
    """
    typed = str(form.get(name, "")).replace("\r\n", "\n").replace("\0", "").strip()
    if name in _MANY:
        chosen = [str(value) for value in form.getlist(name)]
        if not set(chosen) <= set(_CHOICES[name][1]):
            raise NotReadable(name)
        return chosen
    if name in _CHOICES:
        if (not typed and name in _NEEDED) or (typed and typed not in _CHOICES[name][1]):
            raise NotReadable(name)
        return typed or None
    if name in _FLAGS:
        if typed not in ("", "yes", "no"):
            raise NotReadable(name)
        return typed == "yes" if typed else None
    if name == "duration":
        return _read_duration(typed, str(form.get("duration_unit", "")))
    if name == "age":
        if typed and not (_NUMBER.fullmatch(typed) and 0 < int(typed) <= _OLDEST):
            raise NotReadable(name)
        return int(typed) if typed else None
    if len(typed) > _LONGEST:
        raise NotReadable(name)
    return typed or None


def _read_duration(number: str, unit: str) -> str | None:
    if not unit or (unit in _UNITS and not number):
        return None
    if unit not in _UNITS:
        # A length that the form cannot show in one unit stays as it was.
        if len(unit) > 40 or not unit.startswith("P"):
            raise NotReadable("duration")
        return unit
    if not _NUMBER.fullmatch(number):
        raise NotReadable("duration")
    return f"P{int(number)}{unit}"
