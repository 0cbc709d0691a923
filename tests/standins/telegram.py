"""Telegram's Bot API, as far as a helpline meets it (core.telegram.org/bots/api)."""

import json
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.standins.server import Answer, Call, StandIn

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOT = {"id": 110201543, "is_bot": True, "first_name": "M3ak", "username": "m3ak_standin_bot"}


def error(status: int, description: str, **parameters: object) -> Answer:
    """Returns an error answer in Telegram's shape."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Answer(status, body | ({"parameters": parameters} if parameters else {}))


TOO_MANY = error(429, "Too Many Requests: retry after 7", retry_after=7)
BLOCKED = error(403, "Forbidden: bot was blocked by the user")
CHAT_GONE = error(400, "Bad Request: chat not found")
MOVED = error(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1001)
BROKEN = error(500, "Internal Server Error")
CONFLICT = error(409, "Conflict: terminated by other getUpdates request")


class TelegramStandIn(StandIn):
    """Answers the Bot API's methods. ``updates`` holds what ``getUpdates`` gives until it is acknowledged."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__()
        self.token = token
        self.updates: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] = {}
        self.info: dict[str, Any] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self._sent = 100

    @property
    def texts(self) -> list[str]:
        """The texts that were sent, in order."""
        return [values["text"] for values in self.taken("sendMessage")]

    async def answer(self, request: Request) -> tuple[Call, Callable[[], Awaitable[Response]]]:
        account, _, method = request.path_params["path"].partition("/")
        if account == "file":
            return Call("file", {"path": method}), partial(self._file, method)
        values: dict[str, Any] = {**request.query_params, **await request.form()}
        for key, value in values.items():
            if isinstance(value, str) and value[:1] in ("[", "{") and key != "text":
                values[key] = json.loads(value)
        known = account == f"bot{self.token}"
        return Call(method, values), partial(self._answer, known, method, values)

    async def _answer(self, known: bool, method: str, values: dict[str, Any]) -> Response:
        if not known:
            result = error(401, "Unauthorized")
        else:
            match method:
                case "sendMessage":
                    result = self._send_message(values)
                case "getUpdates":
                    result = _ok(await self._get_updates(values))
                case "setWebhook":
                    self.webhook = values
                    result = _ok(True)
                case "deleteWebhook":
                    self.webhook = {}
                    result = _ok(True)
                case "getFile":
                    result = self._get_file(values)
                case "getWebhookInfo":
                    result = _ok({"url": "", "has_custom_certificate": False, "pending_update_count": 0, **self.info})
                case "deleteMessages":
                    result = _ok(True)
                case "sendChatAction":
                    result = (
                        _ok(True)
                        if values.get("action") == "typing"
                        else error(400, "Bad Request: wrong parameter action")
                    )
                case "answerCallbackQuery":
                    result = _ok(True)
                case "getMe":
                    result = _ok(BOT)
                case _:
                    result = error(404, "Not Found")
        return JSONResponse(result.body, result.status)

    async def _file(self, place: str) -> Response:
        account, _, path = place.partition("/")
        found = next((content for name, content in self.files.values() if name == path), None)
        if account != f"bot{self.token}" or found is None:
            return JSONResponse(error(404, "Not Found").body, 404)
        return Response(found, media_type="application/octet-stream")

    def _get_file(self, values: dict[str, Any]) -> Answer:
        found = self.files.get(values.get("file_id", ""))
        if found is None:
            return error(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        path, content = found
        return _ok({"file_id": values["file_id"], "file_unique_id": "u", "file_size": len(content), "file_path": path})

    async def _get_updates(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        offset = int(values.get("offset", 0))
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        until = time.monotonic() + int(values.get("timeout", 0))
        while not self.updates and time.monotonic() < until:
            await anyio.sleep(0.05)
        return self.updates[:100]

    def _send_message(self, values: dict[str, Any]) -> Answer:
        text = values.get("text", "")
        if not text.strip():
            return error(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return error(400, "Bad Request: message is too long")
        rows = values.get("reply_markup", {}).get("inline_keyboard", [])
        if any(len(button["callback_data"].encode()) > 64 for row in rows for button in row):
            return error(400, "Bad Request: BUTTON_DATA_INVALID")
        self._sent += 1
        message = {
            "message_id": self._sent,
            "from": BOT,
            "chat": {"id": int(values["chat_id"]), "first_name": "Salma", "type": "private"},
            "date": int(time.time()),
            "text": text,
        }
        return _ok(message | ({"reply_markup": values["reply_markup"]} if rows else {}))


def _ok(result: object) -> Answer:
    return Answer(200, {"ok": True, "result": result})
