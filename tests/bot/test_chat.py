import json
from pathlib import Path
from typing import Any

import pytest

from bot.console import WrongLine, chat_json
from bot.settings import Settings
from tests.bot.serving import m3ak

CHOICES = {
    "narrative": "narrative.threats", "consent": "consent.yes", "reporter": "reporter.self", "age": "age.14",
    "platform": "platform.whatsapp", "content_type": "content_type.message", "safety": "safety.yes",
    "anonymous": "anonymous.yes", "accompaniment": "accompaniment.yes",
    "accompaniment_kind": "accompaniment_kind.psychological", "summary": "summary.yes",
}  # fmt: skip

TEXTS = {
    "ary": {
        "narrative": "شي واحد كيهددني كل نهار", "consent": "واخا قيدو", "reporter": "أنا", "age": "عندي 14 عام",
        "platform": "فواتساب", "content_type": "ميساجات", "safety": "آه أنا فدارنا", "anonymous": "آه خليوها مخبية",
        "accompaniment": "آه بغيت", "accompaniment_kind": "نفسي", "summary": "آه صحيح",
    },
    "ary-Latn": {
        "narrative": "chi wa7ed kayhddedni kol nhar", "consent": "wakha 9eydo", "reporter": "ana", "age": "3ndi 14 3am",
        "platform": "f whatsapp", "content_type": "les messages", "safety": "ah ana f dar",
        "anonymous": "ah khlliwha mkhebya",
        "accompaniment": "ah bghit", "accompaniment_kind": "nafsi", "summary": "ah s7i7",
    },
    "ar": {
        "narrative": "شخص يهددني كل يوم", "consent": "نعم أوافق", "reporter": "أنا", "age": "عمري 14 سنة",
        "platform": "على واتساب", "content_type": "رسائل", "safety": "نعم أنا في البيت", "anonymous": "نعم أريده سريا",
        "accompaniment": "نعم أريد", "accompaniment_kind": "نفسي", "summary": "نعم صحيح",
    },
    "fr": {
        "narrative": "quelqu'un me menace tous les jours", "consent": "oui d'accord", "reporter": "moi",
        "age": "j'ai 14 ans",
        "platform": "sur whatsapp", "content_type": "des messages", "safety": "oui je suis à la maison",
        "anonymous": "oui anonyme",
        "accompaniment": "oui je veux bien", "accompaniment_kind": "psychologique", "summary": "oui c'est ça",
    },
}  # fmt: skip

GREETINGS = {
    "ary": "السلام عليكم خويا",
    "ary-Latn": "salam 3likom labas",
    "ar": "مرحبا، هل يمكنكم مساعدتي؟",
    "fr": "bonjour",
}


