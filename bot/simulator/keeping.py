"""Keeping a chat that was tried out as a test, among the transcripts."""

import re
from pathlib import Path

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class NotKept(Exception):
    """A test cannot be kept.

    Args:
        why: ``name`` (it is none for a file), ``there`` (there is one already) or ``folder`` (there is no folder, or it
            cannot be written).
    """

    def __init__(self, why: str):
        super().__init__(why)
        self.why = f"save.{why}"


def keep(folder: Path, name: str, text: str) -> Path:
    """Writes a test, and never over another one.

    Args:
        folder: where the transcripts are.
        name: small letters, digits and hyphens.
        text: the story.

    Raises:
        NotKept: when it cannot be kept.
    """
    if not _NAME.fullmatch(name):
        raise NotKept("name")
    path = folder / f"{name}.yml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise NotKept("there") from None
    except OSError:
        raise NotKept("folder") from None
    return path
