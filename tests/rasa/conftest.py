"""One real Rasa server for all tests of a run."""

from collections.abc import Iterator

import pytest

from nlu.engine import EmbeddedInterpreter
from tests.conftest import ROOT
from tests.rasa.server import RasaServer


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaServer]:
    server = RasaServer(tmp_path_factory.mktemp("rasa") / "rasa.log")
    yield server
    server.stop()


@pytest.fixture
def rasa(_server: RasaServer) -> RasaServer:
    """The server, running, whatever the test before has done to it."""
    _server.start()
    return _server


@pytest.fixture(scope="session")
def embedded() -> EmbeddedInterpreter:
    """The fallback engine, as trained by ``make setup``."""
    return EmbeddedInterpreter.load(ROOT / "var" / "model.npz")
