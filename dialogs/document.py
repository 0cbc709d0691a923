"""A document: a YAML file as trainers write it, read with its lines, and refused where YAML itself would guess."""

from collections.abc import Iterator
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C loader is ten times as fast."""
_DEEPEST = 50
"""Lists and mappings within each other; deeper ones would break the reader itself."""


class BrokenDocument(Exception):
    """A file cannot be used as YAML.

    Args:
        line: from 1.
        why: what is wrong.
        cure: what to do.
    """

    def __init__(self, line: int, why: str, cure: str):
        super().__init__(f"line {line}: {why}; {cure}")
        self.line, self.why, self.cure = line, why, cure


def read_root(text: str) -> yaml.Node | None:
    """The nodes of a document, each with its line; None for an empty one.

    Raises:
        BrokenDocument: when it is no YAML, or no tree.
    """
    try:
        depth = 0
        for event in yaml.parse(text, Loader=LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise BrokenDocument(line, "is nested too deeply", "see the other flow files")
        root = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = f"not readable as YAML: {' '.join(str(error.problem or error.context).split())}"
        cure = "look at this line and the one above: an indent, a colon or a quote"
        raise BrokenDocument(mark.line + 1 if mark else 1, why, cure) from None
    except yaml.YAMLError as error:
        raise BrokenDocument(1, f"not readable as YAML: {' '.join(str(error).split())}", "save it as text") from None
    _check_tree(root)
    return root


def read_data(text: str) -> Any:
    """The values of a document in which no key is used twice.

    Raises:
        BrokenDocument: when it cannot be read, or a key is used twice.
    """
    root = read_root(text)
    for line, key in keys_twice(root):
        raise BrokenDocument(line, f"the key {key!r} is used twice", "remove or rename one")
    if root is None:
        return None
    try:
        return LOADER("").construct_document(root)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BrokenDocument(line, f"not readable as YAML: {error.problem}", "put it in quotes") from None
    except ValueError as error:
        raise BrokenDocument(1, f"holds a number or a date that cannot be: {error}", "put it in quotes") from None


def keys_twice(root: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """The line and the name of each key that its mapping has already; YAML takes the last one without a word."""
    nodes, seen = [root] if root else [], set[int]()
    while nodes:
        node = nodes.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if str(key.value) in keys:
                    yield key.start_mark.line + 1, str(key.value)
                keys.add(str(key.value))
                nodes.append(value)


def _check_tree(root: yaml.Node | None) -> None:
    """Raises BrokenDocument for what holds itself. Each part is looked at once, however often it is named."""
    above, done = set[int](), set[int]()

    def look(node: yaml.Node) -> None:
        if not isinstance(node, yaml.CollectionNode) or id(node) in done:
            return
        if id(node) in above:
            line = node.start_mark.line + 1
            raise BrokenDocument(line, "this part holds itself (a cycle of & and *)", "write it out without & and *")
        above.add(id(node))
        for part in node.value:
            for child in part if isinstance(part, tuple) else (part,):
                look(child)
        above.remove(id(node))
        done.add(id(node))

    if root is not None:
        look(root)
