"""The catalogues: every sentence a child reads, in four varieties, read from gettext files with Babel."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from dialogs.effect import Phrase
from nlu.interpretation import Language

LOCALES = Path(__file__).parent / "locales"
FIRST_STRONG_ISOLATE, LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE = "\u2068", "\u2066", "\u2069"
RTL = (Language.ARY, Language.AR)
_FIELD = re.compile(r"\{(\w+)\}")
_BUTTON = 20
_SIGNED_VERSION = re.compile(r"(.*), ([0-9a-f]{12})")


class BrokenCatalogue(Exception):
    """A catalogue cannot be used. The message names the file, the key and the cure."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in one variety.

    Args:
        text: with ``{names}`` for what is put in.
        version: twelve hexadecimal digits that change with the text.
        reviewed: who signed it off and when, or None.
    """

    text: str
    version: str
    reviewed: str | None


class Messages:
    """The sentences of all varieties by key.

    Args:
        sentences: by variety, then by key.
        constants: values that every sentence may use: the helpline's facts.
    """

    def __init__(
        self, sentences: Mapping[Language, Mapping[str, Sentence]], constants: Mapping[str, str | Phrase] | None = None
    ):
        self.sentences = sentences
        self.constants = dict(constants or {})

    def __contains__(self, key: str) -> bool:
        return key in self.sentences[Language.ARY]

    def resolve(self, key: str, variants: tuple[str, ...]) -> str:
        """The key of the most fitting variant: ``age.ask.other`` where there is one, else ``age.ask``."""
        return next((f"{key}.{v}" for v in variants if f"{key}.{v}" in self), key)

    def version(self, key: str, language: Language) -> str:
        """Which wording of a sentence this is: kept with a consent."""
        return self.sentences[language][key].version

    def title_key(self, choice: str) -> str:
        """The key of a button's title: ``choice.SLOT.VALUE``, or ``choice.VALUE`` where that says enough."""
        key = f"choice.{choice}"
        return key if key in self else f"choice.{choice.partition('.')[2]}"

    def title(self, choice: str, language: Language) -> str:
        """A button's title."""
        return self.text(self.title_key(choice), language)

    def told(self, slot: str, answer: bool | str, language: Language) -> tuple[str, str]:
        """The question of a slot, as it is asked, and an answer to it, as its button reads; the bare names where no
        sentence is called so any more."""
        value = answer if isinstance(answer, str) else "yes" if answer else "no"
        asked, title = f"{slot}.ask", self.title_key(f"{slot}.{value}")
        return (
            self.text(asked, language) if asked in self else slot,
            self.text(title, language) if title in self else value,
        )

    def text(
        self,
        key: str,
        language: Language,
        params: Mapping[str, "str | int | Phrase | tuple[Phrase, ...]"] | None = None,
    ) -> str:
        """A sentence with its values put in; in Arabic script each value keeps its own direction."""
        values: dict[str, str | int | Phrase | tuple[Phrase, ...]] = {**self.constants, **(params or {})}

        def put(match: re.Match[str]) -> str:
            value = values[match[1]]
            if isinstance(value, Phrase):
                return self.text(value.key, language, value.params)
            if isinstance(value, tuple):
                return "\n".join(self.text(phrase.key, language, phrase.params) for phrase in value)
            if language in RTL:
                # Numbers, links and codes read left to right inside Arabic; names read as they are written.
                mark = LEFT_TO_RIGHT_ISOLATE if str(value).isascii() else FIRST_STRONG_ISOLATE
                return f"{mark}{value}{POP_ISOLATE}"
            return str(value)

        return _FIELD.sub(put, self.sentences[language][key].text)

    def unsigned(self) -> list[tuple[Language, str]]:
        """The sentences that no native speaker and psychologist has signed off yet."""
        return [(lang, key) for lang, texts in self.sentences.items() for key, s in texts.items() if not s.reviewed]


def load_messages(constants: Mapping[str, str | Phrase] | None = None, folder: Path = LOCALES) -> Messages:
    """Reads and checks ``LANGUAGE/m3ak.po`` of all four varieties.

    Raises:
        BrokenCatalogue: for a missing, fuzzy, empty or over-long sentence, or an unknown ``{name}``.
    """
    sentences: dict[Language, dict[str, Sentence]] = {}
    for language in Language:
        path = folder / language.value / "m3ak.po"
        sentences[language] = _sentences(path)
    every = {key for texts in sentences.values() for key in texts}
    for language, texts in sentences.items():
        if missing := sorted(every - set(texts)):
            raise BrokenCatalogue(
                f"dialogs/locales/{language}/m3ak.po: the sentence {missing[0]!r} is missing; write it."
            )
    for key in sorted(every):
        fields = {language: frozenset(_FIELD.findall(texts[key].text)) for language, texts in sentences.items()}
        usual = Counter(fields.values()).most_common(1)[0][0]
        for language, names in fields.items():
            where = f"dialogs/locales/{language}/m3ak.po"
            length = len(sentences[language][key].text)
            if key.startswith("choice.") and length > _BUTTON:
                raise BrokenCatalogue(
                    f"{where}: the button {key!r} has {length} characters; the platforms show {_BUTTON}."
                )
            # The helpline's facts may stand in one variety and not in another.
            if odd := sorted((names ^ usual) - set(constants or {})):
                raise BrokenCatalogue(f"{where}: {key!r} differs from the other varieties in {{{odd[0]}}}.")
    return Messages(sentences, constants)


def version_of(text: str) -> str:
    """Twelve hexadecimal digits that change with a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def valid(reviewed: str | None, text: str) -> str | None:
    """Who signed a sentence off and when; None where nobody did, or another wording was signed.

    Args:
        reviewed: ``NAME, DATE``, and the version that was signed where it is known.
        text: the sentence as it is.
    """
    found = _SIGNED_VERSION.fullmatch(reviewed or "")
    if found is None:
        return reviewed or None
    return found[1] if found[2] == version_of(text) else None


def read_catalogue(path: Path) -> Catalog:
    """Reads one file; Babel knows no ``ary``, so the catalogue goes without a locale.

    Raises:
        BrokenCatalogue: when the file is missing or not a gettext catalogue.
    """
    try:
        with path.open("rb") as file:
            return read_po(file, abort_invalid=True)
    except OSError:
        raise BrokenCatalogue(f"{path}: is missing; every variety needs its catalogue.") from None
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise BrokenCatalogue(f"{path}: is not a gettext catalogue: {error}") from None


def _sentences(path: Path) -> dict[str, Sentence]:
    result: dict[str, Sentence] = {}
    catalogue = read_catalogue(path)
    lines: dict[str, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        # Babel takes the last of two equal keys without a word.
        if line.startswith("msgid ") and (first := lines.setdefault(line, number)) != number:
            raise BrokenCatalogue(
                f"{path}:{number}: the sentence {line[7:-1]!r} is there twice, first in line {first}; remove one."
            )
    for message in catalogue:
        key = message.id
        if not key:
            continue
        text = message.string
        if not isinstance(key, str) or not isinstance(text, str) or not text:
            raise BrokenCatalogue(f"{path}: the sentence {key!r} has no text; write it.")
        if message.fuzzy:
            raise BrokenCatalogue(f"{path}: the sentence {key!r} is marked fuzzy; check it and remove the mark.")
        reviewed = next((c[9:].strip() for c in message.user_comments if c.startswith("reviewed:")), None)
        result[key] = Sentence(text, version_of(text), valid(reviewed, text))
    return result
