"""The processes of a helpline in a storm: started, killed without warning, started again on the same address."""

import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

from tests.bot.serving import M3AK, environment
from tests.conftest import ROOT

_STARTS = 120.0


class Fleet:
    """Processes of ``m3ak run`` or ``m3ak serve`` on loopback ports.

    Args:
        folder: where keys, database and logs live.
        command: ``run`` or ``serve``.
        count: how many.
        settings: by their names after ``M3AK_``.
    """

    def __init__(self, folder: Path, command: str, count: int, **settings: str):
        self._folder, self._command = folder, command
        self._settings = environment(folder, **settings)
        # Without byte code a start takes seconds, and nothing in a storm is about that.
        self._settings.pop("PYTHONDONTWRITEBYTECODE", None)
        self.ports = [free_port() for _ in range(count)]
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * count
        self.kills: list[tuple[int, float]] = []
        """Which process was killed, and when (``time.monotonic``)."""

    def start(self, number: int) -> None:
        """Starts one; it answers some time later."""
        with (self._folder / f"log-{number}").open("ab") as log:
            self._processes[number] = subprocess.Popen(
                [M3AK, self._command, "--port", str(self.ports[number])],
                stdout=log, stderr=log, cwd=ROOT, env=self._settings,
            )  # fmt: skip

    def start_all(self) -> None:
        """Starts all and waits until they answer."""
        for number in range(len(self.ports)):
            self.start(number)
        self.wait()

    def wait(self) -> None:
        """Waits until all answer."""
        until = time.monotonic() + _STARTS
        for number, port in enumerate(self.ports):
            while not _answers(port):
                process = self._processes[number]
                assert process and process.poll() is None and time.monotonic() < until, self.log()
                time.sleep(0.05)

    def kill(self, dice: random.Random) -> None:
        """Kills one as a power cut would, and starts it again."""
        number = dice.randrange(len(self.ports))
        process = self._processes[number]
        assert process
        assert process.poll() is None, f"a process ended by itself:\n{self.log()}"
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.kills.append((number, time.monotonic()))
        self.start(number)

    def worked(self) -> float:
        """Seconds of processor time that those which run have taken so far."""
        ticks = 0
        for process in self._processes:
            assert process
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def held(self) -> list[float]:
        """Megabytes of memory that each holds."""
        sizes = []
        for process in self._processes:
            assert process
            pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
            sizes.append(pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000)
        return sizes

    def stop(self) -> list[int]:
        """Ends all with SIGTERM; their exit codes."""
        alive = [process for process in self._processes if process]
        for process in alive:
            process.terminate()
        return [process.wait(30) for process in alive]

    def log(self) -> str:
        """The end of what they wrote."""
        return "".join(path.read_text(errors="replace")[-3000:] for path in sorted(self._folder.glob("log-*")))

    def url(self, dice: random.Random) -> str:
        """The address of one of them, whether it answers or not, as a balancer would choose."""
        return f"http://127.0.0.1:{dice.choice(self.ports)}"


def free_port() -> int:
    """A loopback port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        answer: Any = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2)
    except httpx.TransportError:
        return False
    return bool(answer.status_code == 200)
