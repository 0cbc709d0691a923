"""The desk as routes, to be mounted wherever the composition root likes."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from handoff.desk import account, conversation, queue, stream
from handoff.desk.cookie import Cookies
from handoff.desk.desk import Desk
from handoff.desk.door import ALL, CASEWORKERS, Page, route
from handoff.desk.headers import SafeHeaders
from handoff.desk.static import serve_asset
from handoff.desk.visit import Visit
from handoff.desk.words import load_words
from handoff.port import Cases, Changes, Relay, Users

_BIGGEST_FORM = 1_000_000


async def _nowhere(visit: Visit) -> Response:
    return visit.refuse(404, "refused.page")


_CASE = "/cases/{reference}"
PAGES = (
    Page("/login", "GET", account.login_page, None),
    Page("/login", "POST", account.login, None),
    Page("/logout", "POST", account.logout, None),
    Page("/language", "POST", account.language, None),
    Page("/password", "GET", account.password_page, ALL, before_password=True),
    Page("/password", "POST", account.password, ALL, before_password=True),
    Page("/", "GET", queue.queue, CASEWORKERS),
    Page("/queue", "GET", queue.queue_rows, CASEWORKERS),
    Page("/events", "GET", stream.events, CASEWORKERS),
    Page(_CASE, "GET", conversation.conversation, CASEWORKERS),
    Page(f"{_CASE}/live", "GET", conversation.live, CASEWORKERS),
    Page(f"{_CASE}/take", "POST", conversation.take, CASEWORKERS),
    Page(f"{_CASE}/reply", "POST", conversation.reply, CASEWORKERS),
    Page(f"{_CASE}/release", "POST", conversation.release, CASEWORKERS),
    Page(f"{_CASE}/close", "POST", conversation.close, CASEWORKERS),
    Page("/{rest:path}", "GET", _nowhere, ALL),
)
"""Everything that the desk answers, and to whom."""


def desk_routes(
    users: Users,
    cases: Cases,
    relay: Relay,
    changes: Changes,
    *,
    helpline: str,
    secure_cookies: bool,
    clock: Callable[[], datetime],
    zone: tzinfo | None = None,
) -> list[BaseRoute]:
    """The desk's routes, for a Starlette ``Mount``.

    Args:
        helpline: the helpline's name, shown on every page.
        secure_cookies: whether cookies go over HTTPS only; false on a loopback address alone.
        clock: the time now, with a time zone.
        zone: the time zone in which moments are shown; Morocco's by default.

    Raises:
        ValueError: when a sentence of the interface is missing in a language.
    """
    words = load_words(zone or ZoneInfo("Africa/Casablanca"))
    desk = Desk(users, cases, relay, changes, helpline, Cookies(secure_cookies), clock, words)

    async def asset(request: Request) -> Response:
        return serve_asset(desk.assets, request)

    routes = [Route("/static/{name}", asset), *(route(desk, page) for page in PAGES)]
    return [Mount("", routes=routes, middleware=[Middleware(SafeHeaders)], max_body_size=_BIGGEST_FORM)]
