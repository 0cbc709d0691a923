"""Logging in and out, the password, and the interface's language."""

from math import ceil
from secrets import token_urlsafe

from starlette.responses import RedirectResponse, Response

from handoff.desk.cookie import SESSION_LENGTH
from handoff.desk.password import weakness
from handoff.desk.totp import step_of
from handoff.desk.visit import Visit
from handoff.port import User


async def login_page(visit: Visit) -> Response:
    return visit.show("login.html", name="", notice=None)


async def login(visit: Visit) -> Response:
    """Opens a session; the answer is the same, and as slow, for a wrong name and a wrong password."""
    desk, name = visit.desk, visit.field("name").strip()[:100]
    wait = await desk.users.attempt(name, desk.clock())
    if wait:
        notice = visit.words("login.wait", seconds=ceil(wait.total_seconds()))
        return visit.show("login.html", 429, name=name, notice=notice)
    user = await desk.users.user(name)
    known = user is not None and user.active
    right = await desk.passwords.check(visit.field("password"), user.password_hash if user and known else None)
    if user is None or not right or not await _second(visit, user):
        return visit.show("login.html", 401, name=name, notice=visit.words("login.wrong"))
    await desk.users.succeed(name)
    return await enter(visit, user, "password" if user.must_change else "")


async def _second(visit: Visit, user: User) -> bool:
    """Whether the second factor is right too; each code is good once."""
    if user.totp is None:
        return True
    step = step_of(user.totp, visit.field("code"), visit.desk.clock())
    return step is not None and await visit.desk.users.use_step(user.name, step)


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
    wait = await desk.users.attempt(user.name, desk.clock())
    if wait:
        notice = visit.words("login.wait", seconds=ceil(wait.total_seconds()))
        return visit.show("password.html", 429, notice=notice)
    if not await desk.passwords.check(visit.field("old"), user.password_hash):
        return visit.show("password.html", 422, notice=visit.words("password.wrong"))
    await desk.users.succeed(user.name)
    wrong = wrong_password(new, visit.field("again"), user.name)
    if wrong is None and new == visit.field("old"):
        wrong = "password.same"
    if wrong:
        return visit.show("password.html", 422, notice=visit.words(wrong))
    await desk.users.set_password(user.name, await desk.passwords.hash(new))
    return await enter(visit, user, "")


def wrong_password(new: str, again: str, name: str) -> str | None:
    """What is wrong with a password that was typed twice: the key of a sentence, or None."""
    return weakness(new, name) or ("password.differ" if new != again else None)


async def language(visit: Visit) -> Response:
    """Changes the interface's language and stays on the page."""
    code, back = visit.field("code"), visit.field("back")
    # Only a path of the desk itself: anything else could lead the browser away.
    inside = back.startswith(visit.path("")) and "//" not in back and "\\" not in back and back.isprintable()
    response = RedirectResponse(back if inside else visit.path(""), 303)
    if code in visit.desk.words:
        visit.desk.cookies.set_language(response, code)
    return response


async def enter(visit: Visit, user: User, page: str) -> Response:
    """Opens a session and goes to a page."""
    desk, token = visit.desk, token_urlsafe(32)
    former = desk.cookies.session(visit.request)
    if former:
        await desk.users.close_session(former)
    await desk.users.open_session(user.name, token, desk.clock() + SESSION_LENGTH)
    response = visit.go(page)
    desk.cookies.set_session(response, token)
    return response
