"""What OWASP's lists would try, on every input: it is kept as it came, shown as text, and does nothing."""

import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from handoff.desk.app import PAGES
from tests.bot.street import PLATFORM, Street, street_in
from tests.channels.payload import payload
from tests.fuzz.mutation import injections
from tests.fuzz.thrower import FIELDS, PEOPLE, Thrower

EVERY = [text for texts in injections().values() for text in texts]
_TURNS = 2
"""How often a form is sent: each time with others in its fields, so that all are tried on every form."""
ALIVE = ("<script>alert", "<img src=x", "<svg/onload", "<div hx-get=/", '<a href="javascript', "onerror=alert('7x7')>")
"""Markup that would come back to life."""


@pytest.fixture
async def thrower(tmp_path: Path) -> AsyncIterator[Thrower]:
    async with street_in(tmp_path) as street:
        made = Thrower(street)
        await made.settle()
        yield made


async def ask(
    thrower: Thrower,
    who: str | None,
    path: str,
    form: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, str]:
    """A page or a form of the desk, as somebody logged in asks for it; the status and the page."""
    cookies, token = thrower.sessions[who].split("\n") if who else ("", "")
    async with thrower.street.caller(PLATFORM, cookie=cookies) as browser:
        for name, value in (headers or {}).items():
            browser.headers[name] = value
        if form is None:
            answer = await browser.get(path)
        else:
            data = urlencode({"form_token": token, **form}, errors="replace")
            answer = await browser.post(
                path, content=data, headers={"content-type": "application/x-www-form-urlencoded"}
            )
    assert answer.status_code < 500, path
    assert not set(answer.headers) & {"x-injected"} and "7x7" not in str(answer.headers.get_list("set-cookie")), path
    assert "evil.example" not in answer.headers.get("location", ""), path
    assert "root:" not in answer.text and "helpline:\n" not in answer.text, path
    return answer.status_code, answer.text


