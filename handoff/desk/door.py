"""The one door to every page: language, form token, login, role, in this order."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hmac import compare_digest
from secrets import token_urlsafe

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handoff.desk.desk import Desk
from handoff.desk.visit import Visit
from handoff.desk.words import Words
from handoff.port import Role

ALL = frozenset(Role)
CASEWORKERS = frozenset({Role.COUNSELLOR, Role.SUPERVISOR})
"""Who may read cases. Trainers and administrators do their work without."""

_TOKEN_LENGTH = 43


@dataclass(frozen=True, slots=True)
class Page:
    """One thing that can be asked of the desk.

    Args:
        path: below the desk's own address.
        method: GET or POST; every POST needs the form token.
        answer: what makes the answer.
        roles: who may; None where no login is needed.
        before_password: whether it is open while the first password still has to be changed.
    """

    path: str
    method: str
    answer: Callable[[Visit], Awaitable[Response]]
    roles: frozenset[Role] | None
    before_password: bool = False


def route(desk: Desk, page: Page) -> Route:
    """The page as a Starlette route, behind the door."""

    async def endpoint(request: Request) -> Response:
        return await _admit(desk, page, request)

    return Route(page.path, endpoint, methods=[page.method])


async def _admit(desk: Desk, page: Page, request: Request) -> Response:
    known = desk.cookies.form_token(request)
    token = known if known and len(known) == _TOKEN_LENGTH and known.isascii() else token_urlsafe(32)
    form = await request.form(max_files=0, max_fields=20) if page.method == "POST" else FormData()
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
        return visit.refuse(403, "refused.role", role=visit.words(f"role.{user.role}"))
    return await page.answer(visit)


def _token_matches(visit: Visit, known: str | None) -> bool:
    sent = visit.request.headers.get("x-form-token") or visit.field("form_token")
    return known is not None and compare_digest(sent.encode(), known.encode())


def _words(desk: Desk, request: Request) -> Words:
    chosen = desk.cookies.language(request)
    if chosen in desk.words:
        return desk.words[chosen]
    accepted = request.headers.get("accept-language", "").lower()
    return desk.words["ar" if accepted.startswith("ar") else "fr"]
