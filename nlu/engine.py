"""The embedded engine: reads a message with the linear model, the extractors and the danger rules."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from nlu import asked, concepts, danger, extraction, told
from nlu.answers import answer, opening, put_off
from nlu.clauses import LONG, STORY, clauses, parts
from nlu.extraction import lexicon
from nlu.extraction.reading import Reading
from nlu.interpretation import Danger, DangerKind, Entity, Intent, Interpretation, Question
from nlu.language import language
from nlu.model import NO_DANGER, Model, Scores, violence
from nlu.normal import normalise

LONGEST = 2000
"""Characters of a message that are read; what follows is kept but not understood."""

_CERTAIN = 0.97
_DOUBTFUL = 0.25
_VIOLENT = 1.0  # the margin of a kind of violence above which a message is a report, however far its words
_NAMED = 1.0  # what a named kind of violence adds to a report's log-odds
_LIKELY = 0.6
_TOLD, _ALARM, _SURELY = 0.02, 0.1, 0.6
"""How likely a report must be; and from how likely on danger is believed there, and elsewhere. With .1, .15 and .8, of
320 dangers by other hands 16 fewer were heard than with .02, .1 and .5, and of 3,667 others 19 fewer alarmed."""
_ANSWER = 6  # words up to which a message with the value that was asked for is an answer
_PART = 0.5  # at 0.7, 8 of those dangers fewer are heard, and 3 of the others fewer alarm
_READ = 2  # parts of a story that are read whole: those whose words sound most like danger
_WORDS = 3  # fewer are an answer, in which the model alone sees too little
_RANKED = 5
_PLAIN = 0.8
_HINTED = 0.2
_REQUESTS = frozenset(
    (
        Intent.ASK_HUMAN,
        Intent.ASK_PRIVACY,
        Intent.ASK_HOURS,
        Intent.ASK_STATUS,
        Intent.ASK_REPORT_GUIDE,
        Intent.WITHDRAW_CASE,
    )
)
_COMMANDS = _REQUESTS | {Intent.ERASE_DATA, Intent.RESTART, Intent.CHANGE_LANGUAGE}
_BUSY = (_COMMANDS | {Intent.REPORT_INCIDENT}) - {Intent.ASK_STATUS}  # which is answered as "how long?" is
_LETTER = re.compile(r"[^\W_]")
_MUTE = re.compile(r"[\s?!.,;:…]*")

# What the question that was asked makes likelier, in log-odds.
_YES_NO = frozenset(
    ("consent", "safety", "trusted_adult", "anonymous", "accompaniment", "recontact", "summary", "evidence")
)
_VALUES = frozenset(
    (
        "reporter",
        "age",
        "gender",
        "platform",
        "content_type",
        "category",
        "city",
        "name",
        "accompaniment_kind",
    )
)
_STORY: Mapping[str, float] = {"report_incident": 1.5, "out_of_scope": -0.5}
_LIFTS: Mapping[str, Mapping[str, float]] = {
    **{slot: {"affirm": 1.5, "deny": 1.5, "unsure": 1.0} for slot in _YES_NO},
    **{slot: {"report_incident": 1.0, "unsure": 0.7} for slot in _VALUES},
    "narrative": _STORY,
    "language": {"change_language": 2.0},
}
_TOLD_OF = frozenset(("category", "platform", "content_type", "age", "duration", "reporter", "trusted_adult"))
_FACTS = frozenset(("age", "birth_year", "platform", "content_type", "category", "city", "reporter", "duration"))


class EmbeddedInterpreter:
    """Reads messages with a model trained by ``nlu.train``; an ``Interpreter``.

    Args:
        model: the trained model.
    """

    def __init__(self, model: Model) -> None:
        self._model = model

    @classmethod
    def load(cls, model: Path) -> "EmbeddedInterpreter":
        """Reads the model file, and warms up.

        Raises:
            ModelMissing: there is no usable model; the message says what to do.
        """
        trained = Model.load(model)
        lexicon.unpack(trained.lexicon)
        concepts.unpack(trained.concepts)
        interpreter = cls(replace(trained, names=(), lexicon=b"", concepts=b""))
        interpreter.read("salam سلام", Question())
        return interpreter

    async def parse(self, text: str, question: Question) -> Interpretation:
        """Reads one message; answers for any string, and never raises."""
        return self.read(text, question)

    def read(self, text: str, question: Question) -> Interpretation:
        """The same without waiting: it takes about a millisecond.

        Args:
            text: the message as received; beyond ``LONGEST`` characters it is not read.
            question: what the bot has asked.
        """
        seen = text[:LONGEST]
        normal = normalise(seen)
        reading = Reading(seen, question)
        entities = extraction.within(reading)
        alarm = danger.within(reading)
        lifts = _lifts(normal, question, entities, alarm)
        scores = self._model.probabilities(normal, lifts, told.names(reading))
        bare = answer(normal, question.expects)
        ranking = _ranking(normal, seen, entities, scores, question, bare)
        if alarm is None and ranking[0][1] < _PLAIN and len(normal.split()) >= LONG:
            ranking = self._asked_within(normal, ranking)
        heard = alarm or (None if bare else self._second_vote(normal, scores))
        if ranking[0][0] is Intent.OUT_OF_SCOPE and (heard or violence(scores.told) > _VIOLENT):
            ranking = _led_by(Intent.REPORT_INCIDENT, list(ranking), ranking[0][1])
        telling = ranking[0][0] is Intent.REPORT_INCIDENT or alarm is not None
        entities = told.voted(reading, entities, scores.told, self._model, telling=telling)
        busy = ranking[0][0] in _BUSY
        entities = asked.voted(reading, entities, scores.question, self._model, busy=busy)
        spoken, sure = language(normal, scores.language, question)
        return Interpretation(
            text=text,
            language=spoken,
            language_sure=sure,
            intent=ranking[0][0],
            confidence=ranking[0][1],
            ranking=ranking,
            entities=entities,
            danger=heard,
            truncated=len(text) > LONGEST,
        )

    def _second_vote(self, normal: str, scores: Scores) -> Danger | None:
        """The danger that the model hears where no rule has seen it, in more than an answer. High recall first: a miss
        costs more than a false alarm, so that little is enough in a report, whatever kind; one in two in a part of a
        long story; and "surely danger" in anything else."""
        words = len(normal.split())
        if words < _WORDS:
            return None
        told = dict(scores.intent).get(Intent.REPORT_INCIDENT, 0.0)
        heard = _heard(scores.danger, _ALARM if told >= _TOLD else _SURELY)
        if heard or words < STORY:
            return heard
        likeliest = sorted(parts(normal), key=self._model.doubting, reverse=True)[:_READ]
        return next(filter(None, (_heard(self._model.probabilities(part).danger, _PART) for part in likeliest)), None)

    def _asked_within(self, normal: str, ranking: tuple[tuple[Intent, float], ...]) -> tuple[tuple[Intent, float], ...]:
        """The ranking led by a request that one clause makes plainly, where the whole message is unclear."""
        likely = {intent for intent, confidence in ranking if confidence >= _HINTED}
        found: tuple[Intent, float] | None = None
        for clause in clauses(normal):
            label, confidence = self._model.probabilities(clause, {}).intent[0]
            intent = Intent(label)
            if intent in _REQUESTS & likely and confidence >= _PLAIN and (found is None or confidence > found[1]):
                found = intent, confidence
        return ranking if found is None else _led_by(found[0], list(ranking), found[1])


def _lifts(normal: str, question: Question, entities: Sequence[Entity], alarm: Danger | None) -> dict[str, float]:
    """What the question and the values found make likelier, in log-odds."""
    lifts = dict(_LIFTS.get(question.expects or "", {}))
    first = opening(normal) if question.expects in _YES_NO else None
    if first in (Intent.AFFIRM, Intent.DENY, Intent.UNSURE):
        lifts[first] = lifts.get(first, 0.0) + 2.0
    if alarm is not None:
        lifts[Intent.REPORT_INCIDENT] = lifts.get(Intent.REPORT_INCIDENT, 0.0) + 3.0
    elif not any(entity.entity in _TOLD_OF for entity in entities):
        lifts[Intent.REPORT_INCIDENT] = lifts.get(Intent.REPORT_INCIDENT, 0.0) - 1.0
    elif any(entity.entity == "category" for entity in entities):
        lifts[Intent.REPORT_INCIDENT] = lifts.get(Intent.REPORT_INCIDENT, 0.0) + _NAMED
    return lifts


def _ranking(
    normal: str,
    seen: str,
    entities: tuple[Entity, ...],
    scores: Scores,
    question: Question,
    bare: Intent | None,
) -> tuple[tuple[Intent, float], ...]:
    """The intents, best first: a bare answer or a bare value is what it is, else the model's word."""
    ranking = [(Intent(label), confidence) for label, confidence in scores.intent]
    best, confidence = ranking[0]
    wanted = {"birth_year" if question.expects == "age" else question.expects, question.expects}
    given = question.expects in _VALUES and any(entity.entity in wanted for entity in entities)
    if bare is None and best is Intent.DENY and question.expects == "consent" and put_off(normal):
        bare = Intent.UNSURE
    if bare is not None and not given:
        return _led_by(bare, ranking)
    if given and len(normal.split()) <= _ANSWER and confidence < _PLAIN:
        return _led_by(Intent.REPORT_INCIDENT, ranking)
    facts = [entity for entity in entities if entity.entity in _FACTS or entity.entity in wanted]
    if best in _COMMANDS and confidence >= _PLAIN and all(fact.entity == "name" for fact in facts):
        # Any two words may be a name; these say plainly what is wanted.
        return tuple(ranking[:_RANKED])
    if facts and (confidence < _LIKELY or wanted & {fact.entity for fact in facts}) and _covers(facts, seen):
        told = any(fact.entity != "language" for fact in facts)
        return _led_by(Intent.REPORT_INCIDENT if told else Intent.CHANGE_LANGUAGE, ranking)
    if not scores.known or _MUTE.fullmatch(normal):
        return _led_by(Intent.OUT_OF_SCOPE, ranking, _DOUBTFUL)
    if confidence < _DOUBTFUL and not facts and best is not Intent.OUT_OF_SCOPE:
        return _led_by(Intent.OUT_OF_SCOPE, ranking, confidence)
    return tuple(ranking[:_RANKED])


def _led_by(
    intent: Intent, ranking: list[tuple[Intent, float]], confidence: float = _CERTAIN
) -> tuple[tuple[Intent, float], ...]:
    """The ranking with one intent in front; the others share what is left."""
    others = [(other, score) for other, score in ranking if other is not intent]
    left = sum(score for _, score in others) or 1.0
    shared = [(other, min(confidence, score * (1 - confidence) / left)) for other, score in others]
    return ((intent, confidence), *shared[: _RANKED - 1])


def _covers(entities: Sequence[Entity], seen: str) -> bool:
    """Whether a message is little more than the values that it names."""
    letters = {place for place, character in enumerate(seen[:80]) if _LETTER.match(character)}
    if len(seen) > 80 or not letters:
        return False
    named = {place for entity in entities for place in range(entity.start, entity.end)}
    return len(letters - named) <= min(3, len(letters) // 3)


def _heard(said: Mapping[str, float], least: float) -> Danger | None:
    """The likeliest kind of danger, where danger of any kind is as likely as that."""
    if 1 - said[NO_DANGER] < least:
        return None
    return Danger(DangerKind(max(said.keys() - {NO_DANGER}, key=lambda kind: said[kind])), "model")
