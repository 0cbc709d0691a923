"""The trained model that the tests of understanding read with; trained only when something has changed."""

from pathlib import Path

import pytest

from nlu import examples
from nlu.engine import EmbeddedInterpreter
from nlu.train import train

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def model_file() -> Path:
    return train(ROOT / "nlu" / "data", ROOT / "var" / "model.npz").model


@pytest.fixture(scope="session")
def interpreter(model_file: Path) -> EmbeddedInterpreter:
    return EmbeddedInterpreter.load(model_file)


@pytest.fixture
def thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trains from few told, idle and danger messages: all of them take a minute."""
    told, dangers = examples.read_told(examples.LEXICON)[::40], examples.read_danger(examples.LEXICON)[::20]
    idle, asked = examples.read_idle(examples.LEXICON)[::400], examples.read_asked(examples.LEXICON)[::40]
    monkeypatch.setattr(examples, "read_told", lambda folder: told)
    monkeypatch.setattr(examples, "read_idle", lambda folder: idle)
    monkeypatch.setattr(examples, "read_asked", lambda folder: asked)
    monkeypatch.setattr(examples, "read_danger", lambda folder: dangers)
