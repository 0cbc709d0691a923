"""``m3ak dialogs check`` and ``graph``: planted faults are found, and every flow is drawn."""

import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from bot.command import main
from bot.settings import load_settings
from dialogs.check import check
from dialogs.finding import Finding
from dialogs.flow import FLOWS
from dialogs.messages import LOCALES

CONFIG = Path(__file__).parent.parent.parent / "config.yml"
Checked = Callable[[], list[Finding]]


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    return shutil.copytree(FLOWS, tmp_path / "flows")


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    return shutil.copytree(LOCALES, tmp_path / "locales")


def errors(flows: Path, locales: Path) -> list[Finding]:
    found = check(load_settings(CONFIG).constants(), flows, locales)
    return [finding for finding in found if finding.weight == "error"]


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text, f"{file.name} no longer holds {old!r}"
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_the_dialogs_as_they_are_have_no_error(flows: Path, locales: Path) -> None:
    assert errors(flows, locales) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("status.yml", "say: status.none", "say: status.nowhere"),
        ("status.yml", "id: intake", "id: none"),
        ("status.yml", "intents: [ask_status]", "intents: [ask_stature]"),
        ("status.yml", "when: {status: none, story: none}", "when: {statut: none}"),
        ("status.yml", "steps:", "steppes:"),
        ("privacy.yml", "flow: privacy", "flow: [privacy"),
        ("intake.yml", "ask: narrative.ask", "ask: narrative.nothing"),
        ("intake.yml", "slot: age", "slot: ages"),
    ],
)
def test_a_fault_in_a_flow_is_found(flows: Path, locales: Path, name: str, old: str, new: str) -> None:
    change(flows / name, old, new)
    found = errors(flows, locales)
    assert found
    assert all(finding.cure for finding in found)


@pytest.mark.parametrize("language", ["ary", "ary-Latn", "ar", "fr"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('msgid "consent.ask"', 'msgid "consent.asked"'),
        ('msgid "choice.consent.yes"\nmsgstr "', 'msgid "choice.consent.yes"\nmsgstr "' + "oui " * 12),
        ('msgid "status.none"\nmsgstr "', 'msgid "status.none"\nmsgstr "{nowhere} '),
    ],
)
def test_a_fault_in_a_catalogue_is_found(flows: Path, locales: Path, language: str, old: str, new: str) -> None:
    change(locales / language / "m3ak.po", old, new)
    assert errors(flows, locales)


def test_every_flow_is_drawn(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["dialogs", "graph", "--out", str(tmp_path)])
    assert ran.exit_code == 0, ran.output
    names = {file.stem for file in FLOWS.glob("*.yml")}
    assert {file.stem for file in tmp_path.glob("*.svg")} == names == {file.stem for file in tmp_path.glob("*.mmd")}
    for file in tmp_path.glob("*.svg"):
        assert "http://www.w3.org/2000/svg" in ElementTree.parse(file).getroot().tag
