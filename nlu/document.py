"""YAML documents of this room: training sentences, concepts, answers, examinations."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader is ten times as fast


class DataFault(ValueError):
    """A file of sentences or words cannot be used; says which file and why."""


def load(file: Path) -> Any:
    """The content of a YAML file.

    Raises:
        DataFault: it is not there or not readable.
    """
    try:
        return yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader in both cases
    except OSError as error:
        raise DataFault(f"{file}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataFault(f"{file}: not readable as YAML: {' '.join(str(error).split())}") from error


def digest(files: Iterable[Path]) -> str:
    """The names of files and what they hold, as one short text: another one as soon as a byte of them differs."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return whole.hexdigest()
