"""What stands on the door: form token, headers, sizes. Who may pass is in ``test_roles.py``."""

from datetime import timedelta

import pytest

from handoff.desk.app import PAGES
from handoff.desk.door import Page
from tests.desk.house import NORMAL, House, Visitor

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("page", [page for page in PAGES if page.method == "POST"], ids=lambda page: page.path)
@pytest.mark.parametrize("token", [None, "", "x" * 43, "é"])
async def test_a_form_without_its_token_changes_nothing(
    house: House, visitor: Visitor, page: Page, token: str | None
) -> None:
    await visitor.log_in("Yassine")
    sessions = dict(house.users.sessions)
    path = f"/desk{page.path.format(reference=NORMAL, token='t', key='k')}"
    data = {"text": "gardez ceci", "key": "k", "name": "Salma", "password": "x"}
    data |= {} if token is None else {"form_token": token}
    answer = await visitor.post(path, data=data)
    assert answer.status_code == 403
    assert "Rechargez la page" in answer.text
    assert "gardez ceci" in answer.text
    assert not house.relay.said
    assert house.users.sessions == sessions
    entry = await house.cases.entry(NORMAL)
    assert entry is not None
    assert entry.taken_by == "Yassine"


async def test_the_token_may_come_in_the_header(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    headers = {"X-Form-Token": await visitor.form_token()}
    path = f"/desk/cases/{NORMAL}/reply"
    await visitor.post(path, data={"text": "bonjour", "key": "k"}, headers=headers)
    assert house.relay.said == [(NORMAL, "Yassine", "bonjour")]


@pytest.mark.parametrize("path", ["/desk/", "/desk/login", "/desk/static/desk.css", "/desk/nowhere"])
async def test_headers_on_every_answer(visitor: Visitor, path: str) -> None:
    headers = (await visitor.get(path)).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert ("no-store" in headers["cache-control"]) is ("static" not in path)


@pytest.mark.parametrize("name", ["desk.css", "desk.js", "htmx.js", "sse.js", "icon.svg"])
async def test_static_files_are_served_from_here(visitor: Visitor, name: str) -> None:
    answer = await visitor.get(f"/desk/static/{name}")
    assert answer.status_code == 200
    assert len(answer.content) > 100
    assert f"/desk/static/{name}?v=" in (await visitor.get("/desk/login")).text


@pytest.mark.parametrize("name", ["app.py", "..%2Fapp.py", "desk.css%00"])
async def test_no_other_file_is_served(visitor: Visitor, name: str) -> None:
    assert (await visitor.get(f"/desk/static/{name}")).status_code in (303, 404)


async def test_an_expired_session_keeps_the_text(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    house.now += timedelta(hours=13)
    page = await visitor.fill(f"/cases/{NORMAL}/reply", text="ma réponse", key="k")
    assert page.status_code == 401
    assert "ma réponse" in page.text
    assert "Votre session est terminée" in page.text
    piece = await visitor.fill(f"/cases/{NORMAL}/reply", script=True, text="ma réponse", key="k")
    assert piece.status_code == 401
    assert piece.text.lstrip().startswith('<div id="notice"')
    assert not house.relay.said


async def test_a_form_that_is_too_big_is_refused(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Yassine")
    answer = await visitor.fill(f"/cases/{NORMAL}/reply", text="x" * 1_100_000, key="k")
    assert answer.status_code == 413
    assert not house.relay.said


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b'{"text": "x"}', b"--x\r\n", b"a=1&" * 100])
@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
    ],
)
async def test_what_is_not_a_form_is_refused(visitor: Visitor, content: bytes, kind: str) -> None:
    await visitor.log_in("Yassine")
    answer = await visitor.post(f"/desk/cases/{NORMAL}/reply", content=content, headers={"Content-Type": kind})
    assert answer.status_code in (400, 403)
