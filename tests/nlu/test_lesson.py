"""A lesson is one new line in one training file."""

import difflib
import shutil
from pathlib import Path

import pytest

from nlu.document import DataFault
from nlu.examples import files, read
from nlu.interpretation import Intent, Language
from nlu.lesson import Lesson, fault, learn, mark, writable
from tests.conftest import ROOT

LINE = "wa7d kayhddedni f [insta]" + '{"entity": "platform", "value": "instagram"} had liyamat'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "nlu" / "data", tmp_path / "data")


def lesson(line: str = LINE) -> Lesson:
    return Lesson(line, Intent.REPORT_INCIDENT, Language.ARY_LATN)


def test_only_one_line_is_added(data: Path) -> None:
    before = {file: file.read_text("utf-8").splitlines() for file in files(data).values()}
    assert fault(lesson(), data) is None
    file = learn(lesson(), data)
    for path, lines in before.items():
        changed = [line for line in difflib.ndiff(lines, path.read_text("utf-8").splitlines()) if line[0] in "+-?"]
        assert changed == ([f"+     - {LINE}"] if path == file else [])
    (found,) = [e for e in read(data) if e.text == "wa7d kayhddedni f insta had liyamat"]
    assert found.intent is Intent.REPORT_INCIDENT
    assert found.entities == (("platform", "instagram"),)
    assert fault(lesson(), data) == "known"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "empty"),
        (" two  spaces", "empty"),
        ("line\nbreak", "empty"),
        ("x" * 301, "long"),
        ("wa7d [insta](platfrom)", "marks"),
        ("wa7d [insta(platform)", "marks"),
        ('wa7d [insta]{"entity": "platform"', "marks"),
        ("wa7d [insta]{platform}", "marks"),
        ("!!! 12", "marks"),
    ],
)
def test_what_is_no_lesson_is_refused(data: Path, line: str, why: str) -> None:
    assert fault(lesson(line), data) == why


def test_a_mark_as_rasa_writes_it() -> None:
    assert mark("insta", "platform", "instagram") == '[insta]{"entity": "platform", "value": "instagram"}'
    assert mark("instagram", "platform", "instagram") == mark("instagram", "platform") == "[instagram](platform)"


def test_a_variety_without_a_file_is_told(data: Path) -> None:
    files(data)[Language.ARY_LATN].unlink()
    with pytest.raises(DataFault, match="ary-Latn"):
        learn(lesson(), data)
    assert writable(data)
