"""An edit: what a trainer may write instead of a sentence, and why not."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from dialogs.wording import BODY, BUTTON, LONGEST, calm, script_fits
from nlu.interpretation import Language

_FIELD = re.compile(r"\{(\w*)\}")
_BRACE = re.compile(r"[{}]")

Why = Literal["empty", "long", "lost", "unknown", "brace", "script", "danger", "changed", "gone", "read_only"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a sentence was not written.

    Args:
        why: what is wrong.
        language: in which variety.
        what: the limit, or the ``{name}`` that it is about.
    """

    why: Why
    language: Language
    what: str = ""


def limit(key: str, offers: bool) -> int:
    """Characters that the platforms show of a sentence.

    Args:
        key: its message key.
        offers: whether buttons stand under it.
    """
    return BUTTON if key.startswith("choice.") else BODY if offers else LONGEST


def tidied(text: str) -> str:
    """A text as a catalogue keeps it: one kind of line end, and nothing around it."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def refusal(
    language: Language, key: str, old: str, new: str, offers: bool, constants: Collection[str]
) -> Refusal | None:
    """What keeps a text from taking the place of another; None when it may.

    Args:
        language: the variety.
        key: the message key.
        old, new: the texts, the new one ``tidied``.
        offers: whether buttons stand under it.
        constants: the names of the helpline's facts, which any sentence may use.
    """
    if not new:
        return Refusal("empty", language)
    if len(new) > limit(key, offers):
        return Refusal("long", language, str(limit(key, offers)))
    before, after = set(_FIELD.findall(old)), set(_FIELD.findall(new))
    if lost := sorted(before - after):
        return Refusal("lost", language, f"{{{lost[0]}}}")
    if unknown := sorted(after - before - set(constants)):
        return Refusal("unknown", language, f"{{{unknown[0]}}}")
    if _BRACE.search(_FIELD.sub("", new)):
        return Refusal("brace", language)
    if not key.startswith("words.") and not script_fits(language, key, new):
        return Refusal("script", language)
    if key.startswith("danger.") and not calm(new):
        return Refusal("danger", language)
    return None
