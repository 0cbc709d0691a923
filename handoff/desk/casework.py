"""Beside a case: notes, tasks, and the form that corrects it."""

import json
import re
from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from starlette.responses import HTMLResponse, Response

from handoff.case import Case
from handoff.casework import LONGEST_NOTE, LONGEST_TASK
from handoff.correction import fields_of
from handoff.desk.form import NotReadable, form_of, read_form, values_of
from handoff.desk.sight import Hidden, find
from handoff.desk.visit import Visit
from handoff.port import Refused, Role

_KEY = re.compile(r"[\w-]{16,64}", re.ASCII)


async def note(visit: Visit) -> Response:
    """Keeps an internal note."""
    text = visit.field("text").strip()
    return await _keep(visit, "note", text, LONGEST_NOTE)


async def task(visit: Visit) -> Response:
    """Keeps a task, with the day by which it is due where one was chosen."""
    text = visit.field("text").strip()
    return await _keep(visit, "task", text, LONGEST_TASK)


async def _keep(visit: Visit, form: str, text: str, longest: int) -> Response:
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    casework, reference, by = visit.desk.casework, visit.reference, visit.user.name
    key, due = visit.field("key"), visit.day("due")
    if not text or not _KEY.fullmatch(key):
        return _again(visit, form, 422, visit.words("refused.empty"))
    if len(text) > longest:
        return _again(visit, form, 422, visit.words("refused.too_long", length=len(text), limit=longest))
    if form == "note":
        refused = await casework.note(reference, by, text, key)
    elif visit.field("due") and due is None:
        return _again(visit, form, 422, visit.words("refused.day"))
    else:
        refused = await casework.add_task(reference, by, text, due, key)
    if refused:
        return visit.refuse(404, "refused.gone")
    return _again(visit, form, 200) if visit.by_script else visit.go("cases", reference)


def _again(visit: Visit, form: str, status: int, notice: str | None = None) -> Response:
    """The form again: empty when it was kept, else with what was typed and why not."""
    if not visit.by_script:
        return visit.show("message.html", status, notice=notice, typed=visit.field("text"), case=visit.reference)
    typed = visit.field("text") if notice else ""
    values = {"typed": typed, "due": visit.field("due") if notice else "", "key": token_urlsafe(16)}
    html = visit.draw(f"{form}.html", reference=visit.reference, notice=notice, swapped=True, **values)
    return HTMLResponse(html, status, headers={} if notice else {"HX-Trigger": "case-changed"})


async def finish(visit: Visit) -> Response:
    """Marks a task as done."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    refused = await visit.desk.casework.finish_task(visit.reference, visit.field("task")[:64], visit.user.name)
    if refused:
        return visit.refuse(404, "refused.gone")
    if visit.by_script:
        return HTMLResponse("", headers={"HX-Trigger": "case-changed"})
    return visit.go("cases", visit.reference)


async def correct_form(visit: Visit) -> Response:
    """The form with what the case holds now."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    return _form(visit, found[1], values_of(found[1]))


async def correct(visit: Visit) -> Response:
    """Changes the fields that were changed in the form, and no others."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    case, t = found[1], visit.words
    try:
        shown, typed = read_form(visit.form, fields_of(case))
    except NotReadable as error:
        name = t.maybe(f"fact.{error}", str(error))
        return _form(visit, case, values_of(case), 422, t("refused.field", field=name), as_typed=True)
    changed = {name: value for name, value in typed.items() if value != shown[name]}
    before = {name: shown[name] for name in changed}
    over = visit.user.role is Role.SUPERVISOR
    refused = None
    if changed:
        refused = await visit.desk.casework.correct(visit.reference, visit.user.name, before, changed, over=over)
    if refused:
        return await _refused(visit, refused, {**values_of(case), **changed})
    if not visit.by_script:
        return visit.go("cases", visit.reference)
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    done = t("form.saved") if changed else t("form.same")
    return _form(visit, found[1], values_of(found[1]), 200, done, good=True)


async def _refused(visit: Visit, refused: Refused, typed: Mapping[str, Any]) -> Response:
    found = await find(visit)
    if refused.why == "gone" or isinstance(found, Hidden):
        return visit.refuse(404, "refused.gone")
    t, case = visit.words, found[1]
    values = {name: typed.get(name, value) for name, value in values_of(case).items()}
    if refused.why == "changed" and refused.by:
        values[refused.by] = values_of(case)[refused.by]
        return _form(visit, case, values, 409, t("refused.changed", field=t(f"fact.{refused.by}")))
    return _form(visit, case, values, 409, t("refused.correct_not_yours"))


def _form(
    visit: Visit, case: Case, values: Mapping[str, Any], status: int = 200, notice: str | None = None, *,
    good: bool = False, as_typed: bool = False,
) -> Response:  # fmt: skip
    fields = form_of(values, visit.words)
    shown = visit.field("shown") if as_typed else json.dumps(values_of(case))
    told = {"fields": fields, "shown": shown, "notice": notice, "good": good, "reference": visit.reference}
    if as_typed and visit.by_script:
        # The page still has what was typed: only the notice comes new.
        return HTMLResponse(visit.draw("form_notice.html", swapped=True, **told), status)
    if visit.by_script:
        headers = {"HX-Trigger": "case-changed"} if good else {}
        html = visit.draw("correct_form.html", swapped=visit.request.method == "POST", **told)
        return HTMLResponse(html, status, headers=headers)
    return visit.show("correct.html", status, swapped=False, **told)
