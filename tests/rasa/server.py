"""A real Rasa server for the tests: started, stopped, suspended and taken up again."""

import os
import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent.parent
RASA = ROOT / ".rasa" / "venv" / "bin" / "rasa"
_START = 180.0  # seconds; loading TensorFlow takes most of them


def installed() -> bool:
    """Whether ``make rasa`` has been run."""
    return (ROOT / ".rasa" / "models" / "m3ak.tar.gz").exists()


def quiet() -> dict[str, str]:
    """The environment in which Rasa tells nobody anything."""
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2"}


class RasaServer:
    """What ``make rasa`` has installed and trained, on a free loopback port, with a token.

    Args:
        log: the file that its output goes to.
        model: the name of the model.
        more: further arguments of ``rasa run``.
    """

    def __init__(self, log: Path, model: str = "m3ak", *more: str) -> None:
        self._model, self._more = str(ROOT / ".rasa" / "models" / f"{model}.tar.gz"), more
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.token = secrets.token_hex(8)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Starts it, if it does not run, and waits until it understands."""
        if self._process is not None and self._process.poll() is None:
            return
        command = [str(RASA), "run", "--enable-api", "--model", self._model]
        command += ["--interface", "127.0.0.1", "--port", str(self._port), "--auth-token", self.token, *self._more]
        with self._log.open("ab") as log:
            # In a folder of its own, it finds no settings of anybody.
            self._process = subprocess.Popen(
                command, cwd=self._log.parent, env=quiet(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until = time.monotonic() + _START
        while not self._understands():
            assert self._process.poll() is None, f"Rasa ended: {self._log.read_text()[-2000:]}"
            assert time.monotonic() < until, f"Rasa did not start: {self._log.read_text()[-2000:]}"
            time.sleep(0.5)

    def stop(self) -> None:
        """Ends it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def suspend(self) -> None:
        """Lets it take connections and answer none."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets it answer again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _understands(self) -> bool:
        try:
            answer = httpx.post(
                f"{self.url}/model/parse", params={"token": self.token}, json={"text": "salam"}, timeout=30
            )
        except httpx.TransportError:
            return False
        return answer.status_code == 200
