import shutil
from pathlib import Path

import pytest

from bot.settings import load_settings
from dialogs.effect import Phrase
from dialogs.flow import BrokenFlow, Step, load_flows
from dialogs.messages import LOCALES, BrokenCatalogue, Messages, load_messages
from dialogs.slot import SLOTS
from dialogs.state import Proof, State
from dialogs.summary import summary_lines
from nlu.interpretation import Category, Language
from tests.conftest import ROOT
from tests.dialogs.talker import FLOWS, MESSAGES

CONSTANTS = load_settings(ROOT / "config.yml").constants()


def _folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LOCALES, tmp_path / "locales"))


@pytest.mark.parametrize("language", list(Language))
def test_every_sentence_renders_and_fits_the_platforms(language: Language) -> None:
    params: dict[str, str | int | Phrase | tuple[Phrase, ...]] = dict.fromkeys(
        ("opening", "reference", "until", "value", "first", "second", "time", "day", "date", "clock"), "x"
    )
    params |= {"hour": "10", "minute": "30"}
    params |= {"waiting": 3, "minutes": 15, "age": 14, "count": 2, "lines": (Phrase("summary.age", {"age": 14}),)}
    for key in MESSAGES.sentences[language]:
        text = MESSAGES.text(key, language, params)
        assert "{" not in text, key
        assert len(text) <= 1024, f"{key} is longer than a WhatsApp message with buttons"


def test_no_sentence_is_forgotten_by_the_flows() -> None:
    """Every sentence is said by a flow, by the safety rules, by the engine or inside another sentence."""
    steps: list[Step] = [step for flow in FLOWS.flows.values() for step in flow.steps]
    said = {key for step in steps for key in step.sentences()} | {
        MESSAGES.title_key(b) for s in steps for b in s.buttons()
    }
    inside = ("danger.", "after.danger", "media.", "summary.", "value.", "choice.", "words.", "time.", "day.", "list.",
              "handoff.", "lost.", "story.more", "greeting.short", "language.changed", "failure.", "welcome.",
              "corrected", "back.", "panic.", "reminder", "recontact.", "language.offer", "flood.calm",
              "blocked.now")  # fmt: skip
    for key in MESSAGES.sentences[Language.ARY]:
        base = key.removesuffix(".other").removesuffix(".young")
        assert {key, base} & said or key.startswith(inside), key


def test_numbers_keep_their_direction_inside_arabic() -> None:
    text = MESSAGES.text("doors.all", Language.ARY)
    assert "\u2066+212 6 24 40 58 89\u2069" in text
    assert "\u2066" not in MESSAGES.text("doors.all", Language.FR)


def test_a_missing_sentence_a_fuzzy_one_and_a_long_button_are_refused_by_name(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    path = folder / "fr" / "m3ak.po"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace('msgid "age.ask"', 'msgid "age.asked"'), encoding="utf-8")
    with pytest.raises(BrokenCatalogue, match=r"age\.ask"):
        load_messages(CONSTANTS, folder)
    path.write_text(good.replace('msgid "age.ask"', '#, fuzzy\nmsgid "age.ask"'), encoding="utf-8")
    with pytest.raises(BrokenCatalogue, match=r"'age\.ask' is marked fuzzy"):
        load_messages(CONSTANTS, folder)
    path.write_text(good.replace('msgstr "Chantage"', 'msgstr "Du chantage avec de l\'argent"'), encoding="utf-8")
    with pytest.raises(BrokenCatalogue, match=r"choice\.narrative\.blackmail.*the platforms show 20"):
        load_messages(CONSTANTS, folder)
    path.write_text(good.replace("{opening}", "{openning}"), encoding="utf-8")
    with pytest.raises(BrokenCatalogue, match=r"fr/m3ak.po: .* differs"):
        load_messages(CONSTANTS, folder)
    path.unlink()
    with pytest.raises(BrokenCatalogue, match="is missing"):
        load_messages(CONSTANTS, folder)


def test_the_version_of_a_sentence_changes_with_its_words(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    path = folder / "fr" / "m3ak.po"
    path.write_text(path.read_text(encoding="utf-8").replace("Je note ?", "Je le note ?"), encoding="utf-8")
    changed = load_messages(CONSTANTS, folder)
    assert changed.version("consent.ask", Language.FR) != MESSAGES.version("consent.ask", Language.FR)
    assert changed.version("consent.ask", Language.AR) == MESSAGES.version("consent.ask", Language.AR)


def test_what_is_not_signed_off_is_listed_and_a_signature_takes_it_off(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    path = folder / "fr" / "m3ak.po"
    signed = path.read_text(encoding="utf-8").replace(
        'msgid "age.ask"', '# reviewed: N. Alami, 2026-11-21\nmsgid "age.ask"'
    )
    path.write_text(signed, encoding="utf-8")
    before, after = MESSAGES.unsigned(), load_messages(CONSTANTS, folder).unsigned()
    assert set(before) - set(after) == {(Language.FR, "age.ask")}


@pytest.mark.parametrize("language", list(Language))
def test_the_summary_can_name_every_value(language: Language) -> None:
    for slot in ("reporter", "platform", "content_type", "safety", "anonymous", "accompaniment"):
        values = SLOTS[slot].values or (True, False)
        for value in values:
            kept = (str(value),) if SLOTS[slot].kind == "many" else value
            state = State(language=language, slots={slot: kept, "age": 14}, evidence=(Proof(kind="url", value="x"),))
            for phrase in summary_lines(state):
                assert MESSAGES.text(phrase.key, language, phrase.params)
    state = State(language=language, slots={"category": tuple(Category)})
    (line,) = summary_lines(state)
    assert MESSAGES.text(line.key, language, line.params)


def test_a_value_that_the_summary_cannot_name_is_refused_before_a_child_tells_it() -> None:
    sentences = {
        language: {key: said for key, said in texts.items() if key != "choice.platform.discord"}
        for language, texts in MESSAGES.sentences.items()
    }
    with pytest.raises(BrokenFlow, match=r"'choice\.platform\.discord', which is in no catalogue"):
        load_flows(Messages(sentences, MESSAGES.constants))
