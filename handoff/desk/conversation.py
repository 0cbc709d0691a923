"""A case on the screen: read, take, reply, give back, close."""

from dataclasses import dataclass
from hashlib import blake2s, sha256
from secrets import token_urlsafe

from starlette.responses import HTMLResponse, Response

from handoff.case import Case, Status
from handoff.desk.facts import sections
from handoff.desk.queue import may_read
from handoff.desk.transcript import bubbles
from handoff.desk.visit import LONGEST_REPLY, Visit
from handoff.port import Entry, Refused, Role

_OVER = frozenset({Status.CLOSED, Status.SEALED, Status.WITHDRAWN})
_REFUSALS = {
    "taken": (409, "refused.taken"),
    "not_yours": (409, "refused.not_yours"),
    "closed": (409, "refused.closed"),
    "gone": (404, "refused.gone"),
}


async def conversation(visit: Visit) -> Response:
    return await _page(visit, 200)


async def live(visit: Visit) -> Response:
    """What has changed since the page was last drawn, each part by itself, so that nothing else moves."""
    found = await _find(visit)
    if isinstance(found, _Hidden):
        # Erased or sealed while it was being read: it leaves the screen as well.
        notice = visit.draw("notice.html", notice=visit.words(found.key), swapped=True)
        return HTMLResponse(notice + "".join(_swap(p, "") for p in ("lines", "bar", "facts")), found.status)
    entry, case = found
    seen = visit.request.query_params
    count = int(number) if (number := seen.get("lines", "")).isdecimal() and len(number) < 9 else 0
    zone, parts = visit.words.zone, []
    grown = count <= len(case.transcript) and seen.get("lines_mark") == _lines_mark(case, count)
    new = bubbles(case.transcript, zone, count if grown else 0)
    if new or not grown:
        lines = visit.draw("lines.html", bubbles=new)
        parts.append(_swap("lines", lines, "beforeend" if grown else "innerHTML"))
    panels = _panels(visit, entry, case)
    for name, html in panels.items():
        if seen.get(f"{name}_mark") != _mark(html):
            parts.append(_swap(name, html))
    if _holds(visit, entry) and seen.get("box") == "0":
        parts.append(_swap("box", visit.draw("reply.html", entry=entry, typed="", key=token_urlsafe(16))))
    boxed = _holds(visit, entry) or seen.get("box") == "1"
    parts.append(visit.draw("seen.html", swapped=True, **_seen(case, panels, boxed)))
    return HTMLResponse("".join(parts))


async def take(visit: Visit) -> Response:
    refused = await visit.desk.relay.take(visit.reference, visit.user.name)
    if refused and refused.why == "not_yours" and not refused.by:
        return await _sorry(visit, 409, visit.words("refused.not_waiting"))
    return await _done(visit, refused)


async def release(visit: Visit) -> Response:
    over = visit.user.role is Role.SUPERVISOR
    return await _done(visit, await visit.desk.relay.release(visit.reference, visit.user.name, over=over))


async def close(visit: Visit) -> Response:
    return await _done(visit, await visit.desk.relay.close(visit.reference, visit.user.name))


async def reply(visit: Visit) -> Response:
    """Sends what was typed. The form's key and the text together name the reply: a form sent twice
    is one reply, and a text that was changed after an unclear failure is not taken for the first."""
    text, form_key = visit.field("text").strip(), visit.field("key")[:64]
    if not text or not form_key:
        return await _sorry(visit, 422, visit.words("refused.empty"))
    if len(text) > LONGEST_REPLY:
        sentence = visit.words("refused.too_long", length=len(text), limit=LONGEST_REPLY)
        return await _sorry(visit, 422, sentence)
    key = f"{form_key}.{sha256(text.encode()).hexdigest()[:16]}"
    refused = await visit.desk.relay.say(visit.reference, visit.user.name, text, key)
    if refused or not visit.by_script:
        return await _done(visit, refused)
    html = visit.draw("sent.html", key=token_urlsafe(16))
    return HTMLResponse(html, headers={"HX-Trigger": "case-changed"})


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A case that this user cannot see: the answer's status, and the sentence that says why."""

    status: int
    key: str


async def _find(visit: Visit) -> tuple[Entry, Case] | _Hidden:
    cases = visit.desk.cases
    entry = await cases.entry(visit.reference)
    if entry is not None and not may_read(visit, entry):
        return _Hidden(403, "refused.sealed")
    case = await cases.case(visit.reference) if entry else None
    return _Hidden(404, "refused.gone") if entry is None or case is None else (entry, case)


async def _page(visit: Visit, status: int, notice: str | None = None) -> Response:
    found = await _find(visit)
    if isinstance(found, _Hidden):
        return visit.refuse(found.status, found.key)
    entry, case = found
    panels = _panels(visit, entry, case)
    return visit.show(
        "case.html", status, entry=entry, case=case, notice=notice, holds=_holds(visit, entry),
        typed=visit.field("text"), key=visit.field("key") or token_urlsafe(16),
        bubbles=bubbles(case.transcript, visit.words.zone), **panels,
        **_seen(case, panels, _holds(visit, entry)),
    )  # fmt: skip


async def _done(visit: Visit, refused: Refused | None) -> Response:
    if refused is None:
        return visit.go("cases", visit.reference)
    status, key = _REFUSALS.get(refused.why, (409, "refused.other"))
    if refused.by and status == 409:
        return await _sorry(visit, status, visit.words("refused.held", by=refused.by))
    return await _sorry(visit, status, visit.words(key))


async def _sorry(visit: Visit, status: int, sentence: str) -> Response:
    if visit.by_script:
        return HTMLResponse(visit.draw("notice.html", notice=sentence, swapped=True), status)
    return await _page(visit, status, sentence)


def _holds(visit: Visit, entry: Entry) -> bool:
    return entry.owner == "counsellor" and entry.taken_by == visit.user.name


def _panels(visit: Visit, entry: Entry, case: Case) -> dict[str, str]:
    over = entry.status in _OVER
    return {
        "bar": visit.draw("bar.html", entry=entry, over=over, holds=_holds(visit, entry)),
        "facts": visit.draw("facts.html", sections=sections(case, visit.words)),
    }


def _swap(part: str, html: str, how: str = "innerHTML") -> str:
    """A piece of the page that htmx puts in its place."""
    tag = "ol" if part == "lines" else "div"
    return f'<{tag} hx-swap-oob="{how}:#{part}">{html}</{tag}>'


def _seen(case: Case, panels: dict[str, str], boxed: bool) -> dict[str, object]:
    marks: dict[str, object] = {f"{name}_mark": _mark(html) for name, html in panels.items()}
    count = len(case.transcript)
    return marks | {"count": count, "lines_mark": _lines_mark(case, count), "box": int(boxed)}


def _lines_mark(case: Case, count: int) -> str:
    return _mark("\n".join(f"{line.at} {line.from_} {line.text}" for line in case.transcript[:count]))


def _mark(text: str) -> str:
    return blake2s(text.encode("utf-8", "replace"), digest_size=9).hexdigest()
