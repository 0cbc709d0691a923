"""The files that a child sent, at the desk: fetched by a click, shown blurred until another, kept as they came."""

import re

from starlette.responses import Response, StreamingResponse

from handoff.desk.conversation import sorry
from handoff.desk.sight import Hidden, find
from handoff.desk.visit import Visit
from handoff.media import LARGEST, Medium, intimate

_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""Whatever the bytes are, a browser runs nothing of them."""
_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
_STATUS = {"gone": 404, "later": 503, "too_large": 413, "intimate": 403}
_ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "audio/ogg": "ogg", "audio/amr": "amr",
    "audio/mpeg": "mp3", "audio/aac": "aac", "audio/mp4": "m4a", "video/mp4": "mp4", "video/webm": "webm",
}  # fmt: skip


async def fetch(visit: Visit) -> Response:
    """Fetches one file from the messenger."""
    found = await find(visit)
    if isinstance(found, Hidden):
        return visit.refuse(found.status, found.key)
    key = _key(visit)
    refused = await visit.desk.media.fetch(visit.reference, key, visit.user.name) if key else None
    if refused is None and key:
        return visit.go("cases", visit.reference, "media", key)
    why = refused.why if refused else "gone"
    values = {"iwf": visit.desk.addresses.get("iwf", ""), "limit": LARGEST // 1_000_000}
    return await sorry(visit, _STATUS.get(why, 409), visit.words(f"media.refused.{why}", **values))


async def view(visit: Visit) -> Response:
    """One fetched file: a picture behind a veil, or what else it is."""
    medium = await _medium(visit)
    if isinstance(medium, Hidden):
        return visit.refuse(medium.status, medium.key)
    return visit.show("medium.html", medium=medium, reference=visit.reference)


async def shown(visit: Visit) -> Response:
    """The picture without what its camera wrote into it."""
    return await _bytes(visit, shown=True)


async def original(visit: Visit) -> Response:
    """The file as the child sent it, to be kept: it may be evidence."""
    return await _bytes(visit, shown=False)


async def _bytes(visit: Visit, *, shown: bool) -> Response:
    medium = await _medium(visit)
    if isinstance(medium, Hidden):
        return visit.refuse(medium.status, medium.key)
    content = await visit.desk.media.content(visit.reference, medium.key, shown=shown)
    if content is None:
        return visit.refuse(404, "refused.gone")
    kind, pieces = content
    name = f"{visit.reference}-{medium.key[:6]}.{_ENDINGS.get(kind, 'bin')}"
    how = "inline" if shown else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="{name}"', "Content-Security-Policy": _POLICY}
    return StreamingResponse(pieces, media_type=kind if shown else "application/octet-stream", headers=headers)


async def _medium(visit: Visit) -> Medium | Hidden:
    found = await find(visit)
    if isinstance(found, Hidden):
        return found
    case, key = found[1], _key(visit)
    if intimate(case):
        return Hidden(403, "media.refused.closed")
    media = await visit.desk.media.media(case)
    medium = next((one for one in media if one.key == key and one.at), None)
    return medium or Hidden(404, "refused.gone")


def _key(visit: Visit) -> str:
    key = str(visit.request.path_params["key"])
    return key if _KEY.fullmatch(key) else ""
