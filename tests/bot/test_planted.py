"""Planted faults: ``m3ak dialogs check`` or the stories of ``m3ak test dialogs`` find nearly all of ``planted.yml``."""

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.rehearsal import rehearse
from bot.settings import Settings
from bot.stage import Stage
from bot.story import load_stories
from dialogs.check import check
from dialogs.coverage import Coverage
from dialogs.flow import FLOWS, load_flows
from dialogs.messages import LOCALES, load_messages
from nlu.interpretation import Language
from tests.conftest import ROOT, settings_in

PLANTED: list[Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_name("planted.yml").read_text("utf-8"))
NAMES = [f"{fault['file']}: {fault['fault']}" for fault in PLANTED]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_in(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stages")


@pytest.fixture(scope="module")
def known(settings: Settings) -> set[str]:
    """What check says of the dialogs as they are; lines move with what is planted."""
    return {finding.text for finding in check(settings.constants())}


def plant(fault: Mapping[str, Any], folder: Path) -> tuple[Path, Path]:
    """Copies of the flows and catalogues with the fault in them."""
    flows, locales = shutil.copytree(FLOWS, folder / "flows"), shutil.copytree(LOCALES, folder / "locales")
    file = folder / fault["file"]
    text = file.read_text("utf-8")
    for old, new in fault["put"]:
        assert old in text, f"{file.name} no longer holds {old!r}"
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")
    return flows, locales


async def failed(stage: Stage, fault: Mapping[str, Any]) -> bool:
    """Whether a story that can see the fault fails."""
    spoken = fault["file"].split("/")[1] if fault["file"].startswith("locales") else Language.FR
    for name in fault.get("stories", ()):
        for story in load_stories(ROOT / "tests" / "transcripts" / f"{name}.yml"):
            if story.language == spoken:
                async with stage.chat(story.language) as chat:
                    if await rehearse(chat, story, stage.coverage):
                        return True
    return False


@pytest.mark.parametrize("fault", PLANTED, ids=NAMES)
def test_a_planted_fault_is_found(
    fault: Mapping[str, Any], settings: Settings, stages: Path, known: set[str], tmp_path: Path
) -> None:
    flows, locales = plant(fault, tmp_path)
    found = [f for f in check(settings.constants(), flows, locales) if f.text not in known and f.weight != "unsigned"]
    assert all(finding.line and finding.cure for finding in found)
    if not found:
        told = load_flows(load_messages(settings.constants(), locales), flows)
        by_stories = asyncio.run(failed(Stage(settings, stages, Coverage(), told), fault))
        assert by_stories is ("missed" not in fault)
    else:
        assert "missed" not in fault


def test_of_forty_faults_two_at_most_are_missed() -> None:
    assert len(PLANTED) >= 40
    assert sum("missed" in fault for fault in PLANTED) <= 2
