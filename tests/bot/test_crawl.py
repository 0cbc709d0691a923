"""Every route of the web application, asked by a stranger: nothing but the login and the health answers.

The routes come from the application itself, so that a new one cannot be forgotten.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from starlette.routing import BaseRoute, Mount, Route

from tests.bot.street import Street, street_in
from tests.channels.payload import payload

METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS")
OPEN = {
    "/": 303, "/healthz": 200, "/desk/login": 200, "/desk/static/{name}": 200, "/desk/invite/{token}": 410,
}  # fmt: skip
"""What a stranger may read: the way to the login, the login with its style sheet and scripts, the health, and a link
by which somebody chooses the first password, here one that nobody made."""
SIMULATOR = "/simulator/"
"""The one exception, on loopback alone."""
SHUT = (303, 401, 403, 404, 405)
WORDS = "wa7d kayhddedni f whatsapp"


def paths(routes: Sequence[BaseRoute], before: str = "") -> Iterator[str]:
    """The path of every route, those inside mounts too."""
    for route in routes:
        if isinstance(route, Mount):
            yield from paths(route.routes, before + route.path)
        else:
            assert isinstance(route, Route), f"the crawl knows no {type(route).__name__}"
            yield before + route.path


def filled(path: str, reference: str) -> str:
    """A path with a value in each of its places."""
    values = {"name": "desk.css", "reference": reference, "token": "t", "rest:path": "nowhere", "key": "0" * 32}
    return re.sub(r"\{([^}]+)\}", lambda found: values.get(found[1], "x"), path)


async def _case(street: Street) -> str:
    """A case that there is something to read of."""
    body = payload("telegram", "text")
    body["message"]["text"] = f"{WORDS}, bghit nmout"
    assert (await street.signed("/telegram/webhook", body)).status_code == 200
    (entry,) = await street.app.cases.entries()
    return entry.reference


async def test_a_stranger_reads_nothing_but_the_login_and_the_health(tmp_path: Path) -> None:
    async with street_in(tmp_path) as street:
        reference = await _case(street)
        found = set(paths(street.web.routes))
        assert len(found) > 40 and set(OPEN) < found
        before = await street.rows()
        for number, path in enumerate(sorted(found)):
            for method in METHODS:
                # Each from elsewhere: who asks too often is refused for that alone.
                async with street.caller(f"11.22.33.{number}") as stranger:
                    answer = await stranger.request(method, filled(path, reference))
                what = f"{method} {path} -> {answer.status_code}"
                if method in ("GET", "HEAD") and path in OPEN:
                    assert answer.status_code == OPEN[path], what
                else:
                    assert answer.status_code in SHUT, what
                    assert answer.headers.get("location", "/desk/login") == "/desk/login", what
                assert WORDS not in answer.text, what
                assert "traceback" not in answer.text.lower(), what
        assert await street.rows() == before


async def test_on_loopback_the_simulator_is_open_and_nothing_else(tmp_path: Path) -> None:
    async with street_in(tmp_path, loopback=True, secure=False) as street:
        reference = await _case(street)
        opened = set()
        for path in sorted(set(paths(street.web.routes))):
            async with street.caller("127.0.0.1") as stranger:
                stranger.base_url = "http://127.0.0.1:8000"
                if path == f"{SIMULATOR}events":
                    continue
                answer = await stranger.get(filled(path, reference).replace("desk.css", "phone.css", 1)
                                            if path.startswith(SIMULATOR) else filled(path, reference))  # fmt: skip
            if answer.status_code == 200:
                opened.add(path)
        others = {path for path in opened if not path.startswith(SIMULATOR)}
        assert others == {"/healthz", "/metrics", "/desk/login", "/desk/static/{name}"}
        assert {SIMULATOR, f"{SIMULATOR}static/{{name}}"} <= opened


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Forwarded-Host"])
async def test_the_simulator_is_shut_where_a_proxy_stands_in_front(tmp_path: Path, header: str) -> None:
    async with (
        street_in(tmp_path, loopback=True, secure=False) as street,
        street.caller("127.0.0.1", **{header: "helpline.example"}) as stranger,
    ):
        stranger.base_url = "http://127.0.0.1:8000"
        for path in ("", "static/phone.js", "events"):
            assert (await stranger.get(SIMULATOR + path)).status_code in (303, 403)
