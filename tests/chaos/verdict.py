"""What is left of a storm: counted from the database and from what the platform received."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, fields
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import select

from store import tables as t
from store.database import Connection, Database
from store.keyring import Keyring
from store.pepper import load_pepper
from store.vault import open_vault


@dataclass(frozen=True, slots=True)
class Verdict:
    """The counts of a storm. Those from ``lost`` on must be zero."""

    conversations: int
    webhooks: int
    refused: int
    kills: int
    restarts: int
    faults: int
    sends: int
    repeats: int
    marks: int
    lost: int
    twice: int
    unanswered: int
    disordered: int
    thrice: int
    causeless: int
    cases_wrong: int

    def __str__(self) -> str:
        return "\n".join(f"{getattr(self, field.name):>7}  {_WORDS[field.name]}" for field in fields(self))

    @property
    def broken(self) -> dict[str, int]:
        """The promises that were not kept."""
        kept = {"lost", "twice", "unanswered", "disordered", "thrice", "causeless", "cases_wrong"}
        return {name: getattr(self, name) for name in sorted(kept) if getattr(self, name)}


_ON_ITS_WAY = 2.0
_WORDS = {
    "conversations": "conversations",
    "webhooks": "webhook calls",
    "refused": "of them not answered 200, and sent again",
    "kills": "processes killed (kill -9)",
    "restarts": "restarts of the database",
    "faults": "sends that the platform failed",
    "sends": "messages that the platform took",
    "repeats": "of them taken a second time, across a kill",
    "marks": "shown at the desk as perhaps undelivered, after two kills",
    "lost": "accepted messages lost",
    "twice": "turns applied twice",
    "unanswered": "replies never sent",
    "disordered": "conversations with replies out of order",
    "thrice": "messages sent more than twice",
    "causeless": "messages sent twice without a kill in between",
    "cases_wrong": "completed intakes without exactly one case",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One conversation as stored."""

    address: str
    heard: list[str]
    said: list[str]
    marked: list[bool]
    cases: int


async def kept_in(url: str, folder: Path) -> list[Kept]:
    """Reads all conversations."""
    database, vault = Database(url), open_vault(None, folder / "keys")

    def work(c: Connection) -> list[Kept]:
        load_pepper(c, vault)
        keys = Keyring(c, vault)
        found = []
        for row in c.execute(select(t.conversation)).all():
            lines: list[Any] = list(
                c.execute(select(t.line).where(t.line.c.conversation_id == row.id).order_by(t.line.c.number))
            )
            cases = c.execute(select(t.case.c.reference).where(t.case.c.conversation_id == row.id)).all()
            found.append(
                Kept(
                    keys.open(row.id, row.address_sealed),
                    [
                        keys.open(line.case_reference or row.id, line.text_sealed)
                        for line in lines
                        if line.sender == "child"
                    ],
                    [
                        keys.open(line.case_reference or row.id, line.text_sealed)
                        for line in lines
                        if line.sender != "child"
                    ],
                    [line.undelivered is not None for line in lines if line.sender != "child"],
                    len(cases),
                )
            )
        return found

    try:
        return await database.read(work)
    finally:
        await database.close()


def judge(
    kept: list[Kept],
    wanted: list[str],
    titles: Mapping[str, str],
    children: list[str],
    received: Mapping[str, Sequence[tuple[float, str]]],
    kills: list[float],
    counts: dict[str, int],
) -> Verdict:
    """Compares what is stored with what was said, and what was sent with what is stored.

    Args:
        kept: the conversations as stored.
        wanted: what each child said, texts and ids of buttons, all of it accepted.
        titles: the ids of buttons by their titles, in every variety.
        children: their addresses.
        received: what the platform took for each, with the moments.
        kills: the moments of the kills.
        counts: what the storm counted itself.
    """
    by_address = {one.address: one for one in kept}
    lost = twice = unanswered = disordered = thrice = causeless = wrong = repeats = marks = 0
    for child in children:
        one = by_address.get(child)
        if one is None:
            lost += len(wanted)
            continue
        heard, said = Counter(titles.get(text, text) for text in one.heard), Counter(wanted)
        lost += (said - heard).total()
        twice += (heard - said).total()
        wrong += one.cases != 1
        marks += sum(one.marked)
        came_runs = _runs(received.get(child, ()))
        for run in _said(one, {run.text for run in came_runs}):
            came_run = came_runs[0] if came_runs else _Run(run.text, [])
            if came_run.text != run.text:
                # What is shown as undelivered at the desk may have come or not.
                disordered += run.needed > 0
                continue
            came_runs = came_runs[1:]
            extra = len(came_run.times) - len(run.times)
            unanswered += max(run.needed - len(came_run.times), 0)
            repeats += max(extra, 0)
            thrice += max(extra - len(run.times), 0)
            causeless += max(extra - came_run.across(kills), 0)
        disordered += bool(came_runs)
    sends = sum(len(messages) for messages in received.values())
    return Verdict(
        conversations=len(kept), kills=len(kills), sends=sends, repeats=repeats, marks=marks, lost=lost, twice=twice,
        unanswered=unanswered, disordered=disordered, thrice=thrice, causeless=causeless, cases_wrong=wrong, **counts,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Run:
    """The same text, so many times in a row: a question that was asked again, or a message that was sent again.

    Args:
        text: the text.
        times: when it came, each time.
        needed: how often it must have come.
    """

    text: str
    times: list[float]
    needed: int = 0

    def across(self, kills: list[float]) -> int:
        """How many of them may be repeats: those between which and the one before a process was killed.

        What was on its way when a process was killed may be read by the platform a moment later.
        """
        pairs = pairwise(self.times)
        return sum(any(first - _ON_ITS_WAY < kill < second for kill in kills) for first, second in pairs)


def _said(one: Kept, came: Set[str]) -> list[_Run]:
    """What a conversation says that it sent, but for what it says did not arrive and did not."""
    lines = [(text, marked) for text, marked in zip(one.said, one.marked, strict=True) if not marked or text in came]
    runs = [(text, list(run)) for text, run in groupby(lines, key=lambda line: line[0])]
    return [_Run(text, [0.0] * len(run), sum(not marked for _, marked in run)) for text, run in runs]


def _runs(messages: Iterable[tuple[float, str]]) -> list[_Run]:
    grouped = groupby(messages, key=lambda message: message[1])
    return [_Run(text, [at for at, _ in run]) for text, run in grouped]
