"""What is installed is explained, locked, and without addresses."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REQUIREMENTS = ROOT / "requirements"
_NAME = re.compile(r"^([A-Za-z0-9._-]+)")


def _asked_for(file: Path) -> list[str]:
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith(("#", "-c"))]
    return [match[1].lower() for line in lines if (match := _NAME.match(line))]


_FILES = sorted(REQUIREMENTS.glob("*.in"))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_every_dependency_has_its_reason(file: Path) -> None:
    rows = (ROOT / "docs" / "DEPENDENCIES.md").read_text("utf-8").lower().splitlines()
    explained = {name.strip() for row in rows if row.startswith("| ") for name in row.split("|")[1].split(",")}
    assert set(_asked_for(file)) <= explained


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_every_dependency_is_locked_with_hashes(file: Path) -> None:
    text = file.with_suffix(".txt").read_text("utf-8")
    locked = re.findall(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==[^\\\n]+\\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(locked) == len(re.findall(r"==[^\\\n]+\\$", text, re.MULTILINE))
    assert set(_asked_for(file)) <= set(locked)
    assert "://" not in text
