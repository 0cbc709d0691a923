from pathlib import Path

import pytest

from bot.rehearsal import load_story, rehearse
from bot.settings import Settings
from tests.conftest import ROOT


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "transcripts").glob("*.yml")), ids=lambda path: path.stem)
async def test_the_story_is_told_as_it_says(settings: Settings, path: Path) -> None:
    assert [str(fault) for fault in await rehearse(settings, load_story(path))] == []


async def test_a_story_that_says_something_else_fails(settings: Settings) -> None:
    story = {
        "turns": [{"child": "salam", "bot": ["goodbye"], "slots": {"age": 9}, "owner": "queue", "language": "fr"}],
        "case": {"age": 9},
    }
    faults = [fault.turn for fault in await rehearse(settings, story)]
    assert len(faults) == 5
