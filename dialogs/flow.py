"""Flows: what is said when, as data. One YAML file a flow, refused by name when it is broken."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from dialogs.condition import FACTS, Condition, possible, word
from dialogs.document import BrokenDocument, read_data
from dialogs.messages import Messages
from dialogs.slot import SLOTS, Slot
from dialogs.summary import summary_keys
from nlu.interpretation import Intent, Interpretation, Language, Query

Action = Literal[
    "open_case", "forget", "handoff", "withdraw", "erase", "restart", "correct", "danger", "stop", "rate"
]  # fmt: skip
ACTIONS: tuple[str, ...] = get_args(Action)
FLOWS = Path(__file__).parent / "flows"
MOST_STEPS = 200
"""Steps of one flow; a longer one is answered too slowly, and read by nobody."""
_LONGEST_QUIET = 10
"""Seconds that a child may be left without an answer."""


_NAME = re.compile(r"[a-z][a-z_]{0,23}")
_WORDS = ("id", "ask", "again", "slot", "more", "insist", "do", "reason")
"""What each holds one word in a step."""


class BrokenFlow(Exception):
    """A flow file cannot be used. The message names the file, the step and the cure."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow: exactly one of ``ask``, ``say`` and ``do``.

    Args:
        id: its name in the flow.
        ask: the message key of a question; ``again`` is asked after an answer that was not understood.
        slot: what the question fills.
        choices: the question's buttons: values of the slot, ``skip`` and ``more``.
        more: the sentence behind the choice ``more``.
        insist: the sentence said when there is still no answer, for a question that cannot be skipped.
        say: message keys, said one after the other.
        offer: buttons shown under the last sentence of ``say``, as full ids (``language.fr``).
        do: an action; ``reason`` is a hand-off's.
        when, unless: conditions.
        quiet: seconds without a message after which what does not answer is taken; before that it may be the
            beginning of more.
        end: ends the flow here.
    """

    id: str
    ask: str | None = None
    again: str | None = None
    slot: str | None = None
    choices: tuple[str, ...] = ()
    more: str | None = None
    insist: str | None = None
    say: tuple[str, ...] = ()
    offer: tuple[str, ...] = ()
    do: str | None = None
    reason: str | None = None
    when: Condition = field(default_factory=dict)
    unless: Condition = field(default_factory=dict)
    quiet: float = 0
    end: bool = False

    def sentences(self) -> tuple[str, ...]:
        """The message keys of the sentences that the step says."""
        return (*(k for k in (self.ask, self.again, self.more, self.insist) if k), *self.say)

    def buttons(self) -> tuple[str, ...]:
        """The ids of the buttons that the step shows."""
        return (*(f"{self.slot}.{value}" for value in self.choices), *self.offer)


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow: steps in order, of which the first that is neither done nor answered comes next.

    Args:
        name: as in its file.
        steps: in order.
        intents: the intents that start it, for a topic; empty for the intake.
        questions: the questions that it answers, for a topic.
        otherwise: whether it speaks when nothing else did.
        opening: whether it comes before everything else in a new conversation.
        human: whether it may run while a counsellor owns the chat, as system notices.
        further: the slots that it adds to ``SLOTS``.
    """

    name: str
    steps: tuple[Step, ...]
    intents: tuple[Intent, ...] = ()
    questions: tuple[Query, ...] = ()
    otherwise: bool = False
    opening: bool = False
    human: bool = False
    further: tuple[Slot, ...] = ()

    @property
    def slots(self) -> Mapping[str, Slot]:
        """The slots that its steps may ask for, by name."""
        return {**SLOTS, **{slot.name: slot for slot in self.further}}

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.id == name)


Branch = Literal["taken", "passed", "answered", "skipped", "again", "more", "insist"]
"""What can happen at a step: it was carried out or asked; its condition did not hold; its question was answered,
skipped, asked in other words, explained, or insisted on."""

Watch = Callable[[Language, str, str, Branch], None]
"""Is told the conversation's language, the flow, the step and what happened there."""


