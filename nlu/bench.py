"""Bench: how fast the embedded engine loads and reads, in the sizes that are promised."""

import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from nlu import examples
from nlu.engine import EmbeddedInterpreter
from nlu.interpretation import Question

_PIECES = (
    "salam 3afakom 3awnouni, wa7d kayhdedni f whatsapp mn chi 3 chhour w bdel nmra",
    "واحد كيهددني فالانستا وكيقول ليا غادي ينشر تصاوري، عندي 14 عام وخايفة بزاف",
    "quelqu'un a piraté mon compte insta et envoie des messages à mes amies depuis hier",
    "هناك شخص يهددني عبر الواتساب منذ ثلاثة أشهر ولا أعرف ماذا أفعل، أرجو المساعدة",
)


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds for one kind of message."""

    what: str
    p50: float
    p99: float


def run(model: Path, data: Path, *, rounds: int = 300) -> str:
    """A table of the time to load and to read.

    Args:
        model: the model file.
        data: the folder of the training sentences, read as ordinary messages.
        rounds: how many messages of each size to read.

    Raises:
        ModelMissing: there is no model.
        DataFault: there are no sentences.
    """
    started = time.perf_counter()
    engine = EmbeddedInterpreter.load(model)
    loaded = time.perf_counter() - started
    gc.freeze()  # as a process that serves does
    sentences = [example.text for example in examples.read(data)]
    step = max(1, len(sentences) // (4 * rounds))
    timings = [
        _time(engine, "ordinary sentences", sentences[::step]),
        _time(engine, "300 characters", list(_messages(300, rounds))),
        _time(engine, "2,000 characters", list(_messages(2_000, max(20, rounds // 10)))),
        _time(engine, "10,000 characters", list(_messages(10_000, max(20, rounds // 10)))),
        _time(engine, "1,000,000 characters", list(_messages(1_000_000, 5))),
    ]
    lines = [f"load {1000 * loaded:.0f} ms", f"{'parse, ms':<24}{'p50':>8}{'p99':>8}"]
    lines += [f"{timing.what:<24}{timing.p50:>8.2f}{timing.p99:>8.2f}" for timing in timings]
    return "\n".join(lines)


def _messages(size: int, number: int) -> Iterator[str]:
    """Messages of a size, each different, so that nothing is remembered as a whole."""
    for turn in range(number):
        line = ""
        while len(line) < size:
            line += f"{_PIECES[(turn + len(line)) % len(_PIECES)]} {turn}x{len(line)} "
        yield line[:size]


def _time(engine: EmbeddedInterpreter, what: str, texts: Sequence[str]) -> Timing:
    taken = []
    for text in texts:
        started = time.perf_counter()
        engine.read(text, Question())
        taken.append(1000 * (time.perf_counter() - started))
    cuts = quantiles(taken, n=100, method="inclusive")
    return Timing(what, cuts[49], cuts[98])
