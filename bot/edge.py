"""The edge of the web application: the headers of every answer, and less patience with whoever sends forged bodies."""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sources import Sources
from handoff.desk.cookie import Cookies

_REFUSED = frozenset({401, 403, 413, 429})
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_HTTPS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


class Edge:
    """Around the whole web application.

    Args:
        app: what answers.
        cookies: the desk's: a call with a session goes to the desk's own door. Secure ones say that TLS is in front.
        sources: who sent what was refused.
    """

    def __init__(self, app: ASGIApp, cookies: Cookies, sources: Sources) -> None:
        self._app, self._cookies, self._sources = app, cookies, sources
        self._headers = {**_HEADERS, **(_HTTPS if cookies.secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        posted = scope["method"] not in ("GET", "HEAD")

        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if posted and message["status"] in _REFUSED:
                    self._sources.refused(scope)
            await send(message)

        app = self._app
        suspect = posted and self._sources.weigh(scope)
        if suspect and scope["path"].startswith("/desk") and self._cookies.session(Request(scope)) is None:
            app = PlainTextResponse("Too many refused calls; try again in a minute.\n", 429, {"Retry-After": "60"})
        await app(scope, receive, send_safe)
