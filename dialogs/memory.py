"""Remembering: what a message says is kept in slots, story and evidence, and never asked again."""

from datetime import datetime

from dialogs.messages import Messages
from dialogs.phrase import holds, plain, spellings, worded
from dialogs.slot import CORRECTABLE, OLDEST, SLOTS, YOUNGEST, Slot, SlotValue
from dialogs.state import Proof, State
from nlu.interpretation import Category, DangerKind, EntityValue, Intent, Interpretation, Language

_TELLING = (Intent.REPORT_INCIDENT, Intent.ADD_EVIDENCE, Intent.ASK_HUMAN, Intent.ASK_REPORT_GUIDE)
_TALK = (Intent.GREET, Intent.AFFIRM, Intent.DENY, Intent.UNSURE, Intent.THANK, Intent.GOODBYE, Intent.INSULT)
_SHORT = 3
"""Words up to which a message that is not a report is small talk rather than a story."""
_VALUE = 3
"""Words up to which a message with a value says nothing else."""
_ASKED = 10
"""Words up to which a message that asks straight out tells nothing besides."""
_PREPOSITION = 3
"""Letters of a word that may stand between a denial and what it denies: "not on insta"."""
_CORRECTION = 8
"""Words that a correction has at most; a denial in a longer message may be about anything."""
_DENIABLE = ("platform", "content_type", "reporter", "age")
"""Slots in which "not this one" takes a value back."""
_REVIEWED = ("summary", "correct")
"""Questions at which a kind of violence may be denied too."""
_ASIDE = ("trusted_adult", "family_knows")
"""Who knows of it: "my mother knows" does not say that a mother is writing."""
_BEFORE = (15, 30)
"""Characters before a number, link or account among which it is said whose it is, the nearer ones first."""
_PROOFS = ("phone", "url", "handle")
"""Values in the child's words that are evidence."""
_ONE_SCRIPT = {Language.ARY, Language.AR}


def _wishes(state: State, said: Interpretation, messages: Messages) -> bool:
    """Whether a language that is named is wished for: by what a message is for, by a word such as "prefer" where no
    violence is told of, or as an answer to the question or the offer of it."""
    asked = state.question is not None and state.question.slot == "language"
    offered = any(choice.startswith("language.") for choice in state.offered)
    wish = not said.values("category") and holds(said.text, "words.speak", messages)
    return said.intent is Intent.CHANGE_LANGUAGE or asked or offered or wish


def learn_language(state: State, said: Interpretation, messages: Messages) -> State:
    """Takes the variety of the first message that shows one, and a language that was asked for by name."""
    wanted = said.values("language")
    if wanted and _wishes(state, said, messages):
        language = Language(str(wanted[0]))
        return state.with_slots(language=language).but(language=language, settled=True)
    first = not state.intake.done and any(letter.isalpha() for letter in said.text)
    if not state.settled and (first or said.language_sure):
        if not said.language_sure and {state.language, said.language} == _ONE_SCRIPT:
            return state  # "مرحبا" is Darija and Standard Arabic alike
        # One or two words may mislead; the first message that says more settles it.
        settled = said.language_sure and len(said.text.split()) >= _SHORT
        return state.but(language=said.language, settled=settled)
    return state


def tells(said: Interpretation) -> bool:
    """Whether a message says something of what happened, rather than greeting or answering."""
    if said.danger or said.values("category"):
        return True
    if said.intent in _TALK:
        return False
    words = len(said.text.split())
    if said.values("question") and words <= _ASKED:
        return False
    if said.intent is Intent.REPORT_INCIDENT:
        # "I am nine" is a value, and not yet what happened.
        return words >= 2 and (words > _VALUE or not said.entities)
    return (said.intent is Intent.OUT_OF_SCOPE and words > 2 * _SHORT) or (
        said.intent in _TELLING and words > 2 * _SHORT
    )


def announces(said: Interpretation, messages: Messages) -> bool:
    """Whether a message only says that there is something to tell: "I have a problem", "I am ashamed to say it"."""
    if said.danger or said.values("category") or len(said.text.split()) > _ASKED:
        return False
    return holds(said.text, "words.announces", messages)


def stray_language(state: State, said: Interpretation) -> tuple[State, Language | None]:
    """Notices a child who goes on in another variety than the bot's.

    Returns:
        the state with what was noticed, and the variety to offer: once, after two messages in it.
    """
    written = said.language
    if state.invited or not state.settled or not said.language_sure or len(said.text.split()) < _SHORT:
        return state, None
    if written is state.language or {written, state.language} == {Language.ARY, Language.AR}:
        return state.but(stray=None), None
    if state.stray is not written:
        return state.but(stray=written), None
    return state.but(stray=None, invited=True), written


def _denials(messages: Messages) -> set[str]:
    return set(spellings(messages, "words.not"))


def _denies(said: Interpretation, messages: Messages) -> bool:
    """Whether a short message says that something was not so: what else it says takes its place."""
    words = plain(said.text).split()
    return len(words) <= _CORRECTION and not _denials(messages).isdisjoint(words)


