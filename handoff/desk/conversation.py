"""A case on the screen: read, take, reply, give back, close."""

from hashlib import blake2s, sha256
from secrets import token_urlsafe

from starlette.responses import HTMLResponse, Response

from handoff.case import DISPOSITIONS, Case, Status
from handoff.desk.facts import sections
from handoff.desk.phrase import guides, quick_replies
from handoff.desk.sight import Hidden, find
from handoff.desk.stages import stages
from handoff.desk.transcript import bubbles
from handoff.desk.visit import LONGEST_REPLY, Visit
from handoff.desk.window import window_of
from handoff.life import LONGEST_REASON
from handoff.media import intimate
from handoff.port import CASEWORKERS, Entry, Refused, Role, User

_PARTS = ("lines", "bar", "window", "life", "facts", "work")
_OVER = frozenset({Status.CLOSED, Status.SEALED, Status.WITHDRAWN})
_REFUSALS = {
    "taken": (409, "refused.taken"),
    "not_yours": (409, "refused.not_yours"),
    "closed": (409, "refused.closed"),
    "gone": (404, "refused.gone"),
    "nobody": (422, "refused.nobody"),
    "not_offered": (409, "refused.not_offered"),
    "no_line": (409, "refused.no_line"),
    "not_agreed": (409, "refused.not_agreed"),
    "no_record": (409, "refused.no_record"),
    "chat": (409, "refused.chat"),
    "chatless": (409, "refused.chatless"),
    "disposition": (422, "refused.step.disposition"),
    "no_step": (422, "refused.no_step"),
    "too_long": (422, "refused.reason_long"),
}


async def conversation(visit: Visit) -> Response:
    return await _page(visit, 200)


async def live(visit: Visit) -> Response:
    """What has changed since the page was last drawn, each part by itself, so that nothing else moves."""
    found = await find(visit)
    if isinstance(found, Hidden):
        # Erased or sealed while it was being read: it leaves the screen as well.
        notice = visit.draw("notice.html", notice=visit.words(found.key), swapped=True)
        return HTMLResponse(notice + "".join(_swap(part, "") for part in _PARTS), found.status)
    entry, case = found
    seen = visit.request.query_params
    count = int(number) if (number := seen.get("lines", "")).isdecimal() and len(number) < 9 else 0
    zone, parts = visit.words.zone, []
    grown = count <= len(case.transcript) and seen.get("lines_mark") == _lines_mark(case, count)
    new = bubbles(case, zone, count if grown else 0)
    if new or not grown:
        lines = visit.draw("lines.html", bubbles=new)
        parts.append(_swap("lines", lines, "beforeend" if grown else "innerHTML"))
    panels = await _panels(visit, entry, case)
    for name, html in panels.items():
        if seen.get(f"{name}_mark") != _mark(html):
            parts.append(_swap(name, html))
    if _writes(visit, entry) and seen.get("box") == "0":
        parts.append(_swap("box", await _box(visit, entry, case)))
    boxed = _writes(visit, entry) or seen.get("box") == "1"
    parts.append(visit.draw("seen.html", swapped=True, **_seen(case, panels, boxed)))
    return HTMLResponse("".join(parts))


async def take(visit: Visit) -> Response:
    return await done(visit, await visit.desk.relay.take(visit.reference, visit.user.name))


async def release(visit: Visit) -> Response:
    over = visit.user.role is Role.SUPERVISOR
    return await done(visit, await visit.desk.relay.release(visit.reference, visit.user.name, over=over))


async def close(visit: Visit) -> Response:
    """Ends a case, with how it ended."""
    relay, note = visit.desk.relay, visit.field("why").strip()
    return await done(visit, await relay.close(visit.reference, visit.user.name, visit.field("disposition"), note))


async def reply(visit: Visit) -> Response:
    """Sends what was typed. The form's key and the text together name the reply: a form sent twice
    is one reply, and a text that was changed after an unclear failure is not taken for the first."""
    text, form_key = visit.field("text").strip(), visit.field("key")[:64]
    if not text or not form_key:
        return await sorry(visit, 422, visit.words("refused.empty"))
    if len(text) > LONGEST_REPLY:
        sentence = visit.words("refused.too_long", length=len(text), limit=LONGEST_REPLY)
        return await sorry(visit, 422, sentence)
    found = await find(visit)
    if not isinstance(found, Hidden) and window_of(found[1], visit.desk.clock()).over:
        return await sorry(visit, 409, visit.words("refused.window"))
    place = visit.field("answers")
    answers = int(place) if place.isdecimal() and len(place) < 9 else None
    key = f"{form_key}.{sha256(f'{answers} {text}'.encode()).hexdigest()[:16]}"
    refused = await visit.desk.relay.say(visit.reference, visit.user.name, text, key, answers)
    if refused or not visit.by_script:
        return await done(visit, refused)
    html = visit.draw("sent.html", key=token_urlsafe(16))
    return HTMLResponse(html, headers={"HX-Trigger": "case-changed"})


async def typing(visit: Visit) -> Response:
    """The child sees that somebody is writing, where its messenger can show it."""
    await visit.desk.relay.typing(visit.reference, visit.user.name)
    return Response(status_code=204)


