"""Assent: a yes or a refusal in a message that says more than that, part by part."""

from dialogs.messages import Messages
from dialogs.part import asks, parts
from dialogs.phrase import holds, only, plain, spellings, worded
from dialogs.slot import SLOTS, Slot

_BARE = 3
"""Words of a refusal that is nothing else."""


def says_yes(text: str, slot: Slot, messages: Messages) -> bool:
    """Whether a message says a slot's yes in its words, in a part that asks nothing, and nowhere its no."""
    found = [(part, worded(plain(part), slot, messages)) for part in parts(text, messages)]
    if any("no" in values for _, values in found):
        return False
    return any(values == {"yes"} and not asks(part, messages) for part, values in found)


def refuses(text: str, messages: Messages) -> bool:
    """Whether a message says that nothing is to be noted; "do not write my name" refuses nothing else."""
    consent, anonymous = SLOTS["consent"], SLOTS["anonymous"]
    said = parts(text, messages)
    return any("no" in worded(plain(p), consent, messages) and not worded(plain(p), anonymous, messages) for p in said)


def takes_back(text: str, messages: Messages) -> bool:
    """Whether a part of an answer to consent wants all erased, puts it off or takes leave: then nothing agrees."""
    return any(holds(part, "words.leaving", messages) for part in parts(text, messages))


def agrees_besides(text: str, messages: Messages, *, bare: bool = True) -> bool:
    """Whether the first or last part of a message agrees and does nothing else ("oui note, mais dis rien à mon frère"),
    and no other refuses more than that somebody be told. In the midst of a story "he recorded everything" sounds as
    "record everything".

    Args:
        text: the message.
        messages: the sentences, for the words.
        bare: whether a yes is enough that does not say to what.
    """
    said = parts(text, messages)
    if not said or takes_back(text, messages) or any(_vetoes(part, messages) for part in said):
        return False
    noting, agreeing, polite, besides = (
        spellings(messages, f"words.{name}") for name in ("notes", "agrees", "polite", "besides")
    )
    for part in (said[0], said[-1]):
        if asks(part, messages) or holds(part, "words.refuses", messages):
            continue
        if only(part, noting, (*agreeing, *polite, *besides)) or (bare and only(part, agreeing, polite)):
            return True
    return False


def _vetoes(part: str, messages: Messages) -> bool:
    """Whether a part refuses: by itself, or that something be noted; that somebody be told is another matter."""
    if not holds(part, "words.refuses", messages) or holds(part, "words.others", messages):
        return False
    return len(plain(part).split()) <= _BARE or holds(part, "words.wanting", messages)
