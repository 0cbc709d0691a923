"""``m3ak dialogs check``: everything that a reader of flows and catalogues would stumble over, in one list."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from dialogs.catalogue import Entry, catalogue_file, read_entries
from dialogs.document import BrokenDocument, keys_twice, read_root
from dialogs.effect import Phrase
from dialogs.finding import Finding
from dialogs.flow import FLOWS, BrokenFlow, Flow, Flows, load_flows, read_flow
from dialogs.messages import LOCALES, BrokenCatalogue, Messages, load_messages
from dialogs.reach import unreachable
from dialogs.slot import SLOTS
from dialogs.speech import Speech, read_speech
from dialogs.wording import look
from nlu.interpretation import Language

_FEW = 20
"""Unsigned sentences that are listed one by one."""
_FIELD = re.compile(r"\{(\w+)\}")
_NAMED = re.compile(r"step '([^']+)'")
_LINE = re.compile(r"line (\d+)")
_PARAMS = frozenset(
    (
        *("opening", "waiting", "minutes", "reference", "lines", "day", "until"),
        *("time", "clock", "hour", "minute", "date", "value", "count", "age", "first", "second"),
    )
)
"""What the program puts into sentences besides the helpline's facts (``params.py``, ``summary.py``)."""
_LOCALE = "dialogs/locales/{}/m3ak.po"

Entries = Mapping[Language, Mapping[str, Entry]]


def check(constants: Mapping[str, str | Phrase], flows: Path = FLOWS, locales: Path = LOCALES) -> list[Finding]:
    """Looks through flows and catalogues; what is broken hides nothing else.

    Args:
        constants: the helpline's facts, which every sentence may use.
        flows: the folder of the flow files.
        locales: the folder of the catalogues.
    """
    findings: list[Finding] = []
    entries = {language: _entries(language, locales, findings) for language in Language}
    findings += _catalogues(entries, constants)
    findings += _keys_twice(flows)
    try:
        messages = load_messages(constants, locales)
    except BrokenCatalogue as error:
        if not any(f.weight == "error" for f in findings):
            findings.append(Finding("dialogs/locales", 1, "error", str(error), "see the message"))
        return sorted(findings)
    read = dict(_flows(flows, messages, findings))
    speech = read_speech(flows)
    try:
        findings += _together(load_flows(messages, flows), flows, entries, speech)
    except BrokenFlow as error:
        if not any(f.weight == "error" and f.file.startswith("dialogs/flows") for f in findings):
            findings.append(_broken(flows, error))
    offered = {k for flow in read.values() for step in flow.steps if step.buttons() for k in step.sentences()}
    for key in entries[Language.FR]:
        for language, weight, text, cure in look(key, {n: e[key] for n, e in entries.items()}, key in offered):
            place = (_LOCALE.format(language.value), entries[language][key].line)
            findings.append(Finding(*place, "error" if weight == "error" else "warning", text, cure))
    return sorted(set(findings))


def _entries(language: Language, locales: Path, findings: list[Finding]) -> dict[str, Entry]:
    file = _LOCALE.format(language.value)
    try:
        every = read_entries(catalogue_file(language, locales))
    except BrokenCatalogue as error:
        line = re.search(r":(\d+):", str(error))
        findings.append(Finding(file, int(line[1]) if line else 1, "error", str(error), "mend this line"))
        return {}
    found: dict[str, Entry] = {}
    for entry in every:
        if entry.key in found:
            text = f"the sentence {entry.key!r} is there twice, first in line {found[entry.key].line}"
            findings.append(Finding(file, entry.line, "error", text, "remove one"))
        found[entry.key] = entry
        if not entry.text:
            findings.append(Finding(file, entry.line, "error", f"the sentence {entry.key!r} has no text", "write it"))
        if entry.fuzzy:
            text = f"the sentence {entry.key!r} is marked fuzzy"
            findings.append(Finding(file, entry.line, "error", text, "check it and remove the mark"))
    waiting = [entry for entry in found.values() if not entry.reviewed]
    for entry in waiting if len(waiting) <= _FEW else (e for e in waiting if e.voided):
        what = "was signed off in another wording" if entry.voided else "waits to be signed off"
        findings.append(Finding(file, entry.line, "unsigned", f"the sentence {entry.key!r} {what}", "read and sign it"))
    if len(waiting) > _FEW:
        text = f"{len(waiting)} of {len(found)} sentences wait to be signed off"
        findings.append(Finding(file, 1, "unsigned", text, "m3ak dialogs unsigned lists them"))
    return found


def _catalogues(entries: Entries, constants: Mapping[str, str | Phrase]) -> Iterator[Finding]:
    every = {key: language for language, texts in entries.items() for key in texts}
    for language, texts in entries.items():
        file = _LOCALE.format(language.value)
        for key in sorted(every.keys() - texts.keys()) if texts else ():
            other = entries[every[key]][key]
            text = f"the sentence {key!r} is missing; {every[key].value} has it in line {other.line}"
            yield Finding(file, other.line, "error", text, "write it here")
        for entry, text, cure in _yes_and_no(texts):
            yield Finding(file, entry.line, "error", text, cure)
        for entry in texts.values():
            if unknown := sorted(set(_FIELD.findall(entry.text)) - set(constants) - _PARAMS):
                text = f"{entry.key!r} uses {{{unknown[0]}}}, which nothing fills"
                cure = f"known are {', '.join(sorted({*constants, *_PARAMS}))}"
                yield Finding(file, entry.line, "error", text, cure)


