"""The doors by which a case is reported: a page for each, to copy from, and what came of what was sent."""

import re
from dataclasses import dataclass, replace
from datetime import date
from secrets import token_urlsafe

from starlette.responses import Response

from handoff.case import Case, Status
from handoff.desk.conversation import done, holds, sorry
from handoff.desk.export import as_file, as_json, leaving, refusal, why
from handoff.desk.phrase import Phrase
from handoff.desk.sight import Hidden, find
from handoff.desk.visit import Visit
from handoff.desk.window import window_of
from handoff.desk.words import Words
from handoff.life import ways
from handoff.port import Refused, Role
from handoff.report.content import content, other_platforms
from handoff.report.door import ASKED, LONGEST_REMARK, Door, Outcome, closed_by
from handoff.report.meta import ON_THE_FORM, STARRED, MetaReport, meta_report
from handoff.report.trace import accounts, links
from handoff.spreadsheet import csv_of
from nlu.interpretation import Language, Platform, Reporter

_KEY = re.compile(r"[\w-]{16,64}", re.ASCII)
_ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?", re.ASCII)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Doorway:
    """A door on the page of a case.

    Args:
        door: which one.
        platform: which platform, for ``Door.PLATFORM``.
        shut: the sentence that says why it is shut; empty where it is open.
        missing: the consent for which the child can be asked; empty where there is none, or nobody to ask.
    """

    door: Door
    platform: Platform | None = None
    shut: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field to copy.

    Args:
        label: its name at the desk.
        values: what goes into it; none where the case does not say it.
        form: its name on the form, where that is in another language.
        code: whether it is an address, a number or a name, written left to right.
    """

    label: str
    values: tuple[str, ...]
    form: str = ""
    code: bool = False


async def overview(visit: Visit) -> Response:
    """Every door, what was sent, and the case as a file."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    entry, case = found
    refused = closed_by(case, None)
    mine = holds(visit, entry)
    reports = await visit.desk.reports.of_case(entry.reference)
    # A colleague's case is moved by that colleague.
    free = mine or entry.owner != "counsellor" or visit.user.role is Role.SUPERVISOR
    onward = bool(reports) and free and Status.REPORTED in ways(case, visit.user.role)
    return visit.show(
        "report.html", entry=entry, reference=entry.reference, doorways=_doorways(visit, case, mine), outcomes=Outcome,
        shut=why(visit, refused, None) if refused else "", today=_today(visit),
        reports=reports, onward=onward, reporters=Reporter,
    )  # fmt: skip


def _doorways(visit: Visit, case: Case, holds: bool) -> list[Doorway]:
    ways = [Doorway(Door.META), Doorway(Door.IWF)]
    ways += [Doorway(Door.PLATFORM, platform) for platform in other_platforms(case)] or [Doorway(Door.PLATFORM)]
    ways.append(Doorway(Door.POLICE))
    return [_seen(visit, case, way, holds) for way in ways]


def _seen(visit: Visit, case: Case, way: Doorway, holds: bool) -> Doorway:
    refused = closed_by(case, way.door)
    if refused is None and content(case, way.door, way.platform) is None:
        refused = Refused("nothing")
    missing = refused.by if refused and holds and refused.by in ASKED else ""
    return replace(way, shut=why(visit, refused, way.door) if refused else "", missing=missing or "")


async def meta(visit: Visit) -> Response:
    """Meta's form, field by field."""
    found = await _meta(visit)
    if isinstance(found, Response):
        return found
    t, french = visit.words, visit.desk.words["fr"]
    values = {
        "sex": (found.sex,),
        "age": (found.age,),
        "content_types": found.content_types,
        "platforms": found.platforms,
    }
    fields = [
        Field(t(f"meta.{name}"), tuple(ON_THE_FORM[value] for value in chosen if value), ON_THE_FORM[name])
        for name, chosen in values.items()
    ]
    told = ", ".join(french(f"category.{category}") for category in found.illegal_content)
    fields.insert(2, Field(t("meta.illegal_content"), (told,) if told else (), ON_THE_FORM["illegal_content"]))
    fields += _where(t, found.links, found.accounts)
    missing = [t(f"meta.{name}") for name in STARRED if name in found.missing()]
    return _door(visit, Door.META, fields, missing=missing, address=visit.desk.addresses.get("meta", ""))


async def meta_json(visit: Visit) -> Response:
    """Meta's form as a JSON file."""
    found = await _meta(visit)
    return found if isinstance(found, Response) else as_json(found.document(), f"{found.reference}-meta")


async def meta_csv(visit: Visit) -> Response:
    """Meta's form as a file for spreadsheets: one line, several values of a field one below the other."""
    found = await _meta(visit)
    if isinstance(found, Response):
        return found
    document = found.document()
    row = ["\n".join(value) if isinstance(value, list) else value for value in document.values()]
    return as_file(csv_of([list(document), row]), "text/csv", f"{found.reference}-meta.csv")


async def _meta(visit: Visit) -> MetaReport | Response:
    found = await leaving(visit, Door.META)
    if isinstance(found, Response):
        return found
    return meta_report(found[1]) or refusal(visit, Refused("nothing"), Door.META)


