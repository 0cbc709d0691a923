"""Teaching, for trainers: what was not understood, labelled, tried and written to the training files."""

from starlette.responses import HTMLResponse, Response

from handoff.desk.visit import Visit
from handoff.lesson import Draft, Trial
from nlu.interpretation import Intent, Language

_SHOWN = ("age", "platform", "content_type", "category", "reporter", "duration", "city", "name", "gender", "phone",
          "handle", "url")  # fmt: skip
"""The entities that a trainer marks; the others are read by rules alone."""
_LONGEST = 2000


async def lessons(visit: Visit) -> Response:
    """What waits, and the report of the last test."""
    desk = visit.desk.lessons
    return visit.show("lessons.html", samples=await desk.samples(), report=desk.report() is not None)


async def lesson(visit: Visit) -> Response:
    """One message to label, or a sentence of the trainer's own."""
    wanted = visit.request.query_params.get("sample", "")
    sample = next((one for one in await visit.desk.lessons.samples() if one.id == wanted), None)
    if wanted and sample is None:
        return visit.refuse(404, "lessons.gone")
    draft = Draft(sample.text, "", sample.language.value, sample.id) if sample else Draft("", "", "")
    return _form(visit, draft)


async def label(visit: Visit) -> Response:
    """Tries a draft, or writes it, or drops its sample."""
    desk, draft, act = visit.desk.lessons, _draft(visit), visit.field("act")
    if act == "drop":
        await desk.drop(draft.sample)
        return visit.go("lessons")
    if wrong := desk.fault(draft):
        return _form(visit, draft, 422, visit.words(f"lessons.fault.{wrong}"))
    if act == "try":
        return visit.go("lessons", "trial", await desk.try_(draft))
    if not desk.writable:
        return _form(visit, draft, 409, visit.words("lessons.read_only"))
    if wrong := await desk.learn(draft):
        return _form(visit, draft, 409, visit.words(f"lessons.fault.{wrong}"))
    return visit.go("lessons", "label?done=yes")


async def trial(visit: Visit) -> Response:
    """How far a trial has got; the page asks again by itself."""
    found = await visit.desk.lessons.trial(str(visit.request.path_params["id"]))
    if found is None:
        return visit.refuse(404, "lessons.no_trial")
    return visit.show(
        "trial_state.html" if visit.by_script else "trial.html", id=visit.request.path_params["id"], trial=found,
        rows=_rows(visit, found), writable=visit.desk.lessons.writable,
    )  # fmt: skip


async def report(visit: Visit) -> Response:
    """The page that ``m3ak test nlu`` wrote last."""
    page = visit.desk.lessons.report()
    if page is None:
        return visit.refuse(404, "lessons.no_report")
    # Its picture and its table carry their own styles, which no other page may.
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


def _draft(visit: Visit) -> Draft:
    line = " ".join(visit.field("line")[:_LONGEST].split())
    return Draft(line, visit.field("intent"), visit.field("language"), visit.field("sample"))


def _rows(visit: Visit, found: Trial) -> list[tuple[str, str, str, str]]:
    """The figures before and after with what came of them: ``better``, ``worse``, ``same`` or nothing yet."""
    rows = []
    for name, before in found.before.items():
        after = found.after.get(name)
        told = visit.words(f"lessons.figure.{name.partition('.')[0]}")
        if "." in name:
            told = visit.words(f"language.{name.partition('.')[2]}")
        change = 0.0 if after is None else round(after - before, 4) * (-1 if name == "alarm" else 1)
        came = "" if after is None else "better" if change > 0 else "worse" if change < 0 else "same"
        rows.append((told, f"{before:.1%}", "" if after is None else f"{after:.1%}", came))
    return rows


def _form(visit: Visit, draft: Draft, status: int = 200, notice: str | None = None) -> Response:
    return visit.show(
        "lesson.html", status, draft=draft, notice=notice, intents=tuple(Intent), languages=tuple(Language),
        entities=_SHOWN, writable=visit.desk.lessons.writable,
        done=visit.request.query_params.get("done") == "yes",
    )  # fmt: skip
