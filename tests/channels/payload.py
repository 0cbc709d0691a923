"""The payload files, read."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "payloads"


def payload(channel: str, name: str) -> dict[str, Any]:
    """Returns one real-shaped webhook body of a channel."""
    found: dict[str, Any] = json.loads((FOLDER / channel / f"{name}.json").read_text())
    return found


def names(channel: str) -> list[str]:
    """Returns the names of a channel's payloads."""
    return sorted(file.stem for file in (FOLDER / channel).glob("*.json"))
