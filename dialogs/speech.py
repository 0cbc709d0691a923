"""Who says a sentence: the flow file and line, or the line of the program, for trainers who look for it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from dialogs.document import BrokenDocument, read_root
from dialogs.flow import FLOWS

_ROOM = Path(__file__).parent
_SAID = ("ask", "again", "more", "insist", "say")
_WHOLE = re.compile(r'(?<!\w)"([a-z_]+(?:\.[a-z_]+)+)"|say\([^()]*"([a-z_]+)"')
_BEGUN = re.compile(r'(?:resolve|say|Phrase|phrase|key = |prefix = .*|words, )\(?f"([a-z_]+\.(?:[a-z_]+\.)*)\{')
_OUTSIDE = {
    "failure.human": "bot/turn.py", "recontact.yes": "dialogs/hearing.py", "recontact.no": "dialogs/hearing.py",
    "flood.calm": "dialogs/calm.py", "blocked.now": "dialogs/calm.py",
}  # fmt: skip
"""Sentences that are said outside this room, which knows no other, or under the id of a button."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; ``step`` is the flow's step, or empty for a rule of the program."""

    file: str
    line: int
    step: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """Who says what.

    Args:
        places: by message key, the first place that says it.
        begun: by the beginning of a key, for rules that put the rest together.
    """

    places: Mapping[str, Place]
    begun: Mapping[str, Place]

    def of(self, key: str) -> Place | None:
        """Who says a sentence: itself or, for a variant such as ``age.ask.other``, what it is a variant of."""
        base = key.rpartition(".")[0] if key.endswith((".other", ".young")) or key.startswith("value.") else key
        found = self.places.get(key) or self.places.get(base)
        if found:
            return found
        longest = max((b for b in self.begun if key.startswith(b)), key=len, default=None)
        return self.begun[longest] if longest else None


def read_speech(folder: Path = FLOWS) -> Speech:
    """Looks through the flows of a folder and the rules of this room. A broken flow file says nothing."""
    places: dict[str, Place] = {}
    for path in sorted(folder.glob("*.yml")):
        for key, place in _in_flow(path):
            places.setdefault(key, place)
    begun: dict[str, Place] = {}
    for path in sorted(_ROOM.glob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            place = Place(f"dialogs/{path.name}", number)
            for dotted, plain in _WHOLE.findall(line):
                places.setdefault(dotted or plain, place)
            for start in _BEGUN.findall(line):
                begun.setdefault(start, place)
    for key, file in _OUTSIDE.items():
        places.setdefault(key, Place(file, 1))
    return Speech(places, begun)


def _in_flow(path: Path) -> Iterator[tuple[str, Place]]:
    try:
        root = read_root(path.read_text(encoding="utf-8"))
    except (BrokenDocument, UnicodeDecodeError, OSError):
        return
    for step in _items(_value(root, "steps")):
        name = _value(step, "id")
        label = str(name.value) if isinstance(name, yaml.ScalarNode) else ""
        for word in _SAID:
            said = _value(step, word)
            for node in [said] if isinstance(said, yaml.ScalarNode) else _items(said):
                yield str(node.value), Place(f"dialogs/flows/{path.name}", node.start_mark.line + 1, label)


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []
