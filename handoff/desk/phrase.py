"""Quick replies and platform guides: sentences that a counsellor puts into the box with one click, and edits there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from handoff.case import Case
from handoff.casework import LONGEST_NOTE, QuickReply
from handoff.desk.visit import Visit
from nlu.interpretation import Language

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
PLACEHOLDERS = ("counsellor", "reference", "helpline")
_LONGEST_TITLE = 100
_LANGUAGES = (Language.ARY, Language.ARY_LATN, Language.AR, Language.FR)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence on a button."""

    title: str
    text: str


async def quick_replies(visit: Visit, case: Case) -> list[Phrase]:
    """The quick replies in the child's variety, their placeholders filled in."""
    values = {"counsellor": visit.user.name, "reference": case.reference, "helpline": visit.desk.helpline}
    language = case.language or Language.FR
    replies = await visit.desk.casework.quick_replies()
    return [
        Phrase(_title(visit, reply), _filled(reply.texts[language], values))
        for reply in replies
        if reply.texts[language]
    ]


def _title(visit: Visit, reply: QuickReply) -> str:
    """A title in the desk's language while it is one of the first ones; what a supervisor wrote stays as it is."""
    key = f"phrase.first.{reply.id}"
    first = visit.desk.words["fr"].maybe(key, "")
    return visit.words.maybe(key, reply.title) if reply.title == first else reply.title


def guides(visit: Visit, case: Case) -> list[Phrase]:
    """The platform guides in the child's variety: those of the case first."""
    texts = visit.desk.guides.get(case.language or Language.FR, {})
    mine = [platform for platform in case.platforms if platform in texts]
    others = [platform for platform in texts if platform not in mine]
    return [Phrase(visit.words(f"platform.{platform}"), texts[platform]) for platform in (*mine, *others)]


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


async def phrases_page(visit: Visit) -> Response:
    """The quick replies, for supervisors to edit."""
    return await _page(visit)


async def save_phrase(visit: Visit) -> Response:
    """Keeps a quick reply, which must be there in all four varieties."""
    texts = {language: visit.field(f"text.{language.value}").strip() for language in _LANGUAGES}
    reply = QuickReply(visit.field("id")[:64], visit.field("title").strip(), texts)
    names = {name for text in texts.values() for name in _PLACEHOLDER.findall(text)}
    if not reply.title or not all(texts.values()):
        return await _page(visit, 422, visit.words("phrase.all_four"), reply)
    if len(reply.title) > _LONGEST_TITLE or max(map(len, texts.values())) > LONGEST_NOTE:
        return await _page(visit, 422, visit.words("phrase.too_long", limit=LONGEST_NOTE), reply)
    if strange := sorted(names - set(PLACEHOLDERS)):
        return await _page(visit, 422, visit.words("phrase.placeholder", name="{" + strange[0] + "}"), reply)
    await visit.desk.casework.save_quick_reply(reply)
    return visit.go("phrases")


async def delete_phrase(visit: Visit) -> Response:
    await visit.desk.casework.delete_quick_reply(visit.field("id")[:64])
    return visit.go("phrases")


async def _page(
    visit: Visit, status: int = 200, notice: str | None = None, typed: QuickReply | None = None
) -> Response:
    replies = list(await visit.desk.casework.quick_replies())
    if typed:
        replies = [typed if reply.id == typed.id else reply for reply in replies]
    new = typed if typed and not typed.id else QuickReply("", "", dict.fromkeys(_LANGUAGES, ""))
    return visit.show(
        "phrases.html", status, replies=replies, new=new, notice=notice, languages=_LANGUAGES, touched=typed,
        placeholders=" ".join("{" + name + "}" for name in PLACEHOLDERS),
    )  # fmt: skip
