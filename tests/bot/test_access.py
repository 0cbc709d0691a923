"""What is kept of a case, for its child's request."""

import pytest

from bot.access import sheet
from tests.bot.house import House
from tests.conftest import ROOT


@pytest.fixture
def here(home: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The command line on the home's database."""
    monkeypatch.setenv("M3AK_STORAGE__URL", home.app.settings.storage.url)
    monkeypatch.setenv("M3AK_PRIVACY__KEY_FILE", str(home.app.settings.privacy.key_file))
    return home


async def test_a_sheet_holds_what_was_said_and_noted_and_leaves_a_trace(here: House) -> None:
    reference = await here.opened()
    await here.app.casework.note(reference, "salma", "a rappelé", "key")
    told = await sheet(ROOT / "config.yml", reference.lower(), "fr")
    assert told and "14" in told and "wa7d kayhddedni f whatsapp" in told and "a rappelé" in told
    assert "+2126" not in told
    assert "الرسائل" in (await sheet(ROOT / "config.yml", reference, "ar") or "")
    assert (await here.app.trail.acts(reference=reference))[0].what == "access"
    assert await sheet(ROOT / "config.yml", "AAAA-AAAA", "fr") is None


async def test_a_sealed_case_is_not_opened_by_it(here: House) -> None:
    reference = await here.opened()
    await here.say("bghit nmout")
    await here.say("mse7")
    await here.say("ah")
    told = await sheet(ROOT / "config.yml", reference, "fr")
    assert told and reference in told and "kayhddedni" not in told and "bghit" not in told
