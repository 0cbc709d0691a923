"""The trained model that the tests of understanding read with; trained only when something has changed."""

from pathlib import Path

import pytest

from nlu.engine import EmbeddedInterpreter
from nlu.train import train

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def model_file() -> Path:
    return train(ROOT / "nlu" / "data", ROOT / "var" / "model.npz").model


@pytest.fixture(scope="session")
def interpreter(model_file: Path) -> EmbeddedInterpreter:
    return EmbeddedInterpreter.load(model_file)