def harmless(page: str, what: str) -> None:
    """Nothing of it is alive, and nothing was reckoned."""
    assert not any(word in page for word in ALIVE), what
    assert "&lt;class" not in page and "<class" not in page and "&lt;Config" not in page, what
    for reckoned in ("{{ 7*7 }}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "*{7*7}"):
        if reckoned in what:
            assert not re.search(r">\s*49\s*<", page), what


async def told(street: Street, text: str, number: int) -> None:
    """Both platforms bring a text in every place that has one."""
    message = payload("telegram", "text")["message"]
    person = {"id": 9000 + number, "is_bot": False, "first_name": text, "last_name": text, "username": text}
    body = {"update_id": number, "message": {**message, "message_id": number, "text": text, "from": person,
            "chat": {"id": 9000 + number, "type": "private", "first_name": text}}}  # fmt: skip
    assert (await street.signed("/telegram/webhook", body)).status_code == 200, text
    photo = payload("telegram", "document")
    photo["message"] |= {"message_id": number + 5000, "caption": text}
    photo["message"]["document"] |= {"file_name": text, "mime_type": text, "file_id": text}
    assert (await street.signed("/telegram/webhook", photo)).status_code == 200, text
    press = payload("telegram", "press")
    press["callback_query"] |= {"data": text, "id": str(number)}
    assert (await street.signed("/telegram/webhook", press)).status_code == 200, text
    for name, place in (("text", ("text", "body")), ("image", ("image", "caption")), ("button_reply", None)):
        meta = payload("whatsapp", name)
        value = meta["entry"][0]["changes"][0]["value"]
        first = value["messages"][0]
        first["id"] = f"wamid.{name}{number}"
        for contact in value.get("contacts", []):
            contact["profile"] = {"name": text}
        if place:
            first[place[0]][place[1]] = text
        else:
            first["interactive"]["button_reply"] |= {"id": text, "title": text}
        assert (await street.signed("/whatsapp/webhook", meta)).status_code == 200, text


async def test_what_children_send_is_kept_and_shown_as_text(
    thrower: Thrower, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for number, text in enumerate(EVERY, 1):
        await told(thrower.street, text, number)
    rows = await thrower.street.rows()
    assert len(rows["conversation"]) >= len(EVERY) and len(rows["user_"]) == len(PEOPLE)
    logged = caplog.text + "".join(capsys.readouterr())
    assert "7x7" not in logged and "forged" not in logged and "DROP TABLE" not in logged


async def test_a_case_that_is_full_of_it_is_shown_as_text(thrower: Thrower) -> None:
    street = thrower.street
    body = payload("telegram", "text")
    for number, text in enumerate(("bghit nmout", *EVERY), 20_000):
        body["message"] |= {"message_id": number, "text": text}
        body["update_id"] = number
        assert (await street.signed("/telegram/webhook", body)).status_code == 200
    entries = await street.app.cases.entries()
    texts: list[str] = []
    for entry in entries:
        case = await street.app.cases.case(entry.reference)
        assert case
        texts += [line.text for line in case.transcript if line.from_ == "child"]
        for page in ("", "/live", "/correct", "/transcript"):
            for extra in (None, {"HX-Request": "true"}):
                status, html = await ask(thrower, "Salma", f"/desk/cases/{entry.reference}{page}", headers=extra)
                assert status == 200 or page == "/transcript"
                harmless(html, page)
    kept = [text for text in EVERY if text.replace("\0", "") in texts]
    assert len(kept) > len(EVERY) * 0.8, "kept as it came"


async def test_forms_take_it_as_text(thrower: Thrower) -> None:
    case = thrower.references[0]
    for who, role in PEOPLE.items():
        posts = [page for page in PAGES if page.method == "POST" and page.path not in ("/logout", "/password")]
        for page in posts:
            if page.roles is not None and role not in page.roles:
                continue
            path = "/desk" + re.sub(r"\{\w+\}", "t", page.path.replace("{reference}", case))
            for turn in range(_TURNS):
                names = [name for name in FIELDS if name != "form_token"]
                start = turn * len(EVERY) // _TURNS + len(path)
                form = {name: EVERY[(start + at) % len(EVERY)] for at, name in enumerate(names)}
                if page.path.endswith(("/note", "/task", "/reply")):
                    form["key"] = "a-key-of-sixteen-letters"
                _, html = await ask(thrower, who, path, form)
                harmless(html, path)
    for who, pages in {"Salma": (f"cases/{case}", ""), "Hind": ("phrases", "trail", "blocks", f"cases/{case}"),
                       "Amina": ("people",)}.items():  # fmt: skip
        for path in pages:
            status, html = await ask(thrower, who, f"/desk/{path}")
            assert status == 200
            harmless(html, path)
    assert len((await thrower.street.rows())["case_"]) >= 1


async def test_paths_and_queries_lead_nowhere(thrower: Thrower) -> None:
    case = thrower.references[0]
    for text in EVERY:
        inside = quote(text, safe="", errors="replace")
        for path in (f"/desk/cases/{inside}", f"/desk/static/{inside}", f"/desk/invite/{inside}", f"/desk/{inside}",
                     f"/simulator/static/{inside}", f"/{inside}"):  # fmt: skip
            status, html = await ask(thrower, "Hind", path)
            assert status in (200, 303, 307, 403, 404, 410), path
            harmless(html, f"{path} {text}")
        query = urlencode(dict.fromkeys(("page", "case", "lines", "lines_mark", "box", "all", "save", "next"), text))
        for path in ("", "trail", "queue", f"cases/{case}/live", f"cases/{case}/transcript"):
            status, html = await ask(thrower, "Hind", f"/desk/{path}?{query}")
            assert status == 200 or path.endswith("/transcript"), path
            harmless(html, f"{path} {text}")
        verify = {"hub.mode": "subscribe", "hub.verify_token": text, "hub.challenge": text}
        assert (await ask(thrower, None, f"/whatsapp/webhook?{urlencode(verify)}"))[0] == 403


async def test_cookies_and_headers_are_not_believed(thrower: Thrower) -> None:
    for text in EVERY:
        # What a server would refuse to take as a header at all.
        line = re.sub(r"[^\x20-\x7e]", "", text)
        for name in ("session", "form", "language"):
            status, html = await ask(thrower, None, "/desk/login", headers={"cookie": f"__Host-m3ak_{name}={line}"})
            assert status == 200
            harmless(html, text)
        for name in ("host", "x-forwarded-for", "x-forwarded-host", "accept-language", "user-agent", "referer",
                     "hx-request", "hx-current-url", "x-form-token"):  # fmt: skip
            _, html = await ask(thrower, "Amina", "/desk/people", headers={name: line})
            harmless(html, f"{name} {text}")


def test_the_list_has_every_kind() -> None:
    assert set(injections()) >= {"sql", "template", "markup", "header", "path", "log"}
    assert len(EVERY) > 50 and len(set(EVERY)) == len(EVERY)
