from pathlib import Path

import pytest

from dialogs.flow import FLOWS as FOLDER
from dialogs.flow import BrokenFlow, load_flows
from tests.dialogs.talker import MESSAGES

ASK = "{id: age, ask: age.ask, again: age.again, slot: age, choices: [skip]}"


def _load(folder: Path, *steps: str, head: str = "flow: mine\n") -> None:
    for path in FOLDER.glob("*.yml"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    body = "".join(f"  - {step}\n" for step in steps)
    (folder / "mine.yml").write_text(f"{head}steps:\n{body}", encoding="utf-8")
    load_flows(MESSAGES, folder)


def test_a_whole_flow_is_taken(tmp_path: Path) -> None:
    _load(tmp_path, ASK, "{id: end, say: thanks.welcome, when: {age: known}}")


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (["{id: a, ask: age.ask, again: age.again, slot: shoe_size}"], "unknown slot 'shoe_size'"),
        (["{id: a, say: no.such.message}"], "the message 'no.such.message' is in no catalogue"),
        (["{id: a, say: thanks.welcome, end: true}", "{id: b, say: goodbye.stay}"], "step 'b': cannot be reached"),
        ([ASK, ASK.replace("id: age", "id: again")], "step 'again': cannot be reached"),
        (["{id: a, say: thanks.welcome, when: {platform: myspace}}"], "'platform' is never myspace"),
        (["{id: a, say: thanks.welcome, when: {mood: sad}}"], "'mood', which is neither slot nor fact"),
        (["{id: a, say: thanks.welcome}", "{id: a, say: goodbye.stay}"], "two steps with this id"),
        (["{id: a, say: thanks.welcome, colour: red}"], "unknown key 'colour'"),
        (["{id: a, say: thanks.welcome, ask: age.ask}"], "exactly one of"),
        (["{id: a, do: dance}"], "unknown action 'dance'"),
        (["{id: a, do: handoff}"], "needs a 'reason'"),
        (
            ["{id: a, ask: platform.ask, again: platform.again, slot: platform, choices: [myspace]}"],
            "'myspace' is no answer",
        ),
        (["{id: a, ask: age.ask, slot: age}"], "needs 'again'"),
        (["{id: a, say: thanks.welcome, unless: {done: later}}"], "waits for step 'later'"),
        (["{id: a, say: thanks.welcome, offer: [shoe.big]}"], "offers 'shoe.big'"),
        (["just words"], "every step is a mapping"),
    ],
)
def test_a_broken_flow_is_refused_by_name(tmp_path: Path, steps: list[str], words: str) -> None:
    with pytest.raises(BrokenFlow) as refused:
        _load(tmp_path, *steps)
    assert words in str(refused.value)
    assert "mine.yml" in str(refused.value)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("flow: intake\n", "already a flow named 'intake'"),
        ("flow: mine\nintents: [ask_status]\n", "already starts"),
        ("flow: mine\nintents: [ask_weather]\n", "ask_weather"),
        ("flow: mine\notherwise: yes\n", "exactly one flow must say 'otherwise: yes'"),
        ("flow: [mine\n", "not readable as YAML"),
        ("name: mine\n", "needs 'flow'"),
    ],
)
def test_a_broken_head_is_refused(tmp_path: Path, head: str, words: str) -> None:
    with pytest.raises(BrokenFlow, match=words):
        _load(tmp_path, "{id: a, say: thanks.welcome}", head=head)


@pytest.mark.parametrize("quiet", ["soon", "-1", "11"])
def test_a_quiet_time_that_no_child_can_wait_for_is_refused(quiet: str, tmp_path: Path) -> None:
    (tmp_path / "intake.yml").write_text(
        f"flow: intake\nopening: yes\notherwise: yes\nsteps:\n  - {{id: hello, say: greeting.hello, quiet: {quiet}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(BrokenFlow, match="quiet"):
        load_flows(MESSAGES, tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("flow: mine\nsteps: &a\n  - *a\n", "line 2: this part holds itself"),
        ("flow: mine\nsteps:\n  - &a {id: x, say: [*a]}\n", "line 3: this part holds itself"),
        ("flow: mine\nsteps:\n  - id: a\n    say: thanks.welcome\n    say: goodbye.stay\n", "line 5: the key 'say'"),
        ("flow: mine\nsteps:\n\t- id: x\n", "line 3: not readable as YAML"),
        ("flow: " + "[" * 100_000, "line 1: is nested too deeply"),
        ("flow: mine\nsteps: []\nintents: 3", "'intents' is a list"),
        ("flow: mine\nsteps: [{id: [a], say: thanks.welcome}]", "'id' is one word"),
        ("flow: mine\nsteps: [{id: 2020-99-99, say: thanks.welcome}]", "put it in quotes"),
        (
            "flow: mine\nsteps:\n" + "".join(f"  - {{id: s{n}, say: thanks.welcome}}\n" for n in range(5000)),
            "has 5000 steps, at most 200",
        ),
        (
            "flow: mine\nsteps:\n  - {id: a, say: thanks.welcome, when: {done: b}}\n"
            "  - {id: b, say: goodbye.stay, when: {done: a}}\n",
            "step 'a': waits for step 'b', which does not come before it",
        ),
    ],
)
def test_bad_input_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "mine.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenFlow) as refused:
        load_flows(MESSAGES, tmp_path)
    assert words in str(refused.value)
    assert str(refused.value).startswith("mine.yml: ")


def test_parts_that_are_named_again_and_again_do_not_hold_the_reader_up(tmp_path: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in zip("abcdefghi", "bcdefghij", strict=True)]
    (tmp_path / "mine.yml").write_text("\n".join([*lines, "flow: mine", "steps: []"]), encoding="utf-8")
    with pytest.raises(BrokenFlow, match="unknown key 'a'"):
        load_flows(MESSAGES, tmp_path)