def _unwatched(language: Language, flow: str, step: str, branch: Branch) -> None:
    """Nobody looks on."""


@dataclass(frozen=True, slots=True)
class Flows:
    """All flows and the messages that they say, checked against each other.

    Args:
        flows: by name.
        messages: the sentences.
        watch: looks on while a conversation runs, for coverage; it changes nothing.
        slots: every slot that any of them asks for, by name.
    """

    flows: Mapping[str, Flow]
    messages: Messages
    watch: Watch = _unwatched
    slots: Mapping[str, Slot] = field(default_factory=lambda: SLOTS)

    def __getitem__(self, name: str) -> Flow:
        return self.flows[name]

    def topic(self, intent: Intent) -> Flow | None:
        """The topic that an intent starts."""
        return next((flow for flow in self.flows.values() if intent in flow.intents), None)

    def answering(self, said: Interpretation) -> Flow | None:
        """The topic that answers the first question that a message asks straight out."""
        asked = said.values("question")
        return next((flow for flow in self.flows.values() if asked and asked[0] in flow.questions), None)

    @property
    def opening(self) -> Flow:
        return next(flow for flow in self.flows.values() if flow.opening)

    @property
    def otherwise(self) -> Flow:
        return next(flow for flow in self.flows.values() if flow.otherwise)


def load_flows(messages: Messages, folder: Path = FLOWS) -> Flows:
    """Reads and checks every ``*.yml`` of a folder.

    Raises:
        BrokenFlow: naming the file, the step and what is wrong with it.
    """
    flows: dict[str, Flow] = {}
    for path in sorted(folder.glob("*.yml")):
        flow = read_flow(path, messages)
        if flow.name in flows:
            raise BrokenFlow(f"{path.name}: there is already a flow named {flow.name!r}; give it another name.")
        flows[flow.name] = flow
    if "intake" not in flows:
        raise BrokenFlow(f"{folder}: there is no flow named 'intake'; restore intake.yml.")
    for mark in ("opening", "otherwise"):
        if sum(getattr(flow, mark) for flow in flows.values()) != 1:
            raise BrokenFlow(f"{folder}: exactly one flow must say '{mark}: yes'.")
    taken: dict[Intent | Query, str] = {}
    for flow in flows.values():
        calls: tuple[Intent | Query, ...] = (*flow.intents, *flow.questions)
        for call in calls:
            if call in taken:
                kind = "intent" if isinstance(call, Intent) else "question"
                raise BrokenFlow(f"{flow.name}: the {kind} {call.value!r} already starts {taken[call]!r}.")
            taken[call] = flow.name
    if missing := next((key for key in summary_keys() if key not in messages), None):
        where = "intake.yml: step 'summary'"
        raise BrokenFlow(f"{where}: says {missing!r}, which is in no catalogue; add it to dialogs/locales.")
    slots = dict(SLOTS)
    for flow in flows.values():
        for slot in flow.further:
            if slot.name in slots:
                raise BrokenFlow(f"{flow.name}: 'further' names {slot.name!r}, which is there already; rename it.")
            slots[slot.name] = slot
    return Flows(flows, messages, slots=slots)


