"""The real command, as a process of its own: ``m3ak run`` on a free port, with a database of the test's own."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.conftest import ROOT

M3AK = Path(sys.executable).parent / "m3ak"
_STARTS = 60.0


@dataclass(slots=True)
class Running:
    """A helpline that is being served.

    Args:
        address: ``http://127.0.0.1:PORT``.
        password: of the first login, named ``supervisor``.
        output: what the process has printed so far.
        pid: the process.
        killed: whether it was killed, and has not stopped by itself.
    """

    address: str
    password: str
    output: list[str]
    pid: int = 0
    killed: bool = False

    def kill(self) -> None:
        """Ends it as a crash does."""
        os.kill(self.pid, signal.SIGKILL)
        self.killed = True


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a helpline in a folder; settings by their names after ``M3AK_``."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("M3AK_")}
    ours = {
        "STORAGE__URL": f"sqlite:///{folder / 'm3ak.db'}",
        "PRIVACY__KEY_FILE": str(folder / "keys"),
        "PRIVACY__KEY_BACKUPS": str(folder / "key-backups"),
        "NLU__MODEL": str(ROOT / "var" / "model.npz"),
        **settings,
    }
    return {**clean, **{f"M3AK_{name}": value for name, value in ours.items()}}


def m3ak(folder: Path, *arguments: str, given: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
    """Runs one command to its end."""
    return subprocess.run(
        [M3AK, *arguments], input=given, capture_output=True, text=True, cwd=ROOT, timeout=120,
        env=environment(folder, **settings), check=False,
    )  # fmt: skip


@contextmanager
def running(folder: Path, command: str = "run", **settings: str) -> Iterator[Running]:
    """A helpline that is served while the block lasts, and stops cleanly on SIGTERM."""
    process = subprocess.Popen(
        [M3AK, *command.split(), "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        env=environment(folder, **settings),
    )  # fmt: skip
    output: list[str] = []
    assert process.stdout
    reader = threading.Thread(target=output.extend, args=(process.stdout,), daemon=True)
    reader.start()
    try:
        deadline = time.monotonic() + _STARTS
        while not any("Ctrl-C" in line for line in output):
            assert process.poll() is None and time.monotonic() < deadline, "".join(output)
            time.sleep(0.05)
        text = "".join(output)
        address = re.search(r"Desk +(http\S+)/desk", text)
        password = re.search(r"password (\S+)", text)
        assert address
        while not _answers(address[1]):
            assert process.poll() is None and time.monotonic() < deadline, "".join(output)
            time.sleep(0.05)
        helpline = Running(address[1], password[1] if password else "", output, process.pid)
        yield helpline
    finally:
        process.terminate()
        code = process.wait(15)
        reader.join(5)
    process.stdout.close()
    assert code == (-signal.SIGKILL if helpline.killed else 0), "".join(output)


def _answers(address: str) -> bool:
    """Whether it takes connections already: it says its address a moment before."""
    try:
        return httpx.get(f"{address}/healthz", timeout=10).status_code < 500
    except httpx.TransportError:
        return False
