"""The conversations of tests/transcripts, and the runner that replays them."""

from pathlib import Path

import pytest

from bot.comparison import rows
from bot.repertoire import Told, replay
from bot.review import write
from bot.settings import Settings
from bot.story import BrokenStory, load_stories, story_files
from tests.conftest import ROOT, settings_in

STORIES = story_files(ROOT / "tests" / "transcripts")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Every story, replayed once."""
    return replay(settings_in(tmp_path_factory.mktemp("rehearsal")), STORIES)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_stories_are_told_as_they_say(told: Told, path: Path) -> None:
    names = [story.name for story in load_stories(path)]
    assert {name: told.failures[name] for name in names if name in told.failures} == {}


def test_the_stories_go_through_every_step_and_branch_in_every_variety(told: Told) -> None:
    assert told.missing == []


def test_a_story_that_says_something_else_fails(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yml"
    path.write_text(
        "turns: [{child: salam, bot: [goodbye], slots: {age: 9}, owner: queue, language: fr}]\ncase: {age: 9}"
    )
    told = replay(settings, [path])
    assert len(told.failures["wrong"]) == 5
    assert any(line.startswith("intake.yml:") for line in told.missing)


def test_what_was_expected_stands_beside_what_came(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yml"
    path.write_text("language: fr\nturns: [{child: salut, bot: [goodbye, greeting.hello, narrative.ask, consent.ask]}]")
    told = replay(settings, [path])
    (fault,) = told.failures["wrong fr"]
    assert [(row.expected, row.came, row.agrees) for row in rows(fault)] == [
        ("goodbye", "", False),
        ("greeting.hello", "greeting.hello", True),
        ("narrative.ask", "narrative.ask", True),
        ("consent.ask", "", False),
    ]
    assert "- goodbye" in told.table()
    page = write(told, tmp_path / "reports" / "dialogs.html").read_text("utf-8")
    assert "<tr class=bad><td>goodbye</td><td>–</td></tr>" in page
    assert "<small dir=auto>Salut 👋" in page


def test_what_is_missing_is_told_the_gravest_first(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "short.yml"
    path.write_text("language: fr\nturns: [{child: salut}]")
    told = replay(settings, [path])
    keys = [line.split()[1] for line in told.unsaid]
    assert keys[0].startswith("danger.")
    assert keys.index("consent.ask") < keys.index("handoff.open") < keys.index("thanks.welcome")
    assert all((ROOT / line.partition(":")[0]).is_file() for line in told.unsaid)
    steps = [line.split()[1] for line in told.missing]
    assert steps.index("unsafe") < steps.index("police_complaint") < steps.index("accompaniment")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("turns: 3", "has 'story' and 'turns'"),
        ("turns: [{child: []}]", "says nothing"),
        ("turns: [{child: a, choice: b}]", "exactly one of"),
        ("turns: [{chil: a}]", "turn 1: known are"),
        ("languages: [nl]\nturns: []", "'nl'"),
        ("language: fr\nturns: [{say: nothing}]", "has no 'nothing'"),
        ("language: fr\nturns: [{say: {fr: nothing}}]", "go under 'child'"),
        ("language: fr\nturns: [{child: {ary: salam}}]", "nothing is said in fr"),
        ("turns: [", "cannot be read"),
    ],
)
def test_a_broken_story_is_refused_by_name(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "broken.yml"
    path.write_text(text)
    with pytest.raises(BrokenStory, match=why):
        load_stories(path)


def test_a_story_is_told_once_in_each_variety_and_for_each_of_what_varies(tmp_path: Path) -> None:
    path = tmp_path / "many.yml"
    path.write_text('languages: all\neach: {who: [self, friend], age: [9, 15]}\nturns: [{choice: "reporter.{who}"}]')
    stories = load_stories(path)
    assert len(stories) == 16
    assert stories[2].name == "many ary friend 9"
    assert stories[2].turns == ({"choice": "reporter.friend"},)
