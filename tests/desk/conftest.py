from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from handoff.desk import password
from tests.browser import chromium
from tests.desk.house import House, Visitor

__all__ = ["chromium", "house", "light_hashes", "visitor"]


@pytest.fixture(scope="session", autouse=True)
def light_hashes() -> Iterator[None]:
    """Hashes that cost little: the tests log in some hundred times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(password, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture
def house() -> House:
    return House()


@pytest_asyncio.fixture
async def visitor(house: House) -> AsyncIterator[Visitor]:
    async with Visitor(house) as visitor:
        yield visitor