def _flows(folder: Path, messages: Messages, findings: list[Finding]) -> Iterator[tuple[str, Flow]]:
    for path in sorted(folder.glob("*.yml")):
        try:
            flow = read_flow(path, messages)
        except BrokenFlow as error:
            findings.append(_broken(folder, error))
            continue
        yield flow.name, flow


def _broken(folder: Path, error: BrokenFlow) -> Finding:
    """The error of a flow file with the line of its step, where it names one."""
    text, line = str(error), 1
    name = text.partition(":")[0]
    path = folder / name
    said, parsed = _NAMED.search(text), _LINE.search(text)
    if parsed:
        line = int(parsed[1])
    elif said and path.is_file():
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        step = re.compile(rf"\bid: *['\"]?{re.escape(said[1])}['\"]?(?:[\s,}}]|$)")
        every = [number for number, here in enumerate(lines, 1) if step.search(here)]
        line = every[-1] if every else 1
    what, _, cure = re.sub(r"^line \d+: ", "", text.partition(": ")[2]).rpartition("; ")
    file = f"dialogs/flows/{name}" if path.is_file() else "dialogs/flows"
    return Finding(file, line, "error", what or cure, (cure if what else "see the other flow files").rstrip("."))


def _keys_twice(folder: Path) -> Iterator[Finding]:
    """Every key that is used twice; a flow is refused for the first."""
    for path in sorted(folder.glob("*.yml")):
        with suppress(BrokenDocument, UnicodeDecodeError, OSError):
            for line, key in keys_twice(read_root(path.read_text(encoding="utf-8"))):
                text = f"the key {key!r} is used twice"
                yield Finding(f"dialogs/flows/{path.name}", line, "error", text, "remove or rename one")


def _together(flows: Flows, folder: Path, entries: Entries, speech: Speech) -> Iterator[Finding]:
    """What shows only when flows and catalogues are laid side by side."""
    titles, fr = set[str](), entries[Language.FR]
    for name, at, text, cure in unreachable(flows):
        yield _broken(folder, BrokenFlow(f"{_file(folder, name)}: step {at!r}: {text}; {cure}"))
    for flow in flows.flows.values():
        for step in flow.steps:
            where = f"{_file(folder, flow.name)}: step {step.id!r}"
            titles |= {flows.messages.title_key(button) for button in step.buttons()}
            for language in Language:
                shown = [flows.messages.title(button, language) for button in step.buttons()]
                if twice := next((title for title in shown if shown.count(title) > 1), None):
                    yield _broken(folder, BrokenFlow(f"{where}: two buttons read {twice!r} in {language}; reword one"))
            slot = flows.slots[step.slot] if step.slot else None
            if slot and slot.kind == "yes_no" and (lost := {"yes", "no"} - set(step.choices)):
                yield _broken(folder, BrokenFlow(f"{where}: asks yes or no without the button {min(lost)!r}; add it"))
            if slot and not slot.private and slot.name != "summary" and not step.insist and "skip" not in step.choices:
                yield _broken(folder, BrokenFlow(f"{where}: cannot be skipped; add the choice 'skip'"))
    for key, entry in fr.items():
        used = speech.of(key) or key in titles or key.startswith(("words.", "time.", "day."))
        if not used and not _spoken_choice(key):
            text = f"the sentence {key!r} is said by no flow and no rule"
            yield Finding(_LOCALE.format("fr"), entry.line, "error", text, "let a step say it, or remove it everywhere")


def _yes_and_no(entries: Mapping[str, Entry]) -> Iterator[tuple[Entry, str, str]]:
    """Buttons that say no for yes, or yes for no, by the words of the plain buttons."""
    words = {name: entries[f"choice.{name}"].text for name in ("yes", "no") if f"choice.{name}" in entries}
    for key, entry in entries.items():
        for name, other in (("yes", "no"), ("no", "yes")):
            wrong = words.get(other, "")
            begins = wrong and re.match(rf"{re.escape(wrong)}(?!\w)", entry.text)
            if key.startswith("choice.") and key.endswith(f".{name}") and begins:
                yield entry, f"the button {key!r} says {wrong!r}", f"begin it with {words.get(name, name)!r}"


def _spoken_choice(key: str) -> bool:
    """Whether a button's title is also put into sentences, or heard: then no step need show it."""
    name = key.removeprefix("choice.").partition(".")
    return key.startswith("choice.") and (name[0] in SLOTS and name[2] in SLOTS[name[0]].values)


def _file(folder: Path, flow: str) -> str:
    """The file of a flow; usually it bears its name."""
    own = folder / f"{flow}.yml"
    if own.is_file():
        return own.name
    head = re.compile(rf"^flow: *{re.escape(flow)}\s*$", re.M)
    return next((p.name for p in sorted(folder.glob("*.yml")) if head.search(p.read_text(encoding="utf-8"))), own.name)
