"""Language: the variety that a message is written in, by its script and then by its words."""

import re
from collections.abc import Mapping

from nlu.features import MASKS, masked, tokens
from nlu.interpretation import Language, Question

_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LETTER = re.compile(r"[\u0600-\u06ffa-z]")
_SCRIPTS = {True: (Language.ARY, Language.AR), False: (Language.ARY_LATN, Language.FR)}
_SURE = 0.8
_FEW = 2

# Words that children write whatever they speak: they show no variety.
_NEUTRAL = frozenset(
    [
        "ok", "okey", "okay", "oki", "salam", "slm", "slt", "cc", "hi", "hello", "hey", "yo", "bjr",
        "bonjour", "merci", "mrc", "stp", "svp", "bye", "ciao", "yes", "no", "lol", "mdr", "hh",
        "mm", "ah", "oh", "la", "insta", "instagram", "facebook", "fb", "whatsapp", "wtsp",
        "watsap", "tiktok", "tik", "tok", "snap", "snapchat", "youtube", "telegram", "messenger",
        "discord", "game", "sms", "gmail", "email", "video", "photo", "profil", "live", "story",
        "bot", "robot", "help", "sos", "skip", "stop",
        "سلام", "السلام", "عليكم", "وعليكم", "مرحبا", "شكرا", "لا", "نعم", "اه", "هه", "واتساب",
        "فيسبوك", "انستغرام", "تيكتوك", "سناب", "يوتيوب", "تلغرام", "فيديو",
    ]
)  # fmt: skip

_FRENCH = frozenset(("slt", "cc", "bjr", "bonjour", "merci", "mrc", "stp", "svp"))
"""Of these, the words that one who speaks French is likelier to begin with."""


def language(text: str, probabilities: Mapping[str, float], question: Question) -> tuple[Language, bool]:
    """The variety of a text in normal form, and whether the text shows it.

    Where it does not ("ok", "14", an emoji, one word in a conversation) the conversation's language stays.

    Args:
        text: the text in normal form.
        probabilities: what the model says of each variety.
        question: gives the conversation's language.
    """
    words = [word for word in tokens(masked(text)) if word not in MASKS and _LETTER.search(word)]
    telling = [word for word in words if word not in _NEUTRAL and len(word) > 1]
    pair = _SCRIPTS[_mostly_arabic(words)]
    first, second = (probabilities.get(variety.value, 0.0) for variety in pair)
    if telling:
        best = pair[0] if first >= second else pair[1]
    else:
        best = Language.FR if _FRENCH & set(words) else pair[0]
    share = max(first, second) / (first + second or 1)
    if not words:
        return question.language or Language.ARY, False
    enough = len(telling) >= (_FEW if question.language else 1)
    sure = enough and share >= _SURE
    if not sure and question.language is not None:
        return question.language, False
    return best, sure


def _mostly_arabic(words: list[str]) -> bool:
    """Whether most words are in Arabic letters; where the scripts are even, the first word decides."""
    arabic = [bool(_ARABIC.match(word)) for word in words]
    return sum(arabic) * 2 > len(words) or (sum(arabic) * 2 == len(words) and arabic[:1] == [True])
