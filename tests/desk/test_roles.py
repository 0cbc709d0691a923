"""Role by action: every page of the desk, asked by everybody. ``docs/ROLES.md`` is this table, and checked against it.

After a change: ``python -m tests.desk.test_roles`` writes the page anew.
"""

from pathlib import Path

import httpx
import pytest

from handoff.desk.app import PAGES
from handoff.port import Act
from tests.desk.house import URGENT, House, Visitor

DOCUMENT = Path(__file__).parents[2] / "docs" / "ROLES.md"
WHO = (None, "Salma", "Hind", "Karim", "Amina")
ROLES = ("without a login", "counsellor", "supervisor", "trainer", "administrator")

OPEN = {
    "GET /login": 200, "POST /login": 401, "POST /logout": 303, "POST /language": 303,
    "GET /invite/{token}": 410, "POST /invite/{token}": 410,
}  # fmt: skip
"""For everybody, with the answer that each gets to an empty form."""
OWN = {
    "GET /password": 200, "POST /password": 422, "GET /second": 200, "POST /second/on": 422, "POST /second/off": 422,
    "GET /{rest:path}": 404,
}  # fmt: skip
"""For whoever is logged in."""
CASES = {
    "GET /queue": 200, "GET /overdue": 200, "GET /new": 200, "POST /new": 422, "GET /bell": 200, "GET /events": 200,
    "GET /cases/{reference}": 200, "GET /cases/{reference}/live": 200,
    "GET /cases/{reference}/correct": 200, "GET /cases/{reference}/transcript": 200,
    "GET /cases/{reference}/case.json": 200, "GET /cases/{reference}/report": 200,
    "GET /cases/{reference}/report/meta": 200, "GET /cases/{reference}/report/meta.json": 200,
    "GET /cases/{reference}/report/meta.csv": 200, "GET /cases/{reference}/report/iwf": 200,
    "GET /cases/{reference}/report/platform": 409, "GET /cases/{reference}/report/police": 200,
    "GET /cases/{reference}/report/police/sheet": 200,
    "POST /cases/{reference}/report/sent": 422, "POST /cases/{reference}/report/outcome": 422,
    "POST /cases/{reference}/report/ask": 422, "POST /cases/{reference}/report/agree": 422,
    "POST /cases/{reference}/note": 422, "POST /cases/{reference}/task": 422,
    "POST /cases/{reference}/task-done": 303, "POST /cases/{reference}/correct": 422,
    "GET /cases/{reference}/media/{key}": 404, "GET /cases/{reference}/media/{key}/shown": 404,
    "GET /cases/{reference}/media/{key}/original": 404, "POST /cases/{reference}/media/{key}/fetch": 404,
    "POST /cases/{reference}/take": 303, "POST /cases/{reference}/reply": 422,
    "POST /cases/{reference}/invite": 409, "POST /cases/{reference}/typing": 204,
    "POST /cases/{reference}/release": 409, "POST /cases/{reference}/resume": 409,
    "POST /cases/{reference}/hand": 409, "POST /cases/{reference}/offer": 409,
    "POST /cases/{reference}/accept": 409, "POST /cases/{reference}/decline": 409,
    "POST /cases/{reference}/close": 409, "POST /cases/{reference}/move": 422, "POST /cases/{reference}/due": 303,
    "POST /cases/{reference}/withdraw": 409,
}  # fmt: skip
"""For counsellors and supervisors: a case that nobody holds."""
SUPERVISORS = {
    "GET /trail": 200, "GET /phrases": 200, "POST /phrases": 422, "POST /phrases/delete": 303,
    "GET /blocks": 200, "POST /blocks/lift": 303, "POST /cases/{reference}/block": 422,
    "POST /cases/{reference}/hold": 422, "POST /cases/{reference}/let-go": 303,
}  # fmt: skip
COUNTERS = {"GET /statistics": 200}
"""For all but trainers."""
EXPORTERS = {"GET /statistics.csv": 200}
TRAINERS = {
    "GET /texts": 200, "GET /texts/{key}": 200, "POST /texts/{key}": 303, "POST /texts/{key}/sign": 409,
    "GET /lessons": 200, "GET /lessons/label": 200, "POST /lessons/label": 422, "GET /lessons/trial/{id}": 404,
    "GET /lessons/report": 200,
}  # fmt: skip
ADMINISTRATORS = {
    "GET /people": 200, "POST /people/invite": 422, "POST /people/renew": 404, "POST /people/change": 404,
}  # fmt: skip


