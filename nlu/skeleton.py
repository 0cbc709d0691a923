"""Consonant skeleton: what Arabic letters and Arabizi have in common without vowels and habits.

``كيهددني``, ``kayhdedni`` and ``kihddedni`` become ``khdn``; ``الميساج`` and ``lmessage`` become ``lmsj``.
Sounds that are written in several ways in Morocco share one class: ق ك g q 9 k; ح ه 7 h; ص س s; ط ت t;
ض ظ ذ د d.
"""

import re
from functools import lru_cache

_ARABIC = str.maketrans(
    {
        "ب": "b", "ت": "t", "ط": "t", "ث": "t", "ج": "j", "ح": "h", "ه": "h", "خ": "x", "د": "d", "ذ": "d",
        "ض": "d", "ظ": "d", "ر": "r", "ز": "z", "س": "s", "ص": "s", "ش": "c", "ع": "3", "غ": "G", "ف": "f",
        "ق": "k", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ا": "", "و": "", "ي": "",
    }
)  # fmt: skip
_LATIN = str.maketrans(
    {
        "a": "", "b": "b", "d": "d", "e": "", "f": "f", "g": "k", "h": "h", "i": "", "j": "j", "k": "k",
        "l": "l", "m": "m", "n": "n", "o": "", "p": "b", "q": "k", "r": "r", "s": "s", "t": "t", "u": "",
        "v": "f", "w": "", "x": "ks", "y": "", "z": "z", "2": "", "3": "3", "4": "d", "5": "x", "6": "t",
        "7": "h", "8": "G", "9": "k", "0": "", "1": "", "'": "",
        "C": "c", "X": "x",  # capitals stand for the digraphs of _SPELLINGS: normal form has none
    }
)  # fmt: skip
_SPELLINGS = (
    ("tch", "C"), ("sch", "C"), ("ch", "C"), ("sh", "C"), ("kh", "X"), ("gh", "G"), ("7'", "X"), ("3'", "G"),
    ("ph", "f"), ("th", "t"), ("dh", "d"), ("ck", "k"), ("qu", "k"), ("gu", "k"), ("dj", "j"),
)  # fmt: skip
_SOFT = (
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"c"), "k"),
    (re.compile(r"g(?=[eiy])"), "j"),
)
_DOUBLED = re.compile(r"(.)\1+")
_ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")


@lru_cache(maxsize=20_000)
def skeleton(word: str) -> str:
    """The consonants of one word in normal form, the same for both scripts; may be empty."""
    if _ARABIC_LETTER.search(word):
        bones = word.translate(_ARABIC)
    else:
        for spelling, letter in _SPELLINGS:
            word = word.replace(spelling, letter)
        for pattern, letter in _SOFT:
            word = pattern.sub(letter, word)
        bones = word.translate(_LATIN)
    bones = _DOUBLED.sub(r"\1", bones)
    return bones[:-1] if len(bones) > 2 and bones[-1] == "h" else bones
