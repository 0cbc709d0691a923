"""Bench: the embedded engine, and beside it a real Rasa server where ``make rasa`` has installed one."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from nlu import bench
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Question
from nlu.rasa import RasaInterpreter
from tests.rasa.server import ROOT, RasaServer, installed

_ROUNDS = 200
_MODEL = ROOT / "var" / "model.npz"


async def _rasa(server: RasaServer) -> str:
    engine = RasaInterpreter(server.url, server.token, 5.0, EmbeddedInterpreter.load(_MODEL))
    taken = []
    for number in range(_ROUNDS):
        started = time.perf_counter()
        await engine.parse(f"wa7d kayhdedni f whatsapp w bdel nmra {number}", Question())
        taken.append(1000 * (time.perf_counter() - started))
    cuts = quantiles(taken, n=100, method="inclusive")
    return f"{'Rasa, over HTTP':<24}{cuts[49]:>8.2f}{cuts[98]:>8.2f}"


def main() -> None:
    print(bench.run(_MODEL, ROOT / "nlu" / "data"))
    if not installed():
        print("Rasa: not installed; make rasa installs it.")
        return
    with tempfile.TemporaryDirectory() as folder:
        server = RasaServer(Path(folder) / "rasa.log")
        server.start()
        try:
            print(asyncio.run(_rasa(server)))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
