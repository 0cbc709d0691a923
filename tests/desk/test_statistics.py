"""The figures at the desk: each table says what the cases say, and no small count leaves the house."""

import csv
import io
import re
from collections import Counter
from datetime import datetime
from html import unescape
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from handoff.desk.chart import chart
from tests.desk.figures import invented
from tests.desk.house import House, Visitor

PERIOD = "from=2026-01-01&to=2026-12-31"


def tables(page: str) -> dict[str, dict[str, str]]:
    """The tables of the page: label and count by figure."""
    found = {}
    for name, body in re.findall(r'id="figure-(\w+)".*?<tbody>(.*?)</tbody>', page, re.DOTALL):
        rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', body)
        found[name] = {unescape(label): unescape(re.sub("<[^>]+>", "", count)) for label, count in rows}
    return found


async def test_each_table_says_what_the_tallies_say(house: House, visitor: Visitor) -> None:
    house.statistics.tallies = invented(200)
    await visitor.log_in("Salma")
    page = (await visitor.get(f"/desk/statistics?{PERIOD}")).text
    found = tables(page)
    counted = [(tally, answer) for tally, answer in house.statistics.tallies if tally.status != "withdrawn"]
    assert f"<dd>{len(counted)}</dd>" in page
    languages = Counter(tally.language for tally, _ in counted)
    assert found["language"] == {
        "Darija (lettres arabes)": str(languages["ary"]), "Darija (lettres latines)": str(languages["ary-Latn"]),
        "Arabe": str(languages["ar"]), "Français": str(languages["fr"]),
    }  # fmt: skip
    platforms = Counter(name for tally, _ in counted for name in tally.platforms.split())
    assert found["platform"]["Facebook"] == str(platforms["facebook"]) == found["meta_platform"]["Facebook"]
    hours = Counter(datetime.fromtimestamp(t.hour * 3600, ZoneInfo("Africa/Casablanca")).hour for t, _ in counted)
    assert found["hour"]["18:00"] == str(hours[18])
    threats = sum("threats" in t.categories or "blackmail" in t.categories for t, _ in counted)
    assert found["violence"]["Menaces"] == str(threats)
    assert sum(map(int, found["answer"].values())) == len(counted)
    assert set(found) >= {"anonymous", "accompanied", "meta_violence", "month", "danger", "disposition", "dropped"}
    assert page.count("<svg") == len(found)
    short = tables((await visitor.get("/desk/statistics?from=2026-11-01&to=2026-11-23&channel=whatsapp")).text)
    local = [(t, datetime.fromtimestamp(t.hour * 3600, ZoneInfo("Africa/Casablanca"))) for t, _ in counted]
    november = [at for t, at in local if t.channel == "whatsapp" and (at.year, at.month) == (2026, 11)]
    days = Counter(f"{at:%-d nov.}" for at in november)
    assert {day: int(number) for day, number in short["day"].items() if number != "0"} == days


async def test_who_reads_no_cases_sees_no_small_count(house: House, visitor: Visitor) -> None:
    house.statistics.tallies = invented(60)
    await visitor.log_in("Amina")
    page = (await visitor.get(f"/desk/statistics?{PERIOD}")).text
    shown = [count for table in tables(page).values() for count in table.values()]
    assert "< 5" in shown
    assert not {"1", "2", "3", "4"} & set(shown)
    assert "day" not in tables(page)


async def test_the_csv_hides_small_counts_and_leaves_a_trace(house: House, visitor: Visitor) -> None:
    house.statistics.tallies = invented(60)
    await visitor.log_in("Hind")
    answer = await visitor.get(f"/desk/statistics.csv?{PERIOD}")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["figure", "value", "count"]
    assert {"1", "2", "3", "4"}.isdisjoint(row[2] for row in rows)
    assert ["language", "fr"] in [row[:2] for row in rows]
    assert any(row[2] == "<5" for row in rows)
    assert [(act.who, act.what) for act in house.trail.noted] == [("Hind", "exported")]


@pytest.mark.parametrize("page", ["statistics", "statistics.csv"])
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-05-02&to=2026-05-01", "La période finit (1 mai 2026) avant de commencer (2 mai 2026)"),
        ("from=gestern", "gestern n'est pas un jour"),
        ("to=9999-12-31", "9999-12-31 n'est pas un jour"),
    ],
)
async def test_a_period_that_is_none(visitor: Visitor, page: str, query: str, sentence: str) -> None:
    await visitor.log_in("Hind")
    answer = await visitor.get(f"/desk/{page}?{query}")
    assert answer.status_code == 422
    assert sentence in unescape(re.sub("[\u2068\u2069]", "", answer.text))


async def test_a_desk_without_cases_has_empty_tables(visitor: Visitor) -> None:
    await visitor.log_in("Hind")
    answer = await visitor.get("/desk/statistics")
    assert answer.status_code == 200
    assert set(tables(answer.text)["hour"].values()) == {"0"}


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("upright", [False, True])
def test_a_chart_is_a_picture_alone(upright: bool, mirrored: bool) -> None:
    bars = [("<script>alert(1)</script>", 7), ("ب & c", 0), ("c", 3)]
    tree = ElementTree.fromstring(chart(bars, 'a "picture"', upright=upright, mirrored=mirrored))
    assert tree.get("aria-label") == 'a "picture"'
    tags = {element.tag for element in tree.iter()}
    assert tags <= {"svg", "g", "rect", "path", "text", "line"}
    assert not [element for element in tree.iter() if "style" in element.attrib or "onclick" in element.attrib]
    words = [element.text for element in tree.iter("text")]
    assert "<script>alert(1)</script>" in words
    size = "height" if upright else "width"
    drawn = [float(element.get(size, 0)) for element in tree.iter("rect") if "rect" in element.get("class", "")]
    assert sorted(drawn)[0] == 0
    assert max(drawn) / sorted(drawn)[1] == pytest.approx(7 / 3, rel=0.01)
