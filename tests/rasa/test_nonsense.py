"""A server that is not Rasa, or not in its right mind: its answers are not believed. Needs no Rasa."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nlu.interpretation import Intent, Interpretation, Language, Question
from nlu.rasa import RasaInterpreter
from tests.standins.server import Answer, Call, Hang, Reset, StandIn

_OURS = Interpretation("salam", Language.ARY_LATN, Intent.THANK, 0.5)


class Ours:
    """The fallback."""

    async def parse(self, text: str, question: Question) -> Interpretation:
        return _OURS


class Parsing(StandIn):
    """A server at ``/model/parse`` that takes every message for a greeting."""

    async def answer(self, request: Request) -> tuple[Call, Callable[[], Awaitable[Response]]]:
        values: dict[str, Any] = {**await request.json(), **request.query_params}

        async def respond() -> Response:
            return JSONResponse(_said("greet", 0.9))

        return Call(request.url.path, values), respond


def _said(name: Any, confidence: Any) -> dict[str, Any]:
    intent = {"name": name, "confidence": confidence}
    return {"text": "salam", "intent": intent, "intent_ranking": [intent], "entities": []}


@pytest.fixture
def server() -> Iterator[Parsing]:
    with Parsing() as server:
        yield server


@pytest.fixture
def interpreter(server: Parsing) -> RasaInterpreter:
    return RasaInterpreter(server.url, "secret", 2.0, Ours(), rest=0.2)


async def test_its_word_is_taken(server: Parsing, interpreter: RasaInterpreter) -> None:
    found = await interpreter.parse("salam", Question())
    assert (found.intent, found.confidence, found.language) == (Intent.GREET, 0.9, Language.ARY_LATN)
    assert server.taken("/model/parse") == [{"text": "salam", "token": "secret"}]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, "<html>"),
        Answer(200, ""),
        Answer(200, "[]"),
        Answer(200, "null"),
        Answer(200, "[" * 50_000),
        Answer(200, {}),
        Answer(200, {"intent": "greet", "intent_ranking": []}),
        Answer(200, {"intent": {"name": "greet", "confidence": 0.9}}),
        Answer(200, _said("nothing_of_ours", 0.9)),
        Answer(200, _said(None, 0.0)),
        Answer(200, _said(["greet"], 0.9)),
        Answer(200, _said("greet", "high")),
        Answer(200, _said("greet", None)),
        Answer(200, _said("greet", 7)),
        Answer(200, json.dumps(_said("greet", float("nan")))),
        Answer(302, "", {"Location": "http://127.0.0.1:9/"}),
        Answer(401, _said("greet", 0.9)),
        Answer(500, "oops"),
        Reset(),
    ],
)
async def test_nonsense_is_not_believed(server: Parsing, interpreter: RasaInterpreter, answer: Answer | Reset) -> None:
    server.fail(answer)
    assert await interpreter.parse("salam", Question()) == _OURS
    assert len(server.calls) == 1


async def test_what_it_does_not_understand_is_out_of_scope(server: Parsing, interpreter: RasaInterpreter) -> None:
    server.fail(Answer(200, _said("nlu_fallback", 0.4)))
    assert (await interpreter.parse("salam", Question())).intent is Intent.OUT_OF_SCOPE


async def test_a_slow_server_is_left_alone_for_a_while(server: Parsing) -> None:
    interpreter = RasaInterpreter(server.url, None, 0.3, Ours(), rest=0.5)
    server.fail(Hang(1.0))
    before = time.monotonic()
    assert await interpreter.parse("salam", Question()) == _OURS
    assert 0.3 <= time.monotonic() - before < 0.8
    assert await interpreter.parse("salam", Question()) == _OURS
    assert len(server.calls) == 1
    await asyncio.sleep(0.5)
    assert (await interpreter.parse("salam", Question())).intent is Intent.GREET


async def test_nothing_there(server: Parsing) -> None:
    interpreter = RasaInterpreter(server.url, None, 1.0, Ours())
    server.stop()
    assert not await interpreter.answers()
    assert await interpreter.parse("salam", Question()) == _OURS


async def test_blank_messages_are_not_asked_about(server: Parsing, interpreter: RasaInterpreter) -> None:
    assert await interpreter.parse(" \n", Question()) == _OURS
    assert server.calls == []
