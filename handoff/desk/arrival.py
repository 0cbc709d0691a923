"""The form for a case that came by mail, phone, SMS or the site's form, and withdrawing one."""

import re
from collections.abc import Callable
from hashlib import blake2s
from secrets import token_urlsafe
from typing import Any

import phonenumbers
from starlette.responses import Response

from handoff.arrival import CONSENT, LATER, LONGEST_LINE, LONGEST_MESSAGE, Arrival, Way, Yes, problem
from handoff.desk.conversation import done
from handoff.desk.form import NotReadable, form_of, read
from handoff.desk.visit import Visit
from handoff.report.door import ASKED
from nlu.interpretation import Language, Reporter

SECTIONS: dict[str, tuple[str, ...]] = {
    "way": ("channel", "language", "subject", "message"),
    "consent": ("consent", "said_by", "agreed"),
    "danger": ("danger",),
    "contact": ("anonymous", "name", "organisation", "email", "phone"),
    "child": ("reporter", "age", "gender", "city"),
    "incident": ("platforms", "content_types", "categories", "evidence"),
    "around": ("accompaniment", "accompaniment_kinds"),
}
"""The fields as the form shows them. What the contact form must have is its name and its e-mail address; somebody who
stays anonymous need not have either."""
_HINTED = ("consent", "danger", "contact", "incident")
_FIELDS = tuple(name for names in SECTIONS.values() for name in names)
_MANY = ("agreed", "platforms", "content_types", "categories", "accompaniment_kinds")
_NEEDED = ("channel", "language", "message")
_KEY = re.compile(r"[\w-]{16,64}", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+")
_MOST = 20
"""Pieces of evidence."""


async def new_case(visit: Visit) -> Response:
    """The empty form."""
    return _form(visit, dict.fromkeys(_FIELDS))


async def enter(visit: Visit) -> Response:
    """Opens a case with what was written down."""
    key, t = visit.field("key"), visit.words
    typed = {name: _typed(visit, name) for name in _FIELDS}
    try:
        values = {name: _value(visit, name) for name in _FIELDS}
    except NotReadable as error:
        return _form(visit, typed, 422, t("refused.field", field=t(f"fact.{error}")))
    if missing := next((name for name in _NEEDED if not values[name]), None):
        return _form(visit, typed, 422, t("refused.needed", field=t(f"fact.{missing}")))
    arrival = _arrival(visit, values)
    if why := problem(arrival):
        return _form(visit, typed, 422, t(f"refused.{why}"))
    if not _KEY.fullmatch(key):
        return _form(visit, typed, 422, t("refused.form"))
    take = visit.field("take") == "yes"
    reference = await visit.desk.arrivals.enter(arrival, visit.user.name, key, take=take)
    return visit.go("cases", reference)


async def withdraw(visit: Visit) -> Response:
    """Withdraws a case that has no conversation, because the person asks for it."""
    refused = await visit.desk.arrivals.withdraw(visit.reference, visit.user.name, visit.user.role)
    return await done(visit, refused) if refused else visit.go("")


async def agree(visit: Visit) -> Response:
    """Notes a further consent of a case that has no conversation."""
    kind = next((kind for kind in ASKED if kind == visit.field("consent")), None)
    who = next((who for who in Reporter if who == visit.field("said_by")), None)
    if kind is None:
        return visit.refuse(422, "refused.report")
    if who is None:
        return visit.refuse(422, "refused.nobody_said")
    yes = Yes(kind, who, Language(visit.words.code), _version(visit, f"{LATER}.{kind}"))
    refused = await visit.desk.arrivals.agree(visit.reference, visit.user.name, yes)
    return await done(visit, refused) if refused else visit.go("cases", visit.reference, "report")


def _arrival(visit: Visit, values: dict[str, Any]) -> Arrival:
    told: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items() if v is not None}
    way, language = Way(told.pop("channel")), Language(told.pop("language"))
    return Arrival(way, language, text_version=_version(visit, CONSENT), **told)


def _version(visit: Visit, key: str) -> str:
    """Which version of a sentence stands before the counsellor who says it."""
    return blake2s(visit.words(key).encode(), digest_size=6).hexdigest()


def _typed(visit: Visit, name: str) -> Any:
    """What was typed into a field, to be shown again."""
    return [str(value) for value in visit.form.getlist(name)] if name in _MANY else visit.field(name)


def _value(visit: Visit, name: str) -> Any:
    reader = _READERS.get(name)
    if reader is None:
        return read(name, visit.form)
    text = visit.field(name).strip()
    return reader(text) if text else None


def _line(name: str) -> Callable[[str], str]:
    def within(text: str) -> str:
        if len(text) > LONGEST_LINE or "\n" in text:
            raise NotReadable(name)
        return text

    return within


def _message(text: str) -> str:
    if len(text) > LONGEST_MESSAGE:
        raise NotReadable("message")
    return text


def _email(text: str) -> str:
    if len(text) > LONGEST_LINE or not _EMAIL.fullmatch(text):
        raise NotReadable("email")
    return text


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "MA")
    except phonenumbers.NumberParseException:
        raise NotReadable("phone") from None
    if not phonenumbers.is_possible_number(number):
        raise NotReadable("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _evidence(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST or any(len(line) > LONGEST_MESSAGE // _MOST for line in lines):
        raise NotReadable("evidence")
    return lines


_READERS: dict[str, Callable[[str], Any]] = {
    "subject": _line("subject"), "name": _line("name"), "organisation": _line("organisation"), "city": _line("city"),
    "message": _message, "email": _email, "phone": _phone, "evidence": _evidence,
}  # fmt: skip


def _form(visit: Visit, values: dict[str, Any], status: int = 200, notice: str | None = None) -> Response:
    fields = {field.name: field for field in form_of(values, visit.words)}
    sections = {name: [fields[field] for field in names] for name, names in SECTIONS.items()}
    key = visit.field("key") or token_urlsafe(16)
    take = visit.field("take") != "no"
    return visit.show("new.html", status, sections=sections, hinted=_HINTED, notice=notice, key=key, take=take)