class Protocol:
    """A talk over ``m3ak chat --json``, a line at a time."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self.turns: list[list[dict[str, Any]]] = [[]]
        self.case: dict[str, Any] | None = None

    def write(self, line: str) -> int:
        data = json.loads(line)
        if "case" in data:
            self.case = data["case"]
            return 0
        self.turns[-1].append(data)
        if data.get("end_of_turn"):
            self.turns.append([])
        return 0

    def flush(self) -> None:
        """The protocol flushes each line."""

    @property
    def expects(self) -> str | None:
        """What the last turn asked for."""
        return next((m["expects"] for m in reversed(self.turns[-2]) if m.get("expects")), None)

    async def talk(self, first: str, answers: dict[str, str], key: str, language: str | None = None) -> int:
        """Answers what is asked until the bot asks nothing more; how many turns the child took."""
        asked: list[str] = []

        def lines() -> Any:
            yield json.dumps({"text": first})
            while (slot := self.expects) is not None:
                asked.append(slot)
                assert len(asked) < 20, asked
                yield json.dumps({key: answers[slot]})

        await chat_json(self._settings, lines(), self, language)  # type: ignore[arg-type]
        return len(asked) + 1


@pytest.mark.parametrize("language", list(TEXTS))
async def test_the_intake_by_text_alone(settings: Settings, language: str) -> None:
    talk = Protocol(settings)
    turns = await talk.talk(GREETINGS[language], TEXTS[language], "text")
    case = talk.case
    assert case
    assert turns <= 13
    said = {
        "language": language, "reporter": "self", "age": 14, "platforms": ["whatsapp"], "content_types": ["message"],
        "anonymous": True, "accompaniment": {"wanted": True, "kinds": ["psychological"]},
        "priority": "high", "contact": None,
    }  # fmt: skip
    assert {key: case[key] for key in said} == said
    assert "threats" in case["categories"]
    assert TEXTS[language]["narrative"] in case["narrative"]
    assert case["handoff"]["reason"] == "intake_complete"
    assert case["consents"][0]["language"] == language
    assert talk.turns[-2][-1]["owner"] == "queue"
    assert {m["language"] for turn in talk.turns for m in turn if "language" in m} == {language}


@pytest.mark.parametrize("language", list(TEXTS))
async def test_the_intake_by_choices_alone(settings: Settings, language: str) -> None:
    talk = Protocol(settings)
    offered: list[str] = []

    def lines() -> Any:
        yield json.dumps({"choice": f"language.{language}"})
        while (slot := talk.expects) is not None:
            offered.extend(c["id"] for m in talk.turns[-2] for c in m.get("choices", ()))
            assert CHOICES[slot] in offered
            yield json.dumps({"choice": CHOICES[slot]})

    await chat_json(settings, lines(), talk)  # type: ignore[arg-type]
    case = talk.case
    assert case
    assert (case["language"], case["age"], case["platforms"], case["categories"]) == (
        language,
        14,
        ["whatsapp"],
        ["threats"],
    )
    assert case["accompaniment"] == {"wanted": True, "kinds": ["psychological"]}
    assert case["handoff"]["reason"] == "intake_complete"


FIRST = {
    "ary": "السلام، أنا بنت عندي 14 عام وأنا اللي وقع ليا هادشي، واحد كيهددني فواتساب بالميساجات هادي شهرين",
    "ary-Latn": "salam ana bnt 3ndi 14 3am, wa7d kayhddedni f whatsapp b les messages hadi 2 chhour, ana li w9e3 lia",
    "ar": "السلام عليكم، أنا بنت عمري 14 سنة وأنا الضحية، شخص يهددني على واتساب برسائل منذ شهرين",
    "fr": "bonjour, c'est moi la victime, j'ai 14 ans, on me menace sur whatsapp par messages depuis deux mois",
}


@pytest.mark.parametrize("language", list(TEXTS))
async def test_everything_in_the_first_message_leaves_little_to_ask(settings: Settings, language: str) -> None:
    talk = Protocol(settings)
    turns = await talk.talk(FIRST[language], TEXTS[language], "text")
    assert talk.case
    assert (talk.case["age"], talk.case["duration"], talk.case["reporter"]) == (14, "P2M", "self")
    assert talk.case["handoff"]["reason"] == "intake_complete"
    assert turns <= 6


async def test_time_goes_on_and_an_unfinished_chat_is_forgotten(settings: Settings) -> None:
    talk = Protocol(settings)
    lines = [
        {"clock": "2026-11-21T22:00:00+01:00"}, {"text": "wa7d kayhddedni f whatsapp"},
        {"clock": "2026-11-22T23:00:00+01:00"}, {"text": "salam"},
    ]  # fmt: skip
    await chat_json(settings, map(json.dumps, lines), talk)  # type: ignore[arg-type]
    assert [m["id"] for m in talk.turns[3] if "id" in m] == ["greeting.hello", "narrative.ask"]
    assert talk.case is None


@pytest.mark.parametrize(
    "line",
    ["nonsense", "[]", "{}", '{"text": 3}', '{"media": {"kind": "smell"}}', '{"clock": "yesterday"}', "[" * 9000],
)
async def test_a_line_that_is_not_of_the_protocol_is_refused_in_one_sentence(settings: Settings, line: str) -> None:
    with pytest.raises(WrongLine, match=r"Line 1"):
        await chat_json(settings, [line], Protocol(settings))  # type: ignore[arg-type]


def test_the_command_speaks_the_protocol(tmp_path: Path) -> None:
    result = m3ak(tmp_path, "chat", "--json", "--lang", "fr", given='{"text": "3"}\n')
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line.get("id") for line in lines] == ["greeting.hello", "narrative.ask", None, None]
    assert lines[0]["language"] == "fr"
    assert {"text", "from", "choices", "expects"} <= set(lines[0])
    assert lines[-1] == {"case": None}
    assert result.returncode == 0
    wrong = m3ak(tmp_path, "chat", "--json", given="nonsense\n")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)


def test_a_human_chat_shows_the_case_at_its_end(tmp_path: Path) -> None:
    result = m3ak(tmp_path, "chat", given="salam\n1\n1\n\n")
    assert result.returncode == 0
    assert "1. " in result.stdout


async def test_a_short_first_word_does_not_fix_the_language(settings: Settings) -> None:
    talk = Protocol(settings)
    lines = [{"text": "salut"}, {"text": "ok"}, {"text": "wa7d kayhddedni f whatsapp kol nhar"}, {"text": "oui"}]
    await chat_json(settings, map(json.dumps, lines), talk)  # type: ignore[arg-type]
    assert [turn[0]["language"] for turn in talk.turns[:4]] == ["fr", "fr", "ary-Latn", "ary-Latn"]