async def iwf(visit: Visit) -> Response:
    """What the portal of the Internet Watch Foundation may be told: where it is and of what kind, and no more."""
    found = await leaving(visit, Door.IWF)
    if isinstance(found, Response):
        return found
    t, told = visit.words, content(found[1], Door.IWF)
    if told is None:
        return refusal(visit, Refused("nothing"), Door.IWF)
    kinds = tuple(t(f"content_type.{kind}") for kind in told["kinds"])
    fields = [Field(t("report.links"), tuple(told["links"]), code=True), Field(t("report.kinds"), kinds)]
    return _door(visit, Door.IWF, fields, address=visit.desk.addresses.get("iwf", ""))


async def platform(visit: Visit) -> Response:
    """What a platform that is not Meta's must look at, where it takes reports, and the guide of its app."""
    found = await leaving(visit, Door.PLATFORM)
    if isinstance(found, Response):
        return found
    case, t = found[1], visit.words
    asked = visit.request.query_params.get("to")
    which = next((name for name in other_platforms(case) if asked in (None, name)), None)
    if which is None:
        return refusal(visit, Refused("nothing"), Door.PLATFORM)
    age = (t(f"age_band.{case.age_band}"),) if case.age_band else ()
    fields = [
        Field(t("meta.illegal_content"), tuple(t(f"category.{category}") for category in case.categories)),
        Field(t("meta.content_types"), tuple(t(f"content_type.{kind}") for kind in case.content_types)),
        Field(t("meta.age"), age),
        *_where(t, links(case), accounts(case)),
    ]
    language = Language.AR if t.code == "ar" else Language.FR
    guide = visit.desk.guides.get(language, {}).get(which, "")
    phrase = Phrase(t(f"platform.{which}"), guide)
    address = visit.desk.addresses.get(which, "")
    return _door(visit, Door.PLATFORM, fields, which=which, guide=phrase if guide else None, address=address)


async def police(visit: Visit) -> Response:
    """The way to the police and the prosecutor, and the sheet for it."""
    found = await leaving(visit, Door.POLICE)
    return found if isinstance(found, Response) else _door(visit, Door.POLICE, [])


def _where(t: Words, found: tuple[str, ...], names: tuple[str, ...]) -> list[Field]:
    return [Field(t("report.links"), found, code=True), Field(t("report.accounts"), names, code=True)]


def _door(
    visit: Visit, door: Door, fields: list[Field], *, which: Platform | None = None, guide: Phrase | None = None,
    missing: list[str] | None = None, address: str = "",
) -> Response:  # fmt: skip
    return visit.show(
        "door.html", door=door, which=which, fields=fields, missing=missing or [], guide=guide, address=address,
        href=_href(address), reference=visit.reference, key=token_urlsafe(16), numbers=visit.desk.addresses,
    )  # fmt: skip


def _href(address: str) -> str:
    """An address of the settings as a link; empty where it is none."""
    if _MAIL.fullmatch(address):
        return f"mailto:{address}"
    if not _ADDRESS.fullmatch(address):
        return ""
    return address if address.startswith(("http://", "https://")) else f"https://{address}"


async def sent(visit: Visit) -> Response:
    """Notes that a report was sent."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    key, name, to = visit.field("key"), visit.field("door"), visit.field("platform")
    if not _KEY.fullmatch(key) or name not in list(Door) or (to and to not in list(Platform)):
        return visit.refuse(422, "refused.report")
    door = Door(name)
    which = Platform(to) if to else None
    refused = await visit.desk.reports.send(visit.reference, visit.user.name, door, which, key)
    return refusal(visit, refused, door) if refused else visit.go("cases", visit.reference, "report")


async def ask(visit: Visit) -> Response:
    """Has the child asked for a consent in the chat, and goes there."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    kind = next((kind for kind in ASKED if kind == visit.field("consent")), None)
    if kind is None:
        return visit.refuse(422, "refused.report")
    if window_of(found[1], visit.desk.clock()).over:
        return await sorry(visit, 409, visit.words("refused.window"))
    return await done(visit, await visit.desk.relay.ask_consent(visit.reference, visit.user.name, kind))


async def outcome(visit: Visit) -> Response:
    """Notes what came of a report."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    name, remark, day = visit.field("outcome"), visit.field("text").strip(), visit.day("on")
    if name not in list(Outcome):
        return visit.refuse(422, "refused.outcome")
    if day is None or day > _today(visit):
        return visit.refuse(422, "refused.outcome_day")
    if len(remark) > LONGEST_REMARK:
        return visit.refuse(422, "refused.too_long", length=len(remark), limit=LONGEST_REMARK)
    refused = await visit.desk.reports.conclude(
        visit.reference, visit.field("report")[:64], visit.user.name, Outcome(name), day, remark
    )
    return refusal(visit, refused, None) if refused else visit.go("cases", visit.reference, "report")


def _today(visit: Visit) -> date:
    return visit.desk.clock().astimezone(visit.words.zone).date()
