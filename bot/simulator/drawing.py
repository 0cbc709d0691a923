"""Drawing the simulator's pages: templates, words in French and Arabic, style sheet and scripts."""

from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2s
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.simulator.view import LOOKS
from handoff.desk.cookie import Cookies
from handoff.desk.static import Asset
from handoff.desk.words import Words, chosen_words, load_words

_LOOK = "m3ak_look"
_TYPES = {"phone.css": "text/css", "phone.js": "text/javascript", "studio.js": "text/javascript"}


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("bot.simulator"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _assets() -> dict[str, Asset]:
    found = {}
    for name, media_type in _TYPES.items():
        content = (files("bot.simulator") / "static" / name).read_bytes()
        found[name] = Asset(content, media_type, blake2s(content, digest_size=6).hexdigest())
    return found


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the simulator's pages are drawn with.

    Args:
        cookies: the desk's: the interface's language is the same there and here.
        zone: where the helpline is.
    """

    cookies: Cookies
    zone: ZoneInfo
    assets: dict[str, Asset] = field(default_factory=_assets)
    words: dict[str, Words] = field(default_factory=dict)

    def words_of(self, request: Request) -> Words:
        """The interface's language of somebody."""
        if not self.words:
            self.words.update(load_words(self.zone, "bot.simulator", "simulator"))
        return chosen_words(self.words, self.cookies.language(request), request.headers.get("accept-language", ""))

    def look(self, request: Request) -> str:
        """Which messenger the phone looks like."""
        chosen = request.cookies.get(_LOOK)
        return chosen if chosen in LOOKS else LOOKS[0]

    def draw(self, request: Request, template: str, **values: Any) -> str:
        """A template's text."""
        return (
            _templates()
            .get_template(template)
            .render(
                t=self.words_of(request),
                look=self.look(request),
                looks=LOOKS,
                assets=self.assets,
                **values,
            )
        )

    def page(self, request: Request, template: str, **values: Any) -> Response:
        """A whole page."""
        response = HTMLResponse(self.draw(request, template, here=request.url.path, **values))
        response.headers["Vary"] = "Cookie, Accept-Language"
        return response

    def choose(self, request: Request, back: str) -> Response | None:
        """Keeps a look or a language that was chosen by ``?look=`` or ``?words=``, and goes back to the page."""
        look, code = request.query_params.get("look"), request.query_params.get("words")
        if look not in LOOKS and code not in ("fr", "ar"):
            return None
        response = RedirectResponse(back, 303)
        if look in LOOKS:
            response.set_cookie(
                _LOOK, str(look), path="/simulator", httponly=True, samesite="strict", secure=self.cookies.secure
            )  # fmt: skip
        if code in ("fr", "ar"):
            self.cookies.set_language(response, str(code))
        return response
