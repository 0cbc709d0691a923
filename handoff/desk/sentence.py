"""The sentences, for trainers: found, read in four varieties side by side, written anew and signed off."""

from starlette.responses import Response

from dialogs.edit import Refusal
from dialogs.messages import RTL, BrokenCatalogue
from dialogs.wording import READING
from handoff.desk.visit import Visit
from handoff.script import Sentence
from nlu.interpretation import Language

_PAGE = 50
_REFUSED = {"changed": 409, "gone": 404, "read_only": 409}


async def sentences(visit: Visit) -> Response:
    """Those that hold what is looked for, or that wait to be signed off."""
    wanted, unsigned = visit.request.query_params.get("find", ""), visit.request.query_params.get("show") == "unsigned"
    try:
        every = visit.desk.script.sentences()
    except BrokenCatalogue:
        every = []
    found = [one for one in every if _matches(one, wanted.strip().casefold()) and not (unsigned and _signed(one))]
    page = visit.number("page")
    return visit.show(
        "texts.html", sentences=found[page * _PAGE : (page + 1) * _PAGE], number=len(found), find=wanted,
        unsigned=unsigned, page=page, more=len(found) > (page + 1) * _PAGE, signed=sum(map(_signed, every)),
        every=len(every), script=visit.desk.script, languages=tuple(Language),
    )  # fmt: skip


async def sentence(visit: Visit) -> Response:
    return _page(visit)


async def write(visit: Visit) -> Response:
    """New wordings, which take the place of those that were shown."""
    if not visit.desk.script.writable:
        return _page(visit, 409, notice=visit.words("texts.read_only"))
    texts = {language: visit.field(f"text.{language}") for language in Language if f"text.{language}" in visit.form}
    versions = {language: visit.field(f"version.{language}") for language in Language}
    return _answer(visit, visit.desk.script.write(_key(visit), texts, versions), texts)


async def sign(visit: Visit) -> Response:
    """Who is logged in has read one wording, and stands for it."""
    language = next((one for one in Language if one.value == visit.field("language")), None)
    if language is None or not visit.desk.script.writable:
        return _page(visit, 409, notice=visit.words("texts.read_only" if language else "texts.gone"))
    today = visit.desk.clock().astimezone(visit.words.zone).date()
    name = " ".join(visit.user.name.replace(",", " ").split())
    return _answer(visit, visit.desk.script.sign(_key(visit), language, visit.field("version"), name, today))


def _key(visit: Visit) -> str:
    return str(visit.request.path_params["key"])


def _signed(one: Sentence) -> bool:
    return all(written.signed for written in one.texts.values())


def _matches(one: Sentence, wanted: str) -> bool:
    return not wanted or wanted in one.key or any(wanted in written.text.casefold() for written in one.texts.values())


def _answer(visit: Visit, refused: Refusal | None, typed: dict[Language, str] | None = None) -> Response:
    if refused is None:
        return visit.go("texts", f"{_key(visit)}?done=yes")
    language = visit.words(f"language.{refused.language}")
    notice = visit.words(f"texts.refused.{refused.why}", language=language, what=refused.what)
    return _page(visit, _REFUSED.get(refused.why, 422), notice=notice, typed=typed)


def _page(
    visit: Visit, status: int = 200, *, notice: str | None = None, typed: dict[Language, str] | None = None
) -> Response:
    script = visit.desk.script
    try:
        one = next((found for found in script.sentences() if found.key == _key(visit)), None)
    except BrokenCatalogue:
        return visit.go("texts")
    if one is None:
        return visit.refuse(404, "texts.gone")
    shown = {language: (typed or {}).get(language, written.text) for language, written in one.texts.items()}
    return visit.show(
        "text.html", status, one=one, shown=shown, notice=notice, script=script, reading=READING,
        directions={language: "rtl" if language in RTL else "ltr" for language in Language},
        done=visit.request.query_params.get("done") == "yes",
    )  # fmt: skip