def read_flow(path: Path, messages: Messages) -> Flow:
    """Reads and checks one file.

    Raises:
        BrokenFlow: naming the file, the step and what is wrong with it.
    """
    try:
        data = read_data(path.read_text(encoding="utf-8"))
    except BrokenDocument as error:
        raise BrokenFlow(f"{path.name}: {error}.") from None
    except UnicodeDecodeError:
        raise BrokenFlow(f"{path.name}: is not UTF-8; save it as UTF-8.") from None
    except OSError as error:
        raise BrokenFlow(f"{path.name}: cannot be read ({error.strerror}); make it readable.") from None
    known = {"flow", "steps", "intents", "questions", "opening", "otherwise", "human", "further"}
    if not isinstance(data, dict) or not isinstance(data.get("steps"), list) or "flow" not in data:
        raise BrokenFlow(f"{path.name}: needs 'flow' (its name) and 'steps' (a list).")
    if unknown := set(data) - known:
        raise BrokenFlow(f"{path.name}: unknown key {sorted(map(str, unknown))[0]!r}; known are {sorted(known)}.")
    if len(data["steps"]) > MOST_STEPS:
        raise BrokenFlow(f"{path.name}: has {len(data['steps'])} steps, at most {MOST_STEPS}; split it into flows.")
    for key in ("intents", "questions", "further"):
        if not isinstance(data.get(key, []), list):
            raise BrokenFlow(f"{path.name}: '{key}' is a list, such as [one, two].")
    try:
        intents = tuple(Intent(i) for i in data.get("intents", ()))
    except ValueError as error:
        raise BrokenFlow(f"{path.name}: {error}; see the intents in nlu/domain.yml.") from None
    try:
        questions = tuple(Query(q) for q in data.get("questions", ()))
    except ValueError as error:
        raise BrokenFlow(f"{path.name}: {error}; see the values in nlu/lexicon/questions.yml.") from None
    steps = tuple(_step(path.name, raw) for raw in data["steps"])
    marks = {mark: bool(data.get(mark)) for mark in ("opening", "otherwise", "human")}
    further = tuple(_further(path.name, name, steps) for name in data.get("further", ()))
    flow = Flow(str(data["flow"]), steps, intents, questions, further=further, **marks)
    _check(path.name, flow, messages)
    return flow


def _step(file: str, raw: Any) -> Step:
    if not isinstance(raw, dict) or "id" not in raw:
        raise BrokenFlow(f"{file}: every step is a mapping with an 'id'; this one is not: {raw!r}")
    where = f"{file}: step {raw['id']!r}"
    names = set(Step.__dataclass_fields__)
    if unknown := set(map(str, raw)) - names:
        raise BrokenFlow(f"{where}: unknown key {sorted(unknown)[0]!r}; known are {sorted(names)}.")
    if sum(key in raw for key in ("ask", "say", "do")) != 1:
        raise BrokenFlow(f"{where}: needs exactly one of 'ask', 'say' and 'do'.")
    fields: dict[str, Any] = dict(raw)
    if not isinstance(raw.get("quiet", 0), int | float) or not 0 <= raw.get("quiet", 0) <= _LONGEST_QUIET:
        raise BrokenFlow(f"{where}: 'quiet' is a number of seconds, at most {_LONGEST_QUIET}.")
    for key in _WORDS:
        if isinstance(raw.get(key), list | dict):
            raise BrokenFlow(f"{where}: '{key}' is one word, no list; see the other steps.")
        if raw.get(key) is not None:
            fields[key] = word(raw[key])
    if not isinstance(raw.get("end", False), bool):
        raise BrokenFlow(f"{where}: 'end' is true or false.")
    for key in ("say", "offer", "choices"):
        if key in fields:
            value = fields[key] if isinstance(fields[key], list) else [fields[key]]
            fields[key] = tuple(word(v) for v in value)
    for key in ("when", "unless"):
        if key in fields:
            if not isinstance(fields[key], dict):
                raise BrokenFlow(f"{where}: '{key}' is a mapping such as {{age: known}}.")
            fields[key] = {
                str(n): tuple(word(v) for v in (w if isinstance(w, list) else [w])) for n, w in fields[key].items()
            }
    return Step(**fields)


