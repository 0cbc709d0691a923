"""What a trainer teaches: tried in a process of its own, and written."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.lessons import FiledLessons
from bot.settings import Settings
from handoff.lesson import Draft, Trial
from nlu.examples import files, read
from nlu.interpretation import Intent
from store.database import Database
from store.samples import StoredSamples
from store.vault import open_vault
from tests.conftest import ROOT, settings_in

DRAFT = Draft("wa7d kayhddedni f [insta](platform) had liyamat", "report_incident", "ary-Latn")
_LONG = 900.0
"""Seconds that a trial may take where everything else takes its time too."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two sentences of each intent: training on all takes a minute."""
    data = tmp_path / "data"
    data.mkdir()
    every = read(ROOT / "nlu" / "data")
    for language, file in files(ROOT / "nlu" / "data").items():
        blocks = []
        for intent in Intent:
            own = [example for example in every if example.language is language and example.intent is intent][:2]
            blocks.append(f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {e.text}\n" for e in own))
        (data / file.name).write_text('version: "3.1"\nnlu:\n' + "".join(blocks), "utf-8")
    return data


@pytest.fixture
def settings(tmp_path: Path, data: Path) -> Settings:
    held_out = tmp_path / "held-out"
    held_out.mkdir()
    one = "{text: wa7d kayhddedni f insta, intent: report_incident, language: ary-Latn, entities: []}"
    (held_out / "ary-Latn.yml").write_text(f"messages:\n  - {one}\n", "utf-8")
    return settings_in(tmp_path, nlu={"data": data, "held_out": held_out, "model": tmp_path / "none.npz"})


@pytest.fixture
async def lessons(settings: Settings) -> AsyncIterator[FiledLessons]:
    database = Database(settings.storage.url)
    vault = open_vault(None, settings.privacy.key_file)
    samples = StoredSamples(database, vault, Clock().now, settings.privacy.sample_days)
    lessons = FiledLessons(samples, settings.nlu, Path("none.html"))
    yield lessons
    await lessons.close()
    await database.close()


async def tried(lessons: FiledLessons) -> Trial:
    id_ = await lessons.try_(DRAFT)
    async with asyncio.timeout(_LONG):
        while True:
            trial = await lessons.trial(id_)
            assert trial
            if trial.step in ("done", "failed"):
                return trial
            await asyncio.sleep(0.1)


async def test_a_trial_measures_before_and_after_and_changes_nothing(lessons: FiledLessons, data: Path) -> None:
    before = {file: file.read_text("utf-8") for file in data.iterdir()}
    trial = await tried(lessons)
    assert trial.step == "done", trial.why
    assert set(trial.before) == set(trial.after) >= {"intent", "danger", "alarm", "language", "language.ary-Latn"}
    assert {file: file.read_text("utf-8") for file in data.iterdir()} == before


async def test_a_trial_that_cannot_be_made_says_why(lessons: FiledLessons, settings: Settings) -> None:
    shutil.rmtree(settings.nlu.held_out)
    trial = await tried(lessons)
    assert trial.step == "failed"
    assert "held-out" in trial.why


async def test_a_draft_is_written_once(lessons: FiledLessons, data: Path) -> None:
    assert lessons.writable
    assert await lessons.learn(DRAFT) is None
    assert f"    - {DRAFT.line}\n" in (data / "ary-Latn.yml").read_text("utf-8")
    assert await lessons.learn(DRAFT) == "known"
    assert lessons.report() is None


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (Draft("", "greet", "fr"), "empty"),
        (Draft("salut toi", "greetings", "fr"), "kind"),
        (Draft("salut toi", "greet", "nl"), "kind"),
        (Draft("salut [toi(name)", "greet", "fr"), "marks"),
    ],
)
async def test_what_is_wrong_with_a_draft_is_said(lessons: FiledLessons, draft: Draft, why: str) -> None:
    assert await lessons.learn(draft) == why


async def test_files_that_cannot_be_read_are_told_as_such(lessons: FiledLessons, data: Path) -> None:
    (data / "fr.yml").write_text("nlu: [", "utf-8")
    assert lessons.fault(DRAFT) == "broken"
