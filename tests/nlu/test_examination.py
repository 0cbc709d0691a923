"""The trainers' test: its figures, its goals, its report."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from nlu import examination, held_out
from nlu.document import DataFault
from nlu.engine import EmbeddedInterpreter
from nlu.held_out import Message
from nlu.interpretation import (
    Danger,
    DangerKind,
    Entity,
    Intent,
    Interpretation,
    Language,
    Question,
)
from nlu.metrics import Reading, Score, measure
from nlu.report import page, picture

HELD_OUT = Path(__file__).parent / "held-out"
UNSEEN = Path(__file__).parent / "unseen"
DATA = Path(__file__).parent.parent.parent / "nlu" / "data"

PERFECT = Reading(
    Message(
        "3ndi 14 <b>",
        (Intent.REPORT_INCIDENT,),
        Language.ARY_LATN,
        Language.ARY_LATN,
        frozenset({("age", "14")}),
        DangerKind.SELF_HARM,
        Question(),
    ),
    Interpretation(
        "3ndi 14 <b>",
        Language.ARY_LATN,
        Intent.REPORT_INCIDENT,
        0.9,
        entities=(Entity("age", 14, 0, 7),),
        danger=Danger(DangerKind.SELF_HARM, "lexicon.x"),
    ),
)
CALM = replace(PERFECT, message=replace(PERFECT.message, danger=None))


def test_figures_of_a_perfect_reading() -> None:
    metrics = measure([PERFECT])
    assert (metrics.intents.accuracy, metrics.intents.macro_f1, metrics.languages) == (1, 1, 1)
    assert metrics.slots == {"age": Score(1, 1, 1, 1)}
    assert (metrics.dangers.recall, metrics.dangers.same_kind, metrics.dangers.false_alarms) == (1, 1, 0)
    assert metrics.errors == []


def test_figures_of_a_wrong_reading() -> None:
    said = replace(
        PERFECT.said,
        intent=Intent.GREET,
        language=Language.FR,
        entities=(Entity("age", 15, 0, 7), Entity("city", "Fès", 0, 3)),
        danger=None,
    )
    metrics = measure([PERFECT, replace(PERFECT, said=said)])
    assert metrics.intents.accuracy == 0.5
    assert metrics.intents.confusion == {
        ("report_incident", "greet"): 1,
        ("report_incident", "report_incident"): 1,
    }
    assert metrics.slots["age"] == Score(0.5, 0.5, 0.5, 2)
    assert metrics.slots["city"] == Score(0.0, 1.0, 0.0, 0)
    assert metrics.dangers.recall == 0.5
    (error,) = metrics.errors
    assert error["intent"] == ["report_incident", "greet", 0.9]
    assert error["missed"] == ["age 14"]
    assert error["false"] == ["age 15", "city fès"]
    assert error["language"] == ["ary-Latn", "fr"]


def test_darija_and_standard_arabic_count_as_one_script() -> None:
    message = replace(PERFECT.message, language=Language.AR)
    metrics = measure([Reading(message, replace(PERFECT.said, language=Language.ARY))])
    assert (metrics.languages, metrics.scripts) == (0, 1)


def test_either_of_two_right_intents_is_right() -> None:
    message = replace(PERFECT.message, intents=(Intent.ADD_EVIDENCE, Intent.REPORT_INCIDENT))
    assert measure([replace(PERFECT, message=message)]).intents.accuracy == 1


def test_a_false_alarm_and_a_missed_goal_are_told() -> None:
    metrics = measure([CALM])
    assert metrics.dangers.false_alarms == 1
    assert examination.missed("embedded", metrics) == ["embedded: danger false alarms 1.000 > 0.02"]
    wrong = measure([replace(PERFECT, said=replace(PERFECT.said, intent=Intent.GREET))])
    assert examination.missed("embedded", wrong) == ["embedded: intent accuracy 0.000 < 0.93"]


def test_the_report_escapes_what_children_write() -> None:
    wrong = replace(PERFECT, said=replace(PERFECT.said, intent=Intent.GREET))
    metrics = measure([wrong])
    html = page({"embedded": metrics}, ["a < b"])
    assert "3ndi 14 &lt;b&gt;" in html
    assert "<b>" not in html
    assert "a &lt; b" in html
    assert picture(metrics).count("<rect") == len(Intent) ** 2


def test_held_out_messages_are_enough() -> None:
    found = held_out.read(HELD_OUT)
    for variety in Language:
        assert sum(message.variety is variety for message in found) >= 150
    assert {intent for message in found for intent in message.intents} == set(Intent)
    assert {message.danger for message in found} == {*DangerKind, None}


def test_no_held_out_message_is_a_training_sentence() -> None:
    from nlu import examples
    from nlu.normal import normalise

    trained = {normalise(example.text) for example in examples.read(DATA)}
    trained |= {normalise(example.text) for example in examples.read_idle(examples.LEXICON)}
    trained |= {normalise(told.text) for told in examples.read_told(examples.LEXICON)}
    trained |= {normalise(asked.text) for asked in examples.read_asked(examples.LEXICON)}
    trained |= {normalise(danger.text) for danger in examples.read_danger(examples.LEXICON)}
    messages = [*held_out.read(HELD_OUT), *held_out.read(UNSEEN)]
    long = [message.text for message in messages if len(message.text.split()) > 4]
    assert [text for text in long if normalise(text) in trained] == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("messages: 3", "no list of messages"),
        ("messages:\n- {text: a, intent: dance}", "message 1: 'dance' is not a valid Intent"),
        ("messages:\n- {text: 14, intent: greet}", 'has no "text"'),
        ("messages:\n- {text: a, intent: greet, entities: [{entity: shoe, value: 3}]}", "unknown entity 'shoe'"),
        ("messages:\n- {text: a, intent: greet, mood: sad}", "unknown keys: mood"),
    ],
)
def test_a_wrong_held_out_file_is_named(tmp_path: Path, content: str, fault: str) -> None:
    (tmp_path / "fr.yml").write_text(content, "utf-8")
    with pytest.raises(DataFault, match=fault):
        held_out.read(tmp_path)


async def test_an_examination_writes_its_table_report_and_figures(
    interpreter: EmbeddedInterpreter, tmp_path: Path
) -> None:
    (tmp_path / "fr.yml").write_text(
        'messages:\n- {text: "14", expects: age, intent: report_incident, entities: [{entity: age, value: 14}]}\n'
        "- {text: bonjour, intent: goodbye}\n",
        "utf-8",
    )
    outcome = await examination.run(
        {"embedded": interpreter, "other": interpreter},
        data=DATA,
        messages=tmp_path,
        reports=tmp_path / "reports",
        json_file=tmp_path / "out" / "nlu.json",
        folds=0,
    )
    assert not outcome.passed
    assert "embedded: intent accuracy 0.500 < 0.93" in outcome.failures
    assert outcome.table().splitlines()[0].split() == ["embedded", "other"]
    assert "bonjour" in (tmp_path / "reports" / "nlu.html").read_text("utf-8")
    figures = json.loads((tmp_path / "out" / "nlu.json").read_text("utf-8"))
    assert figures["held_out"]["embedded"]["intents"]["accuracy"] == 0.5


def test_cross_validation_reads_every_sentence_once(thinned: None, tmp_path: Path) -> None:
    for variety in Language:
        lines = "".join(
            f"- intent: {intent}\n  examples: |\n    - {intent} un\n    - {intent} deux\n" for intent in Intent
        )
        (tmp_path / f"{variety}.yml").write_text(f"nlu:\n{lines}", "utf-8")
    metrics = examination.cross_validated(tmp_path, 2)
    assert metrics.messages == len(Language) * len(Intent) * 2
    assert metrics.intents.accuracy > 0.8
