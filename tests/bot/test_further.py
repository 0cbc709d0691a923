"""A question that only the flow files know: asked, answered in every variety, followed, and kept in the case."""

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.chat import Chat
from bot.repertoire import replay
from bot.script import Script, read_script
from bot.settings import Settings
from dialogs.check import check
from dialogs.flow import FLOWS, BrokenFlow
from dialogs.messages import LOCALES
from dialogs.state import Owner
from dialogs.summary import kept_lines
from handoff.case import Case
from handoff.intake import fill
from handoff.restore import restored
from nlu.interpretation import Language
from tests.conftest import ROOT, settings_in

STEPS = """
  - id: teacher_told
    ask: teacher_told.ask
    again: teacher_told.again
    slot: teacher_told
    choices: [yes, no, skip]
    when: {band: under_16}
  - id: teacher_knows
    say: teacher_told.good
    when: {teacher_told: yes}
  - id: teacher_not
    ask: teacher_who.ask
    again: teacher_who.again
    slot: teacher_who
    choices: [director, nurse, skip]
    when: {teacher_told: no}
"""
TEXTS = {
    "teacher_told.ask": ("واش فراسو شي أستاذ؟", "Wach f rasso chi oustad?", "هل يعلم أحد الأساتذة؟",
                         "Un prof le sait ?"),
    "teacher_told.again": ("واش قلتيها لشي أستاذ؟", "Wach 9oltiha l chi oustad?", "هل قلت ذلك لأستاذ؟",
                           "Tu l'as dit à un prof ?"),
    "teacher_told.good": ("مزيان اللي قلتيها.", "Mzyan li 9oltiha.", "حسنا فعلت.", "C'est bien de l'avoir dit."),
    "teacher_who.ask": ("شكون بغيتي يعرف؟", "Chkoun bghiti y3ref?", "من تريد أن يعرف؟", "Qui pourrait le savoir ?"),
    "teacher_who.again": ("شكون فالمدرسة؟", "Chkoun f lmedrasa?", "من في المدرسة؟", "Qui, à l'école ?"),
    "choice.teacher_who.director": ("المدير", "Lmoudir", "المدير", "Direction"),
    "choice.teacher_who.nurse": ("الفرملية", "L'infirmière", "الممرضة", "Infirmerie"),
}  # fmt: skip
BEFORE = ("bonjour quelqu'un me menace", "oui d'accord", "moi", "14 ans")
AGREED = Case(reference="K7Q2-9MXD", opened_at=datetime(2026, 11, 21, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The flows with a question more, as a trainer adds one: two kinds of file, no code."""
    folder = tmp_path / "dialogs"
    shutil.copytree(FLOWS, folder / "flows")
    shutil.copytree(LOCALES, folder / "locales")
    for number, language in enumerate(("ary", "ary-Latn", "ar", "fr")):
        with (folder / "locales" / language / "m3ak.po").open("a", encoding="utf-8") as file:
            file.writelines(f'\nmsgid "{key}"\nmsgstr "{texts[number]}"\n' for key, texts in TEXTS.items())
    file_ = folder / "flows" / "intake.yml"
    text = file_.read_text("utf-8").replace("flow: intake\n", "flow: intake\nfurther: [teacher_told, teacher_who]\n")
    file_.write_text(text.replace("  - id: platform\n", f"{STEPS[1:]}  - id: platform\n"), "utf-8")
    return folder


@pytest.fixture
def own(tmp_path: Path, folder: Path) -> Settings:
    return settings_in(tmp_path, dialogs={"folder": folder})


async def _chat(own: Settings, folder: Path, said: Sequence[str]) -> tuple[list[str], dict[str, Any] | None]:
    """The ids of what was read last, and the case."""
    folder.mkdir()
    chat = Chat(own, folder)
    await chat.open()
    try:
        for text in said:
            messages = await chat.send(choice=text) if "." in text else await chat.send(text=text)
        return [message.message_id for message in messages], await chat.case()
    finally:
        await chat.close()


def test_nothing_is_found_wrong_with_it(own: Settings, folder: Path) -> None:
    found = check(own.constants(), folder / "flows", folder / "locales")
    assert [one for one in found if one.weight == "error"] == []


@pytest.mark.parametrize(
    ("answer", "then", "kept"),
    [
        ("teacher_told.yes", ["teacher_told.good", "platform.ask"], {"teacher_told": True}),
        ("oui bien sûr", ["teacher_told.good", "platform.ask"], {"teacher_told": True}),
        ("teacher_told.no", ["teacher_who.ask"], {"teacher_told": False}),
        ("non", ["teacher_who.ask"], {"teacher_told": False}),
        ("je sais pas", ["platform.ask"], {}),
        ("teacher_told.skip", ["platform.ask"], {}),
    ],
)
async def test_each_answer_takes_its_branch(
    own: Settings, tmp_path: Path, answer: str, then: list[str], kept: dict[str, bool]
) -> None:
    ids, case = await _chat(own, tmp_path / "chat", (*BEFORE, answer))
    assert ids == then
    assert case and case["further"] == kept


@pytest.mark.parametrize("answer", ["teacher_who.nurse", "infirmerie", "2", "l'infirmiere"])
async def test_one_of_several_is_taken_by_button_title_or_number(own: Settings, tmp_path: Path, answer: str) -> None:
    ids, case = await _chat(own, tmp_path / "chat", (*BEFORE, "non", answer))
    assert ids == ["platform.ask"]
    assert case and case["further"] == {"teacher_told": False, "teacher_who": "nurse"}


@pytest.mark.parametrize(("language", "yes"), [("ary", "آه"), ("ary-Latn", "ah"), ("ar", "نعم"), ("fr", "oui")])
async def test_it_is_asked_and_answered_in_every_variety(
    own: Settings, tmp_path: Path, language: str, yes: str
) -> None:
    said = (f"language.{language}", "narrative.threats", "consent.yes", "reporter.self", "age.14")
    ids, _ = await _chat(own, tmp_path / "asked", said)
    assert ids == ["teacher_told.ask"]
    _, case = await _chat(own, tmp_path / "answered", (*said, yes))
    assert case and case["further"] == {"teacher_told": True}


async def test_an_older_button_changes_the_answer(own: Settings, tmp_path: Path) -> None:
    _, case = await _chat(own, tmp_path / "chat", (*BEFORE, "teacher_told.yes", "teacher_told.no"))
    assert case and case["further"] == {"teacher_told": False}


async def test_a_question_taken_out_of_the_files_is_let_go_and_its_answer_kept(own: Settings, tmp_path: Path) -> None:
    (tmp_path / "chat").mkdir()
    chat = Chat(own, tmp_path / "chat")
    await chat.open()
    try:
        for text in (*BEFORE, "non"):
            await chat.send(text=text)
        shutil.copy(FLOWS / "intake.yml", own.dialogs.folder / "flows" / "intake.yml")
        assert chat.app.script.look()
        chat.app.script.tell()
        messages = await chat.send(choice="teacher_who.nurse")
        assert messages[-1].expects == "platform"
        case = await chat.case()
        assert case and case["further"] == {"teacher_told": False}
    finally:
        await chat.close()


def test_a_case_without_consent_holds_no_answer_of_it() -> None:
    state = restored(AGREED.model_copy(update={"basis": "vital_interest"}), Owner.BOT)
    assert fill(AGREED, state.with_slots(teacher_told=True)).further == {}


def test_the_conversation_told_from_a_case_knows_the_answer() -> None:
    case = AGREED.model_copy(update={"further": {"teacher_told": True}})
    state = restored(case, Owner.QUEUE)
    assert fill(AGREED, state).further == case.further
    assert json.loads(Case.model_validate(case.document()).model_dump_json())["further"] == {"teacher_told": True}
    assert [line.key for line in kept_lines(state)] == ["summary.anonymous", "summary.answers"]


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [(Language.FR, "Un prof le sait ?", "Non"), (Language.AR, "هل يعلم أحد الأساتذة؟", "لا")],
)
def test_the_desk_shows_question_and_answer_in_words(
    own: Settings, language: Language, question: str, answer: str
) -> None:
    script = Script(own)
    assert script.told("teacher_told", False, language) == (question, answer)
    assert script.told("gone", "nurse", language)[0] == "gone"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[teacher_told, teacher_who]", "[teacher_who]", "unknown slot 'teacher_told'; add it to 'further'"),
        ("[teacher_told, teacher_who]", "teacher_told", "'further' is a list"),
        ("[teacher_told, teacher_who]", "[teacher_told, teacher_who, age]", "'age', which is there already"),
        ("[teacher_told, teacher_who]", "[teacher_told, teacher_who, open]", "names 'open'"),
        ("[teacher_told, teacher_who]", "[teacher_told, teacher_who, Why Not]", "names 'Why Not'"),
        ("[teacher_told, teacher_who]", "[teacher_told, teacher_who, shoes]", "no step has 'choices'"),
        ("when: {teacher_told: no}", "when: {teacher_told: maybe}", "'teacher_told' is never maybe"),
        ("when: {teacher_told: no}", "when: {teacher_who: janitor}", "'teacher_who' is never janitor"),
    ],
)
def test_a_fault_is_named_with_its_cure(own: Settings, folder: Path, old: str, new: str, words: str) -> None:
    intake = folder / "flows" / "intake.yml"
    intake.write_text(intake.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(BrokenFlow) as refused:
        read_script(own)
    assert words in str(refused.value)


STORIES = """
story: It is not what this one is about, and is skipped on the way and after a button.
turns:
  - until: reporter
  - choice: reporter.self
    bot: [age.ask]
  - choice: age.14
    bot: [platform.ask]
  - until: summary
case: {age: 14, further: {}}
---
story: This one names it, and answers.
turns:
  - until: teacher_told
    bot: [teacher_told.ask]
  - choice: teacher_told.no
    bot: [teacher_who.ask]
  - choice: teacher_who.director
    bot: [platform.ask]
case: {further: {teacher_told: false, teacher_who: director}}
---
story: This one expects what does not come.
turns:
  - until: teacher_told
  - choice: teacher_told.yes
    bot: [platform.ask]
"""


def test_a_story_that_does_not_name_it_is_as_true_as_before(own: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "transcripts"
    folder.mkdir()
    shutil.copy(ROOT / "tests" / "transcripts" / "words.yml", folder)
    (folder / "own.yml").write_text(STORIES.replace("turns:\n", "language: fr\nturns:\n  - say: hello\n"), "utf-8")
    told = replay(own, [folder / "own.yml"])
    assert {name: [fault.turn for fault in faults] for name, faults in told.failures.items()} == {
        "own 3 fr": ["turn 3 (teacher_told.yes)"]
    }
