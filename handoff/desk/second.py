"""The second factor: turned on with a code that proves that the phone has it, off with the password."""

import re
from math import ceil

import segno
from starlette.responses import Response

from handoff.desk.totp import address, new_secret, step_of
from handoff.desk.visit import Visit

_SECRET = re.compile(r"[A-Z2-7]{32}")


async def second_page(visit: Visit) -> Response:
    return _page(visit, 200)


async def turn_on(visit: Visit) -> Response:
    desk, user, secret = visit.desk, visit.user, visit.field("secret")
    if not _SECRET.fullmatch(secret) or user.totp is not None:
        return _page(visit, 422)
    step = step_of(secret, visit.field("code"), desk.clock())
    if step is None:
        return _page(visit, 422, visit.words("second.wrong"), secret)
    await desk.users.set_totp(user.name, secret)
    await desk.users.use_step(user.name, step)
    return visit.go("second")


async def turn_off(visit: Visit) -> Response:
    desk, user = visit.desk, visit.user
    wait = await desk.users.attempt(user.name, desk.clock())
    if wait:
        return _page(visit, 429, visit.words("login.wait", seconds=ceil(wait.total_seconds())))
    if not await desk.passwords.check(visit.field("password"), user.password_hash):
        return _page(visit, 422, visit.words("password.wrong"))
    await desk.users.succeed(user.name)
    await desk.users.set_totp(user.name, None)
    return visit.go("second")


def _page(visit: Visit, status: int, notice: str | None = None, secret: str | None = None) -> Response:
    secret = secret or new_secret()
    link = address(secret, visit.user.name, visit.desk.helpline)
    # Drawn here and set into the page: the secret goes through nobody else's hands.
    picture = segno.make(link, error="m", micro=False).svg_inline(
        omitsize=True, light="#fff", svgclass=None, lineclass=None
    )
    return visit.show("second.html", status, notice=notice, secret=secret, link=link, picture=picture)
