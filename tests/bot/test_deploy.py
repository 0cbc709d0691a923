"""What an operator copies from ``deploy/``: unit and image start what there is, and name settings that exist."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from pydantic import BaseModel

from bot.settings import Settings
from tests.bot.serving import M3AK, m3ak, running
from tests.conftest import ROOT

_DEPLOY = ROOT / "deploy"
_UNIT = (_DEPLOY / "m3ak.service").read_text("utf-8")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="only systemd itself can judge its units")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "m3ak.service"
    unit.write_text(_UNIT.replace("/srv/m3ak/.venv/bin/m3ak", str(M3AK)), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "command",
    [
        re.search(r"ExecStart=\S+/m3ak (.*)", _UNIT),
        re.search(r'CMD \["m3ak", (.*)\]', (_DEPLOY / "Dockerfile").read_text("utf-8")),
    ],
    ids=["unit", "image"],
)
def test_the_command_serves(command: re.Match[str] | None, tmp_path: Path) -> None:
    assert command
    words = re.sub(r'[",]', "", command[1]).replace(" --port 8000", "").replace("0.0.0.0", "127.0.0.1")
    assert m3ak(tmp_path, "db", "upgrade").returncode == 0
    with running(tmp_path, words) as helpline:
        assert httpx.get(f"{helpline.address}/healthz").status_code == 200


def test_every_setting_that_is_named_exists() -> None:
    compose: dict[str, Any] = yaml.safe_load((_DEPLOY / "compose.yml").read_text("utf-8"))
    named = set(compose["services"]["helpline"]["environment"])
    named |= set(re.findall(r"^(?:# )?(M3AK_\w+)=", (_DEPLOY / "example.env").read_text("utf-8"), re.MULTILINE))
    assert len(named) > 8
    assert [name for name in sorted(named) if not _exists(name)] == []


def _exists(name: str) -> bool:
    model: Any = Settings
    for part in name.removeprefix("M3AK_").lower().split("__"):
        if not (isinstance(model, type) and issubclass(model, BaseModel)) or part not in model.model_fields:
            return False
        model = model.model_fields[part].annotation
    return True