async def invite(visit: Visit) -> Response:
    """Asks the child to write again, where its messenger takes no free reply any more."""
    found = await find(visit)
    if not isinstance(found, Hidden) and not window_of(found[1], visit.desk.clock()).over:
        return await sorry(visit, 409, visit.words("refused.other"))
    key = visit.field("key")[:64] or token_urlsafe(16)
    return await done(visit, await visit.desk.relay.invite(visit.reference, visit.user.name, key))


async def _page(visit: Visit, status: int, notice: str | None = None) -> Response:
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    entry, case = found
    typed = visit.field("text")
    panels = await _panels(visit, entry, case)
    return visit.show(
        "case.html", status, entry=entry, case=case, notice=notice, reference=entry.reference,
        box_html=await _box(visit, entry, case) if _writes(visit, entry) or typed else "",
        bubbles=bubbles(case, visit.words.zone), key=token_urlsafe(16), **panels,
        **_seen(case, panels, _writes(visit, entry)),
    )  # fmt: skip


async def done(visit: Visit, refused: Refused | None) -> Response:
    """Back to the case, or why it could not be done."""
    if refused is None:
        return visit.go("cases", visit.reference)
    status, key = _REFUSALS.get(refused.why, (409, "refused.other"))
    if refused.by and status == 409:
        return await sorry(visit, status, visit.words("refused.held", by=refused.by))
    return await sorry(visit, status, visit.words(key))


async def sorry(visit: Visit, status: int, sentence: str) -> Response:
    """One sentence on the page of the case, which keeps what was typed."""
    if visit.by_script:
        return HTMLResponse(visit.draw("notice.html", notice=sentence, swapped=True), status)
    return await _page(visit, status, sentence)


def holds(visit: Visit, entry: Entry) -> bool:
    """Whether whoever looks is the counsellor who has the case."""
    return entry.owner == "counsellor" and entry.taken_by == visit.user.name


def _writes(visit: Visit, entry: Entry) -> bool:
    """Whether there is a chat in which this user may write."""
    return entry.chat and holds(visit, entry)


async def _colleagues(visit: Visit, entry: Entry) -> list[User]:
    """To whom its holder can pass a case: those who write in the child's language first."""
    if not holds(visit, entry):
        return []
    users = await visit.desk.users.users()
    fit = [u for u in users if u.active and u.role in CASEWORKERS and u.name != visit.user.name]
    return sorted(fit, key=lambda u: (entry.language not in u.languages, u.name))


async def _panels(visit: Visit, entry: Entry, case: Case) -> dict[str, str]:
    over, now = entry.status in _OVER, visit.desk.clock()
    window = None if over else window_of(case, now)
    work = await visit.desk.casework.work(entry.reference)
    media = await visit.desk.media.media(case)
    return {
        "bar": visit.draw(
            "bar.html", entry=entry, over=over, holds=holds(visit, entry), alarms=_alarms(case),
            dispositions=DISPOSITIONS, disposition=visit.field("disposition"), why=visit.field("why"),
            longest_reason=LONGEST_REASON, colleagues=await _colleagues(visit, entry),
            danger=case.danger.kind if case.danger else None, numbers=visit.desk.addresses,
        ),
        "window": visit.draw(
            "window.html", window=window, holds=holds(visit, entry), entry=entry, agreed=case.agrees("recontact")
        ),
        "life": stages(visit, entry, case),
        "facts": visit.draw("facts.html", sections=sections(case, visit.words, visit.desk.script.told)),
        "work": visit.draw(
            "work.html", work=work, today=visit.words.today(now), entry=entry, media=media, closed=intimate(case),
            iwf=visit.desk.addresses.get("iwf", ""),
        ),
    }  # fmt: skip


async def _box(visit: Visit, entry: Entry, case: Case) -> str:
    """The box for a reply, with what was typed into it before."""
    return visit.draw(
        "reply.html", entry=entry, typed=visit.field("text"), key=visit.field("key") or token_urlsafe(16),
        quick=await quick_replies(visit, case), guides=guides(visit, case),
    )  # fmt: skip


def _alarms(case: Case) -> int:
    """How often danger was heard since a counsellor holds the case: the page rings when it rises."""
    return sum(line.what == "danger" for line in case.timeline)


def _swap(part: str, html: str, how: str = "innerHTML") -> str:
    """A piece of the page that htmx puts in its place."""
    tag = "ol" if part == "lines" else "div"
    return f'<{tag} hx-swap-oob="{how}:#{part}">{html}</{tag}>'


def _seen(case: Case, panels: dict[str, str], boxed: bool) -> dict[str, object]:
    marks: dict[str, object] = {f"{name}_mark": _mark(html) for name, html in panels.items()}
    count = len(case.transcript)
    return marks | {"count": count, "lines_mark": _lines_mark(case, count), "box": int(boxed)}


def _lines_mark(case: Case, count: int) -> str:
    lines = (
        f"{line.at} {line.from_} {line.text} {line.undelivered} {line.delivery}" for line in case.transcript[:count]
    )
    return _mark("\n".join(lines))


def _mark(text: str) -> str:
    return blake2s(text.encode("utf-8", "replace"), digest_size=9).hexdigest()