def _split(
    slot: Slot, said: Interpretation, messages: Messages, *, deniable: bool
) -> tuple[list[EntityValue], list[EntityValue]]:
    """The values of a slot in a message: those that are said, and those that are denied ("not insta, snap")."""
    words = _denials(messages)
    said_values: list[EntityValue] = []
    denied: list[EntityValue] = []
    end, denying = 0, False
    aside = [e for e in said.entities if e.entity in _ASIDE] if slot.name == "reporter" else []
    for entity in said.entities:
        if entity.entity != slot.entity or any(e.start <= entity.start and entity.end <= e.end for e in aside):
            continue
        between = said.text[end : entity.start]
        before = [plain(word) for word in between.split()]
        while before and len(before[-1]) <= _PREPOSITION and before[-1] not in words:
            before.pop()
        denying = before[-1] in words if before else denying and holds(between, "words.nor", messages)
        (denied if deniable and denying else said_values).append(entity.value)
        end = entity.end
    return list(dict.fromkeys(said_values)), [value for value in denied if value not in said_values]


def _value(slot: Slot, values: list[EntityValue], said: Interpretation, at: datetime) -> SlotValue:
    if slot.name == "age":
        ages = [int(age) for age in values] + [at.year - int(year) for year in said.values("birth_year")]
        return next((age for age in ages if YOUNGEST <= age <= OLDEST), None)
    if not values:
        return None
    return tuple(map(str, values)) if slot.kind == "many" else values[0]


def remember(state: State, said: Interpretation, at: datetime, asked: str | None, messages: Messages) -> State:
    """Keeps what a message carries.

    Args:
        state: before the message.
        said: the message as understood.
        at: when it came.
        asked: the slot of the open question: its answer replaces what was known, and at the summary
            every value does, as the child is correcting. An age in words does too: the last one said counts.
        messages: the sentences, for the words that deny and that say whose something is.
    """
    slots = dict(state.slots)
    review = asked in _REVIEWED
    correcting = review or (said.intent is Intent.DENY and asked != "consent")
    denies, adds = _denies(said, messages), holds(said.text, "words.adds", messages)
    said_of = not said.text.strip().isdecimal()  # a bare "5" corrects nothing that was not asked for
    for slot in SLOTS.values():
        if slot.entity is None:
            continue
        deniable = slot.name in _DENIABLE or (review and slot.name == "category")
        values, denied = _split(slot, said, messages, deniable=deniable)
        value = _value(slot, values, said, at)
        known = slots.get(slot.name)
        if isinstance(known, tuple) and set(denied) & set(known):
            kept = tuple(v for v in known if v not in denied)
            slots[slot.name] = tuple(dict.fromkeys((*kept, *(value if isinstance(value, tuple) else ()))))
            if not slots[slot.name]:
                del slots[slot.name]
        elif value is None:
            if known is not None and known in denied:
                del slots[slot.name]
        elif denies and slot.name in _DENIABLE and not adds:
            slots[slot.name] = value
        elif isinstance(value, tuple) and isinstance(known, tuple) and (adds or not correcting):
            slots[slot.name] = tuple(dict.fromkeys((*known, *value)))
        elif (
            known is None or correcting or (said_of and slot.kind == "number") or asked == slot.name or known in denied
        ):
            slots[slot.name] = value
    if asked not in ("anonymous", "name") and holds(said.text, "words.nameless", messages):
        slots["anonymous"] = True
        slots.pop("name", None)
    evidence = _evidence(state, said, messages)
    if any(proof.unclear for proof in evidence if proof not in state.evidence):
        slots.pop("whose", None)
    named = state.named or bool(said.values("name"))
    return state.but(slots=slots, evidence=evidence, named=named)


def _evidence(state: State, said: Interpretation, messages: Messages) -> tuple[Proof, ...]:
    """The evidence with the numbers, links and accounts of a message, and whose they are where it is said."""
    evidence = list(state.evidence)
    for entity in said.entities:
        known = any(proof.kind == entity.entity and proof.value == entity.value for proof in evidence)
        if entity.entity not in _PROOFS or known:
            continue
        whose = _owner(said.text[: entity.start], messages)
        proof = {"kind": entity.entity, "value": entity.value, "whose": whose}
        evidence.append(Proof.model_validate(proof))
    return tuple(evidence)


def _owner(before: str, messages: Messages) -> str | None:
    """Whose a value is by the words right before it: "he got my number, his is 06…" speaks of two."""
    for reach in _BEFORE:
        owners = worded(plain(before[-reach:]), SLOTS["whose"], messages)
        if len(owners) == 1:
            return owners.pop()
    return None


def corrected(before: State, after: State, asked: str | None) -> bool:
    """Whether a message took back something that was known, other than what was asked."""
    for name in CORRECTABLE:
        old, new = before.slots.get(name), after.slots.get(name)
        if name in ("narrative", asked) or old is None or old == new:
            continue
        if isinstance(old, tuple) and isinstance(new, tuple) and set(old) <= set(new):
            continue
        return True
    return False


PICTURES = ("image", "video", "document")


def intimate(state: State) -> bool:
    """Whether pictures in this conversation may be sexual images of a minor, which are never kept."""
    categories = state.slots.get("category")
    shown = isinstance(categories, tuple) and (
        Category.INTIMATE_IMAGE in categories or Category.SEXUAL_SOLICITATION in categories
    )
    return shown or (state.danger is not None and state.danger.kind is DangerKind.SEXUAL_ABUSE)
