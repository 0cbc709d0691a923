"""Normal form: one spelling for what is the same to a reader, with the way back to the original text.

What is folded: compatibility forms and case, accents and Arabic vowel signs, tatweel, the forms of alef,
final ya and ta marbuta (``ى`` to ``ي``, ``ة`` to ``ه``), the seated and bare hamza, the letters that
Moroccans write for g, p and v (``گ ڭ ݣ`` to ``ك``, ``پ`` to ``ب``, ``ڤ`` to ``ف``), digits of every script,
the Arabic comma and question mark, apostrophes, spaces, and letters drawn out ("salaaaam").
Direction marks, joiners, lone surrogates and emoji modifiers vanish; control characters become spaces.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LETTERS = {
    "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه",
    "ٱ": "ا", "ء": "", "ک": "ك", "گ": "ك", "ڭ": "ك", "ݣ": "ك", "پ": "ب", "ڤ": "ف", "ڥ": "ف", "چ": "ج",
    "ژ": "ج",
    "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ı": "i", "ł": "l", "đ": "d",
    "ـ": "", "؟": "?", "،": ",", "؛": ";", "٪": "%", "…": ".",
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "ʿ": "'", "ʾ": "'", "“": '"', "”": '"',
    "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-",
}  # fmt: skip
_DROPPED = {"Mn", "Me", "Mc", "Cf", "Cs", "Co"}
_SPACES = {"Zs", "Zl", "Zp", "Cc"}
_RUN = re.compile(r"([^\W\d_])\1{2,}|([^\w])\2+")
_LETTER = re.compile(r"[^\W\d_]")


_REMEMBERED = 8192


@lru_cache(maxsize=_REMEMBERED)
def _fold_character(character: str) -> str:
    if character in _LETTERS:
        return _LETTERS[character]
    if 0x1F3FB <= ord(character) <= 0x1F3FF:  # the skin tones of emoji
        return ""
    folded = []
    for part in unicodedata.normalize("NFKD", character).casefold():
        category = unicodedata.category(part)
        if category in _SPACES:
            folded.append(" ")
        elif category == "Nd":
            folded.append(str(unicodedata.decimal(part)))
        elif category not in _DROPPED:
            folded.append(_LETTERS.get(part, part))
    return "".join(folded)


class _Folding(dict[int, str]):
    """The fold of each character seen, by its code, up to a bound."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = folded
        return folded


_FOLDED = _Folding()
_ONE_FOR_ONE = frozenset(
    character for code in (*range(0x180), *range(0x600, 0x700)) if len(_fold_character(character := chr(code))) == 1
)
"""Most characters of the four varieties: each becomes one other, so that every place stays as it is."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in normal form and the way back.

    Args:
        text: the normal form, without outer spaces.
        offsets: for each of its characters, the index in the original of the first character it stands for.
        ends: for each of its characters, one past the last character of the original that it stands for.
    """

    text: str
    offsets: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of ``text[start:end]``.

        Raises:
            IndexError: the part is empty or lies outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise IndexError(f"no part {start}:{end} in a text of {len(self.text)} characters")
        return self.offsets[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """The normal form of any string, keeping where each of its characters came from."""
    if _ONE_FOR_ONE.issuperset(text):
        folded, offsets = text.translate(_FOLDED), list(range(len(text)))
    else:
        parts = [_fold_character(character) for character in text]
        folded = "".join(parts)
        offsets = [index for index, part in enumerate(parts) for _ in part]
    ends = [offset + 1 for offset in offsets]
    pieces: list[tuple[int, int]] = []
    kept = 0
    for run in _RUN.finditer(folded):
        keep = run.start() + _kept(folded, run)
        pieces.append((kept, keep))
        ends[keep - 1] = ends[run.end() - 1]
        kept = run.end()
    pieces.append((kept, len(folded)))
    if len(pieces) > 1:
        offsets = [offset for start, end in pieces for offset in offsets[start:end]]
        ends = [after for start, end in pieces for after in ends[start:end]]
        folded = "".join(folded[start:end] for start, end in pieces)
    left = len(folded) - len(folded.lstrip())
    right = len(folded.rstrip())
    if right < left:
        return Folded("", (), ())
    return Folded(folded[left:right], tuple(offsets[left:right]), tuple(ends[left:right]))


def normalise(text: str) -> str:
    """The normal form of any string; never longer to compute than in proportion to the text."""
    folded = text.translate(_FOLDED)
    return _RUN.sub(lambda run: run.group()[: _kept(folded, run)], folded).strip()


def _kept(text: str, run: re.Match[str]) -> int:
    """How much stays of a run: a drawn-out letter once, but twice where it is the whole word (hh, mm)."""
    if run.group(1) is None:
        return 1
    before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    return 1 if _LETTER.match(before) or _LETTER.match(after) else 2