def _further(file: str, name: Any, steps: tuple[Step, ...]) -> Slot:
    """A slot that a flow adds: its buttons say what it can be answered with."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in FACTS or name == "done":
        raise BrokenFlow(f"{file}: 'further' names {name!r}; a name is at most 24 small letters and _, and is new.")
    buttons = dict.fromkeys(choice for step in steps if step.slot == name for choice in step.choices)
    values = tuple(value for value in buttons if value not in ("skip", "more"))
    if not values:
        raise BrokenFlow(f"{file}: 'further' names {name!r}, for which no step has 'choices'; ask it with buttons.")
    yes_no = set(values) <= {"yes", "no"}
    return Slot(name, "yes_no" if yes_no else "choice", () if yes_no else values, further=True)


def _check(file: str, flow: Flow, messages: Messages) -> None:
    seen: set[str] = set()
    ended = False
    asked: dict[str, Step] = {}
    for step in flow.steps:
        where = f"{file}: step {step.id!r}"
        if step.id in seen:
            raise BrokenFlow(f"{where}: there are two steps with this id; rename one.")
        if ended:
            raise BrokenFlow(f"{where}: cannot be reached, as a step before it ends the flow without condition.")
        _check_question(where, step, flow.slots)
        _check_conditions(where, step, seen, flow.slots)
        if step.ask and step.slot:
            earlier = asked.setdefault(step.slot, step)
            if earlier is not step and not earlier.when and not earlier.unless:
                raise BrokenFlow(f"{where}: cannot be reached, as step {earlier.id!r} always asks {step.slot!r}.")
        for key in (*step.sentences(), *map(messages.title_key, step.buttons())):
            if key not in messages:
                raise BrokenFlow(f"{where}: the message {key!r} is in no catalogue; add it to dialogs/locales.")
        if step.do and step.do not in ACTIONS:
            raise BrokenFlow(f"{where}: unknown action {step.do!r}; known are {', '.join(ACTIONS)}.")
        if step.do == "handoff" and not step.reason:
            raise BrokenFlow(f"{where}: a hand-off needs a 'reason'.")
        seen.add(step.id)
        ended = step.end and not step.when and not step.unless


def _check_question(where: str, step: Step, slots: Mapping[str, Slot]) -> None:
    if not step.ask:
        if step.slot or step.choices or step.again:
            raise BrokenFlow(f"{where}: 'slot', 'choices' and 'again' belong to a step with 'ask'.")
        for choice in step.offer:
            name, _, value = choice.partition(".")
            if name not in slots or (slots[name].values and value not in slots[name].values):
                raise BrokenFlow(f"{where}: offers {choice!r}, which no slot can take.")
        return
    if step.slot is None or step.slot not in slots:
        known = ", ".join(slots)
        raise BrokenFlow(f"{where}: unknown slot {step.slot!r}; add it to 'further', or take one of {known}.")
    slot = slots[step.slot]
    if not step.again and not step.insist and not slot.private:
        raise BrokenFlow(f"{where}: a question needs 'again', the same question in other words.")
    allowed = {"skip", "more", *slot.values}
    if slot.kind == "yes_no":
        allowed |= {"yes", "no", "change"}
    if slot.name == "narrative":
        allowed |= set(SLOTS["category"].values)
    for choice in step.choices:
        if choice not in allowed and not (slot.kind == "number" and choice.isdigit()):
            raise BrokenFlow(f"{where}: {choice!r} is no answer of the slot {slot.name!r}.")
    if len(step.choices) > 10:
        raise BrokenFlow(f"{where}: has {len(step.choices)} choices; WhatsApp shows at most 10.")
    if ("more" in step.choices) != (step.more is not None):
        raise BrokenFlow(f"{where}: the choice 'more' and the sentence 'more' go together.")


def _check_conditions(where: str, step: Step, before: set[str], slots: Mapping[str, Slot]) -> None:
    for condition in (step.when, step.unless):
        for name, wanted in condition.items():
            if name == "done":
                if missing := [w for w in wanted if w not in before]:
                    raise BrokenFlow(f"{where}: waits for step {missing[0]!r}, which does not come before it.")
                continue
            values = possible(name, slots)
            if values == ():
                raise BrokenFlow(f"{where}: the condition asks for {name!r}, which is neither slot nor fact.")
            if values is not None and condition is step.when and not set(wanted) & set(values):
                raise BrokenFlow(f"{where}: cannot be reached, as {name!r} is never {' or '.join(wanted)}.")
            if values is not None and (bad := [w for w in wanted if w not in values]):
                raise BrokenFlow(f"{where}: {name!r} is never {bad[0]!r}; it can be {', '.join(values)}.")
