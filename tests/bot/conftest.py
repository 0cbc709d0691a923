from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.house import House, house_in


@pytest.fixture
async def house(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    """The whole house, on SQLite and on PostgreSQL."""
    async with house_in(tmp_path, database_url) as house:
        yield house


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """The whole house on SQLite alone."""
    async with house_in(tmp_path, f"sqlite:///{tmp_path / 'm3ak.db'}") as house:
        yield house
