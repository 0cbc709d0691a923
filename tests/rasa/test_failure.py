"""A real Rasa server that stops, hangs and comes back: the child is answered all the same."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat import Chat
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Question
from nlu.rasa import RasaInterpreter
from tests.conftest import settings_in
from tests.rasa.server import RasaServer

pytestmark = pytest.mark.rasa

_TEXT = "wa7d kayhdedni f whatsapp"
_LIMIT = 1.0  # seconds
_REST = 0.2  # seconds


@pytest.fixture
def interpreter(rasa: RasaServer, embedded: EmbeddedInterpreter) -> RasaInterpreter:
    """Asks the running server, and soon again after a failure."""
    return RasaInterpreter(rasa.url, rasa.token, _LIMIT, embedded, rest=_REST)


@pytest.fixture
def suspended(rasa: RasaServer) -> Iterator[RasaServer]:
    """The server, taking connections and answering none."""
    rasa.suspend()
    yield rasa
    rasa.resume()


async def test_it_stops_in_mid_run_and_comes_back(
    rasa: RasaServer, interpreter: RasaInterpreter, embedded: EmbeddedInterpreter
) -> None:
    ours = embedded.read(_TEXT, Question())
    theirs = await interpreter.parse(_TEXT, Question())
    assert theirs.ranking != ours.ranking
    rasa.stop()
    before = time.monotonic()
    assert await interpreter.parse(_TEXT, Question()) == ours
    assert time.monotonic() - before < _LIMIT + 0.5
    rasa.start()
    await asyncio.sleep(_REST)
    assert (await interpreter.parse(_TEXT, Question())).ranking == theirs.ranking


async def test_it_hangs_and_comes_back(
    suspended: RasaServer, interpreter: RasaInterpreter, embedded: EmbeddedInterpreter
) -> None:
    ours = embedded.read(_TEXT, Question())
    before = time.monotonic()
    assert await interpreter.parse(_TEXT, Question()) == ours
    assert _LIMIT <= time.monotonic() - before < _LIMIT + 0.5
    before = time.monotonic()
    assert await interpreter.parse(_TEXT, Question()) == ours
    assert time.monotonic() - before < _REST, "the second message waited too"
    suspended.resume()
    await asyncio.sleep(_REST)
    assert (await interpreter.parse(_TEXT, Question())).ranking != ours.ranking


async def test_a_chat_goes_on_when_it_stops(rasa: RasaServer, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = {"engine": "rasa", "rasa_url": rasa.url, "rasa_token": rasa.token, "rasa_timeout": _LIMIT}
    chat = Chat(settings_in(tmp_path, nlu=engine), tmp_path)
    await chat.open()
    try:
        assert await chat.send("salam, 3afakom 3awnouni")
        assert await chat.send("wa7d kayhdedni f whatsapp mn chher")
        assert "did not answer" not in caplog.text
        rasa.stop()
        assert await chat.send("baghi ynchr tsawri")
        assert "Rasa did not answer" in caplog.text
        assert "tsawri" not in caplog.text
        assert await chat.send("ah")
        state = await chat.state()
    finally:
        await chat.close()
    assert "whatsapp" in json.dumps(state.slots, default=list)
