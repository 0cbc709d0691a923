"""WhatsApp on a bad day: one call in ten fails in one of the ways that calls fail."""

import random
import time

from tests.standins.server import Answer, Fault, Hang, Reset
from tests.standins.whatsapp import SERVICE_DOWN, THROUGHPUT, WhatsAppStandIn

_FAULTS: tuple[Fault, ...] = (SERVICE_DOWN, Answer(500, "oops"), THROUGHPUT, Answer(429), Hang(10.0), Reset())


class MoodyWhatsApp(WhatsAppStandIn):
    """Fails at random, and notes when each call came.

    Args:
        share: of calls that fail.
        seed: of its moods.
    """

    def __init__(self, share: float, seed: int):
        super().__init__()
        self._share, self._dice = share, random.Random(seed)
        self.times: list[float] = []

    def _next_fault(self, name: str) -> Fault | None:
        self.times.append(time.monotonic())
        return self._dice.choice(_FAULTS) if self._dice.random() < self._share else None

    def received(self) -> dict[str, list[tuple[float, str]]]:
        """What each child read, with the moment, in order."""
        found: dict[str, list[tuple[float, str]]] = {}
        for call, at in zip(list(self.calls), self.times, strict=False):
            if call.fault is None:
                values = call.values
                text = values["text"]["body"] if values["type"] == "text" else values["interactive"]["body"]["text"]
                found.setdefault(values["to"], []).append((at, text))
        return found

    @property
    def failed(self) -> int:
        """How many calls met a fault."""
        return sum(call.fault is not None for call in list(self.calls))
