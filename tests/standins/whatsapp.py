"""The messages endpoint of the WhatsApp Cloud API (Meta's "Send messages" and "Error codes" pages)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.standins.server import Answer, Call, StandIn

TOKEN = "EAAstandintoken"
PHONE_ID = "106540352242922"
APP_SECRET = "5f1d3c2b9a8e7f60"
VERIFY_TOKEN = "a-verify-token"


def error(status: int, code: int, message: str, **more: object) -> Answer:
    """Returns an error answer in Meta's shape."""
    details = {"messaging_product": "whatsapp", "details": message}
    body = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "error_data": details}
    return Answer(status, {"error": {**body, "fbtrace_id": "AbCdEfGhIjKlMnOpQrStUvWx", **more}})


PAIR_LIMIT = error(400, 131056, "Too many messages sent from this number to the same number")
THROUGHPUT = error(429, 130429, "Cloud API message throughput has been reached")
WINDOW_CLOSED = error(400, 131047, "More than 24 hours have passed since the recipient last replied")
UNDELIVERABLE = error(400, 131026, "Message undeliverable")
TOKEN_EXPIRED = error(401, 190, "Error validating access token")
SERVICE_DOWN = error(500, 131016, "Service unavailable")


def signature(raw: bytes, secret: str = APP_SECRET) -> str:
    """Returns the value of ``X-Hub-Signature-256`` for a body."""
    return f"sha256={hmac.new(secret.encode(), raw, 'sha256').hexdigest()}"


class WhatsAppStandIn(StandIn):
    """Takes messages as the Cloud API does, and refuses what it would refuse."""

    def __init__(self, phone_id: str = PHONE_ID, token: str = TOKEN) -> None:
        super().__init__()
        self.phone_id, self.token = phone_id, token
        self.webhooks: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.place: str | None = None
        """Where a medium is said to be, if not at this server."""
        self.hash: str | None = None

    @property
    def texts(self) -> list[str]:
        """The texts and the bodies of interactive messages that were sent, in order."""
        return [
            values["text"]["body"] if values["type"] == "text" else values["interactive"]["body"]["text"]
            for values in self.taken("messages")
        ]

    async def answer(self, request: Request) -> tuple[Call, Callable[[], Awaitable[Response]]]:
        version, _, rest = request.path_params["path"].partition("/")
        phone_id, _, name = rest.partition("/")
        values = json.loads(await request.body() or b"{}")
        if request.headers.get("authorization") != f"Bearer {self.token}":
            result = TOKEN_EXPIRED
        elif request.method == "GET" and version == "media":
            return Call("file", {"path": rest}), partial(_respond_bytes, self.files.get(rest))
        elif request.method == "GET" and rest in self.files:
            name, values = "medium", {"id": rest}
            result = Answer(200, self._medium(rest))
        elif request.method == "GET" and rest.isdecimal() and rest != self.phone_id:
            name = "medium"
            result = error(400, 100, "Unsupported get request", error_subcode=33)
        elif request.method == "GET" and rest == self.phone_id:
            name, values = "phone", dict(request.query_params)
            result = Answer(200, {"webhook_configuration": self.webhooks, "id": self.phone_id})
        elif not version.startswith("v") or phone_id != self.phone_id or name != "messages":
            result = error(400, 100, "Unsupported post request", error_subcode=33)
        elif values.get("status") == "read":
            name, result = "read", _read(values)
        else:
            result = self._messages(values)
        return Call(name, values), partial(_respond, result)

    def _medium(self, id_: str) -> dict[str, Any]:
        content = self.files[id_]
        url = f"{self.url}/media/{id_}" if self.place is None else self.place
        digest = self.hash or hashlib.sha256(content).hexdigest()
        return {"messaging_product": "whatsapp", "url": url, "mime_type": "audio/ogg", "sha256": digest,
                "file_size": len(content), "id": id_}  # fmt: skip

    def _messages(self, values: dict[str, Any]) -> Answer:
        wrong = _wrong(values)
        if wrong:
            return error(400, 131009, wrong)
        number = len(self.taken("messages"))
        if "to" in values:
            contact = {"input": values["to"], "wa_id": values["to"].lstrip("+")}
        else:
            contact = {"input": values["recipient"], "user_id": values["recipient"]}
        message_id = "wamid." + base64.b64encode(f"{contact['input']}-{number}".encode()).decode()
        body = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": message_id}]}
        return Answer(200, body)


async def _respond_bytes(content: bytes | None) -> Response:
    return Response(content, media_type="application/octet-stream") if content else Response(status_code=404)


async def _respond(result: Answer) -> Response:
    return JSONResponse(result.body, result.status)


def _read(values: dict[str, Any]) -> Answer:
    """A message is marked as read, perhaps with a typing indicator ("Typing indicators")."""
    good = str(values.get("message_id", "")).startswith("wamid.") and values.get("typing_indicator") in (
        None, {"type": "text"},
    )  # fmt: skip
    return Answer(200, {"success": True}) if good else error(400, 100, "Invalid parameter")


def _wrong(values: dict[str, Any]) -> str | None:
    """Returns what Meta would refuse in a message, or None."""
    address = values.get("to") or values.get("recipient")
    if values.get("messaging_product") != "whatsapp" or values.get("recipient_type") != "individual":
        return "messaging_product and recipient_type"
    if not address or ("to" in values) == address[:2].isalpha():
        return "a phone number goes in to, a business-scoped user id in recipient"
    if values["type"] == "text":
        return None if 1 <= len(values["text"]["body"]) <= 4096 else "text.body"
    if values["type"] == "template":
        named = values["template"]
        return None if named["name"] and named["language"]["code"] in ("ar", "fr") else "template"
    interactive = values["interactive"]
    if not 1 <= len(interactive["body"]["text"]) <= 1024:
        return "interactive.body.text"
    action = interactive["action"]
    if interactive["type"] == "button":
        replies = [button["reply"] for button in action["buttons"]]
        titles, most = [reply["title"] for reply in replies], 20
        if not 1 <= len(replies) <= 3:
            return "interactive.action.buttons"
    else:
        rows = [row for section in action["sections"] for row in section["rows"]]
        titles, most = [row["title"] for row in rows], 24
        too_long = any(len(row.get("description", "")) > 72 for row in rows)
        if too_long or not 1 <= len(rows) <= 10 or not 1 <= len(action["button"]) <= 20:
            return "interactive.action"
    if any(not 1 <= len(title) <= most for title in titles) or len(set(titles)) < len(titles):
        return "title"
    return None
