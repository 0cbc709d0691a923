"""Rasa's own conversation beside ours: the same sentences through its REST channel, its SQL store and its locks.

A form asks as many questions as our intake and takes each answer as it is; the intents are those of ``nlu/data``.
"""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from nlu.document import load
from tests.bench.load import CONNECTIONS, Result
from tests.chaos.children import Saying
from tests.rasa.server import RASA, ROOT, RasaServer, quiet

_MODEL = "dialog"
_RASAS = frozenset(("recipe", "assistant_id", "language", "pipeline"))
"""The keys of config.yml that are Rasa's own."""


def train(folder: Path, questions: int) -> None:
    """Trains a form of some questions. What ``make rasa`` has learnt of the sentences is in its cache."""
    slots = [f"answer_{number}" for number in range(questions)]
    domain = load(ROOT / "nlu" / "domain.yml") | {
        "slots": {slot: _slot(slot) for slot in slots},
        "forms": {"intake": {"required_slots": slots}},
        "responses": {f"utter_ask_{slot}": [{"text": f"{slot}?"}] for slot in slots} | {"utter_end": [{"text": "end"}]},
    }
    begins = [{"intent": "report_incident"}, {"action": "intake"}, {"active_loop": "intake"}]
    ends: list[dict[str, Any]] = [{"action": "intake"}, {"active_loop": None}, {"action": "utter_end"}]
    rules = {
        "version": "3.1",
        "rules": [
            {"rule": "an intake begins", "steps": begins},
            {"rule": "an intake ends", "condition": [{"active_loop": "intake"}], "steps": ends},
        ],
    }
    config = {key: value for key, value in load(ROOT / "config.yml").items() if key in _RASAS}
    files = {"domain": domain, "rules": rules, "config": config | {"policies": [{"name": "RulePolicy"}]}}
    for name, content in files.items():
        (folder / f"{name}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    shutil.copytree(ROOT / "nlu" / "data", folder / "data", ignore=shutil.ignore_patterns("*.py"))
    (folder / "rules.yml").rename(folder / "data" / "rules.yml")
    command = [str(RASA), "train", "--config", f"{folder}/config.yml", "--domain", f"{folder}/domain.yml"]
    command += ["--data", f"{folder}/data", "--out", str(ROOT / ".rasa" / "models"), "--fixed-model-name", _MODEL]
    done = subprocess.run(command, cwd=ROOT, env=quiet(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def _slot(name: str) -> dict[str, Any]:
    asked = {"active_loop": "intake", "requested_slot": name}
    return {"type": "text", "influence_conversation": False, "mappings": [{"type": "from_text", "conditions": [asked]}]}


@contextmanager
def served(folder: Path) -> Iterator[RasaServer]:
    """Rasa while the block lasts, on a SQLite file of its own."""
    store = {"type": "SQL", "dialect": "sqlite", "db": str(folder / "tracker.db")}
    endpoints = {"tracker_store": store, "lock_store": {"type": "in_memory"}}
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), "utf-8")
    (folder / "credentials.yml").write_text("rest:\n", "utf-8")
    given = ("--endpoints", str(folder / "endpoints.yml"), "--credentials", str(folder / "credentials.yml"))
    server = RasaServer(folder / "rasa.log", _MODEL, *given)
    server.start()
    try:
        yield server
    finally:
        server.stop()


async def _talk(url: str, children: Sequence[str], sayings: Sequence[Saying]) -> tuple[Result, list[str]]:
    result, waiting, last = Result(), list(children), []
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits, trust_env=False) as client:

        async def one() -> None:
            while waiting:
                child = waiting.pop()
                said = ""
                for saying in sayings:
                    begun = time.perf_counter()
                    answer = await client.post("/webhooks/rest/webhook", json={"sender": child, "message": saying.text})
                    answer.raise_for_status()
                    result.latencies.append(time.perf_counter() - begun)
                    result.turns += 1
                    said = answer.json()[-1]["text"]
                last.append(said)

        started = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
        result.seconds = time.perf_counter() - started
    return result, last


def answers(url: str, born: int, count: int, sayings: Sequence[Saying]) -> Result:
    """New children begin an intake, and their answers to all that Rasa asks are timed.

    Args:
        url: where Rasa listens.
        born: how many children there were before.
        count: how many come now.
        sayings: what each says; each is a text.
    """
    children = [f"child-{born + number}" for number in range(count)]
    _, first = asyncio.run(_talk(url, children, sayings[:1]))
    assert set(first) == {"answer_0?"}, set(first)
    result, last = asyncio.run(_talk(url, children, sayings[1:]))
    assert set(last) == {"end"}, set(last)
    return result
