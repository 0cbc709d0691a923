"""A chat that was recorded passes when it is run back, whatever was done in it."""

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.act import BEGIN, NotNow, perform
from bot.chat import Chat
from bot.record import Record
from bot.rehearsal import rehearse
from bot.stage import Stage
from bot.story import load_stories
from dialogs.coverage import Coverage
from dialogs.state import Owner, State
from nlu.interpretation import Language
from tests.bot.serving import m3ak
from tests.conftest import ROOT, settings_in

CHATS, TURNS = 50, 8
WORDS = yaml.safe_load((ROOT / "tests" / "transcripts" / "words.yml").read_text(encoding="utf-8"))
ANSWERS = WORDS.pop("answers")
ODD = ("3", "yes", "null", "# rien", "- a: b", "'\"", "سلام\nعفاك", "👍", "1:2", "{age}", "=", "2027-03-02")
"""What YAML reads as something else, where it is not written with care."""
DESK = ("takes", "gives back", "gives to the bot", "closes", "Je suis là.")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder = tmp_path_factory.mktemp("stage")
    return Stage(settings_in(folder), folder, Coverage())


def _act(chance: random.Random, state: State, minutes: int, places: list[str]) -> dict[str, Any]:
    """Anything that may happen: an answer in half of the cases."""
    said = [text for texts in (*WORDS.values(), *ANSWERS.values()) for text in texts.values()]
    choices = state.question.choices if state.question else ("language.fr",)
    acts: list[dict[str, Any]] = [
        {"child": chance.choice(said)},
        {"child": chance.choice(ODD)},
        {"child": chance.sample(said, 2)},
        {"child": chance.choice(said), "more": True},
        {"choice": chance.choice(choices or ("age.14",))},
        {"choice": chance.choice(choices or ("recontact.yes",))},
        {"media": chance.choice(["image", "voice", "document", "sticker"])},
        {"media": "video", "caption": chance.choice(said)},
        {
            "clock": BEGIN.replace(
                day=2 + minutes // 1440, minute=minutes % 60, hour=11 + minutes // 60 % 12
            ).isoformat()
        },
        {"counsellor": chance.choice(DESK)},
        {"minutes": chance.randint(2, 40)},
        {"status": chance.choice(["analysis", "reported"])},
        {"others": 1},
        {"jump": chance.choice(places)},
    ]
    if state.question and state.question.slot in ANSWERS and chance.random() < 0.5:
        return {"child": ANSWERS[state.question.slot][state.language.value]}
    return chance.choice(acts)


async def _recorded(chat: Chat, language: Language, seed: int) -> str:
    chance, record = random.Random(seed), Record(language)
    places = [f"{flow.name}.{step.id}" for flow in chat.app.flows.flows.values() for step in flow.steps]
    chat.clock.stop(BEGIN)
    for number in range(chance.randint(3, TURNS)):
        act = _act(chance, await chat.state(), (number + 1) * chance.choice([1, 30, 700]), places)
        try:
            messages = await perform(chat, act)
        except NotNow:
            continue
        record.note(act, messages, await chat.state())
    return await record.story(chat, f"anything: {seed}")


async def test_fifty_random_chats_pass_when_they_are_run_back(stage: Stage, tmp_path: Path) -> None:
    faults, owners = {}, set()
    for seed in range(CHATS):
        language = list(Language)[seed % len(Language)]
        async with stage.chat(language) as chat:
            text = await _recorded(chat, language, seed)
            owners.add((await chat.state()).owner)
        path = tmp_path / f"chat{seed}.yml"
        path.write_text(text, encoding="utf-8")
        (story,) = load_stories(path)
        async with stage.chat(story.language) as chat:
            if found := await rehearse(chat, story, stage.coverage):
                faults[seed] = [str(fault) for fault in found]
    assert faults == {}
    assert owners == set(Owner)


async def test_what_the_bot_said_otherwise_is_found_when_it_is_run_back(stage: Stage, tmp_path: Path) -> None:
    async with stage.chat(Language.FR) as chat:
        text = await _recorded(chat, Language.FR, seed=3)
    told = yaml.safe_load(text)
    spoken = next(turn for turn in told["turns"] if turn["bot"])
    spoken["bot"][0] = "goodbye"
    path = tmp_path / "changed.yml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    (story,) = load_stories(path)
    async with stage.chat(story.language) as chat:
        assert await rehearse(chat, story, stage.coverage)


def test_a_chat_in_the_terminal_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    lines = ['{"text": "salam"}', '{"media": {"kind": "voice", "path": "/home/me/x.ogg"}}', '{"choice": "consent.yes"}']
    done = m3ak(tmp_path, "chat", "--json", "--record", str(path), given="\n".join(lines))
    assert done.returncode == 0, done.stderr
    assert "/home/me" not in path.read_text(encoding="utf-8")
    assert [next(iter(turn)) for turn in yaml.safe_load(path.read_text(encoding="utf-8"))["turns"]] == [
        "child", "media", "choice"
    ]  # fmt: skip
    assert m3ak(tmp_path, "test", "dialogs", str(path)).stdout.startswith("1 of 1 stories went as they say.")
    again = m3ak(tmp_path, "chat", "--json", "--record", str(path), given="")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert "is there already" in again.stderr
