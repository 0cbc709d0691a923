"""How to report and block, where it happened; and what is kept of the proof."""

import re

import pytest

from nlu.interpretation import Intent, Language, Platform
from tests.dialogs.talker import FLOWS, MESSAGES, Talker

GUIDES = ("facebook", "messenger", "instagram", "whatsapp", "tiktok", "snapchat", "youtube", "telegram", "x", "website",
          "phone")  # fmt: skip


@pytest.mark.parametrize("platform", list(Platform))
def test_the_guide_of_the_app_that_is_known_comes_without_a_question(platform: Platform) -> None:
    talker = Talker()
    talker.say("salam", Intent.GREET)
    keys = talker.say("kifach nblokih", Intent.ASK_REPORT_GUIDE, platform=platform)
    wanted = f"guide.{platform.value}" if platform.value in GUIDES else "guide.report"
    assert keys == ["guide.evidence", wanted, "doors.justice", "narrative.ask"]


def test_an_unknown_app_is_asked_for_once_and_kept() -> None:
    talker = Talker()
    talker.say("salam", Intent.GREET)
    assert talker.say("kifach nbellegh", Intent.ASK_REPORT_GUIDE) == ["guide.evidence", "guide.ask"]
    assert len(talker.says[-1].choices) == 10
    assert talker.choose("platform.tiktok") == ["guide.tiktok", "doors.justice", "narrative.ask"]
    talker.choose("narrative.threats")
    talker.choose("consent.yes")
    talker.choose("reporter.self")
    assert talker.choose("age.14") == ["content_type.ask"]


def test_a_skipped_app_gets_the_general_guide() -> None:
    talker = Talker()
    talker.say("kifach nbellegh", Intent.ASK_REPORT_GUIDE)
    assert talker.choose("platform.skip")[:2] == ["guide.report", "doors.justice"]


def test_after_a_refusal_the_guides_are_still_there_and_nothing_is_kept() -> None:
    talker = Talker()
    talker.to_consent()
    assert talker.choose("consent.no")[-1] == "consent.still"
    talker.say("kifach nbellegh", Intent.ASK_REPORT_GUIDE)
    assert talker.choose("platform.x")[:2] == ["guide.x", "doors.justice"]
    assert talker.state.case is None


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("guide", [*GUIDES, "report"])
def test_a_guide_has_three_to_six_steps_in_the_words_of_the_app(guide: str, language: Language) -> None:
    text = MESSAGES.text(f"guide.{guide}", language)
    steps = re.findall(r"^(\d)\. ", text, re.MULTILINE)
    assert 3 <= len(steps) <= 6
    assert steps == [str(number) for number in range(1, len(steps) + 1)]
    names = {Language.FR: ("Signaler", "Bloquer"), Language.AR: ("إبلاغ", "الإبلاغ", "حظر")}
    assert any(name in text for name in names.get(language, ("Signaler", "Bloquer")))


def test_every_guide_says_that_the_app_and_the_proof_matter_and_no_picture_is_asked_for() -> None:
    assert next(step.say for step in FLOWS["guide"].steps if step.say) == ("guide.evidence",)
    talker = Talker()
    talker.say("3ndo tswirti", category="intimate_image")
    assert talker.say("3ndi dala2il", Intent.ADD_EVIDENCE)[:2] == ["media.not_kept", "evidence.words"]
