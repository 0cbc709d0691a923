"""``make sbom``: what a helpline runs on, as a CycloneDX 1.6 document, from the lock files and nothing else.

The same lock files give the same document to the byte.
"""

import json
import re
import sys
import uuid
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_ASKED = re.compile(r"^[A-Za-z0-9._-]+")
_SPACE = uuid.UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")  # RFC 4122's, for object identifiers
_LAYERS = {"run": "required", "train": "optional"}
"""The lock files, and whether a helpline needs what stands in them once its model is trained."""


def sbom(folder: Path) -> dict[str, Any]:
    """The bill of materials.

    Args:
        folder: where the lock files are (``run.txt``, ``train.txt`` and what they were made from).
    """
    components: dict[str, dict[str, Any]] = {}
    asked: list[str] = []
    for layer, scope in _LAYERS.items():
        for component in _locked((folder / f"{layer}.txt").read_text(encoding="utf-8"), scope):
            components.setdefault(component["bom-ref"], component)
        asked += _direct((folder / f"{layer}.in").read_text(encoding="utf-8"))
    version = metadata.version("m3ak")
    root = {"type": "application", "bom-ref": f"m3ak@{version}", "name": "m3ak", "version": version,
            "licenses": [{"license": {"id": "Apache-2.0"}}]}  # fmt: skip
    found = sorted(components.values(), key=lambda one: str(one["bom-ref"]))
    direct = sorted(one["bom-ref"] for one in found if one["name"] in asked)
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": root},
        "components": found, "dependencies": [{"ref": root["bom-ref"], "dependsOn": direct}],
    }  # fmt: skip
    return document | {"serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, json.dumps(document))}"}


def _locked(text: str, scope: str) -> Iterator[dict[str, Any]]:
    """The packages of one lock file, each with the hashes of all its files."""
    component: dict[str, Any] | None = None
    for line in text.splitlines():
        if found := _LOCKED.match(line):
            if component:
                yield component
            name, version, marker = _plain(found[1]), found[2], found[3]
            purl = f"pkg:pypi/{name}@{version}"
            component = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
                         "scope": scope, **_licence(name), "properties": []}  # fmt: skip
            if marker:
                component["properties"].append({"name": "m3ak:lock:marker", "value": marker})
        elif component and (digest := _HASH.search(line)):
            # Of the files that may be installed, one of which this machine takes: not one component's own hash.
            component["properties"].append({"name": "m3ak:lock:sha256", "value": digest[1]})
    if component:
        yield component


def _licence(name: str) -> dict[str, Any]:
    """The licence that an installed package names; nothing of what is not installed here."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return {}
    if "License-Expression" in about:
        return {"licenses": [{"expression": about["License-Expression"]}]}
    words = [line.rpartition(":: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License ::")]
    return {"licenses": [{"license": {"name": word}} for word in words]} if words else {}


def _direct(text: str) -> list[str]:
    found = (_ASKED.match(line) for line in text.splitlines())
    return [_plain(name[0]) for name in found if name and not name[0].startswith("-")]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(sbom(Path("requirements")), indent=2, ensure_ascii=False) + "\n")
