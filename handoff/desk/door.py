"""The one door to every page: language, form token, login, role, in this order."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from secrets import token_urlsafe

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handoff.desk.desk import Desk
from handoff.desk.visit import Visit
from handoff.desk.words import Words, chosen_words
from handoff.port import CASEWORKERS, Act, Role, User

ALL = frozenset(Role)
SUPERVISORS = frozenset({Role.SUPERVISOR})
TRAINERS = frozenset({Role.TRAINER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
COUNTERS = CASEWORKERS | ADMINISTRATORS
"""Who sees the figures; those who read no cases see no small counts either."""
EXPORTERS = SUPERVISORS | ADMINISTRATORS
__all__ = [
    "ADMINISTRATORS", "ALL", "CASEWORKERS", "COUNTERS", "EXPORTERS", "SUPERVISORS", "TRAINERS", "Page", "route",
]  # fmt: skip

_TOKEN_LENGTH = 43
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_OPEN_CASES = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """One thing that can be asked of the desk.

    Args:
        path: below the desk's own address.
        method: GET or POST; every POST needs the form token.
        answer: what makes the answer.
        roles: who may; None where no login is needed.
        before_password: whether it is open while the first password still has to be changed.
        trace: what the trail says when it was answered; None where it shows no case, or the store writes the trail.
        again: whether the page asks for it by itself while it is open: then the trail says it once an hour.
    """

    path: str
    method: str
    answer: Callable[[Visit], Awaitable[Response]]
    roles: frozenset[Role] | None
    before_password: bool = False
    trace: str | None = None
    again: bool = False


def route(desk: Desk, page: Page) -> Route:
    """The page as a Starlette route, behind the door."""

    async def endpoint(request: Request) -> Response:
        return await _admit(desk, page, request)

    return Route(page.path, endpoint, methods=[page.method])


async def _admit(desk: Desk, page: Page, request: Request) -> Response:
    known = desk.cookies.form_token(request)
    token = known if known and len(known) == _TOKEN_LENGTH and known.isascii() else token_urlsafe(32)
    form = await request.form(max_files=0, max_fields=120) if page.method == "POST" else FormData()
    visit = Visit(desk, request, _words(desk, request), token, form)
    if page.method == "POST" and not _token_matches(visit, known):
        return visit.refuse(403, "refused.form")
    if page.roles is None:
        return await page.answer(visit)
    session = desk.cookies.session(request)
    user = await desk.users.session_user(session, desk.clock()) if session else None
    if user is None:
        if page.method == "POST" or visit.by_script:
            return visit.refuse(401, "refused.session")
        return visit.go("login")
    visit = Visit(desk, request, visit.words, token, form, user, session)
    if user.must_change and not page.before_password:
        return visit.refuse(403, "refused.password") if visit.by_script else visit.go("password")
    if user.role not in page.roles:
        return visit.refuse(403, _closed_to(page), role=visit.words(f"role.{user.role}"))
    await _seen(desk, user)
    answer = await page.answer(visit)
    if page.trace and answer.status_code < 400:
        await _trace(visit, page.trace, page.again)
    elif page.trace and answer.status_code == 403:
        await _trace(visit, "refused", page.again)
    return answer


def _closed_to(page: Page) -> str:
    """The sentence that says to whom a page is open."""
    roles = page.roles or ALL
    return "refused.role" if roles == CASEWORKERS else f"refused.role.{'.'.join(sorted(roles))}"


async def _seen(desk: Desk, user: User) -> None:
    now = desk.clock()
    if user.seen_at is None or now - user.seen_at >= _MINUTE:
        await desk.users.seen(user.name, now)


async def _trace(visit: Visit, what: str, again: bool) -> None:
    """Nothing of a case is shown before the trail says to whom."""
    desk, now, who, reference = visit.desk, visit.desk.clock(), visit.user.name, visit.reference
    since = desk.watched.get((who, reference))
    if again and since and now - since < _HOUR:
        return
    await desk.trail.note(Act(now, who, what, reference))
    if len(desk.watched) >= _OPEN_CASES:
        desk.watched.clear()
    desk.watched[who, reference] = now


def _token_matches(visit: Visit, known: str | None) -> bool:
    sent = visit.request.headers.get("x-form-token") or visit.field("form_token")
    return known is not None and compare_digest(sent.encode(), known.encode())


def _words(desk: Desk, request: Request) -> Words:
    return chosen_words(desk.words, desk.cookies.language(request), request.headers.get("accept-language", ""))