def table() -> dict[str, tuple[int, ...]]:
    """The answer to each of ``WHO``, by what is asked."""
    rows: dict[str, tuple[int, ...]] = {"GET /": (303, 200, 200, 200, 303)}
    for pages, who in (
        (OPEN, (0, 1, 2, 3, 4)), (OWN, (1, 2, 3, 4)), (CASES, (1, 2)), (SUPERVISORS, (2,)), (ADMINISTRATORS, (4,)),
        (COUNTERS, (1, 2, 4)), (EXPORTERS, (2, 4)), (TRAINERS, (3,)),
    ):  # fmt: skip
        for what, status in pages.items():
            outside = 401 if what.startswith("POST") else 303
            rows[what] = tuple(status if n in who else outside if n == 0 else 403 for n in range(len(WHO)))
    return rows


TABLE = table()
ENDLESS = "GET /events"
"""Never ends, so it is read in ``test_stream.py``; here only who is turned away."""


def document() -> str:
    """The table as a page for people."""
    marks = {401: "login", 403: "no"}
    lines = [
        "# Who may do what at the desk", "",
        "Every page and action, tried by everybody in `tests/desk/test_roles.py`, which also writes this page.",
        "*login* asks for one first; what a role may reach is still refused where the case does not allow it.", "",
        f"| | {' | '.join(ROLES)} |", f"|---|{'---|' * len(ROLES)}",
    ]  # fmt: skip
    for what, statuses in TABLE.items():
        outside = "yes" if what in OPEN else "login"
        cells = [outside, *(marks.get(status, "yes") for status in statuses[1:])]
        if what == "GET /":
            cells = ["login", "the queue", "the queue", "the simulator", "the people"]
        elif what in OPEN:
            cells = ["yes"] * len(ROLES)
        lines.append(f"| `{what}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


async def ask(visitor: Visitor, what: str) -> httpx.Response:
    """Asks with an empty form."""
    what = what.replace("{reference}", URGENT).replace("{rest:path}", "nowhere")
    method, path = what.format(token="t", key="age.ask", id="none").split()
    if method == "POST":
        return await visitor.fill(path)
    return await visitor.get(f"/desk{path}")


CELLS = [
    (who, what, status)
    for what, statuses in TABLE.items()
    for who, status in zip(WHO, statuses, strict=True)
    if what != ENDLESS or status != 200
]


@pytest.mark.parametrize(("who", "what", "status"), CELLS)
async def test_role_by_action(house: House, visitor: Visitor, who: str | None, what: str, status: int) -> None:
    if who:
        await visitor.log_in(who)
    answer = await ask(visitor, what)
    assert answer.status_code == status
    if status == 403:
        assert "votre rôle est" in answer.text
    if status == 403 or who in (None, "Karim", "Amina"):
        assert "كيهددني" not in answer.text
    if who is None and status == 303 and what not in OPEN:
        assert answer.headers["location"] == "/desk/login"
    entry = await house.cases.entry(URGENT)
    assert entry is not None
    assert (entry.owner == "counsellor") is (status == 303 and what.endswith("/take") and who is not None)
    looked = {"GET": status == 200 and "/cases/" in what, "POST": what.endswith("/task-done") and status == 303}
    acts = [(act.who, act.reference) for act in house.trail.noted if act.what != "exported"]
    assert acts == [(who, URGENT)] * looked[what.split()[0]]


def test_no_page_is_left_out_of_the_table() -> None:
    assert {f"{page.method} {page.path}" for page in PAGES} == set(TABLE)


def test_the_document_says_the_same() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document()


async def test_a_look_is_traced_once_an_hour_while_the_page_is_open(house: House, visitor: Visitor) -> None:
    await visitor.log_in("Salma")
    for path in ("", "/live", "/live", ""):
        await visitor.get(f"/desk/cases/{URGENT}{path}")
    assert house.trail.noted == [Act(house.now, "Salma", "read", URGENT)] * 2
    house.trail.noted.clear()
    async with Visitor(house) as other:
        await other.log_in("Yassine")
        await other.get(f"/desk/cases/{URGENT}/live")
    assert [act.who for act in house.trail.noted] == ["Yassine"], "also without the page around it"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
