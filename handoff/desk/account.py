"""Logging in and out, the password, and the interface's language."""

from math import ceil
from secrets import token_urlsafe

from starlette.responses import RedirectResponse, Response

from handoff.desk.cookie import SESSION_LENGTH
from handoff.desk.password import weakness
from handoff.desk.visit import Visit
from handoff.port import User


async def login_page(visit: Visit) -> Response:
    return visit.show("login.html", name="", notice=None)


async def login(visit: Visit) -> Response:
    """Opens a session; the answer is the same, and as slow, for a wrong name and a wrong password."""
    desk, name = visit.desk, visit.field("name").strip()[:100]
    wait = desk.limiter.attempt(name, desk.clock())
    if wait:
        notice = visit.words("login.wait", seconds=ceil(wait.total_seconds()))
        return visit.show("login.html", 429, name=name, notice=notice)
    user = await desk.users.user(name)
    if not await desk.passwords.check(visit.field("password"), user.password_hash if user else None):
        return visit.show("login.html", 401, name=name, notice=visit.words("login.wrong"))
    desk.limiter.succeed(name)
    assert user is not None
    return await _enter(visit, user, "password" if user.must_change else "")


async def logout(visit: Visit) -> Response:
    session = visit.desk.cookies.session(visit.request)
    if session:
        await visit.desk.users.close_session(session)
    response = visit.go("login")
    visit.desk.cookies.drop_session(response)
    return response


async def password_page(visit: Visit) -> Response:
    return visit.show("password.html", notice=None)


async def password(visit: Visit) -> Response:
    """Changes the password, and the session with it."""
    desk, user, new = visit.desk, visit.user, visit.field("new")
    wait = desk.limiter.attempt(user.name, desk.clock())
    if wait:
        notice = visit.words("login.wait", seconds=ceil(wait.total_seconds()))
        return visit.show("password.html", 429, notice=notice)
    if not await desk.passwords.check(visit.field("old"), user.password_hash):
        return visit.show("password.html", 422, notice=visit.words("password.wrong"))
    desk.limiter.succeed(user.name)
    wrong = weakness(new, user.name)
    if wrong is None and new != visit.field("again"):
        wrong = "password.differ"
    if wrong is None and new == visit.field("old"):
        wrong = "password.same"
    if wrong:
        return visit.show("password.html", 422, notice=visit.words(wrong))
    await desk.users.set_password(user.name, await desk.passwords.hash(new))
    return await _enter(visit, user, "")


async def language(visit: Visit) -> Response:
    """Changes the interface's language and stays on the page."""
    code, back = visit.field("code"), visit.field("back")
    # Only a path of the desk itself: anything else could lead the browser away.
    inside = back.startswith(visit.path("")) and "//" not in back and "\\" not in back and back.isprintable()
    response = RedirectResponse(back if inside else visit.path(""), 303)
    if code in visit.desk.words:
        visit.desk.cookies.set_language(response, code)
    return response


async def _enter(visit: Visit, user: User, page: str) -> Response:
    desk, token = visit.desk, token_urlsafe(32)
    former = desk.cookies.session(visit.request)
    if former:
        await desk.users.close_session(former)
    await desk.users.open_session(user.name, token, desk.clock() + SESSION_LENGTH)
    response = visit.go(page)
    desk.cookies.set_session(response, token)
    return response
