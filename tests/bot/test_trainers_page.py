"""``docs/TRAINERS.md`` says what is so: its question can be added as it stands, its words are the interface's."""

import re
import shutil
from pathlib import Path

import pytest

from bot.repertoire import replay
from dialogs.check import check
from dialogs.flow import FLOWS
from dialogs.messages import LOCALES
from tests.bot.test_further import TEXTS
from tests.conftest import ROOT, settings_in

PAGE = (ROOT / "docs" / "TRAINERS.md").read_text("utf-8")
OWN = {
    "Est-ce qu'un prof est au courant ?", "seulement si", "sauf si", "on se moque de moi sur pintrest",
}  # fmt: skip
"""What stands in quotation marks and is no word of the interface."""


def block(first: str) -> str:
    """The indented part of the page that begins with a line, without the four spaces."""
    lines = PAGE.split("\n")
    start = lines.index(f"    {first}")
    end = next(n for n, line in enumerate(lines[start:], start) if line and not line.startswith("    "))
    return "\n".join(line[4:] for line in lines[start:end]).rstrip() + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The flows and texts as somebody leaves them who did what the page says."""
    folder = tmp_path / "dialogs"
    shutil.copytree(FLOWS, folder / "flows")
    shutil.copytree(LOCALES, folder / "locales")
    intake = folder / "flows" / "intake.yml"
    text = intake.read_text("utf-8").replace(
        "flow: intake\n", f"flow: intake\n{block('further: [teacher_told, teacher_who]')}"
    )
    steps = block("  - id: teacher_told")
    intake.write_text(text.replace("  - id: summary\n", f"{steps}  - id: summary\n"), "utf-8")
    for number, language in enumerate(("ary", "ary-Latn", "ar")):
        with (folder / "locales" / language / "m3ak.po").open("a", encoding="utf-8") as file:
            file.writelines(f'\nmsgid "{key}"\nmsgstr "{texts[number]}"\n' for key, texts in TEXTS.items())
    with (folder / "locales" / "fr" / "m3ak.po").open("a", encoding="utf-8") as file:
        file.write("\n" + block('msgid "teacher_told.ask"'))
    return folder


def test_the_question_can_be_added_and_tested_as_it_says(folder: Path, tmp_path: Path) -> None:
    own = settings_in(tmp_path, dialogs={"folder": folder})
    found = check(own.constants(), folder / "flows", folder / "locales")
    assert [one for one in found if one.weight == "error"] == []
    assert [one for one in found if "teacher" in one.text and one.file.endswith("fr/m3ak.po")] == []
    stories = tmp_path / "transcripts"
    stories.mkdir()
    shutil.copy(ROOT / "tests" / "transcripts" / "words.yml", stories)
    (stories / "teacher.yml").write_text(block("story: Un prof est au courant."), "utf-8")
    told = replay(own, [stories / "teacher.yml"])
    assert told.failures == {}
    assert len(told.faults) == 8


def test_what_it_quotes_is_what_the_pages_say() -> None:
    places = ("handoff/desk/locales/fr/desk.po", "bot/simulator/locales/fr/simulator.po")
    words = "\n".join((ROOT / place).read_text("utf-8") for place in places).replace("{language}", "Français")
    quoted = {" ".join(said.split()) for said in re.findall(r"«([^»]+)»", PAGE)} - OWN
    assert len(quoted) > 30
    assert [said for said in sorted(quoted) if said not in words] == []


def test_its_pictures_are_there_and_small() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\((pictures/[a-z]+\.png)\)", PAGE)
    assert len(pictures) == 5
    assert all((ROOT / "docs" / picture).stat().st_size < 120_000 for picture in pictures)
