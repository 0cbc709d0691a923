"""The wording of one sentence in four varieties: length, script, numbers, voice and gendered forms (VOICE's rules)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from dialogs.catalogue import Entry
from dialogs.messages import RTL
from nlu.interpretation import Language

BUTTON = 20
"""Characters of a button that every platform shows."""
BODY = 1024
"""Characters under which WhatsApp puts buttons."""
LONGEST = 4096
"""Characters of one message on WhatsApp and Telegram."""
READING = 70
"""Words that a child reads in one message; more is split."""

_FIELD = re.compile(r"\{\w+\}")
_NUMBER = re.compile(r"(?<![\w{])\d+(?![\w}])")
_ARABIC, _LATIN = re.compile(r"[\u0621-\u06ff]"), re.compile(r"[A-Za-zÀ-ÿ]")
_NOT_PROSE = re.compile(r"\{\w+\}|«[^»]*»|https?://\S+|\b[\w.]+\.(?:ma|com|org)\b")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_BRANDS = ("choice.language.", "choice.platform.")
_MEANT_LONG = ("guide.", "consent.more", "doors.", "summary.")

_GENDERED: Mapping[Language, re.Pattern[str]] = {
    Language.ARY: re.compile(
        r"(?<!\w)(?:قول|قولي|جاوب|جاوبي|كتب ليا|كتبي|تجاوب|تجاوبي|تخلص|تخلصي|كتيق|كتيقي|نتي|خايف|خايفة|بوحدك انت)"
        r"(?!\w)"
    ),
    Language.ARY_LATN: re.compile(
        r"(?<!\w)(?:goul|gouli|jaweb|jawbi|tjaweb|tjawbi|tkhelles|tkhellsi"
        r"|katti9|katti9i|nti|khayef|khayfa)(?!\w)",
        re.I,
    ),
    Language.AR: re.compile("أنتِ|أنتَ|(?<!\\w)(?:اكتبي|قولي|أخبريني|اختاري|خائف|خائفة|متأكد|متأكدة|وحيدة|وحيدًا)(?!\\w)"),
    Language.FR: re.compile(
        r"\w\((?:e|ne|le|ve|euse)\)|\w·e\b|\b(?:tu es|tu n'es pas|tu étais|es-tu) "
        r"(?:sûre?|seule?|prête?|inquiète?|inquiet"
        r"|victime|coupable|obligée?|blessée?|content|contente)\b", re.I),
}  # fmt: skip


def look(key: str, entries: Mapping[Language, Entry], offers: bool) -> Iterator[tuple[Language, str, str, str]]:
    """Looks at one sentence.

    Args:
        key: its message key.
        entries: it, by variety.
        offers: whether buttons stand under it.

    Yields:
        the variety, ``error`` or ``warning``, what is wrong, and the cure.
    """
    spoken = not key.startswith("words.")
    for language, entry in entries.items():
        text, length = entry.text, len(entry.text)
        name = f"{key!r} in {language.value}"
        if key.startswith("choice.") and length > BUTTON:
            yield language, "error", f"the button {name} has {length} characters", f"the platforms show {BUTTON}"
        elif spoken and length > LONGEST:
            yield (
                language,
                "error",
                f"{name} has {length} characters",
                f"WhatsApp and Telegram take {LONGEST}; split it",
            )
        elif spoken and offers and length > BODY:
            yield (
                language,
                "warning",
                f"{name} has {length} characters over buttons",
                f"WhatsApp takes {BODY}; shorten it",
            )
        if not spoken:
            continue
        words = len(text.split())
        if words > READING and not key.startswith(_MEANT_LONG):
            yield language, "warning", f"{name} has {words} words", f"a child reads {READING}; split or shorten it"
        if len(_EMOJI.findall(text)) > 1:
            yield language, "warning", f"{name} has more than one emoji", "keep one at most"
        if key.startswith("danger.") and not calm(text):
            yield language, "error", f"{name} has an emoji or an exclamation mark", "in danger there is none"
        if found := _GENDERED[language].search(text):
            yield language, "warning", f"{name} speaks to one gender: {found[0]!r}", "use a form that serves both"
        if not script_fits(language, key, text):
            yield language, "error", f"{name} is in the other script", "write it in the script of its variety"
    if spoken:
        yield from _compared(key, entries)


def calm(text: str) -> bool:
    """Whether a text has neither emoji nor exclamation mark."""
    return not (_EMOJI.search(text) or "!" in text)


def script_fits(language: Language, key: str, text: str) -> bool:
    """Whether a text is in the script of its variety; names of brands may be in any."""
    if key.startswith(_BRANDS):
        return True
    prose = _NOT_PROSE.sub("", text)
    arabic, latin = len(_ARABIC.findall(prose)), len(_LATIN.findall(prose))
    return arabic == latin or (language in RTL) == (arabic > latin)


def _compared(key: str, entries: Mapping[Language, Entry]) -> Iterator[tuple[Language, str, str, str]]:
    usual_fields = _usual({language: Counter(_FIELD.findall(entry.text)).keys() for language, entry in entries.items()})
    usual_numbers = _usual({language: _NUMBER.findall(entry.text) for language, entry in entries.items()})
    questions = Counter(_asks(entry) for entry in entries.values())
    asks = questions[True] > questions[False]
    texts: dict[str, Language] = {}
    for language, entry in entries.items():
        if _asks(entry) != asks and questions[True] != questions[False]:
            what = "asks nothing" if asks else "asks something"
            yield language, "warning", f"{key!r} in {language.value} {what}, unlike the others", "compare them"
        fields = frozenset(_FIELD.findall(entry.text))
        if odd := sorted(fields ^ usual_fields):
            yield (
                language,
                "warning",
                f"{key!r} in {language.value} differs from the others in {odd[0]}",
                "compare them",
            )
        numbers = frozenset(_NUMBER.findall(entry.text))
        if odd := sorted(numbers - usual_numbers):
            yield language, "warning", f"{key!r} in {language.value} has the number {odd[0]} alone", "compare them"
        if len(entry.text) > 2 * BUTTON and (twin := texts.setdefault(entry.text, language)) is not language:
            yield (
                language,
                "error",
                f"{key!r} in {language.value} is the text of {twin.value}",
                "write it in its variety",
            )


def _asks(entry: Entry) -> bool:
    return entry.text.rstrip().endswith(("?", "؟"))


def _usual(found: Mapping[Language, object]) -> frozenset[str]:
    """What most of the varieties have."""
    sets: list[frozenset[str]] = [frozenset(values) for values in found.values()]  # type: ignore[call-overload]
    return Counter(sets).most_common(1)[0][0]
