"""Both catalogues have every sentence that the desk can show, and no other."""

import re
from datetime import date, timedelta
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from dialogs.edit import Why
from handoff.arrival import Problem
from handoff.case import Accompaniment, Case, Consent, Evidence, Line, Priority, Reason, Status
from handoff.desk.facts import duration
from handoff.desk.words import Words, load_words
from handoff.life import GROUNDS, Asked
from handoff.port import Role
from handoff.report.door import Door, Outcome
from nlu.interpretation import Category, ContentType, DangerKind, Gender, Language, Platform, Reporter

HOME = Path(str(files("handoff.desk")))
ENUMERATIONS: dict[str, type[StrEnum]] = {
    "role": Role, "status": Status, "priority": Priority, "reason": Reason, "language": Language,
    "platform": Platform, "content_type": ContentType, "category": Category, "reporter": Reporter,
    "gender": Gender, "danger": DangerKind, "door": Door, "outcome": Outcome,
}  # fmt: skip
LITERALS: dict[str, Any] = {
    "evidence": Evidence.model_fields["kind"].annotation,
    "whose": Evidence.model_fields["whose"].annotation,
    "consent": Consent.model_fields["kind"].annotation,
    "kind": Accompaniment.model_fields["kinds"].annotation,
    "basis": Case.model_fields["basis"].annotation,
    "disposition": Case.model_fields["disposition"].annotation,
    "delivery": Line.model_fields["delivery"].annotation,
    "texts.refused": Why,
    "age_band": Case.model_fields["age_band"].annotation,
}
OPEN_SETS = (
    "phrase.first.",
    "channel.",
    "media.",
    "happening.",
    "from.",
    "section.",
    "fact.",
    "answer.",
    "owner.",
    "queue.",
    "unit.",
    "undelivered.",
    "lessons.",
    "act.",
    "refused.role.",
    "refused.nothing.",
    "door.",
    "meta.",
    "paper.chat.",
    "trail.",
    "mail.",
    "stats.",
    "arrival.",
    "danger_source.",
)
"""Keys that are put together from names which no enumeration lists."""


def words(code: str) -> Words:
    return load_words(ZoneInfo("Africa/Casablanca"))[code]


def literal_values(annotation: Any) -> set[str]:
    if isinstance(annotation, str):
        return {annotation}
    return set().union(*map(literal_values, get_args(annotation)))


def enumerated() -> set[str]:
    keys = {f"{kind}.{value}" for kind, values in ENUMERATIONS.items() for value in values}
    keys |= {f"ground.{ground}" for ground in GROUNDS} | {f"refused.{why}" for why in get_args(Problem)}
    keys |= {f"refused.step.{asked}" for asked in Asked}
    return keys | {f"{kind}.{v}" for kind, annotation in LITERALS.items() for v in literal_values(annotation)}


def written() -> set[str]:
    sources = [path.read_text() for path in (*HOME.glob("*.py"), *HOME.glob("templates/*.html"))]
    whole = {
        k
        for source in sources
        for k in re.findall(r'["\']([a-z_]+(?:\.[a-z_]+)+|skip|nav|colon|comma|copy|logout|offline|demo)["\']', source)
    }
    labels = re.findall(r'_(?:words|codes|texts|plain)\(\s*t, "(\w+)"', (HOME / "facts.py").read_text())
    return whole | {f"fact.{label}" for label in labels}


def test_every_key_in_use_has_a_sentence_in_both() -> None:
    used = {key for key in written() if not re.search(r"\.(html|js|css|svg|po|json|csv|desk|case|start)$", key)}
    for code in ("fr", "ar"):
        missing = (used | enumerated()) - set(words(code).texts)
        assert not missing


def test_no_sentence_is_left_over() -> None:
    idle = {k for k in set(words("fr").texts) - written() - enumerated() if not k.startswith(OPEN_SETS)}
    assert not idle


def test_both_languages_set_in_the_same_values() -> None:
    french, arabic = words("fr").texts, words("ar").texts
    for key in french:
        assert set(re.findall(r"{\w+}", french[key])) == set(re.findall(r"{\w+}", arabic[key])), key


def test_arabic_is_written_in_arabic() -> None:
    for key, text in words("ar").texts.items():
        assert re.search(r"[\u0600-\u06ff]", text) or key in ("colon", "comma"), key


@pytest.mark.parametrize(
    ("iso", "french"),
    [
        ("P3M", "3 mois"),
        ("P1Y2M", "1 an 2 mois"),
        ("P2W", "2 semaines"),
        ("PT5H", "5 h"),
        ("long", "long"),
        ("P", "P"),
    ],
)
def test_duration(iso: str, french: str) -> None:
    assert duration(iso, words("fr")) == french


def test_span_is_exact_up_to_two_hours() -> None:
    lengths = [timedelta(seconds=-5), timedelta(minutes=95), timedelta(hours=26), timedelta(days=3, hours=2)]
    assert [words("fr").span(length) for length in lengths] == ["0 min", "95 min", "26 h", "3 jours"]
    assert [words("ar").count("month", n) for n in (1, 2, 3, 11)] == ["شهر واحد", "شهران", "3 أشهر", "11 شهرا"]


def test_june_is_not_taken_for_july() -> None:
    assert [words("fr").date(date(2026, month, 2)) for month in (6, 7)] == ["2 juin 2026", "2 juil. 2026"]
    assert words("ar").date(date(2026, 7, 2)) == "2 يوليوز 2026"


def test_names_are_isolated_from_the_sentence_around() -> None:
    assert words("ar")("refused.held", by="Salma") == "هذا الملف عند \u2068Salma\u2069."
