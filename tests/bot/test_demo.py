"""A training database, filled by real turns: every figure reckoned again from its cases, and nothing let out of it."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.demo import fill
from bot.settings import WrongSettings
from handoff.export import document
from handoff.period import period_of
from tests.bot.house import House
from tests.bot.serving import m3ak
from tests.conftest import settings_in

_ZONE = ZoneInfo("Africa/Casablanca")
_BANDS = ((900, "15m"), (3600, "1h"), (4 * 3600, "4h"), (86400, "1d"), (3 * 86400, "3d"))
_META = ("facebook", "messenger", "instagram", "whatsapp")
_SIX = {
    "mockery": "mockery", "insults": "insults", "threats": "threats", "blackmail": "threats",
    "intimate_image": "intimate_image", "hacking_impersonation": "hacking_impersonation",
}  # fmt: skip
_FOUR = {
    "hacking_impersonation": "hacking",
    "hate_speech": "hate_speech",
    "threats": "violence",
    "violence": "violence",
}


def _band(start: str, end: str) -> str:
    seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    return next((name for most, name in _BANDS if seconds <= most), "more")


def _values(case: dict[str, Any]) -> dict[str, set[str]]:
    """Under which values a case counts, read from its document as a person would."""
    at = datetime.fromisoformat(case["opened_at"]).astimezone(_ZONE)
    call = case["handoff"] or {}
    taken = [line["at"] for line in case["timeline"] if line["what"] == "taken"]
    written = [line["at"] for line in case["transcript"] if line["from"] == "counsellor"]
    meta = set(case["platforms"]) & set(_META)
    contents = {c if c in ("photo", "comment", "account", "video") else "other" for c in case["content_types"]}
    return {
        "language": {case["language"]},
        "violence": {_SIX.get(c, "other") for c in case["categories"]} or {"none"},
        "platform": set(case["platforms"]) or {"none"},
        "anonymous": {"yes" if case["anonymous"] else "no"},
        "accompanied": {{True: "yes", False: "no", None: "none"}[case["accompaniment"]["wanted"]]},
        "meta_platform": meta,
        "meta_content": (contents or {"none"}) if meta else set(),
        "meta_violence": ({_FOUR.get(c, "other") for c in case["categories"]} or {"none"}) if meta else set(),
        "day": {f"{at:%Y-%m-%d}"},
        "month": {f"{at:%Y-%m}"},
        "weekday": {["mon", "tue", "wed", "thu", "fri", "sat", "sun"][at.weekday()]},
        "hour": {f"{at:%H}"},
        "channel": {case["channel"]},
        "age": {case["age_band"] or "none"},
        "danger": {case["danger"]["kind"] if case["danger"] else "none"},
        "reason": {call.get("reason", "none")},
        "wait": {_band(call["requested_at"], taken[0]) if taken else "none"},
        "answer": {_band(call["requested_at"], written[0]) if written else "none"},
        "status": {case["status"]},
        "disposition": {case["disposition"] or "unsaid"} if case["status"] == "closed" else {"none"},
        "feedback": {str(case["feedback"] or "none")},
    }


async def test_every_figure_is_what_the_cases_say(tmp_path: Path, database_url: str) -> None:
    settings = settings_in(tmp_path, storage={"url": database_url})
    _, cases = await fill(settings, database_url, 6, 3)
    app = App(settings)
    await app.open(upgrade=False)
    found = [await app.cases.case(entry.reference) for entry in await app.cases.entries(open_only=False)]
    today = app.clock.now().astimezone(_ZONE).date()
    period = period_of((today - timedelta(days=200)).isoformat(), "", today)
    shown = document(await app.statistics.counts(period), period, exact=True)
    await app.database.close()
    documents = [case.document() for case in found if case]
    assert len(documents) == cases
    gone = [case for case in documents if case["status"] in ("withdrawn", "sealed")]
    kept = [case for case in documents if case not in gone and case["basis"] != "chat_only"]
    assert shown["cases"] == len(kept) > 3
    assert shown["withdrawn"] == len(gone)
    expected: dict[str, Counter[str]] = {name: Counter() for name in shown["figures"]}
    for case in kept:
        for figure, values in _values(case).items():
            expected[figure].update(values)
    for figure, table in shown["figures"].items():
        if figure not in ("meta", "dropped", "report", "outcome"):
            assert {value: number for value, number in table.items() if number} == dict(expected[figure]), figure
    assert shown["figures"]["language"]


async def test_a_database_that_is_in_use_is_left_alone(home: House, tmp_path: Path) -> None:
    await home.opened()
    url = f"sqlite:///{tmp_path / 'm3ak.db'}"
    with pytest.raises(WrongSettings, match="holds real cases"):
        await fill(home.app.settings, url, 1, 1)
    assert not home.app.demo


def test_a_training_database_says_so_and_lets_nothing_out(tmp_path: Path) -> None:
    made = m3ak(tmp_path, "demo", "--out", str(tmp_path / "m3ak.db"), "--children", "1")
    assert made.returncode == 0, made.stderr
    assert "m3ak run" in made.stdout
    again = m3ak(tmp_path, "demo", "--out", str(tmp_path / "m3ak.db"))
    assert (again.returncode, again.stdout) == (1, "")
    assert "filled already" in again.stderr
    refused = m3ak(tmp_path, "run", "--port", "0", CHANNELS__TELEGRAM__TOKEN="1:a")
    assert refused.returncode == 1
    assert "training database" in refused.stderr
    assert "telegram" in refused.stderr
    wrong = m3ak(tmp_path, "stats", "--from", "2026-05-02", "--to", "2026-05-01")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("Error: The period ends (2026-05-01) before it begins (2026-05-02)")
