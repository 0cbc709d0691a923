"""The link by which somebody chooses a password: used once, and not for long."""

from starlette.responses import Response

from handoff.desk.account import enter, wrong_password
from handoff.desk.visit import Visit
from handoff.port import Act


async def invitation_page(visit: Visit) -> Response:
    return await _page(visit, 200)


async def accept(visit: Visit) -> Response:
    """Sets the password, uses the link up, and opens a session."""
    desk, token, new = visit.desk, _token(visit), visit.field("new")
    invited = await desk.users.invitation(token, desk.clock())
    if invited is None:
        return visit.refuse(410, "refused.invitation")
    wrong = wrong_password(new, visit.field("again"), invited.name)
    if wrong:
        return await _page(visit, 422, visit.words(wrong))
    user = await desk.users.accept(token, await desk.passwords.hash(new), desk.clock())
    if user is None:
        return visit.refuse(410, "refused.invitation")
    await desk.trail.note(Act(desk.clock(), user.name, "joined"))
    return await enter(visit, user, "")


def _token(visit: Visit) -> str:
    return str(visit.request.path_params["token"])


async def _page(visit: Visit, status: int, notice: str | None = None) -> Response:
    invited = await visit.desk.users.invitation(_token(visit), visit.desk.clock())
    if invited is None:
        return visit.refuse(410, "refused.invitation")
    return visit.show("invitation.html", status, invited=invited, notice=notice)
