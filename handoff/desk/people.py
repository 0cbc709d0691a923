"""The people of the desk, for administrators: who may do what, and the links by which they choose a password."""

from secrets import token_urlsafe

from starlette.responses import Response

from handoff.desk.visit import Visit
from handoff.port import Act, Invitation, Role
from nlu.interpretation import Language

_LONGEST_NAME = 64


async def people(visit: Visit) -> Response:
    return await _page(visit)


async def invite(visit: Visit) -> Response:
    """A link for somebody new."""
    name, role, languages = visit.field("name").strip(), _role(visit), _languages(visit)
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or role is None:
        return await _page(visit, 422, visit.words("people.incomplete", limit=_LONGEST_NAME))
    if await visit.desk.users.user(name):
        return await _page(visit, 409, visit.words("people.there", name=name))
    return await _link(visit, Invitation(name, role, languages), "invited")


async def renew(visit: Visit) -> Response:
    """A link for somebody who has lost a password or the second factor."""
    user = await visit.desk.users.user(visit.field("name"))
    if user is None or not user.active:
        return await _page(visit, 404, visit.words("people.nobody"))
    return await _link(visit, Invitation(user.name, user.role, user.languages), "renewed")


async def change(visit: Visit) -> Response:
    """Another role, other languages, or a closed account."""
    user, role = await visit.desk.users.user(visit.field("name")), _role(visit)
    if user is None or role is None:
        return await _page(visit, 404, visit.words("people.nobody"))
    active = visit.field("active") == "yes"
    if user.name == visit.user.name and (role is not user.role or not active):
        # Somebody must be left who can undo it.
        return await _page(visit, 409, visit.words("people.self"))
    await visit.desk.users.change(user.name, role, _languages(visit), active=active)
    await _trace(visit, "changed" if active else "disabled", user.name)
    return visit.go("people")


def _role(visit: Visit) -> Role | None:
    role = visit.field("role")
    return Role(role) if role in tuple(Role) else None


def _languages(visit: Visit) -> tuple[Language, ...]:
    chosen = visit.form.getlist("languages")
    return tuple(language for language in Language if language.value in chosen)


async def _link(visit: Visit, invitation: Invitation, what: str) -> Response:
    desk, token = visit.desk, token_urlsafe(32)
    await desk.users.invite(invitation, token, desk.clock() + desk.invited)
    await _trace(visit, what, invitation.name)
    base = str(visit.request.base_url).rstrip("/").removesuffix(visit.path().rstrip("/"))
    link = base + visit.path("invite", token)
    return await _page(visit, 200, link=link, linked=invitation.name)


async def _trace(visit: Visit, what: str, name: str) -> None:
    await visit.desk.trail.note(Act(visit.desk.clock(), visit.user.name, what, about=name))


async def _page(
    visit: Visit, status: int = 200, notice: str | None = None, *, link: str | None = None, linked: str = ""
) -> Response:
    users = await visit.desk.users.users()
    return visit.show(
        "people.html", status, users=users, roles=tuple(Role), languages=tuple(Language), notice=notice, link=link,
        linked=linked, hours=int(visit.desk.invited.total_seconds()) // 3600,
    )  # fmt: skip
