"""The bill of materials names everything that is locked, with its hashes, and says the same each time."""

import re

import pytest

from bot.sbom import sbom
from tests.conftest import ROOT

FOLDER = ROOT / "requirements"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def test_everything_that_is_locked_is_named_with_its_hashes() -> None:
    document = sbom(FOLDER)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    named = {(one["name"], one["version"]): one for one in document["components"]}
    for layer in ("run", "train"):
        text = (FOLDER / f"{layer}.txt").read_text()
        for name, version in LOCKED.findall(text):
            assert (re.sub(r"[-_.]+", "-", name).lower(), version) in named
    for one in named.values():
        assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"
        assert any(p["name"] == "m3ak:lock:sha256" for p in one["properties"]), one["name"]
    assert len({one["bom-ref"] for one in named.values()}) == len(document["components"])
    assert "licenses" in named[next(key for key in named if key[0] == "starlette")]


@pytest.mark.parametrize("name", ["starlette", "cryptography", "scikit-learn"])
def test_what_we_asked_for_ourselves_is_told_apart(name: str) -> None:
    (root,) = sbom(FOLDER)["dependencies"]
    asked = {ref.rpartition("@")[0].removeprefix("pkg:pypi/") for ref in root["dependsOn"]}
    assert name in asked and "anyio" not in asked


def test_the_same_lock_files_give_the_same_document() -> None:
    assert sbom(FOLDER) == sbom(FOLDER)
    assert sbom(FOLDER)["serialNumber"].startswith("urn:uuid:")
