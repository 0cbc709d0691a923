"""The style sheet, the scripts and the icon, served from memory; nothing comes from elsewhere."""

from dataclasses import dataclass
from hashlib import blake2s
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

_CACHED = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, its type, and a mark that changes with its bytes."""

    content: bytes
    media_type: str
    mark: str


def load_assets() -> dict[str, Asset]:
    """The files by the name that pages use."""
    own = files("handoff.desk") / "static"
    # Used for these two files only: htmx itself is on no Python registry under its own name.
    htmx = files("django_htmx") / "static" / "django_htmx"
    sources = {
        "desk.css": (own / "desk.css", "text/css"),
        "paper.css": (own / "paper.css", "text/css"),
        "desk.js": (own / "desk.js", "text/javascript"),
        "studio.js": (own / "studio.js", "text/javascript"),
        "icon.svg": (own / "icon.svg", "image/svg+xml"),
        "htmx.js": (htmx / "htmx-2.min.js", "text/javascript"),
        "sse.js": (htmx / "ext" / "hx-sse-2.min.js", "text/javascript"),
    }
    assets = {}
    for name, (source, media_type) in sources.items():
        content = source.read_bytes()
        assets[name] = Asset(content, media_type, blake2s(content, digest_size=6).hexdigest())
    return assets


def serve_asset(assets: dict[str, Asset], request: Request) -> Response:
    asset = assets.get(request.path_params["name"])
    if asset is None:
        return Response(status_code=404)
    return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": _CACHED})
