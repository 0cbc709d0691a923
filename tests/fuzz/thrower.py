"""Throws bodies and forms at the application, and sees to it that nothing breaks and strangers change nothing."""

import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, unquote, urlencode

from bot import metrics
from handoff.desk.app import PAGES
from handoff.port import Role
from tests.bot.street import PASSWORD, PLATFORM, SECRET, Street
from tests.fuzz.mutation import mutated, odd_value
from tests.standins.whatsapp import signature

PEOPLE = {"Salma": Role.COUNSELLOR, "Hind": Role.SUPERVISOR, "Amina": Role.ADMINISTRATOR, "Karim": Role.TRAINER}
FIELDS = (
    "name", "password", "code", "back", "old", "new", "again", "text", "key", "days", "reason", "to", "note", "due",
    "task", "id", "title", "text.fr", "text.ary", "disposition", "role", "languages", "active", "shown", "age", "city",
    "narrative", "categories", "platforms", "secret", "form_token", "case", "page", "number", "status", "priority",
)  # fmt: skip
OFFICE = "192.0.2.30"
"""Where the desk's people sit."""
_LEFT = ("/events", "/logout")
"""The stream, which never ends, and the end of a session, after which nothing more could be tried."""


@dataclass
class Thrower:
    """One run.

    Args:
        street: the application.
        seed: makes the same run again.
    """

    street: Street
    seed: int = 1
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    sessions: dict[str, str] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    @property
    def thrown(self) -> int:
        return sum(self.answers.values())

    async def settle(self) -> None:
        """People at the desk, logged in, and one open case."""
        for name, role in PEOPLE.items():
            await self.street.hire(name, role)
            async with self.street.caller(PLATFORM) as browser:
                page = await browser.get("/desk/login")
                token = re.search(r'name="form_token" value="([^"]+)"', page.text)
                assert token
                form = {"form_token": token[1], "name": name, "password": PASSWORD}
                assert (await browser.post("/desk/login", data=form)).status_code == 303
                cookies = "; ".join(f"{key}={value}" for key, value in browser.cookies.items())
                self.sessions[name] = f"{cookies}\n{token[1]}"
        for word in ("wa7d kayhddedni f whatsapp, 3ndi 14 3am", "bghit nmout"):
            body = {"update_id": self.random.getrandbits(30), "message": {
                "message_id": self.random.getrandbits(30), "date": int(time.time()), "text": word,
                "chat": {"id": 7100200300, "type": "private", "first_name": "Salma"},
                "from": {"id": 7100200300, "is_bot": False, "first_name": "Salma"},
            }}  # fmt: skip
            assert (await self.street.signed("/telegram/webhook", body)).status_code == 200
        entries = await self.street.app.cases.entries()
        self.references = [entry.reference for entry in entries]
        assert self.references

    async def body(self, *, signed: bool) -> None:
        """One mutated body, with its platform's signature or without."""
        path, raw = mutated(self.random)
        headers = {"content-type": "application/json", "content-length": str(len(raw))}
        if signed:
            headers |= {"x-telegram-bot-api-secret-token": SECRET, "x-hub-signature-256": signature(raw)}
        elif self.random.random() < 0.5:
            odd = str(odd_value(self.random))[:200]
            headers |= {"x-telegram-bot-api-secret-token": odd, "x-hub-signature-256": f"sha256={odd}"}
        status = await self.call("POST", path, raw, headers, PLATFORM if signed else self._stranger())
        allowed = (200, 400) if signed else (403, 413, 429)
        assert status in allowed, self.told(path, status, raw)

    async def form(self, who: str | None) -> None:
        """One page or form of the desk with odd values, by somebody or by a stranger."""
        page = self.random.choice(PAGES)
        if page.path in _LEFT and who:
            return
        reference = self.random.choice((*self.references, str(odd_value(self.random))[:50]))
        path = re.sub(r"\{[^}]+\}", lambda _: quote(reference, safe="", errors="replace"), f"/desk{page.path}")
        query = urlencode(self._odd_fields(), errors="replace") if self.random.random() < 0.5 else ""
        cookies, token = self.sessions[who].split("\n") if who else ("", "")
        raw = urlencode({"form_token": token, **self._odd_fields()}, errors="replace").encode()
        headers = {"content-type": "application/x-www-form-urlencoded", "cookie": cookies, "host": "helpline.example"}
        if self.random.random() < 0.1:
            headers["content-type"] = str(odd_value(self.random))[:80]
        if self.random.random() < 0.1:
            headers["cookie"] += "; " + str(odd_value(self.random))[:80]
        if self.random.random() < 0.3:
            headers["hx-request"] = "true"
        status = await self.call(
            page.method,
            path,
            raw if page.method == "POST" else b"",
            headers,
            OFFICE if who else self._stranger(),
            query,
        )
        assert status < 500, self.told(f"{page.method} {path}?{query} by {who}", status, raw)
        if who is None and page.roles is not None:
            assert status in (303, 400, 401, 403, 404, 405, 429), self.told(path, status, raw)

    def _stranger(self) -> str:
        return f"203.0.113.{self.random.randrange(256)}"

    def _odd_fields(self) -> dict[str, str]:
        names = self.random.sample(FIELDS, self.random.randrange(1, 6))
        return {name: str(odd_value(self.random)) for name in names if name != "form_token"}

    async def call(
        self, method: str, path: str, raw: bytes, headers: dict[str, str], address: str, query: str = ""
    ) -> int:
        """Calls the application as a server would, without a client's help. What it raises is raised here."""
        sent: list[Any] = []
        pieces = [raw[at : at + 65536] for at in range(0, len(raw), 65536)] or [b""]

        async def receive() -> dict[str, Any]:
            if not pieces:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

        async def send(message: Any) -> None:
            sent.append(message)

        line = [(name.encode(), value.encode("utf-8", "replace")) for name, value in headers.items()]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "https",
            "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": line, "client": (address, 40000), "server": ("helpline.example", 443),
        }  # fmt: skip
        await self.street.web(scope, receive, send)
        status: int = sent[0]["status"]
        for name, value in sent[0]["headers"]:
            assert b"\r" not in value and b"\n" not in value and b"\r" not in name, self.told(path, status, raw)
        self.answers[path.split("/")[1], status] += 1
        return status

    def told(self, path: str, status: int, raw: bytes) -> str:
        return f"seed {self.seed}, number {self.thrown}: {path} -> {status} for {raw[:2000]!r}"

    def report(self) -> str:
        """What was thrown, and what was answered, as one line."""
        parts = (f"{path} {status}: {count}" for (path, status), count in sorted(self.answers.items()))
        return f"{self.thrown} thrown; {', '.join(parts)}"


def failed_turns() -> float:
    """Turns that ended in a bug, as this process has counted them."""
    return sum(
        sample.value
        for family in metrics.FAILED_TURNS.collect()
        for sample in family.samples
        if sample.name.endswith("_total")
    )


def dumped(rows: dict[str, list[Any]], *without: str) -> str:
    """What is stored, to be compared."""
    return json.dumps({name: [str(tuple(row)) for row in found] for name, found in rows.items() if name not in without})
